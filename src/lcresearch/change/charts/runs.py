"""Runs about a centre line: how long, how many, and how many chance gives. Rows of arrays are series, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb

import numpy as np
import numpy.typing as npt
import scipy.stats

from lcresearch.change.arrays import Floats

Ints = npt.NDArray[np.int64]
SHIFT, TREND = 6, 5
"""Points in a row that count as a shift and as a trend (Perla, Provost & Murray, 2011)."""
_TAIL = 0.025


@dataclass(frozen=True)
class Runs:
    """Runs of each series; all of shape (n_series,).

    Attributes
    ----------
    n_above, n_below : array of int
        Points above and below the centre; those on it count for nothing.
    longest : array of int
        Points in the longest run.
    crossings : array of int
        Runs less one.
    trend : array of int
        Points in the longest rise or fall, equal neighbours counted once.
    """

    n_above: Ints
    n_below: Ints
    longest: Ints
    crossings: Ints
    trend: Ints

    @property
    def n_useful(self) -> Ints:
        """Points off the centre."""
        return self.n_above + self.n_below


def runs_about(values: Floats, centre: Floats) -> Runs:
    """Runs of series about their centres.

    Parameters
    ----------
    values : array, shape (n_series, n)
        NaN where a point is missing; it counts for nothing.
    centre : array, shape (n_series, n) or what broadcasts to it
    """
    with np.errstate(invalid="ignore"):
        sides = np.nan_to_num(np.sign(np.round(values - centre, 12))).astype(np.int64)
    zeros = np.zeros(len(values), dtype=np.int64)
    side, length, longest, changes = zeros.copy(), zeros.copy(), zeros.copy(), zeros.copy()
    direction, rise, steepest, last = zeros.copy(), zeros.copy(), zeros.copy(), np.full(len(values), np.nan)
    for now, value in zip(sides.T, values.T, strict=True):
        off = now != 0
        same = off & (now == side)
        changes += off & ~same & (side != 0)
        length = np.where(same, length + 1, np.where(off, 1, length))
        side = np.where(off, now, side)
        longest = np.maximum(longest, length)
        with np.errstate(invalid="ignore"):
            step = np.nan_to_num(np.sign(np.round(value - last, 12))).astype(np.int64)
        goes_on = (step != 0) & (step == direction)
        rise = np.where(goes_on, rise + 1, np.where(step != 0, 2, np.maximum(rise, ~np.isnan(value))))
        direction = np.where(step != 0, step, direction)
        steepest = np.maximum(steepest, rise)
        last = np.where(np.isnan(value), last, value)
    return Runs((sides > 0).sum(axis=1), (sides < 0).sum(axis=1), longest, changes, steepest)


def chance_of_runs(n_runs: int, n_above: int, n_below: int) -> float:
    """Chance of exactly so many runs when the order is random (Swed & Eisenhart, 1943).

    Examples
    --------
    >>> round(sum(chance_of_runs(r, 5, 5) for r in (1, 2, 3)), 4)
    0.0397
    """
    if min(n_above, n_below) < 1:
        return float(n_runs == 1)
    half, odd = divmod(n_runs, 2)
    if odd:
        ways = comb(n_above - 1, half) * comb(n_below - 1, half - 1) if half else 0
        ways += comb(n_above - 1, half - 1) * comb(n_below - 1, half) if half else 0
    else:
        ways = 2 * comb(n_above - 1, half - 1) * comb(n_below - 1, half - 1) if half else 0
    return ways / comb(n_above + n_below, n_above)


@cache
def limits_of_runs(n_above: int, n_below: int) -> tuple[int, int]:
    """Fewest and most runs that chance explains: outside lies at most 2.5% at either side, computed exactly.

    Tables printed in guides for run charts differ from these by a run at some lengths.

    Examples
    --------
    >>> limits_of_runs(10, 10)
    (7, 15)
    """
    chances = np.array([chance_of_runs(r, n_above, n_below) for r in range(n_above + n_below + 1)])
    fewest = int(np.searchsorted(np.cumsum(chances), _TAIL, side="right"))
    most = len(chances) - 1 - int(np.searchsorted(np.cumsum(chances[::-1]), _TAIL, side="right"))
    return fewest, most


def longest_run_limit(n_useful: Ints) -> Ints:
    """Longest run that chance explains: log2(n) + 3, rounded (Anhøj & Olesen, 2014)."""
    return (np.rint(np.log2(np.maximum(n_useful, 1))) + 3).astype(np.int64)


def fewest_crossings(n_useful: Ints) -> Ints:
    """Fewest crossings that chance explains: the 5% quantile of a binomial with n - 1 trials (Anhøj & Olesen, 2014)."""
    return np.asarray(scipy.stats.binom.ppf(0.05, np.maximum(n_useful - 1, 0), 0.5), dtype=np.int64)


def signals(runs: Runs, rules: str) -> npt.NDArray[np.bool_]:
    """Whether a series shows a signal by a set of rules (``anhoej`` or ``perla``), shape (n_series,)."""
    if rules == "anhoej":
        n = runs.n_useful
        found: npt.NDArray[np.bool_] = (runs.longest > longest_run_limit(n)) | (runs.crossings < fewest_crossings(n))
        return found
    limits = np.array([limits_of_runs(int(a), int(b)) for a, b in zip(runs.n_above, runs.n_below, strict=True)])
    n_runs = runs.crossings + 1
    outside = (n_runs < limits[:, 0]) | (n_runs > limits[:, 1])
    return (runs.longest >= SHIFT) | (runs.trend >= TREND) | outside
