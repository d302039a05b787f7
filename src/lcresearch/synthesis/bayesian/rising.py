"""Where rising functions reach given values: Newton's method that is kept between bounds, many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lcresearch.synthesis.bayesian.panels import Array

_MOST_STEPS = 200
_CLOSE = 1e-13


def solve_rising(
    function: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    wanted: Array,
    low: Array,
    high: Array,
    start: Array | None = None,
) -> Array:
    """The places at which a rising function has the wanted values.

    Parameters
    ----------
    function, slope : function
        Of an array, shape (m,), element by element.
    wanted, low, high : array, shape (n,)
        Values, and bounds of the places.
    start : array, optional
        Where to begin; halfway unless given.

    Examples
    --------
    >>> ends = np.zeros(2), np.full(2, 10.0)
    >>> solve_rising(np.square, lambda x: 2 * x, np.array([4.0, 9.0]), *ends).tolist()
    [2.0, 3.0]
    """
    found = (low + high) / 2 if start is None else np.clip(start, low, high)
    low, high, at = np.array(low, dtype=float), np.array(high, dtype=float), np.arange(len(wanted))
    for _ in range(_MOST_STEPS):
        place = found[at]
        miss = function(place) - wanted[at]
        high[at] = np.where(miss >= 0, place, high[at])
        low[at] = np.where(miss <= 0, place, low[at])
        open_ = (np.abs(miss) > _CLOSE * np.abs(wanted[at])) & (high[at] - low[at] > 4e-16 * np.abs(place))
        if not open_.any():
            break
        at, place, miss = at[open_], place[open_], miss[open_]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            stepped = place - miss / slope(place)
        slack = 1e-14 * np.abs(place) + 1e-10 * (high[at] - low[at])
        between = (stepped > low[at] - slack) & (stepped < high[at] + slack)
        found[at] = np.where(between, stepped, low[at] + (high[at] - low[at]) / 2)
    return found
