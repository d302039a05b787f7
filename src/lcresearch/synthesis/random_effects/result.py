"""The result of a meta-analysis: what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import Problem, SynthesisError
from lcresearch.results import FittedModel
from lcresearch.synthesis.effect_columns import note_of_left_out
from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects import influence as single_studies
from lcresearch.synthesis.random_effects.coefficients import (
    checked_level,
    coefficient_table,
    exponentiated,
    omnibus_test,
    tested_places,
)
from lcresearch.synthesis.random_effects.design import design_of_new
from lcresearch.synthesis.random_effects.fitting import Fit
from lcresearch.synthesis.random_effects.heterogeneity import EQUAL_EFFECTS, profile_likelihood, q_profile
from lcresearch.synthesis.random_effects.p_value_functions import p_value_functions
from lcresearch.synthesis.random_effects.predictions import predictions, true_effects
from lcresearch.synthesis.random_effects.reading import Input
from lcresearch.synthesis.random_effects.regression_line import numeric_moderator, regression_line
from lcresearch.synthesis.random_effects.subgroups import Subgroups, in_subgroups

FEW_STUDIES = 5


@dataclass(frozen=True, repr=False, eq=False)
class MetaAnalysis(FittedModel):
    """A fitted meta-analysis (:func:`lcresearch.synthesis.meta_analysis`).

    Attributes
    ----------
    input : Input
        Effects, variances, labels and design.
    fit : Fit
        Estimates.
    null : Fit, optional
        The fit without moderators, for R squared.
    """

    title: ClassVar[str] = "Meta-analysis"

    input: Input
    fit: Fit
    null: Fit | None = None

    @property
    def tau2(self) -> float:
        """Variance of true effects."""
        return self.fit.tau2

    @property
    def r_squared(self) -> float:
        """Share of tau2 that moderators take away, in per cent (Raudenbush, 2009); NaN without moderators.

        Of equal effects it is the adjusted R squared of the weighted regression.
        """
        if self.null is None:
            return float("nan")
        if self.fit.method in EQUAL_EFFECTS:
            return max(0.0, 100 * (1 - self.fit.h2 / self.null.h2))
        if self.null.tau2 <= 0:
            return float("nan")
        return max(0.0, 100 * (self.null.tau2 - self.fit.tau2) / self.null.tau2)

    def tidy(self, conf_level: float = 0.95, *, exponentiate: bool = False) -> pd.DataFrame:
        """A coefficient a row; ``exponentiate`` shows estimates and intervals of log ratios as ratios."""
        fit = self.fit
        df = np.full(fit.studies.p, fit.df)
        table = coefficient_table(self.input.terms, fit.coefficients, fit.covariance, df, conf_level)
        return exponentiated(table) if exponentiate else table

    def glance(self) -> pd.DataFrame:
        """One row: k, method and test, heterogeneity, the test of moderators, and fit (by REML, else by ML)."""
        fit = self.fit
        row: dict[str, Any] = {
            "n": fit.studies.k,
            "n_left_out": len(self.input.left_out),
            "method": fit.method,
            "test": fit.test,
            "tau2": fit.tau2,
        }
        row |= {"i2": fit.i2, "h2": fit.h2, "q": fit.q, "q_df": fit.studies.k - fit.studies.p}
        row |= {"q_p_value": fit.q_p_value}
        if self.null is not None:
            tested = self.omnibus().iloc[0]
            row |= {"moderators_statistic": tested["statistic"], "moderators_p_value": tested["p_value"]}
            row |= {"r_squared": self.r_squared}
        return pd.DataFrame([row | fit.criteria(restricted=fit.method == "REML")])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Also heterogeneity and the studies."""
        return super().tables() | {"heterogeneity": self.heterogeneity(), "studies": self.studies()}

    def cautions(self) -> list[str]:
        """Studies left out, few studies, a test that is narrower than the normal one, a search that ends at 0."""
        found = []
        if self.fit.studies.k < FEW_STUDIES:
            found.append(Problem("Y018", values={"n": self.fit.studies.k}))
        if self.fit.test == "knapp-hartung" and self.fit.method in EQUAL_EFFECTS:
            found.append(Problem("Y034"))
        if self.fit.scale == 0:
            found.append(Problem("Y029"))
        elif self.fit.test == "knapp-hartung" and self.fit.scale < 1:
            found.append(Problem("Y019", values={"scale": round(self.fit.scale, 2)}))
        if self.null is not None and self.fit.studies.k < 10 * (self.fit.studies.p - 1):
            found.append(Problem("Y020", values={"n": self.fit.studies.k, "p": self.fit.studies.p - 1}))
        return [*note_of_left_out(self.input.left_out), *(problem.message() for problem in found)]

    def heterogeneity(self, conf_level: float = 0.95, *, interval: str = "q-profile") -> pd.DataFrame:
        """tau2, tau, I2 (per cent), H2 with intervals, and Cochran's Q with its test.

        ``interval`` is ``"q-profile"`` (Viechtbauer, 2007; exact for normal effects) or ``"profile-likelihood"`` (for
        ML and REML). An interval of [0, 0] means that even tau2 = 0 is too large for effects this alike.

        Raises
        ------
        SynthesisError
            Y007: there is no such interval for this method.
        """
        fit = self.fit
        equal = fit.method in EQUAL_EFFECTS
        kinds = ["q-profile", *(["profile-likelihood"] if fit.method in ("ML", "REML") else [])]
        if interval not in kinds:
            raise SynthesisError("Y007", name="interval", value=interval, known=kinds)
        checked_level(conf_level)
        if interval == "q-profile":
            low, high = q_profile(fit.studies, conf_level)
        else:
            low, high = profile_likelihood(fit.studies, fit.tau2, conf_level, restricted=fit.method == "REML")
        rows = [("tau2", fit.tau2, low, high), ("tau", np.sqrt(fit.tau2), np.sqrt(low), np.sqrt(high))]
        typical = fit.typical_variance
        rows += [
            ("i2", fit.i2, 100 * low / (low + typical), 100 * high / (high + typical)),
            ("h2", fit.h2, low / typical + 1, high / typical + 1),
        ]
        if equal:
            rows = [(name, estimate, np.nan, np.nan) for name, estimate, _, _ in rows]
        rows.append(("q", fit.q, np.nan, np.nan))
        table = pd.DataFrame(rows, columns=["term", "estimate", "conf_low", "conf_high"])
        table["std_error"] = [fit.tau2_error, *[np.nan] * 4]
        table["df"] = [*[np.nan] * 4, float(fit.studies.k - fit.studies.p)]
        table["p_value"] = [*[np.nan] * 4, fit.q_p_value]
        return table[["term", "estimate", "std_error", "df", "p_value", "conf_low", "conf_high"]]

    def omnibus(self, terms: list[str] | None = None) -> pd.DataFrame:
        """Test that all moderators (or those of ``terms``) are 0: F with k - p degrees of freedom, or chi-square.

        Raises
        ------
        SynthesisError
            Y021: there are no moderators; Y005: a term that is not in the model.
        """
        places = tested_places(self.input.terms, terms)
        return omnibus_test(self.fit.coefficients, self.fit.covariance, places, self.fit.df)

    def variance_inflation(self) -> pd.DataFrame:
        """How much each moderator's variance grows because moderators go together; above 10 they can hardly be parted.

        Raises
        ------
        SynthesisError
            Y021: there are no moderators.
        """
        places = [place for place, term in enumerate(self.input.terms) if term != "intercept"]
        if not places:
            raise SynthesisError("Y021")
        covariance = self.fit.covariance[np.ix_(places, places)]
        factors = np.diag(covariance) * np.diag(np.linalg.inv(covariance))
        return pd.DataFrame({"term": [self.input.terms[place] for place in places], "variance_inflation": factors})

    def prediction_interval(
        self,
        conf_level: float = 0.95,
        *,
        new: pd.DataFrame | None = None,
        df: str = "k-p",
        exponentiate: bool = False,
    ) -> pd.DataFrame:
        """The mean effect with its interval, and where the true effect of a new study lies.

        Parameters
        ----------
        conf_level : float
            Of both intervals.
        new : DataFrame, optional
            Moderators of new studies, a row each; needed with moderators.
        df : {"k-p", "k-p-1"}
            Degrees of freedom of the prediction interval: those of the test (metafor's default), or one less (Riley,
            Higgins & Deeks, 2011) whatever the test.
        exponentiate : bool
            Show log ratios as ratios.

        Returns
        -------
        DataFrame
            Columns ``estimate, std_error, conf_low, conf_high, pred_low, pred_high``; the last two are empty for equal
            effects.

        Raises
        ------
        SynthesisError
            Y022: moderators of the new studies are needed; Y005, Y007, Y013, Y030: one that is not there, a category
            that no study has, a missing value, two columns of one name; Y007: other degrees of freedom.
        """
        if df not in ("k-p", "k-p-1"):
            raise SynthesisError("Y007", name="df", value=df, known=["k-p", "k-p-1"])
        table = predictions(self.fit, self._design_of(new), conf_level, one_less=df == "k-p-1")
        return exponentiated(table) if exponentiate else table

    def _design_of(self, new: pd.DataFrame | None) -> Array:
        if new is None:
            if self.null is not None:
                raise SynthesisError("Y022", terms=self.input.terms[1:])
            return np.ones((1, 1))
        if self.null is None or self.input.moderators is None:
            return np.ones((len(new), 1))
        return design_of_new(self.input.spec, self.input.moderators, new)

    def studies(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A study a row: effect, variance, interval (normal) and weight in per cent."""
        s = self.fit.studies
        half = stats.norm.isf((1 - checked_level(conf_level)) / 2) * np.sqrt(s.v)
        weights = self.fit.weighted.weights
        columns = {"study": self.input.labels, "yi": s.y, "vi": s.v, "conf_low": s.y - half, "conf_high": s.y + half}
        return pd.DataFrame(columns | {"weight": 100 * weights / np.sum(weights)})

    def blup(self, conf_level: float = 0.95) -> pd.DataFrame:
        """Best linear unbiased prediction of each study's true effect, which draws it to the mean."""
        return true_effects(self.fit, self.input.labels, conf_level)

    def leave_one_out(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The result without each study in turn.

        Raises
        ------
        SynthesisError
            Y023: the model has moderators; :meth:`influence` shows what each study does there.
        """
        self._no_moderators()
        return single_studies.leave_one_out(self.fit, self.input.labels, conf_level)

    def cumulative(self, order: Any = None, conf_level: float = 0.95) -> pd.DataFrame:
        """The result after each study.

        ``order`` is a column of the data or an array to sort by, for example the year; by default the order given.

        Raises
        ------
        SynthesisError
            Y023: the model has moderators; Y005: no such column.
        """
        self._no_moderators()
        k = self.fit.studies.k
        values = np.arange(k) if order is None else self.input.column(order)
        places = np.argsort(values, kind="stable")
        return single_studies.cumulative(self.fit, self.input.labels, places, conf_level)

    def influence(self) -> pd.DataFrame:
        """What each study does: residuals, DFFITS, Cook's distance, covariance ratio, DFBETAS, hat value, weight.

        ``influential`` marks studies by the rules of Viechtbauer and Cheung (2010).
        """
        return single_studies.influence(self.fit, self.input.labels, self.input.terms)

    def baujat(self) -> pd.DataFrame:
        """How much each study adds to heterogeneity, and how much it moves the result (Baujat et al., 2002).

        Returns
        -------
        DataFrame
            ``study, contribution, influence``. The contributions add up to the Q of the model: Cochran's Q with equal
            effects, else the generalised Q, with tau2 in its weights. The influence is the squared change of the pooled
            effect (with moderators: of the fitted effect of that study) without the study, over its variance there;
            it is empty where too few studies are left. Both as in metafor.

        Examples
        --------
        >>> from lcresearch import synthesis
        >>> fit = synthesis.meta_analysis([0.2, 0.4, 0.1, 0.9], [0.02, 0.03, 0.01, 0.04], method="EE")
        >>> fit.baujat().round(2)
          study  contribution  influence
        0     1          0.23       0.01
        1     2          0.58       0.02
        2     3          2.82       0.64
        3     4          9.99       1.20
        """
        return single_studies.baujat(self.fit, self.input.labels)

    def p_value_functions(self, at: Any = None) -> pd.DataFrame:
        """The p value of every effect that could be tested: of each study, the pooled effect and a new study.

        What a drapery plot draws (Rücker & Schwarzer, 2021): where a curve lies above 1 - conf_level is the interval.

        Parameters
        ----------
        at : array-like, optional
            Effects to test; by default a grid over the intervals.

        Returns
        -------
        DataFrame
            ``kind`` (study, pooled, new), ``study``, ``effect``, ``p_value``. Studies have the normal test, the others
            that of the analysis. Of equal effects there is no new study.

        Raises
        ------
        SynthesisError
            Y023: the model has moderators.

        Examples
        --------
        >>> from lcresearch import synthesis
        >>> fit = synthesis.meta_analysis([0.2, 0.4, 0.1], [0.02, 0.03, 0.01], labels=["A", "B", "C"])
        >>> fit.p_value_functions([0.0]).round(3)
             kind study  effect  p_value
        0   study     A     0.0    0.157
        1   study     B     0.0    0.021
        2   study     C     0.0    0.317
        3  pooled           0.0    0.145
        4     new           0.0    0.177
        """
        self._no_moderators()
        places = None if at is None else np.atleast_1d(np.asarray(at, dtype=np.float64))
        return p_value_functions(self.fit, self.input.labels, places)

    def regression_line(self, moderator: str | None = None, at: Any = None, conf_level: float = 0.95) -> pd.DataFrame:
        """The effect that a meta-regression gives at values of one numeric moderator.

        Other moderators count as they are in the studies: the line is the average over studies of what the model gives
        each with this value, so for moderators that add up it is the line at their means, as in metafor's ``regplot``.

        Parameters
        ----------
        moderator : str, optional
            A numeric column that the model uses; needed where it uses more than one.
        at : array-like, optional
            Its values; by default a grid over those of the studies.
        conf_level : float

        Returns
        -------
        DataFrame
            ``at, estimate, std_error, conf_low, conf_high, pred_low, pred_high``.

        Raises
        ------
        SynthesisError
            Y021: there are no moderators; Y080: none of them is numeric, or which one is meant is not clear.
        """
        return regression_line(self.fit, self.input, moderator, at, conf_level)

    def moderator_values(self, moderator: str | None = None) -> pd.Series:
        """The values of one numeric moderator in the studies, under its name; see :meth:`regression_line`."""
        return numeric_moderator(self.input, moderator)

    def subgroups(self, by: Any, conf_level: float = 0.95) -> Subgroups:
        """A meta-analysis in each subgroup, with its own tau2, and the test between them.

        For one tau2 in all subgroups give the grouping as moderator. ``by`` is a column of the data or an array.

        Raises
        ------
        SynthesisError
            Y023: the model has moderators; Y005: no such column; Y024: fewer than two subgroups.
        """
        self._no_moderators()
        groups = [str(name) for name in self.input.column(by).tolist()]
        if len(set(groups)) < 2:
            raise SynthesisError("Y024", found=list(dict.fromkeys(groups)))
        return in_subgroups(self.fit, self.input.labels, groups, conf_level)

    def _no_moderators(self) -> None:
        if self.null is not None:
            raise SynthesisError("Y023")
