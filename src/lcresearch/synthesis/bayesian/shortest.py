"""The shortest interval that holds a given probability."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lcresearch.synthesis.bayesian.panels import Array

_STARTS = 25
_END = 1e-9


def shortest_interval(
    quantiles: Callable[[Array], Array],
    density: Callable[[Array], Array],
    level: float,
    *,
    ends: tuple[bool, bool] = (False, False),
) -> tuple[float, float]:
    """The shortest interval of one distribution.

    Where it does not begin or end at an end of the distribution the density is the same at both sides; that is solved,
    since the width itself hardly changes near its minimum.

    Parameters
    ----------
    quantiles, density : function
        Of an array, shape (n,).
    level : float
        Probability that the interval holds.
    ends : tuple of bool
        Whether the distribution has a lower and an upper end.

    Examples
    --------
    >>> def quantiles(p):
    ...     return -np.log1p(-p)
    >>> low, high = shortest_interval(quantiles, lambda x: np.exp(-x), 0.95, ends=(True, False))  # exponential
    >>> low, round(high, 5)
    (0.0, 2.99573)
    """
    import scipy.optimize

    first, last = (0.0 if end else _END * (1 - level) for end in ends)
    angle = np.linspace(0.0, np.pi, _STARTS)
    below = first + (1 - level - first - last) * (1 - np.cos(angle)) / 2
    width = quantiles(below + level) - quantiles(below)
    best = int(np.argmin(width))
    low, high = below[max(best - 1, 0)], below[min(best + 1, _STARTS - 1)]

    def falls(p: float) -> float:
        at = density(quantiles(np.array([p, p + level])))
        return float(at[0] - at[1])

    if falls(low) >= 0:
        p = low
    elif falls(high) <= 0:
        p = high
    else:
        p = scipy.optimize.brentq(falls, low, high, xtol=1e-15, rtol=1e-14)
    found = quantiles(np.array([p, p + level]))
    return float(found[0]), float(found[1])
