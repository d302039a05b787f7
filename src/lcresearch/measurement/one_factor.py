"""One factor by minimum residuals (minres, unweighted least squares), and omega that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from lcresearch.measurement.columns import Array
from lcresearch.measurement.item_moments import ItemMoments

SMALLEST_UNIQUENESS = 0.005
"""Bound below which no uniqueness goes, as in R's psych and factanal; a solution on it is a Heywood case."""

_HIGHEST = float(np.sqrt(1 - SMALLEST_UNIQUENESS))


@dataclass(frozen=True)
class OneFactor:
    """A one-factor solution.

    Attributes
    ----------
    loadings : array, shape (p,)
        Signed so that they sum to a positive number.
    free : array of bool, shape (p,)
        False for loadings that lie on their bound.
    gradient : float
        Largest absolute derivative over the free loadings; 0 at the minimum.
    converged : bool
        Whether that is a minimum to machine precision.
    """

    loadings: Array
    free: npt.NDArray[np.bool_]
    gradient: float
    converged: bool

    @property
    def uniquenesses(self) -> Array:
        """Variance of each item that the factor does not explain."""
        return np.asarray(1 - self.loadings**2, dtype=np.float64)

    @property
    def heywood(self) -> bool:
        """Whether a uniqueness lies on its bound."""
        return not bool(self.free.all())


def minres(correlation: Array) -> OneFactor:
    """Loadings that minimise the sum of squared residual correlations (Harman & Jones, 1966).

    L-BFGS-B finds the minimum within the bounds, Newton steps on the free loadings take it to machine precision.
    Needs p >= 3 items; two items do not identify a factor.
    """
    values, vectors = np.linalg.eigh(correlation)
    start = vectors[:, -1] * np.sqrt(values[-1])
    limits = [(-_HIGHEST, _HIGHEST)] * len(start)
    found = optimize.minimize(
        _loss, np.clip(start, -_HIGHEST, _HIGHEST), args=(correlation,), jac=True, method="L-BFGS-B", bounds=limits
    )
    loadings, free = _polish(np.asarray(found.x), correlation)
    if loadings.sum() < 0:
        loadings = -loadings
    slope = float(np.max(np.abs(_gradient(loadings, correlation)[free]), initial=0.0))
    return OneFactor(loadings, free, slope, slope < 1e-8)


def _polish(loadings: Array, correlation: Array) -> tuple[Array, npt.NDArray[np.bool_]]:
    free = np.abs(loadings) < _HIGHEST - 1e-9
    for _ in range(20):
        step = np.zeros_like(loadings)
        step[free] = np.linalg.lstsq(
            _hessian(loadings, correlation)[np.ix_(free, free)], _gradient(loadings, correlation)[free], rcond=None
        )[0]
        proposal = np.clip(loadings - step, -_HIGHEST, _HIGHEST)
        if _loss(proposal, correlation)[0] > _loss(loadings, correlation)[0] * (1 + 1e-12):
            break
        loadings = proposal
        free &= np.abs(loadings) < _HIGHEST
        if np.max(np.abs(step)) < 1e-15:
            break
    return loadings, free


def _residual(loadings: Array, correlation: Array) -> Array:
    residual = correlation - np.outer(loadings, loadings)
    np.fill_diagonal(residual, 0.0)
    return np.asarray(residual, dtype=np.float64)


def _gradient(loadings: Array, correlation: Array) -> Array:
    return np.asarray(-2 * _residual(loadings, correlation) @ loadings, dtype=np.float64)


def _loss(loadings: Array, correlation: Array) -> tuple[float, Array]:
    residual = _residual(loadings, correlation)
    return float((residual**2).sum() / 2), _gradient(loadings, correlation)


def _hessian(loadings: Array, correlation: Array) -> Array:
    hessian = -2 * (correlation - 2 * np.outer(loadings, loadings))
    np.fill_diagonal(hessian, 2 * ((loadings**2).sum() - loadings**2))
    return np.asarray(hessian, dtype=np.float64)


def omega_total(correlation: Array, factor: OneFactor) -> float:
    """Omega total, 1 - sum of uniquenesses / sum of correlations (McDonald, 1999, equation 6.20; as R's psych)."""
    return float(1 - factor.uniquenesses.sum() / correlation.sum())


def omega_derivative(correlation: Array, factor: OneFactor) -> Array:
    """How omega changes with each correlation, shape (p, p), symmetric, with a zero diagonal.

    Entry (i, j) is the change with the correlation of i and j (one number, that stands twice in the matrix). The
    loadings move with it as the minimum does: implicit differentiation of the gradient.
    """
    loadings, free, total = factor.loadings, factor.free, float(correlation.sum())
    pull = np.zeros_like(loadings)
    by_loading = 2 * loadings / total
    curvature = _hessian(loadings, correlation)[np.ix_(free, free)]
    pull[free] = np.linalg.lstsq(curvature, by_loading[free], rcond=None)[0]
    through_loadings = 2 * (np.outer(pull, loadings) + np.outer(loadings, pull))
    derivative = through_loadings + 2 * factor.uniquenesses.sum() / total**2
    np.fill_diagonal(derivative, 0.0)
    return np.asarray(derivative, dtype=np.float64)


def standardised_alpha_derivative(correlation: Array) -> Array:
    """How standardised alpha changes with each correlation; the form is that of :func:`omega_derivative`."""
    p, total = len(correlation), float(correlation.sum())
    derivative = np.full((p, p), 2 * p**2 / ((p - 1) * total**2))
    np.fill_diagonal(derivative, 0.0)
    return derivative


def delta_std_error(answers: Array, moments: ItemMoments, derivative: Array) -> float:
    """Standard error of a function of correlations without assuming a distribution (delta method).

    Each person's influence on the correlation of i and j is z_i z_j - r_ij (z_i^2 + z_j^2) / 2 (Browne & Shapiro,
    1986); persons who left an item open have no influence on its correlations. ``answers`` has shape (n, p);
    ``derivative`` is a matrix as :func:`omega_derivative` gives.
    """
    known = ~np.isnan(answers)
    count = known.sum(axis=0)
    mean = np.where(known, answers, 0.0).sum(axis=0) / count
    centred = np.where(known, answers - mean, 0.0)
    z = centred / np.sqrt((centred**2).sum(axis=0) / count)
    weights = derivative / 2 * len(answers) / moments.pairs
    products = ((z @ weights) * z).sum(axis=1)
    squares = (z**2 * (known.astype(float) @ (weights * moments.correlation))).sum(axis=1)
    influence = products - squares
    return float(np.sqrt(((influence - influence.mean()) ** 2).sum() / (len(answers) - 1) / len(answers)))
