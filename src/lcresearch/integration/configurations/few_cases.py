"""How many conditions a number of cases can bear."""

from __future__ import annotations

import numpy as np

REFUSED = 0.5
"""With this chance or more, tossed coins give a truth table as clean as real outcomes do: the analysis is refused."""

CAUTION = 0.05


def chance_without_contradiction(n_cases: int, n_rows: int) -> float:
    """The chance that a coin that is tossed for the outcome of each case gives a truth table without contradiction.

    Cases fall in the rows with equal chance each; a contradiction is a row with cases with and without the outcome.
    A truth table that chance could have made as clean explains nothing, which is the thought behind the benchmarks
    for numbers of conditions of Marx (2010). The chance here is exact, not simulated: of n cases that fall in d
    different rows, all but the first in each row must agree, so the chance is the mean of 2 ** (d - n).

    Parameters
    ----------
    n_cases : int
    n_rows : int
        Combinations that are possible: 2 ** k for k conditions that are present or absent.

    Examples
    --------
    Two cases meet in one of four rows with chance 1/4, and then disagree with chance 1/2:

    >>> chance_without_contradiction(2, 4)
    0.875
    >>> [round(chance_without_contradiction(18, 2**k), 3) for k in (3, 4, 5, 6, 7)]
    [0.001, 0.011, 0.094, 0.303, 0.55]
    """
    most = min(n_cases, n_rows)
    occupied = np.arange(most + 1)
    weights = np.zeros(most + 1)
    weights[0] = 1.0
    for _ in range(n_cases):
        stays = weights * occupied / n_rows / 2
        stays[1:] += weights[:-1] * (n_rows - occupied[:-1]) / n_rows
        weights = stays
    return float(weights.sum())


def cases_needed(n_rows: int, chance: float = CAUTION) -> int:
    """The fewest cases with which that chance is below ``chance``.

    Examples
    --------
    >>> [cases_needed(2**k) for k in (3, 4, 5, 6, 7, 8)]
    [11, 15, 21, 29, 40, 56]
    """
    low, high = 0, 2
    while chance_without_contradiction(high, n_rows) >= chance:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if chance_without_contradiction(middle, n_rows) >= chance else (low, middle)
    return high
