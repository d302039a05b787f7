"""Rules for control charts, on distances to the centre in standard errors. Rows are series, side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from lcresearch.change.arrays import Floats
from lcresearch.change.charts.runs import fewest_crossings, longest_run_limit, runs_about

Bools = npt.NDArray[np.bool_]
Rule = Callable[[Floats], Bools]


def beyond_limits(z: Floats) -> Bools:
    """A point beyond three standard errors."""
    with np.errstate(invalid="ignore"):
        return np.abs(z) > 3


def of_the_last(z: Floats, n: int, of: int, distance: float) -> Bools:
    """The last of ``of`` points, of which ``n`` lie beyond a distance on one side and it does so too."""
    found = np.zeros(z.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        for far in (z > distance, z < -distance):
            if z.shape[1] >= of:
                count = np.lib.stride_tricks.sliding_window_view(far, of, axis=1).sum(axis=2)
                found[:, of - 1 :] |= (count >= n) & far[:, of - 1 :]
    return found


def in_a_row(holds: Bools, n: int) -> Bools:
    """The last of ``n`` points in a row for which something holds."""
    found = np.zeros(holds.shape, dtype=bool)
    if holds.shape[1] >= n:
        found[:, n - 1 :] = np.lib.stride_tricks.sliding_window_view(holds, n, axis=1).all(axis=2)
    return found


def one_side(z: Floats, n: int) -> Bools:
    """``n`` in a row on one side of the centre."""
    with np.errstate(invalid="ignore"):
        return in_a_row(z > 0, n) | in_a_row(z < 0, n)


def rising(z: Floats, n: int) -> Bools:
    """``n`` points in a row that rise, or fall."""
    found = np.zeros(z.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        steps = np.diff(z, axis=1)
        found[:, 1:] = in_a_row(steps > 0, n - 1) | in_a_row(steps < 0, n - 1)
    return found


def alternating(z: Floats, n: int) -> Bools:
    """``n`` points in a row that go up and down in turn."""
    found = np.zeros(z.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        steps = np.diff(z, axis=1)
        found[:, 2:] = in_a_row(steps[:, 1:] * steps[:, :-1] < 0, n - 2)
    return found


def close(z: Floats, n: int) -> Bools:
    """``n`` in a row within one standard error."""
    with np.errstate(invalid="ignore"):
        return in_a_row(np.abs(z) < 1, n)


def far(z: Floats, n: int) -> Bools:
    """``n`` in a row beyond one standard error, on either side."""
    with np.errstate(invalid="ignore"):
        return in_a_row(np.abs(z) > 1, n)


def unusual_runs(z: Floats) -> Bools:
    """At the last point: the longest run is too long, or the centre is crossed too seldom (Anhøj & Olesen, 2014)."""
    runs = runs_about(z, np.zeros((1, 1)))
    signal = (runs.longest > longest_run_limit(runs.n_useful)) | (runs.crossings < fewest_crossings(runs.n_useful))
    found = np.zeros(z.shape, dtype=bool)
    found[:, -1:] = signal[:, None]
    return found


RULES: dict[str, dict[str, Rule]] = {
    "limits": {"beyond_limits": beyond_limits},
    "anhoej": {"beyond_limits": beyond_limits, "unusual_runs": unusual_runs},
    "western_electric": {
        "beyond_limits": beyond_limits,
        "two_of_three": lambda z: of_the_last(z, 2, 3, 2.0),
        "four_of_five": lambda z: of_the_last(z, 4, 5, 1.0),
        "eight_on_one_side": lambda z: one_side(z, 8),
    },
    "nelson": {
        "beyond_limits": beyond_limits,
        "nine_on_one_side": lambda z: one_side(z, 9),
        "six_rising": lambda z: rising(z, 6),
        "fourteen_alternating": lambda z: alternating(z, 14),
        "two_of_three": lambda z: of_the_last(z, 2, 3, 2.0),
        "four_of_five": lambda z: of_the_last(z, 4, 5, 1.0),
        "fifteen_close": lambda z: close(z, 15),
        "eight_far": lambda z: far(z, 8),
    },
}
"""Sets of rules: Shewhart's limits alone; with runs as Anhøj; Western Electric (1956); Nelson (1984)."""
