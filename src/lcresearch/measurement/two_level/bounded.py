"""The likelihood of two levels where between covariances are kept possible: no combination with a negative variance.

Free between covariances without this bound can make the likelihood as high as one likes, if the largest clusters are
fewer than the items: Sigma_B + Sigma_W / n can then be made singular in a direction in which none of those clusters
deviates. Within the bound a maximum exists. Where it lies at the bound it is found from the inside, with -w log det
Sigma_B added for ever smaller w (an interior point method: Boyd & Vandenberghe 2004, Convex Optimization, chapter 11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import Arrow
from lcresearch.measurement.factor_models.scoring import Optimum, minimise
from lcresearch.measurement.two_level.likelihood import ClusterLikelihood, Pair, half_trace
from lcresearch.measurement.two_level.two_level_layout import TwoLevelLayout

_FIRST = 1e-2
_LAST = 1e-7
_SMALLER = 0.1
_INSIDE = 1e-5
_EDGE = 1e-8
_STEPS = 20


@dataclass(frozen=True)
class BoundedLikelihood:
    """Minus the log-likelihood a person, minus a weight times log det Sigma_B; infinite where that does not exist.

    Between covariances must be parameters themselves, not follow from loadings or paths.

    Attributes
    ----------
    objective : ClusterLikelihood
    weight : float
    """

    objective: ClusterLikelihood
    weight: float = 0.0

    @property
    def layout(self) -> TwoLevelLayout:
        """Places of the parameters."""
        return self.objective.layout

    def value(self, theta: Array) -> float:
        """The value; infinite outside of the bound."""
        try:
            lower = np.linalg.cholesky(self.layout.implied(theta)[1].covariance[0])
        except np.linalg.LinAlgError:
            return np.inf
        return self.objective.value(theta) - 2 * self.weight * float(np.log(np.diagonal(lower)).sum())

    def local_gradient(self, implied: Pair) -> Array:
        """Derivatives to theta, shape (n_free,)."""
        slopes = self.objective.derivatives(implied)
        along = np.where(slopes.of_within, 0, (slopes.left * (self._inverse(implied) @ slopes.right)).sum(axis=0))
        return np.asarray(self.objective.local_gradient(implied) - 2 * self.weight * along @ self.layout.spread)

    def local_information(self, implied: Pair) -> Array:
        """Expected second derivatives, shape (1, n_free, n_free)."""
        return self.objective.local_information(implied) + self._bend(implied)

    def local_hessian(self, theta: Array) -> Array:
        """Observed second derivatives, shape (1, n_free, n_free)."""
        return self.objective.local_hessian(theta) + self._bend(self.layout.implied(theta))

    def gathered(self, local: Array) -> Array:
        """The gradient as it is."""
        return local

    def _inverse(self, implied: Pair) -> Array:
        """Of Sigma_B, at the places of all variables."""
        p, places = len(self.layout.variables), self.layout.places[1]
        found = np.zeros((p, p))
        found[np.ix_(places, places)] = np.linalg.inv(implied[1].covariance[0])
        return found

    def _bend(self, implied: Pair) -> Array:
        """Second derivatives of -w log det Sigma_B."""
        slopes = self.objective.derivatives(implied)
        between = ~slopes.of_within
        second = half_trace(slopes, self._inverse(implied)[None])[0] * np.outer(between, between)
        return np.asarray(2 * self.weight * self.layout.spread.T @ second @ self.layout.spread)[None]


def minimise_bounded(objective: ClusterLikelihood, arrow: Arrow, start: Array) -> Optimum:
    """The minimum over between covariances that are positive semi-definite, from a start inside.

    At the bound twice the log-likelihood of all persons is at most 2e-7 times the number of variables below the
    maximum.
    """
    inner = minimise(BoundedLikelihood(objective), arrow, start)
    if inner.converged:
        return inner
    weight, last, theta = _FIRST, _LAST / objective.moments.n_persons, start
    while True:
        # near the bound rounding keeps the last digits from coming: more steps would bring nothing
        found = minimise(BoundedLikelihood(objective, weight), arrow, theta, _STEPS)
        theta = found.theta
        if weight <= last:
            break
        weight = max(weight * _SMALLER, last)
    if smallest_share(objective.layout.implied(theta)[1].covariance[0]) > _INSIDE:
        inner = minimise(BoundedLikelihood(objective), arrow, theta)
        if inner.converged:
            return inner
    if not found.converged:
        found = minimise(BoundedLikelihood(objective, last), arrow, theta)
    return replace(found, value=objective.value(found.theta))


def smallest_share(covariance: Array) -> float:
    """The smallest eigenvalue of a covariance matrix in the unit of its own variances; negative if it cannot be."""
    unit = np.sqrt(np.maximum(np.abs(np.diagonal(covariance)), 1e-300))
    return float(np.linalg.eigvalsh(covariance / np.outer(unit, unit))[0])


def is_possible(covariance: Array) -> bool:
    """Whether no combination of variables has a negative variance."""
    return smallest_share(covariance) >= -_EDGE


def is_at_bound(covariance: Array) -> bool:
    """Whether some combination of variables has no variance."""
    return smallest_share(covariance) < _INSIDE
