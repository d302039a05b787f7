"""A fitted model of two levels as numbers: estimates with covariances, tests and measures of fit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import nan

import numpy as np

from lcresearch.measurement.factor_models import fit_measures
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.implied import Implied
from lcresearch.measurement.factor_models.model_syntax import Definition
from lcresearch.measurement.factor_models.quality import correlations
from lcresearch.measurement.factor_models.scoring import Optimum
from lcresearch.measurement.two_level import cluster_scores
from lcresearch.measurement.two_level.bounded import is_possible
from lcresearch.measurement.two_level.cluster_moments import ClusterMoments
from lcresearch.measurement.two_level.free_moments import FreeModel, free_model
from lcresearch.measurement.two_level.likelihood import ClusterLikelihood
from lcresearch.measurement.two_level.two_level_layout import TwoLevelLayout

ESTIMATORS = ("ML", "MLR")


@dataclass(frozen=True)
class TwoLevelEstimated:
    """A model at its maximum.

    Attributes
    ----------
    objective : ClusterLikelihood
    optimum : Optimum
    saturated : FreeModel
    estimator : str
        ``ML`` or ``MLR``.
    definitions : tuple of Definition
    """

    objective: ClusterLikelihood
    optimum: Optimum
    saturated: FreeModel
    estimator: str = "ML"
    definitions: tuple[Definition, ...] = field(default=(), kw_only=True)

    @property
    def layout(self) -> TwoLevelLayout:
        """Places of the parameters."""
        return self.objective.layout

    @property
    def moments(self) -> ClusterMoments:
        """The data."""
        return self.objective.moments

    @property
    def theta(self) -> Array:
        """Estimated parameters, shape (n_free,)."""
        return self.optimum.theta

    @cached_property
    def implied(self) -> tuple[Implied, Implied]:
        """Moments of both levels."""
        return self.layout.implied(self.theta)

    @property
    def n(self) -> float:
        """Persons."""
        return self.moments.n_persons

    @cached_property
    def inverse_information(self) -> Array:
        """Inverse of the observed information of all persons, shape (n_free, n_free)."""
        return np.asarray(np.linalg.inv(self.objective.local_hessian(self.theta)[0])) / self.n

    @cached_property
    def covariance(self) -> Array:
        """Of the estimates, shape (n_free, n_free); with ``MLR`` the sandwich over clusters."""
        if self.estimator == "ML":
            return self.inverse_information
        scores = cluster_scores.scores(self.objective, self.theta)
        return np.asarray(self.inverse_information @ (scores.T @ scores) @ self.inverse_information)

    def level_covariance(self, level: int) -> Array:
        """Covariances of the values of the parameters of a level, shape (n_parameters, n_parameters)."""
        free = self.layout.levels[level].free[0]
        there = (free >= 0).astype(float)
        return np.asarray(self.covariance[free[:, None], free] * there[:, None] * there)

    @cached_property
    def baseline_model(self) -> FreeModel:
        """Without covariances but those of given covariates."""
        return free_model(self.layout, self.moments, covariances=False)

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.saturated.n_free - self.layout.n_free

    @property
    def possible(self) -> bool:
        """Whether the between covariances of the model can be; if not, its test is not to be used."""
        return is_possible(self.implied[1].covariance[0])

    @cached_property
    def test(self) -> Test:
        """Of the model against free moments at both levels, of which those between are bounded (see ``possible``)."""
        return self._test(self.optimum, self.objective, self.df)

    @cached_property
    def baseline(self) -> Test:
        """Of the model without covariances."""
        model = self.baseline_model
        return self._test(model.optimum, model.objective, self.saturated.n_free - model.n_free)

    def _test(self, optimum: Optimum, objective: ClusterLikelihood, df: int) -> Test:
        """The test of a model; scaled with ``MLR``, and NaN where the scaling is not positive."""
        statistic = 2 * self.n * (optimum.value - self.saturated.optimum.value)
        if self.estimator == "ML" or df <= 0:
            return Test(statistic, df)
        scaling = (self.saturated_trace - cluster_scores.trace(objective, optimum.theta)) / df
        return Test(statistic, df, scaling if scaling > 0 else nan)

    @cached_property
    def saturated_trace(self) -> float:
        """tr(A^-1 B) of free moments; NaN where A has no meaning: at the bound it may have directions that fall."""
        objective, theta = self.saturated.objective, self.saturated.optimum.theta
        if np.linalg.eigvalsh(objective.local_hessian(theta)[0])[0] <= 0:
            return nan
        return cluster_scores.trace(objective, theta)

    @property
    def log_likelihood(self) -> float:
        """Of the model, given the covariates whose moments are taken as they are."""
        return self._log_likelihood(self.optimum.value)

    @property
    def log_likelihood_saturated(self) -> float:
        """Of free moments."""
        return self._log_likelihood(self.saturated.optimum.value)

    def _log_likelihood(self, value: float) -> float:
        moments, n = self.moments, self.layout.n_within
        alone = len(moments.variables) - n
        answers = self.n * n + moments.n_clusters * alone
        turned = n * (moments.count * np.log(moments.size)).sum() / 2
        joint = -self.n * value - answers * np.log(2 * np.pi) / 2 - turned
        return float(joint - self._given_log_likelihood)

    @cached_property
    def _given_log_likelihood(self) -> float:
        """Of the given covariates at their sample moments."""
        found, n_within = 0.0, self.layout.n_within
        places = [self.layout.variables.index(name) for name in self.layout.given]
        for own, n in (
            ([at for at in places if at < n_within], self.n),
            ([at for at in places if at >= n_within], self.moments.n_clusters),
        ):
            if own:
                log_det = np.linalg.slogdet(self.moments.total[np.ix_(own, own)])[1]
                found -= n / 2 * (len(own) * (np.log(2 * np.pi) + 1) + float(log_det))
        return found

    def srmr(self) -> dict[str, float]:
        """``srmr_within, srmr_between``."""
        free = (self.saturated.within, self.saturated.between)
        names = ("srmr_within", "srmr_between")
        return {name: _srmr(a, b.covariance[0]) for name, a, b in zip(names, free, self.implied, strict=True)}

    def difference(self, free: TwoLevelEstimated) -> Test:
        """The test against a less restricted model (Satorra & Bentler 2001 where both are scaled)."""
        return fit_measures.difference_test(self.test, free.test)

    def fit(self) -> dict[str, float]:
        """Measures of fit by name; without p values where the between covariances of the model cannot be."""
        robust = self.estimator == "MLR"
        close = dict.fromkeys(("rmsea", "rmsea_low", "rmsea_high", "rmsea_p_close"), nan)
        cfi, tli = nan, nan
        if np.isfinite(self.test.scaled):
            close = fit_measures.rmsea(self.test, self.n, 1, robust=robust)
            close["rmsea_p_close"] = close["rmsea_p_close"] if self.possible else nan
        if np.isfinite(self.test.scaled) and np.isfinite(self.baseline.scaled):
            cfi, tli = fit_measures.incremental(self.test, self.baseline, robust=robust)
        return {
            "chi_square": self.test.scaled,
            "df": float(self.df),
            "p_value": self.test.p_value if self.possible else nan,
            "scaling_factor": self.test.scaling,
            "cfi": cfi,
            "tli": tli,
            **close,
            **self.srmr(),
            "log_likelihood": self.log_likelihood,
            **fit_measures.information_criteria(self.log_likelihood, self.layout.n_free, self.n),
        }


def _srmr(sample: Array, implied: Array) -> float:
    """Root mean square of residual correlations, diagonal counted as zeros as in lavaan; NaN without variances."""
    if (np.diagonal(sample) <= 0).any() or (np.diagonal(implied) <= 0).any():
        return np.nan
    residual = correlations(np.stack([sample, implied]))
    rows, columns = np.tril_indices(len(sample))
    return float(np.sqrt(((residual[0] - residual[1])[rows, columns] ** 2).mean()))
