"""Series in which nothing changes, as many and as large as the points of a chart, to count false alarms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.change.arrays import Floats
from lcresearch.change.charts.limits import c4

_SERIES = 2000
_SEED = 20260102


def simulated_series(kind: str, table: pd.DataFrame, sizes: Floats) -> tuple[Floats, Floats]:
    """Values that are drawn, and standard deviations within points, shape (n_series, n); gaps stay gaps.

    Independent normal values for individuals, means and standard deviations; binomial and Poisson counts for shares
    and rates, about the first centre.
    """
    rng = np.random.default_rng(_SEED)
    n = len(table)
    gaps = table["value"].isna().to_numpy()
    centre = table["centre"].to_numpy(dtype=float)
    safe = np.where(np.isnan(sizes), 2, sizes)
    normal = rng.normal(size=(_SERIES, n))
    degrees = np.maximum(safe - 1, 1)
    spread = np.sqrt(rng.chisquare(degrees, size=(_SERIES, n)) / degrees)
    if kind == "individuals":
        drawn = normal
    elif kind == "xbar":
        drawn = normal / np.sqrt(safe)
    elif kind == "s":
        drawn = spread
    elif kind.startswith("p"):
        trials = np.maximum(np.rint(safe).astype(np.int64), 1)
        drawn = rng.binomial(trials, np.clip(np.nan_to_num(centre), 0, 1), size=(_SERIES, n)) / trials
    else:
        drawn = rng.poisson(np.maximum(np.nan_to_num(centre) * safe, 0), size=(_SERIES, n)) / safe
    spread = np.where(np.isnan(c4(safe)), np.nan, spread)
    return np.where(gaps, np.nan, drawn), np.where(gaps, np.nan, spread)
