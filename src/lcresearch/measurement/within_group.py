"""Agreement within groups, all groups at once: variances, average deviations, r_wg, r_wg(j) and a_wg."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.intraclass import GroupMoments, group_moments

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


def item_statistics(
    answers: Array, codes: Codes, complete: npt.NDArray[np.bool_], n_groups: int
) -> tuple[GroupMoments, ItemSpread]:
    """Moments of one item over all who answered it, and its spread over those who answered every item.

    Parameters
    ----------
    answers : array, shape (n,)
        NaN is missing.
    codes : array of int, shape (n,)
        Group of each row; -1 is no group.
    complete : array of bool, shape (n,)
        Rows without any missing answer to the items of the scale.
    """
    known = (codes >= 0) & ~np.isnan(answers)
    if not known.all():
        answers, codes, complete = answers[known], codes[known], complete[known]
    if not _countable(answers):
        return group_moments(answers, codes, n_groups), _sorted(answers[complete], codes[complete], n_groups)
    levels = np.arange(answers.min(), answers.max() + 1)
    counts = _count(answers, codes, levels, n_groups)
    partly = ~complete
    without_partly = counts - _count(answers[partly], codes[partly], levels, n_groups)
    return _moments(counts, levels), _counted(without_partly, levels)


def _countable(answers: Array) -> bool:
    if len(answers) == 0 or answers.max() - answers.min() >= MOST_LEVELS:
        return False
    return bool(np.all(answers == np.floor(answers)))


def _count(answers: Array, codes: Codes, levels: Array, n_groups: int) -> Array:
    """Persons in each group with each answer, shape (n_groups, number of levels)."""
    cells = codes * len(levels) + (answers - levels[0]).astype(np.int64)
    counts = np.bincount(cells, minlength=n_groups * len(levels))
    return counts.reshape(n_groups, len(levels)).astype(float)


def _moments(counts: Array, levels: Array) -> GroupMoments:
    sizes = counts.sum(axis=1)
    with np.errstate(invalid="ignore"):
        means = (counts @ levels) / sizes
    squares = np.nan_to_num((counts * (levels - means[:, None]) ** 2).sum(axis=1))
    return GroupMoments(sizes, means, squares)


def _counted(counts: Array, levels: Array) -> ItemSpread:
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

    ``n`` counts the persons who answered every item. All arrays have shape (n_groups,); all but ``n`` are NaN in groups
    where fewer than a minimum did.
    """

    n: Array
    variance: Array
    ad_mean: Array
    ad_median: Array
    awg: Array


def scale_spread(
    items: Sequence[ItemSpread], response_range: tuple[float, float] | None, minimum_complete: int = 2
) -> ScaleSpread:
    """Average the spread over items in groups of at least ``minimum_complete``; a_wg where it is defined."""
    of_items = np.stack([awg(item, response_range) for item in items])
    defined = ~np.isnan(of_items)
    with np.errstate(invalid="ignore"):
        mean_awg = np.where(defined, of_items, 0.0).sum(axis=0) / defined.sum(axis=0)
    hidden = np.where(items[0].n >= minimum_complete, 0.0, np.nan)
    return ScaleSpread(
        n=items[0].n,
        variance=np.mean([item.variance for item in items], axis=0) + hidden,
        ad_mean=np.mean([item.ad_mean for item in items], axis=0) + hidden,
        ad_median=np.mean([item.ad_median for item in items], axis=0) + hidden,
        awg=mean_awg + hidden,
    )


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
