"""P values of several tests, corrected for their number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def holm(p_values: Array) -> Array:
    """P values corrected for their number by Holm (1979); NaN stays NaN and does not count.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    return _adjusted(p_values, step_up=False)


def benjamini_hochberg(p_values: Array) -> Array:
    """P values corrected for the false discovery rate by Benjamini and Hochberg (1995); NaN does not count.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    return _adjusted(p_values, step_up=True)


def _adjusted(p_values: Array, *, step_up: bool) -> Array:
    adjusted = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    m = len(order)
    rank = np.arange(1, m + 1)
    if step_up:
        scaled = p_values[order] * m / rank
        adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    else:
        adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * (m - rank + 1)), 1)
    return adjusted
