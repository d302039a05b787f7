"""Correlations adjusted for a marker variable (Lindell & Whitney 2001).

A marker has nothing to do with what is studied. If all scales share the same method variance r_M, correlations with the
marker are that variance, and what is left of a correlation is

    r_A = (r - r_M) / (1 - r_M)        t = r_A / sqrt((1 - r_A^2) / (n - 3))

(their equations 4 and 5): the partial correlation given the method, with n - 3 degrees of freedom. As r_M is estimated,
the same is done with its upper confidence limit (Malhotra, Kim & Patil 2006).
"""

from __future__ import annotations

from math import atanh, sqrt, tanh

import numpy as np
from scipy import stats

from lcresearch.measurement.factor_models.arrays import Array


def adjusted(correlation: Array, shared: float) -> Array:
    """What is left of correlations without the method variance ``shared`` (below 1), of the same shape."""
    return np.asarray((correlation - shared) / (1 - shared))


def tested(correlation: Array, n: float) -> tuple[Array, Array]:
    """t statistics with n - 3 degrees of freedom and their two-sided p values."""
    df = n - 3
    with np.errstate(divide="ignore"):
        statistic = correlation / np.sqrt((1 - correlation**2) / df)
    return statistic, 2 * stats.t.sf(np.abs(statistic), df)


def limits(correlation: Array, n: float, level: float) -> tuple[Array, Array]:
    """Confidence limits of partial correlations given one variable, by Fisher's z."""
    with np.errstate(divide="ignore"):
        z = np.arctanh(np.clip(correlation, -1, 1))
    width = stats.norm.ppf((1 + level) / 2) / sqrt(n - 4)
    return np.tanh(z - width), np.tanh(z + width)


def upper_limit(correlation: float, n: float, level: float) -> float:
    """Upper end of the two-sided confidence interval of an ordinary correlation."""
    return tanh(atanh(correlation) + float(stats.norm.ppf((1 + level) / 2)) / sqrt(n - 3))
