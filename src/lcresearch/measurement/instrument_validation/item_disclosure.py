"""What of the answers to one item may be shared, so that nobody works out what one or two persons answered.

With five answers, the numbers of persons per answer follow from five figures that are known exactly: n, mean, standard
deviation, skewness and kurtosis; or n, mean, standard deviation and the shares of the lowest and the highest answer.
So skewness and kurtosis are never shared, and the others follow two rules:

1. When each answer was given by nobody or by at least the smallest category of persons (3), nothing small can come out:
   mean, standard deviation and shares at the ends are shared.
2. Else only the mean is, rounded to a step that holds at least three answers (.25 with 12 persons, .1 with 30, .01 with
   300), and not where it lies so near an end of the scale that hardly anybody can have answered otherwise.

Suppression and rounding: Hundepool et al. (2012), Statistical Disclosure Control, chapters 4 and 5. By
enumeration of all distributions over five answers, no answer that was given by one or two persons follows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.disclosure import Policy
from lcresearch.measurement.columns import Array
from lcresearch.measurement.item_analysis import ItemAnalysis

STEPS = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.25])
FEW_ITEMS = 2
"""A score over so many items tells nearly as much as an item."""
_KEPT = ("item", "n", "n_missing")


def has_small_category(values: Array, policy: Policy) -> bool:
    """Whether some value is that of one or two persons.

    Examples
    --------
    >>> has_small_category(np.repeat([1.0, 2.0, 3.0], [5, 2, 5]), Policy(minimum_cell=5))
    True
    """
    _, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return bool((counts < policy.minimum_category).any())


def shown_moments(values: Array, ends: tuple[float, float] | None, policy: Policy) -> tuple[float, float]:
    """Mean and standard deviation as far as they may be shared; NaN otherwise.

    Parameters
    ----------
    values : array (n,)
        Answers to one item, or scores over few; missing ones are left out.
    ends : tuple of two floats or None
        Lowest and highest answer; without it those found.
    policy : Policy

    Examples
    --------
    >>> shown_moments(np.repeat([1.0, 2.0, 3.0, 4.0], [2, 10, 10, 8]), (1, 5), Policy(minimum_cell=5))
    (2.8, nan)
    """
    known = values[~np.isnan(values)]
    n = len(known)
    if n < policy.minimum_cell or not known.std() > 0:
        return np.nan, np.nan
    if not has_small_category(known, policy):
        return float(known.mean()), float(known.std(ddof=1))
    steps = STEPS[STEPS * n >= policy.minimum_category - 1e-9]
    if not len(steps):
        return np.nan, np.nan
    step = float(steps[0])
    mean = round(round(float(known.mean()) / step) * step, 2)
    low, high = ends if ends is not None else (float(known.min()), float(known.max()))
    nearest = min(mean - low, high - mean) * n
    return (mean if nearest >= 2 * policy.minimum_category - 1e-9 else np.nan), np.nan


def shown_items(described: ItemAnalysis, answers: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The rows of an item analysis as they may be shared: without skewness and kurtosis, the rest by the rules above.

    Of an item that few persons answered, or that all answered alike, no figures are left.
    """
    table = described.items.copy()
    hidden = (table["n"] < policy.minimum_cell) | ~(table["sd"] > 0)
    table.loc[hidden, [name for name in table if name not in _KEPT]] = np.nan
    columns = [answers[item].to_numpy(dtype=float) for item in table["item"]]
    moments = [shown_moments(values, described.response_range, policy) for values in columns]
    table[["mean", "sd"]] = np.array(moments, dtype=float).reshape(-1, 2)
    small = np.array([has_small_category(values, policy) for values in columns], dtype=bool)
    table.loc[small, ["floor", "ceiling"]] = np.nan
    return table.drop(columns=["skewness", "kurtosis"])
