"""Draws of coefficients from their sampling distribution, for intervals of products of them.

A product of two estimates is not normally distributed, its interval not symmetric. Drawing the estimates themselves and
multiplying gives the distribution of the product (MacKinnon, Lockwood & Williams 2004; Preacher & Selig 2012).
"""

from __future__ import annotations

import numpy as np
import scipy.special
import scipy.stats

from lcresearch.multilevel.small_matrices import Array


def drawn(estimates: Array, covariance: Array, df: Array, n_draws: int, seed: int) -> Array:
    """Draws of coefficients, shape (n_draws, k).

    Each has the t distribution of its own degrees of freedom about its estimate, and they go together as their
    covariance matrix says (a normal copula). With infinite degrees of freedom this is the normal distribution of
    MacKinnon, Lockwood & Williams (2004).

    Parameters
    ----------
    estimates : array, shape (k,)
    covariance : array, shape (k, k)
    df : array, shape (k,)
        Degrees of freedom; infinite for normal draws.
    n_draws : int
    seed : int

    Examples
    --------
    >>> import numpy as np
    >>> found = drawn(np.array([0.5, 0.4]), np.diag([0.01, 0.04]), np.array([np.inf, 12.0]), 100_000, seed=1)
    >>> np.quantile(found.prod(axis=1), [0.025, 0.975]).round(2)
    array([-0.02,  0.45])
    """
    errors = np.sqrt(np.diagonal(covariance))
    unit = np.where(errors > 0, errors, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(unit, unit))
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T  # the symmetric one is the same on every machine
    normal = np.random.default_rng(seed).standard_normal((n_draws, len(estimates))) @ root
    for place in np.flatnonzero(np.isfinite(df)):
        # by the lower tail on both sides, where no digits are lost
        lower = scipy.special.ndtr(-np.abs(normal[:, place]))
        normal[:, place] = -np.sign(normal[:, place]) * scipy.special.stdtrit(df[place], lower)
    return estimates + errors * normal


def interval(draws: Array, conf_level: float) -> Array:
    """Percentiles of draws, shape (2,) or (2, k)."""
    return np.quantile(draws, [(1 - conf_level) / 2, (1 + conf_level) / 2], axis=0)


def p_values(draws: Array) -> Array:
    """Twice the smaller share of draws on one side of zero, shape (k,): the interval of one minus it ends at zero."""
    n = len(draws)
    smaller = np.minimum((draws <= 0).sum(axis=0), (draws >= 0).sum(axis=0))
    return np.minimum(2 * (smaller + 1) / (n + 1), 1.0)
