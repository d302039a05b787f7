"""Unrotated factors: minimum residuals (unweighted least squares) and maximum likelihood.

Both minimise a function of the uniquenesses alone, since the loadings that go with given uniquenesses follow from an
eigen-decomposition (Jöreskog, 1967, 1977; Harman & Jones, 1966). Gradient and Hessian are exact, so that Newton steps
take the minimum to machine precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize

from lcresearch.measurement.columns import Array
from lcresearch.measurement.item_moments import squared_multiple_correlations
from lcresearch.measurement.one_factor import SMALLEST_UNIQUENESS

Method = Literal["minres", "ml"]
METHODS = ("minres", "ml")

_Derivatives = tuple[float, Array, Array]
_STEPS = 50


@dataclass(frozen=True)
class Extraction:
    """Unrotated factors of p items.

    Attributes
    ----------
    loadings : array, shape (p, m)
        Columns in order of what they explain, each with a positive sum.
    uniquenesses : array, shape (p,)
        Variance of each item that the factors do not explain; not below :data:`SMALLEST_UNIQUENESS`.
    at_bound : array of bool, shape (p,)
        Heywood cases: items whose uniqueness lies on that bound.
    objective : float
        Minimum of the discrepancy: half the sum of squared residual correlations over both triangles (minres), or the
        likelihood's log |Sigma| - log |R| + tr(R Sigma^-1) - p (ml).
    gradient : float
        Largest absolute derivative over the uniquenesses that are free.
    """

    loadings: Array
    uniquenesses: Array
    at_bound: npt.NDArray[np.bool_]
    objective: float
    gradient: float

    @property
    def converged(self) -> bool:
        """Whether the derivatives are zero to machine precision."""
        return self.gradient < 1e-7


def extract(correlation: Array, n_factors: int, method: Method = "minres") -> Extraction:
    """Loadings of ``n_factors`` factors; ``correlation`` has shape (p, p) and is positive definite."""
    derivatives = _minres_derivatives if method == "minres" else _likelihood_derivatives
    start = _start(correlation, n_factors)
    log = method == "ml"
    lower, upper = SMALLEST_UNIQUENESS, 1.0
    bounds = (np.log(lower), 0.0) if log else (lower, upper)
    found = optimize.minimize(
        lambda x: derivatives(x, correlation, n_factors)[:2],
        np.log(start) if log else start,
        jac=True,
        method="L-BFGS-B",
        bounds=[bounds] * len(start),
        options={"maxiter": 1000},
    )
    x, at_bound, gradient = _newton(np.asarray(found.x), bounds, lambda x: derivatives(x, correlation, n_factors))
    uniquenesses = np.exp(x) if log else x
    values, vectors = _spectrum(correlation, uniquenesses, log)
    top = vectors[:, :n_factors] * np.sqrt(np.maximum(values[:n_factors] - (1.0 if log else 0.0), 0.0))
    loadings = np.sqrt(uniquenesses)[:, None] * top if log else top
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Extraction(loadings, uniquenesses, at_bound, derivatives(x, correlation, n_factors)[0], gradient)


def _start(correlation: Array, n_factors: int) -> Array:
    squared = squared_multiple_correlations(correlation)
    if np.isnan(squared).any():
        squared = np.abs(correlation - np.eye(len(correlation))).max(axis=0)
    # Jöreskog (1967): somewhat above what the other items leave unexplained
    return np.clip((1 - 0.5 * n_factors / len(correlation)) * (1 - squared), 2 * SMALLEST_UNIQUENESS, 1.0)


def _spectrum(correlation: Array, uniquenesses: Array, scaled: bool) -> tuple[Array, Array]:
    """Eigenvalues from large to small, and vectors, of R - Psi, or of Psi^-1/2 R Psi^-1/2."""
    if scaled:
        root = np.sqrt(uniquenesses)
        values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    else:
        values, vectors = np.linalg.eigh(correlation - np.diag(uniquenesses))
    return values[::-1], vectors[:, ::-1]


def _minres_derivatives(x: Array, correlation: Array, n_factors: int) -> _Derivatives:
    """Half the sum of squares of the last p - m eigenvalues of R - Psi, its gradient and Hessian to Psi."""
    values, vectors = _spectrum(correlation, x, scaled=False)
    first, rest = vectors[:, :n_factors], vectors[:, n_factors:]
    top, small = values[:n_factors], values[n_factors:]
    gap = small[:, None] - top[None, :]
    weights = 2 * small[:, None] / np.where(np.abs(gap) > 1e-12, gap, -1e-12)
    hessian = (rest @ rest.T) ** 2 + _weighted_products(rest, first, weights)
    return float((small**2).sum() / 2), -(rest**2) @ small, hessian


def _likelihood_derivatives(x: Array, correlation: Array, n_factors: int) -> _Derivatives:
    """The likelihood's discrepancy with the loadings profiled out, its gradient and Hessian to log Psi."""
    values, vectors = _spectrum(correlation, np.exp(x), scaled=True)
    values = np.maximum(values, 1e-14)
    first, rest = vectors[:, :n_factors], vectors[:, n_factors:]
    top, small = values[:n_factors], values[n_factors:]
    slope = 1 - 1 / small
    within = (small[:, None] + small) ** 2 / (4 * small[:, None] * small) + slope[:, None] * small / 2
    gap = small[:, None] - top[None, :]
    gap = np.where(np.abs(gap) > 1e-12, gap, -1e-12)
    across = slope[:, None] / 2 * ((small[:, None] + top) ** 2 / gap + top)
    hessian = _weighted_products(rest, rest, within) + _weighted_products(rest, first, across)
    hessian += np.diag(rest**2 @ (slope * small)) / 2
    objective = float((small - np.log(small) - 1).sum())
    return objective, -(rest**2) @ (small - 1), hessian


def _weighted_products(left: Array, right: Array, weights: Array) -> Array:
    """Sum over k, l of weights[k, l] a a' with a the product of column k of ``left`` and column l of ``right``."""
    products = (left[:, :, None] * right[:, None, :]).reshape(len(left), -1)
    return np.asarray((products * weights.ravel()) @ products.T, dtype=np.float64)


def _newton(
    x: Array, bounds: tuple[float, float], derivatives: Callable[[Array], _Derivatives]
) -> tuple[Array, npt.NDArray[np.bool_], float]:
    """Newton steps on what is free, halved until the objective falls; a variable leaves its bound when pulled off."""
    low, high = bounds
    value, slope, hessian = derivatives(x)
    free = np.ones(len(x), dtype=bool)
    for _ in range(_STEPS):
        free = ~(((x <= low + 1e-12) & (slope > 0)) | ((x >= high - 1e-12) & (slope < 0)))
        if not free.any() or np.abs(slope[free]).max() < 1e-13:
            break
        roots, axes = np.linalg.eigh(hessian[np.ix_(free, free)])
        step = np.zeros_like(x)
        step[free] = axes @ ((axes.T @ slope[free]) / np.maximum(np.abs(roots), 1e-8))
        size = 1.0
        for _ in range(30):
            proposal = np.clip(x - size * step, low, high)
            found = derivatives(proposal)
            if found[0] <= value:
                break
            size /= 2
        if found[0] > value or np.array_equal(proposal, x):
            break
        x, (value, slope, hessian) = proposal, found
    gradient = float(np.abs(slope[free]).max(initial=0.0))
    return x, np.asarray(x <= low + 1e-9), gradient
