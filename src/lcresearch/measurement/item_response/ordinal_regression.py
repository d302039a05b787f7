"""Ordinal logistic regression (proportional odds) by Newton's method.

Own code and not statsmodels' OrderedModel, since differential item functioning takes hundreds of such fits: that model
searches by BFGS with thresholds as logarithms of gaps and a numerical Hessian, and takes far longer for the same
optimum. It is used in the tests, beside R's ordinal::clm.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import scipy.linalg

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response.cumulative_logit import log_chances

_MOST_STEPS = 60
_LARGEST_VARIANCE = 1e6


class OrdinalFit(NamedTuple):
    """Thresholds and slopes of P(y <= k) = F(c_k - x b), in the units of x, and the log-likelihood.

    ``converged`` is False where categories are told apart without error, so that there is no finite optimum.
    """

    thresholds: Array
    slopes: Array
    log_likelihood: float
    converged: bool


def ordinal_regression(codes: Codes, x: Array) -> OrdinalFit:
    """Fit by maximum likelihood (McCullagh, 1980).

    Parameters
    ----------
    codes : array of int, shape (n,)
        Categories from 0 without gaps.
    x : array, shape (n, q)
        Predictors, without a constant; q may be 0.
    """
    counts = np.bincount(codes).astype(float)
    n, q = len(codes), x.shape[1]
    k = len(counts)
    shares = np.cumsum(counts)[:-1] / n
    centre = x.mean(axis=0) if q else np.zeros(0)
    spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0) if q else np.ones(0)
    z = (x - centre) / spread
    vector = np.concatenate([np.log(shares / (1 - shares)), np.zeros(q)])
    value, slope, information = _derivatives(vector, codes, z, k)
    converged = False
    for _ in range(_MOST_STEPS):
        step = _solved(information, slope)
        if step is None:
            break
        if float(slope @ step) < 1e-16 * n:
            converged = bool(np.abs(vector).max() < 20) and _bounded(information)
            break
        for halvings in range(20):
            proposal = vector + step / 2**halvings
            if (np.diff(proposal[: k - 1]) > 0).all():
                moved = _derivatives(proposal, codes, z, k)
                if moved[0] >= value - 1e-12 * n:
                    break
        else:
            break
        vector, (value, slope, information) = proposal, moved
    slopes = vector[k - 1 :] / spread
    return OrdinalFit(vector[: k - 1] + float(centre @ slopes), slopes, value, converged)


def _solved(information: Array, slope: Array) -> Array | None:
    """The step of Newton's method; None where the information has no inverse, or next to none."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", scipy.linalg.LinAlgWarning)
        try:
            return np.asarray(scipy.linalg.solve(information, slope, assume_a="pos"))
        except (scipy.linalg.LinAlgError, scipy.linalg.LinAlgWarning, ValueError):
            return None


def _bounded(information: Array) -> bool:
    """Whether all estimates have a variance to speak of: without one, a small group may be told apart without error."""
    inverse = _solved(information, np.eye(len(information)))
    return inverse is not None and bool(np.diagonal(inverse).max() < _LARGEST_VARIANCE)


def _derivatives(vector: Array, codes: Codes, z: Array, k: int) -> tuple[float, Array, Array]:
    """Log-likelihood, gradient and minus the Hessian at thresholds and slopes."""
    ends = np.concatenate([[-np.inf], vector[: k - 1], [np.inf]])
    eta = z @ vector[k - 1 :]
    above, below = ends[codes + 1], ends[codes]
    found = log_chances(above - eta, below - eta, above - below)
    by_threshold = np.bincount(codes, found.above, k)[:-1] + np.bincount(codes, found.below, k)[1:]
    slope = np.concatenate([by_threshold, z.T @ found.predictor])
    bend = -(found.above_2 + 2 * found.crossed + found.below_2)
    matrix = np.zeros((len(vector), len(vector)))
    inner = np.arange(k - 1)
    matrix[inner, inner] = -np.bincount(codes, found.above_2, k)[:-1] - np.bincount(codes, found.below_2, k)[1:]
    between = -np.bincount(codes, found.crossed, k)[1:-1]
    matrix[inner[:-1], inner[1:]] = matrix[inner[1:], inner[:-1]] = between
    matrix[k - 1 :, k - 1 :] = (z * bend[:, None]).T @ z
    for j in range(z.shape[1]):
        with_slope = np.bincount(codes, z[:, j] * (found.above_2 + found.crossed), k)[:-1]
        with_slope = with_slope + np.bincount(codes, z[:, j] * (found.below_2 + found.crossed), k)[1:]
        matrix[k - 1 + j, : k - 1] = matrix[: k - 1, k - 1 + j] = with_slope
    return float(found.value.sum()), slope, matrix


def expected_category(fit: OrdinalFit, x: Array, values: Array) -> Array:
    """Mean answer at rows of x, shape (n,), when category k counts as ``values[k]``."""
    reach = 1 / (1 + np.exp(np.clip(fit.thresholds - (x @ fit.slopes)[:, None], -700, 700)))
    return np.asarray(values[0] + reach @ np.diff(values))
