"""Regression to the mean: how much change a low start alone would bring, and whether change hangs on the start.

Who is picked for a low score, or happened to be low, scores nearer to the mean next time, without any effect. With the
correlation r between waves and equal spread, (1 - r) times the distance to the mean of those from whom they were picked
is to be expected (Galton 1886; Barnett, van der Pols & Dobson 2005). For the same reason the slope of change on the
score before is below zero when nothing happens: it equals r s2/s1 - 1, an artefact. Two answers to that stand beside
it: Oldham (1962) correlates change with the mean of both waves, which tests whether spread changed (Pitman 1939), and
Blomqvist (1977) takes the error of measurement out of the slope, where reliability is known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.change.firms_fixed import Array
from lcresearch.change.two_waves import TwoWaves

FEWEST = 4
_LOW = 1 / 3


def regression_to_the_mean(
    waves: TwoWaves, *, reference_mean: float | None = None, reliability: float | None = None
) -> pd.DataFrame:
    """What a low start alone would bring.

    Parameters
    ----------
    waves : TwoWaves
    reference_mean : float, optional
        Mean before of those from whom the persons were picked, such as of a whole sector.
    reliability : float, optional
        Of the score, between 0 and 1.

    Returns
    -------
    DataFrame
        One row, of linked persons in groups that take part: ``n, correlation, sd_before, sd_after, reference_mean,
        expected_change`` (of the whole), ``lowest_n, lowest_change, lowest_expected`` (the third with the lowest start:
        what it changed and what its start alone would bring, about the mean of all), ``slope`` (of change on before),
        ``slope_blomqvist`` (NaN without reliability), ``oldham, oldham_p_value``.
    """
    who = waves.linked & waves.of_part
    before, after = waves.before[who], waves.after[who]
    row: dict[str, Any] = dict.fromkeys(_COLUMNS, np.nan) | {"n": len(before), "lowest_n": 0}
    row["reference_mean"] = np.nan if reference_mean is None else reference_mean
    if len(before) < FEWEST or not (before.std() > 0 and after.std() > 0):
        return pd.DataFrame([row])
    change, r = after - before, float(np.corrcoef(before, after)[0, 1])
    s1, s2 = float(before.std(ddof=1)), float(after.std(ddof=1))
    slope = r * s2 / s1 - 1
    row |= {"correlation": r, "sd_before": s1, "sd_after": s2, "slope": slope}
    row |= {"expected_change": (1 - r) * (row["reference_mean"] - before.mean())}
    row |= _of_lowest(before, change, r) | _oldham(before, after)
    if reliability is not None:
        row["slope_blomqvist"] = blomqvist(slope, reliability)
    return pd.DataFrame([row])


_COLUMNS = (
    "n", "correlation", "sd_before", "sd_after", "reference_mean", "expected_change", "lowest_n", "lowest_change",
    "lowest_expected", "slope", "slope_blomqvist", "oldham", "oldham_p_value",
)  # fmt: skip


def blomqvist(slope: float, reliability: float) -> float:
    """The slope of true change on the true score before (Blomqvist 1977): (b + e) / (1 - e), e the share of error.

    Examples
    --------
    With nothing but error between waves, the slope is minus the share of error, and the true slope zero:

    >>> round(abs(blomqvist(-0.2, 0.8)), 9)
    0.0
    """
    error = 1 - reliability
    return (slope + error) / reliability


def _of_lowest(before: Array, change: Array, r: float) -> dict[str, float]:
    """The persons with the lowest start, about a third; ties at the edge belong to it."""
    edge = np.sort(before)[int(np.ceil(len(before) * _LOW)) - 1]
    low = before <= edge
    expected = (1 - r) * (before.mean() - before[low].mean())
    return {"lowest_n": int(low.sum()), "lowest_change": float(change[low].mean()), "lowest_expected": float(expected)}


def _oldham(before: Array, after: Array) -> dict[str, float]:
    middle, change = (before + after) / 2, after - before
    if not (middle.std() > 0 and change.std() > 0):
        return {"oldham": np.nan, "oldham_p_value": np.nan}
    found = scipy.stats.pearsonr(middle, change)
    return {"oldham": float(found.statistic), "oldham_p_value": float(found.pvalue)}
