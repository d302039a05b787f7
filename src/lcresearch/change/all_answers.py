"""The difference of two means of all answers, of whom some are by the same persons and others are not.

For a report that may show the means of both waves, but not the change of those who answered twice, as that would tell
what those answered who did so once. The estimate is the difference of the two means and tells nothing new; its error
takes into account who answered twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.change.firms_fixed import Array, Integers, firm_sums

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class DifferenceOfMeans:
    """Of all persons, and of each of k firms: t intervals follow from these.

    Attributes
    ----------
    estimate, std_error, df : float
        NaN error and degrees of freedom where they are not known.
    by_firm, by_firm_error : array, shape (k,)
    by_firm_df : float
        Of the firms; one spread for all of them.
    """

    estimate: float
    std_error: float
    df: float
    by_firm: Array
    by_firm_error: Array
    by_firm_df: float


def difference_of_means(before: Array, after: Array, firm: Integers, k: int, *, random: bool) -> DifferenceOfMeans:
    """Mean of all answers after less that of all before, of persons who answered at one wave or at both.

    Parameters
    ----------
    before, after : array, shape (n,)
        NaN where there is no answer.
    firm : array of int, shape (n,)
        Firm of each person, 0 to k - 1.
    k : int
    random : bool
        Whether the result speaks of firms like these. Then firms are the units: the error comes from how much the parts
        of firms in the difference vary. Otherwise persons within firms are.

    Notes
    -----
    For persons within firms this is the test for partially overlapping samples of Derrick, Toher & White (2017) with
    standard deviations and correlation taken within firms. Without persons who answered twice it is that of Welch, and
    with all of them the t test for pairs. For firms the error is that of a mean of firms weighed by their answers, with
    as many degrees of freedom as equal firms would have that weigh as much, less one.

    Examples
    --------
    Everybody twice, in one firm:

    >>> before, after = np.array([3.0, 2.5, 3.5, 4.0]), np.array([3.5, 3.0, 3.5, 4.5])
    >>> found = difference_of_means(before, after, np.zeros(4, dtype=int), 1, random=False)
    >>> found.estimate, round(found.std_error, 4), found.df
    (0.375, 0.125, 3.0)
    """
    n, spread, r = _within(before, after, firm, k)
    here, there = ~np.isnan(before), ~np.isnan(after)
    first, last = (firm_sums(scores[None, :], firm, k) for scores in (before, after))
    both = np.bincount(firm[here & there], minlength=k).astype(np.float64)
    by_firm = np.where((first.n[0] > 0) & (last.n[0] > 0), last.mean[0] - first.mean[0], np.nan)
    error = _error(first.n[0], last.n[0], both, spread, r)
    df = _df(n, spread, k)
    by_firm_error = np.where(np.isfinite(by_firm), error, np.nan)
    if not here.any() or not there.any():
        return DifferenceOfMeans(np.nan, np.nan, np.nan, by_firm, by_firm_error, df)
    estimate = float(np.nanmean(after) - np.nanmean(before))
    if random:
        whole, free = _of_firms(before, after, firm, k)
    else:
        whole, free = _whole_error(n, spread, r), df
    return DifferenceOfMeans(estimate, whole, free, by_firm, by_firm_error, df)


def _within(before: Array, after: Array, firm: Integers, k: int) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Numbers before, after and twice; standard deviations within firms before and after; the correlation within."""
    first, last = (firm_sums(scores[None, :], firm, k) for scores in (before, after))
    twice = ~np.isnan(before) & ~np.isnan(after)
    pairs = np.stack([before[twice], after[twice]])
    sums = firm_sums(pairs, firm[twice], k)
    apart = pairs - sums.mean[:, firm[twice]]
    size = np.sqrt((apart**2).sum(axis=1))
    r = float((apart[0] * apart[1]).sum() / size.prod()) if size.prod() > 0 and float(sums.df[0]) > 1 else 0.0
    numbers = (float(first.n.sum()), float(last.n.sum()), float(twice.sum()))
    return numbers, (float(first.variance[0]) ** 0.5, float(last.variance[0]) ** 0.5), r


def _whole_error(n: tuple[float, ...], spread: tuple[float, ...], r: float) -> float:
    """The error over all firms together, of numbers before, after and twice."""
    n_before, n_after, n_both = (np.array([one]) for one in n)
    return float(_error(n_before, n_after, n_both, spread, r)[0])


def _error(n_before: Array, n_after: Array, n_both: Array, spread: tuple[float, ...], r: float) -> Array:
    """Derrick, Toher & White (2017), the test that does not take variances for equal."""
    s1, s2 = spread
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = s1**2 / n_before + s2**2 / n_after - 2 * r * s1 * s2 * n_both / (n_before * n_after)
    return np.sqrt(np.where(squared > 1e-20, squared, np.nan))


def _df(n: tuple[float, ...], spread: tuple[float, ...], k: int) -> float:
    n_before, n_after, both = n
    if not min(n_before, n_after) > k or not all(np.isfinite(one) for one in spread):
        return float("nan")
    parts = np.array([spread[0] ** 2 / n_before, spread[1] ** 2 / n_after])
    welch = parts.sum() ** 2 / (parts**2 / (np.array([n_before, n_after]) - k)).sum()
    paired, once = max(both - k, 0.0), n_before + n_after - 2 * both
    return float(paired + (welch - paired) * once / (n_before + n_after))


def _of_firms(before: Array, after: Array, firm: Integers, k: int) -> tuple[float, float]:
    """Error from the parts of firms in the difference, and degrees of freedom."""
    part = np.zeros(k)
    for scores, sign in ((after, 1.0), (before, -1.0)):
        known = ~np.isnan(scores)
        apart = (scores[known] - scores[known].mean()) / known.sum()
        part += sign * np.bincount(firm[known], weights=apart, minlength=k)
    weight = np.bincount(firm, minlength=k).astype(np.float64)
    firms = float(weight.sum() ** 2 / (weight**2).sum())
    if (weight > 0).sum() < 2 or firms <= 1:
        return float("nan"), float("nan")
    found = float(np.sqrt((part**2).sum() * firms / (firms - 1)))
    return (found if found > 1e-12 else float("nan")), firms - 1
