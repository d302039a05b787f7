"""Tests and intervals of correlations."""

from __future__ import annotations

import numpy as np
from scipy import stats

from lcresearch.measurement.columns import Array


def fisher_interval(r: Array, df: Array, conf_level: float = 0.95) -> tuple[Array, Array]:
    """Interval of a correlation by Fisher's z, with standard error 1 / sqrt(df - 1), df = n - 2; NaN where df < 2 and
    where the correlation is 1 or -1, but for rounding.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.arctanh(np.where(np.abs(r) < 1 - 1e-12, r, np.nan))
        half = stats.norm.ppf((1 + conf_level) / 2) / np.sqrt(np.where(df > 1, df - 1, np.nan))
    return np.tanh(z - half), np.tanh(z + half)


def t_test(r: Array, df: Array) -> tuple[Array, Array]:
    """Statistic and two-sided p value of a correlation being 0, t = r sqrt(df / (1 - r^2))."""
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = np.where(df > 0, r * np.sqrt(df / (1 - r**2)), np.nan)
    return statistic, np.asarray(2 * stats.t.sf(np.abs(statistic), np.where(df > 0, df, np.nan)))
