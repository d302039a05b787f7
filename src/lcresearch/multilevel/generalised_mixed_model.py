"""A fitted generalised linear mixed model and what is read off it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.messages import Messages
from lcresearch.multilevel import prediction
from lcresearch.multilevel.cumulative import category_chances
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.estimates import Estimates, effect_tables, term_numbers, variance_components
from lcresearch.multilevel.families import inverse_link
from lcresearch.multilevel.generalised_inference import GeneralisedInference
from lcresearch.multilevel.generalised_model import GeneralisedModel
from lcresearch.multilevel.joint_optimum import JointOptimum, fixed_covariance
from lcresearch.multilevel.mixed_model import MixedModel
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.variance_shares import VarianceShares, variance_shares

_FAR, _FAR_VARIANCE = 10.0, 400.0


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
        return Estimates(beta, covariance, self._distribution_variance(), self._covariances, self.deviance)

    @property
    def _covariances(self) -> tuple[Array, ...]:
        """Covariance matrices of the terms in the order of the formula, in the units of the data."""
        theta, *_ = self.model.parameters.split(self.optimum.vector)
        relative, found = self.model.layout.covariances(theta), {}
        for (place, block), number in zip(self.model.layout.blocks(), term_numbers(self.model), strict=True):
            own = self.model.working.part(self._cross.columns.terms[number].columns)
            found[number] = own @ relative[place][block, block] @ own.T
        return tuple(found[number] for number in range(len(found)))

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
        """What the reader must know; as for linear models, and terms that tell the outcome apart without error."""
        found, apart = MixedModel.cautions(self), self.separated()
        if apart:
            found.insert(0, Messages()("multilevel.separated", terms=", ".join(apart)))
        if self.family == "binomial" and self.categories:
            found.append(Messages()("multilevel.success", label=self.categories[-1]))
        return found
