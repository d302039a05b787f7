"""Whether a change is too small to matter, and how large it can be at most."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.change.sureness import EQUIVALENT


def equivalence(estimate: float, std_error: float, df: float, worthwhile: float | None) -> pd.DataFrame:
    """Two one-sided tests against plus and minus the smallest worthwhile change (Schuirmann 1987).

    Returns
    -------
    DataFrame
        One row: ``worthwhile, low, high`` (the 90% interval), ``p_value`` (the larger of both tests), ``equivalent``
        (at 5%) and ``no_larger_than``: the smallest bound that would make it equivalent, so that 'no change larger
        than this' is wrong in at most 5% of studies.

    Examples
    --------
    >>> equivalence(0.05, 0.1, 20, 0.3)[["low", "high", "p_value", "equivalent", "no_larger_than"]].round(3)
         low   high  p_value  equivalent  no_larger_than
    0 -0.122  0.222    0.011        True           0.222
    """
    row: dict[str, Any] = {"worthwhile": math.nan if worthwhile is None else worthwhile}
    if not (std_error > 0 and df > 0):
        row |= {"low": math.nan, "high": math.nan, "p_value": math.nan, "equivalent": False}
        return pd.DataFrame([row | {"no_larger_than": math.nan}])
    half = float(scipy.stats.t.ppf((1 + EQUIVALENT) / 2, df)) * std_error
    low, high = estimate - half, estimate + half
    bound = row["worthwhile"]
    tests = [scipy.stats.t.sf((bound + sign * estimate) / std_error, df) for sign in (1, -1)]
    p_value = float(np.max(tests))
    row |= {"low": low, "high": high, "p_value": p_value, "equivalent": bool(p_value < 1 - (1 + EQUIVALENT) / 2)}
    return pd.DataFrame([row | {"no_larger_than": max(abs(low), abs(high))}])
