"""Standard errors of rotated loadings and a test of fit that need no normal distribution (delta method).

Loadings are a function of the correlations. Its derivative follows from the equations that estimates satisfy: a
derivative of the discrepancy that is zero, and a rotation criterion at rest (Jennrich, 1973, 1974; Browne, 2001;
Zhang & Preacher, 2015). What the correlations vary from sample to sample, by whatever distribution, then gives what
the loadings vary, and what the residuals do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from lcresearch.measurement.columns import Array
from lcresearch.measurement.exploratory.rotation import CRITERIA, OBLIQUE, kaiser_weights

MOST_PAIRS = 1500
"""Correlations up to which standard errors are computed (55 items): the covariance matrix has this number squared."""

_Complex = npt.NDArray[Any]
_ROWS = 5000
_TINY = 1e-20


@dataclass(frozen=True)
class RotatedErrors:
    """Precision of a rotated solution.

    Attributes
    ----------
    loadings : array, shape (p, m)
        Standard errors of the pattern.
    factor_correlations : array, shape (m, m)
        Standard errors; zero on the diagonal and after an orthogonal rotation.
    chi_square, p_value, rmsea : float
        The test of fit with its mean and variance adjusted (scaled and shifted; Asparouhov & Muthén, 2010), and the
        root mean square error of approximation that goes with it.
    """

    loadings: Array
    factor_correlations: Array
    chi_square: float
    p_value: float
    rmsea: float


def rotated_errors(
    correlation: Array,
    pattern: Array,
    phi: Array,
    *,
    method: str,
    rotation: str,
    gamma: Array,
    n: int,
    df: int,
    discrepancy: float,
) -> RotatedErrors:
    """Precision of loadings ``pattern`` (p, m) with factor correlations ``phi`` (m, m).

    ``gamma`` is n times the covariance matrix of the correlations, pairs in the order of ``numpy.triu_indices(p, 1)``;
    ``discrepancy`` the minimum of the function that was minimised, of which n times is the unadjusted test.
    """
    p, m = pattern.shape
    free_phi = rotation in OBLIQUE and m > 1
    slopes = _model_slopes(pattern, phi, free_phi)
    implied = pattern @ phi @ pattern.T
    np.fill_diagonal(implied, 1.0)
    upper = np.triu_indices(p, 1)
    sensitivity = _sensitivity(slopes, _constraint_slopes(pattern, phi, rotation, free_phi, method), implied, method)
    covariance = sensitivity @ gamma @ sensitivity.T / n
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    of_phi = np.zeros((m, m))
    if free_phi:
        pairs = np.triu_indices(m, 1)
        of_phi[pairs] = of_phi.T[pairs] = errors[p * m :]
    residual = np.eye(len(gamma)) - slopes[:, upper[0], upper[1]].T @ sensitivity
    weight = np.eye(len(gamma)) if method == "minres" else np.linalg.inv(normal_gamma(implied))
    adjusted = _adjusted_test(n * discrepancy, df, residual.T @ weight @ residual @ gamma)
    rmsea = float(np.sqrt(max(adjusted - df, 0.0) / (n * df))) if df > 0 else float("nan")
    p_value = float(stats.chi2.sf(adjusted, df)) if df > 0 else float("nan")
    return RotatedErrors(errors[: p * m].reshape(p, m), of_phi, adjusted, p_value, rmsea)


def _model_slopes(pattern: Array, phi: Array, free_phi: bool) -> Array:
    """Derivative of the implied correlations to each loading, and each factor correlation, shape (k, p, p)."""
    p, m = pattern.shape
    structure = pattern @ phi
    slopes = np.zeros((p, m, p, p))
    rows = np.arange(p)
    slopes[rows, :, rows, :] = structure.T[None]
    loadings = (slopes + slopes.transpose(0, 1, 3, 2)).reshape(p * m, p, p)
    if not free_phi:
        return np.asarray(loadings, dtype=np.float64)
    first, second = np.triu_indices(m, 1)
    products = pattern.T[first][:, :, None] * pattern.T[second][:, None, :]
    return np.concatenate([loadings, products + products.transpose(0, 2, 1)])


def _sensitivity(slopes: Array, constraints: Array, implied: Array, method: str) -> Array:
    """Derivative of loadings and factor correlations to the correlations, shape (k, number of pairs)."""
    k, p = len(slopes), len(implied)
    off = ~np.eye(p, dtype=bool)
    if method == "minres":
        whole, weighted = slopes * off, slopes * off
    else:
        unique = np.zeros((p, p, p))
        unique[np.arange(p), np.arange(p), np.arange(p)] = 1.0
        whole = np.concatenate([slopes, unique])
        inverse = np.linalg.inv(implied)
        weighted = inverse @ whole @ inverse
    size = len(whole)
    information = weighted.reshape(size, -1) @ whole.reshape(size, -1).T / 2
    upper = np.triu_indices(p, 1)
    c = len(constraints)
    bordered = np.zeros((size + c, size + c))
    bordered[:size, :size] = information
    bordered[size:, : constraints.shape[1]] = constraints
    bordered[: constraints.shape[1], size:] = constraints.T
    right = np.zeros((size + c, len(upper[0])))
    right[:size] = weighted[:, upper[0], upper[1]]
    return np.asarray(np.linalg.solve(bordered, right)[:k], dtype=np.float64)


def _constraint_slopes(pattern: Array, phi: Array, rotation: str, free_phi: bool, method: str) -> Array:
    """Derivative of the conditions of a rotation at rest to loadings and factor correlations, by complex steps."""
    p, m = pattern.shape
    k = p * m + (m * (m - 1) // 2 if free_phi else 0)
    if m == 1:
        return np.zeros((0, k))
    steps = np.eye(k) * (1j * _TINY)
    loadings = pattern + steps[:, : p * m].reshape(k, p, m)
    phis = np.repeat(phi[None].astype(complex), k, axis=0)
    if free_phi:
        first, second = np.triu_indices(m, 1)
        phis[:, first, second] += steps[:, p * m :]
        phis[:, second, first] += steps[:, p * m :]
    return np.asarray(_conditions(loadings, phis, rotation, method).imag.T / _TINY, dtype=np.float64)


def _conditions(loadings: _Complex, phi: _Complex, rotation: str, method: str) -> _Complex:
    """What is zero at rest, shape (k, number of conditions), for loadings of shape (k, p, m)."""
    m = loadings.shape[2]
    if rotation == "none":
        unique = 1 - (loadings**2).sum(axis=2, keepdims=True)
        scaled = loadings if method == "minres" else loadings / unique
        return np.asarray((loadings.transpose(0, 2, 1) @ scaled)[:, *np.triu_indices(m, 1)])
    if rotation == "varimax":
        loadings = loadings / kaiser_weights(loadings)
    product = loadings.transpose(0, 2, 1) @ CRITERIA[rotation](loadings)[1]
    if rotation in OBLIQUE:
        product = product @ np.linalg.inv(phi)
        return np.asarray(product[:, ~np.eye(m, dtype=bool)])
    return np.asarray((product - product.transpose(0, 2, 1))[:, *np.triu_indices(m, 1)])


def _adjusted_test(statistic: float, df: int, product: Array) -> float:
    """The statistic, scaled and shifted to the mean and variance of chi-square with ``df`` degrees of freedom."""
    if df <= 0:
        return float("nan")
    mean, squares = float(np.trace(product)), float((product * product.T).sum())
    scale = np.sqrt(df / squares)
    return max(float(scale * statistic + df - scale * mean), 0.0)


def normal_gamma(correlation: Array) -> Array:
    """n times the covariance matrix of correlations of normal variables (Steiger, 1980), pairs as ``triu_indices``."""
    i, j = np.triu_indices(len(correlation), 1)
    r, own = correlation, correlation[i, j]
    ik, il, jk, jl = r[np.ix_(i, i)], r[np.ix_(i, j)], r[np.ix_(j, i)], r[np.ix_(j, j)]
    squares = own[:, None] * own * (ik**2 + il**2 + jk**2 + jl**2) / 2
    crossed = ik * jl + il * jk
    return np.asarray(
        squares + crossed - own[:, None] * (ik * il + jk * jl) - own * (ik * jk + il * jl), dtype=np.float64
    )


def sample_gamma(answers: Array, correlation: Array, pairs: Array) -> Array:
    """The same without assuming a distribution (Browne & Shapiro, 1986); ``answers`` (n, p), NaN is missing.

    A person has no influence on a correlation with an item that he or she left open; ``pairs`` (p, p) counts persons.
    """
    n, p = answers.shape
    i, j = np.triu_indices(p, 1)
    centred = answers - np.nanmean(answers, axis=0)
    z = centred / np.sqrt(np.nanmean(centred**2, axis=0))
    total, sums = np.zeros((len(i), len(i))), np.zeros(len(i))
    weight = n / pairs[i, j]
    for start in range(0, n, _ROWS):
        a, b = z[start : start + _ROWS, i], z[start : start + _ROWS, j]
        influence = np.nan_to_num((a * b - correlation[i, j] * (a**2 + b**2) / 2) * weight)
        total += influence.T @ influence
        sums += influence.sum(axis=0)
    return np.asarray(total / n - np.outer(sums, sums) / n**2, dtype=np.float64)
