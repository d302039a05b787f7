"""Agreement within groups, all groups at once: variances, average deviations, r_wg, r_wg(j) and a_wg."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lcresearch.measurement.columns import Array, Codes

MOST_LEVELS = 64
"""Whole numbers within a range of this size are counted instead of sorted, which is many times faster."""


@dataclass(frozen=True)
class ItemSpread:
    """How the answers to one item spread within each group; all arrays have shape (n_groups,).

    ``variance`` divides by n - 1; ``ad_mean`` and ``ad_median`` are average absolute deviations from the mean and the
    median of the group (Burke, Finkelstein & Dusig, 1999). NaN in groups with fewer than two answers.
    """

    n: Array
    mean: Array
    variance: Array
    ad_mean: Array
    ad_median: Array


def item_spread(answers: Array, codes: Codes, n_groups: int) -> ItemSpread:
    """Spread of one item within groups; ``answers`` and ``codes`` have shape (n,) and hold nothing missing."""
    if len(answers) and answers.max() - answers.min() < MOST_LEVELS and bool(np.all(answers == np.floor(answers))):
        return _counted(answers, codes, n_groups)
    return _sorted(answers, codes, n_groups)


def _counted(answers: Array, codes: Codes, n_groups: int) -> ItemSpread:
    first = answers.min()
    levels = np.arange(first, answers.max() + 1)
    cells = codes * len(levels) + (answers - first).astype(np.int64)
    counts = np.bincount(cells, minlength=n_groups * len(levels)).reshape(n_groups, len(levels)).astype(float)
    n = counts.sum(axis=1)
    several = np.where(n > 1, n, np.nan)
    mean = counts @ levels / several
    cumulative = counts.cumsum(axis=1)
    lower = levels[np.argmax(cumulative >= ((n + 1) // 2)[:, None], axis=1)]
    upper = levels[np.argmax(cumulative >= (n // 2 + 1)[:, None], axis=1)]
    from_mean = np.abs(levels - mean[:, None])
    from_median = np.abs(levels - ((lower + upper) / 2)[:, None])
    return ItemSpread(
        n=n,
        mean=mean,
        variance=(counts * from_mean**2).sum(axis=1) / (several - 1),
        ad_mean=(counts * from_mean).sum(axis=1) / several,
        ad_median=(counts * from_median).sum(axis=1) / several,
    )


def _sorted(answers: Array, codes: Codes, n_groups: int) -> ItemSpread:
    n = np.bincount(codes, minlength=n_groups).astype(float)
    several = np.where(n > 1, n, np.nan)
    shift = answers.mean() if len(answers) else 0.0
    mean = np.bincount(codes, weights=answers - shift, minlength=n_groups) / several + shift
    median = np.full(n_groups, np.nan)
    filled = n > 1
    in_order = answers[np.lexsort((answers, codes))]
    start = np.concatenate([[0], np.cumsum(n)[:-1]])[filled].astype(np.int64)
    size = n[filled].astype(np.int64)
    median[filled] = (in_order[start + (size - 1) // 2] + in_order[start + size // 2]) / 2
    from_mean, from_median = answers - mean[codes], answers - median[codes]
    return ItemSpread(
        n=n,
        mean=mean,
        variance=np.bincount(codes, weights=from_mean**2, minlength=n_groups) / (several - 1),
        ad_mean=np.bincount(codes, weights=np.abs(from_mean), minlength=n_groups) / several,
        ad_median=np.bincount(codes, weights=np.abs(from_median), minlength=n_groups) / several,
    )


@dataclass(frozen=True)
class ScaleSpread:
    """How the answers to the items of a scale spread within each group, averaged over the items.

    ``n`` counts the persons who answered every item. All arrays have shape (n_groups,).
    """

    n: Array
    variance: Array
    ad_mean: Array
    ad_median: Array
    awg: Array


def scale_spread(
    items: Iterable[Array], codes: Codes, n_groups: int, response_range: tuple[float, float] | None
) -> ScaleSpread:
    """Average the spread over items, which come one at a time so that a large table is never copied.

    ``items`` yields arrays of shape (n,) in the order of ``codes``, without missing values.
    """
    n = np.bincount(codes, minlength=n_groups).astype(float)
    total = np.zeros((3, n_groups))
    awg_sum, awg_count, n_items = np.zeros(n_groups), np.zeros(n_groups), 0
    for answers in items:
        spread = item_spread(answers, codes, n_groups)
        total += (spread.variance, spread.ad_mean, spread.ad_median)
        item_awg = awg(spread, response_range)
        awg_count += ~np.isnan(item_awg)
        awg_sum += np.nan_to_num(item_awg)
        n_items += 1
    with np.errstate(invalid="ignore"):
        variance, ad_mean, ad_median = total / n_items
        return ScaleSpread(n, variance, ad_mean, ad_median, awg_sum / awg_count)


def r_wg(variance: Array, null_variance: float, n_items: int) -> Array:
    """r_wg of one item and r_wg(j) of several (James, Demaree & Wolf, 1984, equations 1 and 6), never below 0.

    Parameters
    ----------
    variance : array, shape (n_groups,)
        Mean over the items of the variance within the group. Above that of the null distribution it counts as equal.
    null_variance : float
        Variance of the answers if there were no agreement at all.
    n_items : int
        Number of items, j; with one item the two formulas are the same.

    Examples
    --------
    >>> r_wg(np.array([0.25, 2.5]), 2.0, 1).tolist()
    [0.875, 0.0]
    """
    disagreement = np.minimum(variance, null_variance) / null_variance
    agreement = n_items * (1 - disagreement)
    return np.asarray(agreement / (agreement + disagreement), dtype=np.float64)


def r_wg_lindell(variance: Array, null_variance: float) -> Array:
    """r*_wg(j) of Lindell, Brandt and Whitney (1999): the number of items plays no part, and it may be negative."""
    return np.asarray(1 - variance / null_variance, dtype=np.float64)


def awg(spread: ItemSpread, response_range: tuple[float, float] | None) -> Array:
    """a_wg of one item (Brown & Hauenstein, 2005, equation 3): agreement against the most disagreement possible.

    NaN in groups whose mean lies so near an end of the scale that the largest variance cannot be reached; 1 where all
    chose the same end.
    """
    if response_range is None:
        return np.full(len(spread.n), np.nan)
    low, high = response_range
    n, mean = spread.n, spread.mean
    rounding = 1e-12 * (high - low)
    with np.errstate(invalid="ignore", divide="ignore"):
        near_low = mean < (low * (n - 1) + high) / n - rounding
        near_high = mean > (high * (n - 1) + low) / n + rounding
        largest = ((high + low) * mean - mean**2 - high * low) * n / (n - 1)
        found = np.where(near_low | near_high | (n < 2), np.nan, 1 - 2 * spread.variance / largest)
    at_an_end = (mean - low <= rounding) | (high - mean <= rounding)
    return np.where(at_an_end, 1.0, found)
