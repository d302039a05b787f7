"""A fitted linear mixed model: what was estimated, how sure it is, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel import prediction
from lcresearch.multilevel.bootstrap import bootstrap_intervals
from lcresearch.multilevel.cluster_robust import ClusterRobust, cluster_robust, cluster_robust_of_rows
from lcresearch.multilevel.criterion import Solution
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.diagnostics import normal_quantiles
from lcresearch.multilevel.estimates import (
    Estimates,
    estimates_of,
    random_effects,
    variance_components,
)
from lcresearch.multilevel.fixed_effects import (
    FixedEffects,
    check_choice,
    check_level,
    tests_table,
)
from lcresearch.multilevel.groupings import Grouping
from lcresearch.multilevel.influence import influence
from lcresearch.multilevel.linear_inference import LinearInference
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.optimise import Optimum
from lcresearch.multilevel.prediction_error import ErrorTerms
from lcresearch.multilevel.profile import profile_intervals
from lcresearch.multilevel.residuals import error_terms, fitted_values, leverage, residuals
from lcresearch.multilevel.satterthwaite import Variability
from lcresearch.multilevel.simulation import simulated
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.variance_intervals import variance_intervals
from lcresearch.multilevel.variance_shares import VarianceShares, variance_shares


@dataclass(frozen=True, repr=False, eq=False)
class LinearMixedModel(LinearInference):
    """A linear mixed model that was fitted by :func:`~lcresearch.multilevel.fit_lmm`.

    Attributes
    ----------
    model : Model
        Sums of products and criterion.
    optimum : Optimum
        Where the search ended.
    design : Design or None
        The rows; None for a fit of sums alone.
    """

    title: ClassVar[str] = "Linear mixed model"

    model: Model
    optimum: Optimum
    design: Design | None

    @property
    def method(self) -> str:
        """``REML`` or ``ML``."""
        return "REML" if self.model.criterion.reml else "ML"

    @cached_property
    def solution(self) -> Solution:
        """The fit in working units."""
        return self.optimum.solution or self.model.criterion.solve(self._relative)

    @cached_property
    def estimates(self) -> Estimates:
        """Fixed effects, covariance matrices and residual variance in the units of the data, as arrays."""
        return estimates_of(self.model, self.solution, self._relative)

    @property
    def _relative(self) -> list[Array]:
        return self.model.criterion.layout.covariances(self.optimum.theta)

    @cached_property
    def _fixed(self) -> FixedEffects:
        return FixedEffects(self.model, self.estimates, self.optimum.theta)

    @property
    def sigma(self) -> float:
        """Residual standard deviation."""
        return float(np.sqrt(self.estimates.sigma2))

    @property
    def unit(self) -> float:
        """The residual standard deviation."""
        return self.sigma

    @property
    def variance_components(self) -> pd.DataFrame:
        """A row a variance or covariance: ``group, term_1, term_2, covariance, std_dev, correlation``."""
        return variance_components(self.model, self.estimates)

    @cached_property
    def random_effects(self) -> dict[str, pd.DataFrame]:
        """By grouping factor the conditional modes: indexed by the nested key and term, ``estimate, std_dev``."""
        return random_effects(self.model, self.solution)

    @property
    def deviance(self) -> float:
        """Minus twice the log-likelihood; of a REML fit the REML criterion."""
        return self.estimates.criterion

    @property
    def n_parameters(self) -> int:
        """Fixed effects, variances, covariances and the residual variance."""
        return len(self._names) + self.model.criterion.layout.n_parameters + 1

    @property
    def converged(self) -> bool:
        """Whether the search ended where the criterion has its minimum."""
        return self.optimum.converged

    @property
    def singular(self) -> bool:
        """Whether a variance is zero or a correlation one."""
        return self.optimum.singular

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_<group>, log_likelihood, deviance, aic, bic, sigma, converged, singular``."""
        groups = {f"n_{label}": n for label, n in self.n_groups.items()}
        row: dict[str, object] = {"n": self.n, **groups, "method": self.method}
        row |= {"log_likelihood": self.log_likelihood, "deviance": self.deviance, "aic": self.aic, "bic": self.bic}
        row |= {"sigma": self.sigma, "converged": self.converged, "singular": self.singular}
        return pd.DataFrame([row])

    def influence(self, group: str) -> pd.DataFrame:
        """Cook's distance and estimates without each group; see :func:`~lcresearch.multilevel.influence.influence`."""
        return influence(self, group)

    def confint(
        self,
        method: str = "wald",
        *,
        conf_level: float = 0.95,
        criterion: str | None = None,
        ddf: str = "satterthwaite",
        n_sims: int = 1000,
        seed: int | None = None,
    ) -> pd.DataFrame:
        """Intervals: ``group, term, estimate, conf_low, conf_high``; fixed effects are in group ``fixed``.

        Standard deviations stand under their own term, correlations under ``a, b``, sigma in group ``residual``.

        Parameters
        ----------
        method : "wald", "profile" or "bootstrap"
            Wald intervals of standard deviations are symmetric for their logarithm, those of correlations for Fisher's
            z; at zero or one there are none. They are rougher than profiles.
        conf_level : float
        criterion : "REML" or "ML", optional
            Which criterion is profiled: that of the fit, unless given. ``"ML"`` gives the intervals of lme4.
        ddf : str
            Degrees of freedom of Wald intervals.
        n_sims : int
            Bootstrap samples.
        seed : int, optional
        """
        if method == "wald":
            table = self.tidy(conf_level, ddf)[["term", "estimate", "conf_low", "conf_high"]]
            table.insert(0, "group", "fixed")
            return pd.concat([variance_intervals(self.model, self.optimum.theta, conf_level), table], ignore_index=True)
        check_level(conf_level)
        if method == "profile":
            check_choice("criterion", self.method if criterion is None else criterion, ("REML", "ML"))
            fit = self if criterion in (None, self.method) else self.refit(str(criterion))
            return profile_intervals(fit.model, fit.optimum.theta, fit.estimates, conf_level)
        if method == "bootstrap":
            return bootstrap_intervals(self, self.rows_needed("confint"), conf_level, n_sims, seed)
        raise MultilevelError("L028", found=str(method), known=["wald", "profile", "bootstrap"])

    def simulate(self, n_sims: int = 1, *, seed: int | None = None) -> pd.DataFrame:
        """Outcomes that the model makes, with new random effects and residuals: a column a simulation."""
        design = self.rows_needed("simulate")
        found = simulated(design, self.estimates, n_sims, np.random.default_rng(seed))
        if design.offset is not None:
            found = found + design.offset[:, None]
        return pd.DataFrame(found, index=design.rows, columns=[f"sim_{k}" for k in range(1, n_sims + 1)])

    def robust(self, kind: str = "CR2", *, cluster: str | None = None, conf_level: float = 0.95) -> pd.DataFrame:
        """Fixed effects with cluster-robust standard errors, columns as :meth:`tidy`.

        Parameters
        ----------
        kind : "CR2" or "CR0"
            CR2 corrects for few clusters and has Satterthwaite's degrees of freedom; CR0 does not correct.
        cluster : str, optional
            Grouping factor within which all others lie; the one with the fewest groups unless given.
        conf_level : float

        Raises
        ------
        MultilevelError
            L029 when rows of different clusters share a group, L075 where the only clusters would be groups of multiple
            membership, L026 for a fit with weights from sums of products, or where persons were summed.
        """
        check_choice("kind", kind, ("CR2", "CR0"))
        sandwich = self._sandwich(kind, cluster)
        df = sandwich.df(np.eye(len(self._names))) if kind == "CR2" else np.full(len(self._names), np.inf)
        errors = np.sqrt(np.diagonal(sandwich.covariance))
        return tests_table(self._names, self.estimates.beta, errors, df, conf_level)

    def _sandwich(self, kind: str, cluster: str | None) -> ClusterRobust:
        cross = self.model.cross
        if cross.persons is not None:
            raise MultilevelError("L026", what="robust")
        several = [":".join(group) for group in cross.memberships]
        if cluster in several or len(several) == len(cross.codes):
            raise MultilevelError("L075", found=cluster or several[0])
        known = {":".join(group): codes for group, codes in cross.codes.items() if ":".join(group) not in several}
        label = cluster or min(known, key=lambda name: self.n_groups[name])
        factors = {
            group: Grouping(codes, cross.labels[group], cross.memberships.get(group))
            for group, codes in cross.codes.items()
        }
        if label not in known or not all(found.lies_within(known[label]) for found in factors.values()):
            raise MultilevelError("L029", found=label, known=list(known))
        if cross.weights is None:
            found = cluster_robust(self.model, self.solution, self._relative, known[label], kind)
            unit = float(self.model.working.scale[cross.columns.response])
            return found.in_units(unit * self.model.working.fixed_map)
        design = self.rows_needed("robust")
        codes = next(found.codes for group, found in design.groupings.items() if ":".join(group) == label)
        return cluster_robust_of_rows(design, self.estimates, codes, kind)

    @cached_property
    def variance_shares(self) -> VarianceShares:
        """Variances of the fixed part, of each grouping factor and of the residual, averaged over the rows."""
        return variance_shares(self.model, self.estimates, self.design)

    def predict(
        self,
        new: pd.DataFrame | None = None,
        *,
        random: bool = True,
        interval: str | bool | None = None,
        conf_level: float = 0.95,
        ddf: str = "satterthwaite",
    ) -> pd.Series[float] | pd.DataFrame:
        """Predicted values, or a table of them with intervals.

        Parameters
        ----------
        new : DataFrame, optional
            Rows with the columns of the formula; those of the model unless given.
        random : bool
            Whether random effects count; groups that the model does not know count as zero, and are warned of. Groups
            are known by their labels, whether these are numbers or texts.
        interval : "confidence", "prediction" or None
            ``"confidence"`` is for the value around which outcomes lie: with random effects that of the group itself,
            by the joint error covariance of fixed and random effects (Henderson 1975); without them that of the
            average group. ``"prediction"`` is for an outcome, and adds the residual variance divided by the precision
            weight of the row; without random effects it is for a row of groups that were not seen. Groups that the
            model does not know add all of their variance in both kinds. True is ``"confidence"``.
        conf_level : float
        ddf : "satterthwaite", "residual" or "none"
            Degrees of freedom of the whole error variance of a row. They take in how sure the variances are; no other
            correction is made. ``"kenward-roger"`` where ``random=False, interval="confidence"``.

        Returns
        -------
        Series or DataFrame
            With an interval the columns ``estimate, std_error, df, conf_low, conf_high``.

        Raises
        ------
        MultilevelError
            L023 when columns are missing, L120 for a level of a factor that the model does not know, L097 for text
            where the model has numbers, L127 for rows that are no DataFrame, L090 to L094 for intervals that are not
            there.
        """
        design = self.rows_needed("predict")
        new = design.frame if new is None else new
        values = prediction.fixed_part(design, self.estimates.beta, new)[0]
        if random:
            values = values + prediction.random_part(design, self.random_effects, new)
        if interval is None or interval is False:
            return pd.Series(values, index=new.index, name="predicted")
        kind = "confidence" if interval is True else interval
        return prediction.prediction_table(
            self, design, new, values, random=random, interval=kind, ddf=ddf, conf_level=conf_level
        )

    def fitted(self, level: str = "conditional") -> pd.Series[float]:
        """Predicted values of the rows of the model; levels as for :meth:`residuals`."""
        design = self.rows_needed("fitted")
        return pd.Series(fitted_values(self, design, level), index=design.rows, name="fitted")

    def residuals(self, level: str = "conditional", kind: str = "raw") -> pd.Series[float]:
        """What the fitted values leave, a row each.

        Parameters
        ----------
        level : str
            ``"marginal"`` leaves what the fixed part does not explain; the label of a grouping factor what its random
            effects and those of the factors around it do not either; ``"conditional"`` what all do not.
        kind : "raw", "pearson" or "standardised"
            Pearson's are divided by the standard deviation that the model gives to what is left; standardised ones by
            that of the residual itself, which is smaller, since the row had a part in its prediction.

        Raises
        ------
        MultilevelError
            L026 for a fit of sums, L091 for an unknown level, L092 for an unknown kind.
        """
        design = self.rows_needed("residuals")
        return pd.Series(residuals(self, design, level, kind), index=design.rows, name="residual")

    def leverage(self, group: str | None = None) -> pd.DataFrame:
        """How much each row pulls its own prediction: ``fixed, random, total``; hat values.

        ``total`` is the diagonal of the matrix that takes outcomes to fitted values, as lme4's ``hatvalues``; ``fixed``
        that of X(X'V^-1 X)^-1 X'V^-1, with the number of fixed effects as its sum; ``random`` what the random effects
        add (Demidenko & Stukel 2005, Statistics in Medicine 24, 893-909).

        Parameters
        ----------
        group : str, optional
            Label of a grouping factor; then a row a group with ``n`` and the means over its rows.

        Raises
        ------
        MultilevelError
            L026 for a fit of sums, L091 for an unknown factor.
        """
        return leverage(self, self.rows_needed("leverage"), group)

    def quantiles(self, level: str) -> pd.DataFrame:
        """Are the effects of a level normal? A row an effect, with the place that it would have if they were.

        Parameters
        ----------
        level : str
            Label of a grouping factor, or ``"conditional"`` for the residuals of rows.

        Returns
        -------
        DataFrame
            ``estimate``; ``standardised``, divided by the standard deviation of the conditional mode itself (Goldstein
            2011, Multilevel Statistical Models, section 2.12), so that small groups, whose modes shrink, count as
            others do; ``quantile`` of the normal distribution (Blom 1958); ``band_low, band_high``, between which 95%
            of the values at that place lie.

        Raises
        ------
        MultilevelError
            L026 for residuals of a fit of sums, L091 for an unknown level.
        """
        return normal_quantiles(self, level)

    @cached_property
    def error_terms(self) -> ErrorTerms:
        """Parts of the error variances of the fitted values, relative to the residual variance."""
        return error_terms(self, self.rows_needed("leverage"), "conditional")

    @property
    def relative_covariances(self) -> list[Array]:
        """Relative covariance matrices in working units, a grouping factor each."""
        return self._relative

    @property
    def variability(self) -> Variability:
        """How sure the variances are, in working units."""
        return self._fixed.satterthwaite

    def fixed_table(self, contrasts: Array, ddf: str, conf_level: float) -> pd.DataFrame:
        """Combinations of fixed effects, shape (n, p), as a table of tests without names."""
        return self._fixed.table(contrasts, [""] * len(contrasts), ddf, conf_level)

    def rows_needed(self, what: str) -> Design:
        """The rows, or a refusal (L026) that names what needs them."""
        if self.design is None:
            raise MultilevelError("L026", what=what)
        return self.design

    def refit(self, method: str) -> LinearMixedModel:
        """The same model by the other method, ``REML`` or ``ML``."""
        from lcresearch.multilevel.fitting import fitted
        from lcresearch.multilevel.model import model_of

        return fitted(model_of(self.model.cross, reml=method == "REML"), self.design)
