"""Tests of ranks beside the t tests, for answers that are far from normal."""

from __future__ import annotations

import numpy as np
import scipy.stats

from lcresearch.change.firms_fixed import Array

_EXACT_UP_TO = 50


def signed_rank(change: Array) -> float:
    """P value of Wilcoxon's signed-rank test, two-sided: exact without ties, else normal with continuity correction.

    Changes of zero are left out, as in R's ``wilcox.test``. NaN when nobody changed.

    Examples
    --------
    >>> round(signed_rank(np.array([0.5, 1.0, -0.25, 1.5, 2.0, 0.75])), 4)
    0.0625
    """
    moved = change[change != 0]
    if not len(moved):
        return np.nan
    ties = len(np.unique(np.abs(moved))) < len(moved) or len(moved) < len(change)
    exact = not ties and len(moved) < _EXACT_UP_TO
    found = scipy.stats.wilcoxon(moved, correction=not exact, method="exact" if exact else "asymptotic")
    return float(found.pvalue)


def rank_sum(first: Array, second: Array) -> float:
    """P value of the Wilcoxon-Mann-Whitney test, two-sided: exact without ties, else normal with correction.

    Examples
    --------
    >>> round(rank_sum(np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])), 4)
    0.1
    """
    if not len(first) or not len(second):
        return np.nan
    both = np.r_[first, second]
    if len(np.unique(both)) == 1:
        return np.nan
    exact = len(np.unique(both)) == len(both) and max(len(first), len(second)) < _EXACT_UP_TO
    found = scipy.stats.mannwhitneyu(first, second, method="exact" if exact else "asymptotic")
    return float(found.pvalue)
