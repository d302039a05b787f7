"""A fitted generalised linear mixed model and what is read off it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.messages import Messages
from lcresearch.multilevel import prediction
from lcresearch.multilevel.cumulative import category_chances
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.estimates import Estimates, effect_tables, variance_components
from lcresearch.multilevel.families import inverse_link
from lcresearch.multilevel.generalised_inference import GeneralisedInference
from lcresearch.multilevel.generalised_model import GeneralisedModel
from lcresearch.multilevel.generalised_parameters import covariances_of
from lcresearch.multilevel.generalised_profile import profile_intervals
from lcresearch.multilevel.generalised_residuals import KINDS as RESIDUALS
from lcresearch.multilevel.generalised_residuals import PLAIN, dispersion, plain_residuals, quantile_residuals
from lcresearch.multilevel.joint_optimum import JointOptimum, fixed_covariance
from lcresearch.multilevel.mixed_model import FEW_GROUPS, MixedModel
from lcresearch.multilevel.other_outcomes import drawn, predictors
from lcresearch.multilevel.refitting import bootstrap_intervals, influence
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.variance_shares import VarianceShares, variance_shares

_FAR, _FAR_VARIANCE = 10.0, 400.0
_ENOUGH_FOR_Z = 30
_TOO_MUCH, _SURELY = 1.2, 0.01


@dataclass(frozen=True, repr=False, eq=False)
class GeneralisedLinearMixedModel(GeneralisedInference):
    """A generalised linear mixed model that was fitted by :func:`~lcresearch.multilevel.fit_glmm`.

    Attributes
    ----------
    model : GeneralisedModel
        Rows, family and how parameters are held.
    optimum : JointOptimum
        Where the search ended.
    design : Design
        The rows, the outcome as a number.
    text : str
        The formula as it was given.
    """

    title: ClassVar[str] = "Generalised linear mixed model"

    model: GeneralisedModel
    optimum: JointOptimum
    design: Design
    text: str

    @property
    def formula(self) -> str:
        """As it was given."""
        return self.text

    @property
    def family(self) -> str:
        """``binomial``, ``poisson`` or ``cumulative``."""
        return self.model.outcome.family

    @property
    def categories(self) -> tuple[str, ...]:
        """Categories of an ordinal outcome in order; failure and success of a binary one that had names."""
        return self.model.outcome.labels

    @property
    def kind(self) -> str:
        """What models must have in common to be compared."""
        return f"{self.family}, {self.link}, {self.model.n_quadrature}"

    @cached_property
    def estimates(self) -> Estimates:
        """Fixed effects, covariance matrices and the variance that the link gives the residual, as arrays.

        Where thresholds stand for the intercept, that is zero and has no variance.
        """
        k, slopes, p = self.model.parameters.n_extra, self.model.slopes, len(self._cross.columns.fixed)
        found = self.coefficients
        beta, covariance = np.zeros(p), np.zeros((p, p))
        beta[slopes], covariance[np.ix_(slopes, slopes)] = found.values[k:], found.covariance[k:, k:]
        covariances = covariances_of(self.model, self.optimum.vector)
        return Estimates(beta, covariance, self._distribution_variance(), covariances, self.deviance)

    def _distribution_variance(self) -> float:
        """What the distribution adds on the scale of the link; see :attr:`variance_shares`."""
        if self.family == "poisson":
            outcome = self.model.outcome
            return float(np.log1p(1 / np.average(outcome.values, weights=outcome.sizes)))
        return float(np.pi**2 / 3 if self.link == "logit" else 1.0)

    @property
    def fixed_effects(self) -> pd.Series[float]:
        """Estimates by term, without thresholds."""
        names = [self._names[place] for place in self.model.slopes]
        return pd.Series(self.estimates.beta[self.model.slopes], index=names, name="estimate")

    @property
    def thresholds(self) -> pd.Series[float]:
        """Where one category of an ordinal outcome goes over into the next, on the scale of the link."""
        k = self.model.parameters.n_extra
        return pd.Series(self.coefficients.values[:k], index=list(self.coefficients.names[:k]), name="threshold")

    def covariance(self) -> pd.DataFrame:
        """Covariance matrix of thresholds and fixed effects, from the second derivatives to all parameters."""
        names = list(self.coefficients.names)
        return pd.DataFrame(self.coefficients.covariance, index=names, columns=names)

    @property
    def unit(self) -> float:
        """One: random effects are on the scale of the link."""
        return 1.0

    @property
    def variance_components(self) -> pd.DataFrame:
        """A row a variance or covariance: ``group, term_1, term_2, covariance, std_dev, correlation``."""
        return variance_components(self.model, self.estimates).iloc[:-1]

    @cached_property
    def random_effects(self) -> dict[str, pd.DataFrame]:
        """By grouping factor the conditional modes: indexed by the nested key and term, ``estimate, std_dev``.

        Standard deviations are those given all parameters, in the normal approximation at the modes.
        """
        modes = self.optimum.evaluation.modes
        spread = modes.elimination.effects(modes.steps, np.zeros(len(self.model.rows.varying)))
        found = [(mode, own) for mode, (_, own) in zip(modes.effects, spread, strict=True)]
        return effect_tables(self.model, self.model.layout, found, unit=1.0, sigma2=1.0)

    @property
    def deviance(self) -> float:
        """Minus twice the log-likelihood, by the Laplace approximation or quadrature."""
        return self.optimum.evaluation.value

    @property
    def n_parameters(self) -> int:
        """Thresholds, fixed effects, variances and covariances."""
        return self.model.parameters.total

    @property
    def converged(self) -> bool:
        """Whether the search ended where the deviance has its minimum."""
        return self.optimum.converged

    @property
    def singular(self) -> bool:
        """Whether a variance is zero or a correlation one."""
        return self.optimum.singular

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_<group>, family, link, log_likelihood, deviance, aic, bic, converged, singular``."""
        groups = {f"n_{label}": n for label, n in self.n_groups.items()}
        row: dict[str, object] = {"n": self.n, **groups, "family": self.family, "link": self.link}
        row |= {"log_likelihood": self.log_likelihood, "deviance": self.deviance, "aic": self.aic, "bic": self.bic}
        return pd.DataFrame([row | {"converged": self.converged, "singular": self.singular}])

    @cached_property
    def variance_shares(self) -> VarianceShares:
        """Variances on the scale of the link: fixed part, each grouping factor, and what the distribution adds.

        The last is pi^2 / 3 (logit), 1 (probit), or log(1 + 1 / mean count) (log, the lognormal approximation):
        Nakagawa, Johnson & Schielzeth (2017), table 2. From these follow :meth:`icc` and :meth:`r_squared`; without
        random slopes the intraclass correlation of a logit model is var / (var + pi^2 / 3). An effect of each single
        row counts as a group here.
        """
        return variance_shares(self.model, self.estimates)

    def predict(
        self, new: pd.DataFrame | None = None, *, random: bool = True, kind: str = "link"
    ) -> pd.Series[float] | pd.DataFrame:
        """Predicted values.

        Parameters
        ----------
        new : DataFrame, optional
            Rows with the columns of the formula; those of the model unless given.
        random : bool
            Whether random effects count, at their modes; groups that the model does not know count as zero.
        kind : "link" or "response"
            The linear predictor, or the probability of success or expected count; for an ordinal outcome a frame with
            the probability of each category.

        Raises
        ------
        MultilevelError
            L023 when columns are missing, L120 for a level of a factor that the model does not know, L056 for
            another kind.
        """
        self._check_kind(kind)
        new = self.design.frame if new is None else new
        beta = self.estimates.beta[1:] if self._has_added_constant else self.estimates.beta
        values, _ = prediction.fixed_part(self.design, beta, new)
        if random:
            values = values + prediction.random_part(self.design, self.random_effects, new)
        if kind == "link":
            return pd.Series(values, index=new.index, name="predicted")
        if self.family == "cumulative":
            chances = category_chances(self.link, values, self.thresholds.to_numpy())
            return pd.DataFrame(chances, index=new.index, columns=list(self.categories))
        return pd.Series(inverse_link(self.link, values), index=new.index, name="predicted")

    def fitted(self) -> pd.Series[float] | pd.DataFrame:
        """Probabilities or expected counts of the rows of the model, random effects included."""
        return self.predict(kind="response")

    def confint(
        self,
        method: str = "wald",
        *,
        conf_level: float = 0.95,
        ddf: str = "none",
        n_sims: int = 1000,
        seed: int | None = None,
    ) -> pd.DataFrame:
        """Intervals: ``group, term, estimate, conf_low, conf_high``; fixed effects are in group ``fixed``.

        Thresholds stand in group ``threshold``, standard deviations under their own term, correlations under ``a, b``.

        Parameters
        ----------
        method : "wald", "profile" or "bootstrap"
            Wald intervals are of thresholds and fixed effects only. Profiles are those of the deviance of the fit.
            Bootstrap intervals are percentiles over fits to outcomes that the model made, with new random effects.
        conf_level : float
        ddf : str
            Degrees of freedom of Wald intervals.
        n_sims : int
            Bootstrap samples; searches that did not end well are left out and told (L113).
        seed : int, optional

        Raises
        ------
        MultilevelError
            L028 for another method.
        """
        names = self.coefficients.names
        if method == "wald":
            table = self.tidy(conf_level, ddf)[["term", "estimate", "conf_low", "conf_high"]]
            k = self.coefficients.n_thresholds
            table.insert(0, "group", ["threshold"] * k + ["fixed"] * (len(table) - k))
            return table
        if method == "profile":
            return profile_intervals(self.model, self.optimum, names, conf_level)
        if method == "bootstrap":
            simulate = partial(self._simulated, rng=np.random.default_rng(seed))
            return bootstrap_intervals(self.model, self.optimum, names, simulate, conf_level, n_sims)
        raise MultilevelError("L028", found=str(method), known=["wald", "profile", "bootstrap"])

    def _simulated(self, n_sims: int, rng: np.random.Generator) -> Array:
        """Outcomes as numbers, with new random effects, shape (n, n_sims)."""
        estimates = self.estimates
        eta = predictors(self.design, self.model, estimates.beta, estimates.covariances, n_sims, rng)
        return drawn(self.model.outcome, eta, self.thresholds.to_numpy(), rng)

    def simulate(self, n_sims: int = 1, *, seed: int | None = None) -> pd.DataFrame:
        """Outcomes that the model makes, with new random effects: a column a simulation, a row a row of the model.

        Successes (of the trials of the row), counts, or answers: numbers where all categories are numbers, else ordered
        categories.
        """
        found = self._simulated(n_sims, np.random.default_rng(seed)).astype(np.int64)
        frame = pd.DataFrame(found, index=self.design.rows, columns=[f"sim_{k}" for k in range(1, n_sims + 1)])
        if self.family != "cumulative":
            return frame
        numbers = pd.to_numeric(pd.Series(self.categories), errors="coerce")
        if numbers.notna().all():
            return frame.apply(lambda codes: pd.Series(numbers.to_numpy()[codes], index=codes.index))
        kind = pd.CategoricalDtype(list(self.categories), ordered=True)
        return frame.apply(lambda codes: pd.Series(pd.Categorical.from_codes(codes, dtype=kind), index=codes.index))

    def residuals(self, kind: str = "deviance", *, n_sims: int = 250, seed: int | None = None) -> pd.Series[float]:
        """Residuals, a row each.

        Parameters
        ----------
        kind : "deviance", "pearson", "response" or "quantile"
            The first three are R's, about the fitted means, and not of ordered answers. Quantile residuals lie between
            0 and 1, evenly where the model is right: the place of the outcome among simulated ones (see
            :mod:`lcresearch.multilevel.generalised_residuals`).
        n_sims : int
            Simulated outcomes a row, for quantile residuals.
        seed : int, optional

        Raises
        ------
        MultilevelError
            L111 for another kind, or one that ordered answers do not have.
        """
        known = ("quantile",) if self.family == "cumulative" else RESIDUALS
        if kind not in known:
            raise MultilevelError("L111", found=str(kind), family=self.family, known=list(known))
        if kind in PLAIN:
            found = plain_residuals(self.model.outcome, self.fitted().to_numpy(), kind)
        else:
            rng = np.random.default_rng(seed)
            found = quantile_residuals(self.model.outcome.values, partial(self._simulated, rng=rng), n_sims, rng)
        return pd.Series(found, index=self.design.rows, name="residual")

    def dispersion(self) -> pd.DataFrame:
        """Whether outcomes vary more than the distribution allows; one row: ``statistic, df, ratio, p_value``.

        The sum of squared Pearson residuals, its degrees of freedom (rows less all parameters), their ratio, and the p
        value by chi-square. Above 1 standard errors are too small; an effect of each row, ``(1 | row)``, takes that up.
        Random effects of small groups take up a part of it themselves, so that the test is on the safe side.

        Raises
        ------
        MultilevelError
            L114 for single yes-or-no answers and ordered answers, whose variance follows from their mean.
        """
        if not self._can_disperse:
            raise MultilevelError("L114", family=self.family)
        return pd.DataFrame([dispersion(self.model.outcome, self.fitted().to_numpy(), self.n_parameters)])

    @property
    def _can_disperse(self) -> bool:
        several = bool((self.model.outcome.sizes > 1).any())
        return self.family == "poisson" or (self.family == "binomial" and several)

    def influence(self, group: str) -> pd.DataFrame:
        """Cook's distance and estimates without each group; see :func:`~lcresearch.multilevel.refitting.influence`."""
        return influence(self.model, self.optimum, self.design, self.coefficients, group)

    def separated(self) -> list[str]:
        """Terms that tell the outcome apart without error, so that their estimates have no end.

        A term counts when it moves the linear predictor by more than 10 over its range while its standard error is
        larger than the estimate; a grouping factor when its variance, averaged over the rows, is above 400.
        """
        k, n_theta, found = self.model.parameters.n_extra, self.model.parameters.n_theta, []
        beta = self.optimum.vector[n_theta + k :]
        errors = np.sqrt(np.diagonal(fixed_covariance(self.optimum.hessian, n_theta)))[k:]
        reach = np.abs(beta) * np.ptp(self.model.rows.fixed, axis=0)
        far = (reach > _FAR) & (errors > np.abs(beta))
        found += [name for name, flag in zip(self.coefficients.names[k:], far, strict=True) if flag]
        shares = self.variance_shares.random
        found += [f"(1 | {label})" for label, variance in shares.items() if variance > _FAR_VARIANCE]
        return found

    def cautions(self) -> list[str]:
        """What the reader must know; as for linear models, and where z tests are too easy or have no end."""
        found, apart = MixedModel.cautions(self), self.separated()
        if apart:
            found.insert(0, Messages()("multilevel.separated", terms=", ".join(apart)))
        few = [f"{label} ({n})" for label, n in self.n_groups.items() if FEW_GROUPS <= n < _ENOUGH_FOR_Z]
        if few:
            found.append(Messages()("multilevel.short_intervals", groups=", ".join(few)))
        spread = self.dispersion().iloc[0] if self._can_disperse else None
        if spread is not None and spread["ratio"] > _TOO_MUCH and spread["p_value"] < _SURELY:
            found.append(Messages()("multilevel.overdispersed", ratio=f"{spread['ratio']:.2f}"))
        if self.family == "binomial" and self.categories:
            found.append(Messages()("multilevel.success", label=self.categories[-1]))
        return found
