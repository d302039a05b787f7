"""The result of a confirmatory factor model: estimates, fit, and what follows from both."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError
from lcresearch.measurement.columns import item_names, matrix
from lcresearch.measurement.factor_models import (
    checks,
    definitions,
    modification,
    ordinal_quality,
    quality,
    small_sample,
)
from lcresearch.measurement.factor_models import standardised as units
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.estimated import Estimated
from lcresearch.measurement.factor_models.fitted import Fitted
from lcresearch.measurement.factor_models.implied import Layout
from lcresearch.measurement.factor_models.model_syntax import Definition
from lcresearch.measurement.factor_models.ordinal_estimated import OrdinalEstimated
from lcresearch.measurement.factor_models.parameter_table import kind_of
from lcresearch.measurement.factor_models.wald import with_tests
from lcresearch.messages import Messages
from lcresearch.results import FittedModel

_FEW_PERSONS = 100
_PERSONS_A_PARAMETER = 5


@dataclass(frozen=True, repr=False, eq=False)
class FactorModel(FittedModel):
    """A fitted confirmatory factor model; made by :func:`~lcresearch.measurement.cfa`.

    Attributes
    ----------
    estimated : Fitted
    groups : tuple of str
        Labels; one empty one without groups.
    model : str
        As it was given.
    missing : str
    n_dropped : dict
        Reason -> rows that were left out.
    index : Index or None
        Of the rows that were used.
    """

    title: ClassVar[str] = "Confirmatory factor model"
    estimated: Fitted
    groups: tuple[str, ...]
    model: str
    missing: str = "listwise"
    n_dropped: dict[str, int] = field(default_factory=dict)
    index: pd.Index | None = None

    @property
    def layout(self) -> Layout:
        """Places of the parameters."""
        return self.estimated.layout

    @property
    def converged(self) -> bool:
        """Whether the search ended at a maximum of the likelihood."""
        return self.estimated.optimum.converged and self.estimated.free_moments.converged

    @cached_property
    def inadmissible(self) -> list[str]:
        """Negative variances, correlations beyond 1 and impossible covariances; empty for a proper solution."""
        return checks.inadmissible(self.layout, self.estimated.values, self.groups)

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row a parameter of each group.

        ``term`` (as lavaan writes it), ``kind, group, label, estimate, std_error, statistic, p_value, conf_low,
        conf_high, std_lv, std_all``. Fixed parameters have no standard error. What ``:=`` defines comes last.
        """
        values, spread = self.estimated.values, self.estimated.local_covariance
        errors = np.sqrt(np.maximum(np.diagonal(spread, axis1=1, axis2=2), 0))
        errors = np.where(self.layout.free >= 0, errors, np.nan)
        parameters = self.layout.table.parameters
        n_groups = len(self.groups)
        frame = pd.DataFrame(
            {
                "term": [each.name for each in parameters] * n_groups,
                "kind": [kind_of(each, self.layout.table.latent) for each in parameters] * n_groups,
                "group": np.repeat(np.array(self.groups, dtype=object), len(parameters)),
                "label": [each.labels[group] for group in range(n_groups) for each in parameters],
                "estimate": values.ravel(),
                "std_error": errors.ravel(),
                "std_lv": units.standardised(self.layout, values, observed=False).ravel(),
                "std_all": units.standardised(self.layout, values).ravel(),
            }
        )
        parts = [frame]
        parts += [self._defined()] if self.estimated.definitions else []
        return with_tests(pd.concat(parts, ignore_index=True), conf_level, "group")

    def _defined(self) -> pd.DataFrame:
        """What ``:=`` defines."""
        columns = ["term", "kind", "group", "label", "estimate", "std_error", "std_lv", "std_all"]
        theta, rows = self.estimated.theta, []
        values = self._labelled(theta)
        for each in self.estimated.definitions:
            estimate = float(definitions.evaluate(each, values))
            slopes = np.array([self._slope(each, theta, at) for at in range(len(theta))])
            variance = float(slopes @ self.estimated.covariance @ slopes)
            rows.append((each.name, "defined", "", each.name, estimate, np.sqrt(max(variance, 0)), np.nan, np.nan))
            values = values | {each.name: estimate}
        return pd.DataFrame(rows, columns=columns)

    def _slope(self, definition: Definition, theta: Array, at: int) -> float:
        """The derivative of a definition to one free parameter, by a complex step."""
        moved = theta.astype(complex)
        moved[at] += 1e-30j
        values = self._labelled(moved)
        for each in self.estimated.definitions:
            values = values | {each.name: definitions.evaluate(each, values)}
            if each is definition:
                break
        return float(np.imag(values[definition.name]) / 1e-30)

    def _labelled(self, theta: Array) -> dict[str, complex]:
        """Label -> value."""
        found: dict[str, complex] = {}
        values = self.layout.values(theta)
        for at, each in enumerate(self.layout.table.parameters):
            found |= {label: values[group, at] for group, label in enumerate(each.labels) if label}
        return found

    @cached_property
    def fit_measures(self) -> pd.Series[float]:
        """Measures of fit by name; those of a robust estimator are scaled (chi-square) or robust (CFI, TLI, RMSEA)."""
        return pd.Series(self.estimated.fit(), name="value")

    def glance(self) -> pd.DataFrame:
        """One row: sizes, estimator, and all measures of fit."""
        head = {
            "n": int(self.estimated.n),
            "n_groups": len(self.groups),
            "n_free": self.layout.n_free,
            "estimator": self.estimated.estimator,
            "converged": self.converged,
        }
        return pd.DataFrame([head | self.fit_measures.to_dict() | {"df": self.estimated.df}])

    def shown(self) -> pd.DataFrame:
        """Without what is fixed at zero, and without columns that are empty."""
        table = self.tidy()
        fixed = table["std_error"].isna()
        table = table[~(fixed & ((table["estimate"] == 0) | (table["kind"] == "scalings")))]
        empty = [name for name in ("group", "label") if (table[name] == "").all()]
        return table.drop(columns=[*empty, "kind", "std_lv"])

    def cautions(self) -> list[str]:
        """What the reader must know before using the numbers."""
        say, found = Messages(), []
        left_out = {name: n for name, n in self.n_dropped.items() if n}
        if left_out:
            found.append(say("factor_models.dropped", n=sum(left_out.values())))
        if isinstance(self.estimated, OrdinalEstimated):
            found += ordinal_quality.cautions(self.estimated)
        if not self.converged:
            found.append(say("factor_models.not_converged"))
        if self.inadmissible:
            found.append(say("factor_models.inadmissible", what="; ".join(self.inadmissible[:6])))
        free = self.layout.n_free
        if self.estimated.n < max(_FEW_PERSONS, _PERSONS_A_PARAMETER * free / len(self.groups)):
            found.append(say("factor_models.few_persons", n=int(self.estimated.n), n_free=free))
        if self.estimated.df == 0:
            found.append(say("factor_models.saturated"))
        if small_sample.applies(self.estimated):
            found += small_sample.cautions(self.estimated)
        return found

    def small_sample_tests(self, n_simulated: int = 0, seed: int | None = None) -> pd.DataFrame:
        """The test of fit, corrected for a sample that is small for the model: a row a correction.

        ``correction, source, factor, chi_square, df, p_value``. In small samples chi-square is too large on average and
        rejects right models too often. ``swain`` (Swain 1975; Herzog & Boomsma 2009) and ``yuan`` (Yuan, Tian &
        Yanagihara 2015) multiply it by a factor that follows from the sizes of sample and model; in several groups from
        those of one group. ``simulated`` gives it the mean that it has in samples from the fitted model, which also
        counts what is equal between groups. With ``MLM`` and ``MLR`` the scaled statistic is multiplied, which holds
        with the first and is not enough with the second if tails are heavy. For ordered items, and where answers are
        missing, there is only ``none``.

        Parameters
        ----------
        n_simulated : int
            Samples for ``simulated``; 0 leaves it out. The mean is known to 1 / sqrt(n_simulated) standard deviations.
        seed : int, optional

        Examples
        --------
        Invented answers of 40 persons to nine items:

        >>> from lcresearch.measurement import cfa
        >>> rng = np.random.default_rng(1)
        >>> frame = pd.DataFrame(rng.normal(size=(40, 1)) + rng.normal(size=(40, 9))).add_prefix("a")
        >>> fit = cfa("f =~ " + " + ".join(frame), frame)
        >>> fit.small_sample_tests(n_simulated=100, seed=1).set_index("correction")["factor"].round(2).to_dict()
        {'none': 1.0, 'swain': 0.88, 'yuan': 0.86, 'simulated': 0.85}
        """
        return small_sample.tests(self.estimated, n_simulated, np.random.default_rng(seed))

    @property
    def r_squared(self) -> pd.DataFrame:
        """Explained variance of what has arrows to it: ``variable, group, r_squared``."""
        shares = units.explained(self.layout, self.estimated.values)
        names = (*self.layout.table.observed, *self.layout.table.latent)
        into = np.unique(self.layout.row[self.layout.matrix == 0])
        rows = [(names[at], label, shares[g, at]) for g, label in enumerate(self.groups) for at in into]
        return pd.DataFrame(rows, columns=["variable", "group", "r_squared"])

    def residuals(self, kind: str = "correlation") -> pd.DataFrame:
        """Sample minus model: ``group, item_1, item_2, residual``.

        ``"correlation"`` (Bollen 1989: sample correlation minus model correlation) or ``"covariance"``.
        """
        return quality.residuals(self.estimated, self.groups, kind)

    def modification_indices(self, minimum: float = 0.0) -> pd.DataFrame:
        """How much chi-square would fall with each parameter that is not in the model.

        ``term, group, mi, epc, std_epc``, largest first: expected change of the parameter, and standardised (Sorbom
        1989; Saris, Satorra & Sorbom 1987). Loadings of other factors and covariances of residuals; in models of
        several groups each group on its own. With MLR, MLM and ordered items ``mi`` is a fall in the unscaled
        statistic, and the p value that of a robust score test (Satorra 1989; Boos 1992).
        """
        return modification.modification_indices(self.estimated, self.groups, minimum)

    def equality_tests(self) -> pd.DataFrame:
        """How much chi-square would fall if one group had its own value: ``term, group, mi, epc``, largest first."""
        return modification.equality_tests(self.estimated, self.groups)

    def reliability(self) -> pd.DataFrame:
        """``factor, group, omega, omega_model, ave``.

        ``omega``: variance of the sum of the items that their factor explains, as share of the observed variance of the
        sum; ``omega_model`` as share of that of the model (Raykov 2001; McDonald 1999). ``ave``: average variance
        extracted (Fornell & Larcker 1981). With ordered items omega is that of the sum of the answers (Green & Yang
        2009), and ``omega_responses`` that of the normal responses behind them, which nobody can add up.
        """
        if isinstance(self.estimated, OrdinalEstimated):
            return ordinal_quality.reliability(self.estimated, self.groups)
        return quality.reliability(self.estimated, self.groups)

    def htmt(self) -> pd.DataFrame:
        """Heterotrait-monotrait ratios: ``factor_1, factor_2, group, htmt, htmt_2``; above .90 factors are hardly two.

        ``htmt`` takes arithmetic means of absolute correlations (Henseler, Ringle & Sarstedt 2015), ``htmt_2``
        geometric ones, for items with unequal loadings (Roemer, Schuberth & Henseler 2021).
        """
        return quality.htmt(self.estimated, self.groups)

    def factor_scores(self, frame: pd.DataFrame | None = None, method: str | None = None) -> pd.DataFrame:
        """Scores of persons on the factors, a column each, with the index of the rows.

        Parameters
        ----------
        frame : DataFrame, optional
            New persons, for models without groups; by default those to whom the model was fitted.
        method : "regression", "bartlett" or "ebm"
            Regression scores (the default) are nearest to the factor (Thurstone 1935); Bartlett's (1937) have no bias
            within a person. With ordered items the most likely place given the answers ("ebm": empirical Bayes modal).
            With open answers the scores use those that are there.

        Raises
        ------
        MeasurementError
            M234: the model comes from moments; M235: another method; M236: new persons in a model with groups; M251:
            answers that are not among those of the model.
        """
        estimated, index = self.estimated, self.index
        known = ordinal_quality.SCORES if isinstance(estimated, OrdinalEstimated) else quality.SCORES
        method = known[0] if method is None else method
        if method not in known:
            raise MeasurementError("M235", found=str(method), known=list(known))
        if frame is not None and len(self.groups) > 1:
            raise MeasurementError("M236")
        if isinstance(estimated, OrdinalEstimated):
            if frame is not None:
                codes, index = estimated.sample.coded(frame), frame.index
                group = np.zeros(len(frame), dtype=np.int64)
            elif estimated.sample.rows is None:
                raise MeasurementError("M234")
            else:
                codes, group = estimated.sample.rows.codes, estimated.sample.rows.group
            scores = ordinal_quality.factor_scores(estimated, codes, group)
            return pd.DataFrame(scores, index=index, columns=list(self.layout.table.latent))
        if not isinstance(estimated, Estimated):
            raise TypeError(type(estimated).__name__)
        rows = estimated.rows
        if frame is not None:
            answers = matrix(frame, item_names(frame, list(self.layout.table.observed)))
            group, index = np.zeros(len(frame), dtype=np.int64), frame.index
        elif rows is None:
            raise MeasurementError("M234")
        else:
            answers, group = rows.answers, estimated.blocks.group[rows.block]
        scores = quality.factor_scores(estimated, answers, group, method)
        return pd.DataFrame(scores, index=index, columns=list(self.layout.table.latent))

    def compare(self, other: FactorModel, n_simulated: int = 0, seed: int | None = None) -> pd.DataFrame:
        """A chi-square difference test with a model that is nested in this one, or the reverse.

        ``chi_square, df, p_value, scaled, cfi_difference, rmsea_difference, srmr_difference``: larger minus smaller
        model; scaled as Satorra & Bentler (2001) where the models are; with ordered items adjusted in mean and variance
        (Satorra 2000). With ``n_simulated`` samples from the model with more equalities also ``factor,
        chi_square_corrected, p_value_corrected``: chi-square with the mean that it has in them (normal, complete
        answers only), for groups that are small for their model.

        Raises
        ------
        MeasurementError
            M237: fits of other persons, items or estimators; M426: as many degrees of freedom in both.
        """
        mine, theirs = self.estimated, other.estimated
        same = mine.n == theirs.n and self.layout.table.observed == other.layout.table.observed
        if (
            not same
            or mine.estimator != theirs.estimator
            or self.groups != other.groups
            or type(mine) is not type(theirs)
        ):
            raise MeasurementError("M237")
        if mine.df == theirs.df:
            raise MeasurementError("M426", df=int(mine.df))
        restricted, free = (self, other) if mine.df >= theirs.df else (other, self)
        test = restricted.estimated.difference(free.estimated)
        change = restricted.fit_measures - free.fit_measures
        row = {"chi_square": test.scaled, "df": test.df, "p_value": test.p_value, "scaled": mine.estimator != "ML"}
        row |= {f"{name}_difference": change[name] for name in ("cfi", "rmsea", "srmr")}
        if n_simulated:
            rng = np.random.default_rng(seed)
            row |= small_sample.difference(restricted.estimated, free.estimated, n_simulated, rng)
        return pd.DataFrame([row])
