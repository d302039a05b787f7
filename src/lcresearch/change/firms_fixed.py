"""Mean change with firms fixed: for many studies at once, so that the same lines serve an analysis and a simulation.

The change of a person is that of the firm plus a deviation, of one variance in all firms. Each firm counts by its
number of persons: the estimate is the mean change of the persons, and speaks of these firms only. With one firm this is
the t test for pairs, with two groups and no pairs that with equal variances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class MeanChange:
    """Estimates with t intervals, each of shape (s,): a study each.

    Attributes
    ----------
    estimate, std_error, df : array
        The error is NaN where there are no degrees of freedom or all changes are equal.
    variance : array
        Of a person about the firm.
    """

    estimate: Array
    std_error: Array
    df: Array
    variance: Array

    @property
    def statistic(self) -> Array:
        """t."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.estimate / self.std_error, dtype=np.float64)


@dataclass(frozen=True)
class FirmSums:
    """Counts, means and sum of squares within of s studies and k firms: shapes (s, k), (s, k), (s,)."""

    n: Array
    mean: Array
    within: Array

    @property
    def df(self) -> Array:
        """Persons less firms, shape (s,)."""
        return np.asarray(self.n.sum(axis=1) - (self.n > 0).sum(axis=1), dtype=np.float64)

    @property
    def variance(self) -> Array:
        """Within firms, shape (s,); NaN where it is not known or zero."""
        found = np.divide(self.within, self.df, out=np.full(len(self.n), np.nan), where=self.df > 0)
        return np.where(found > _NOTHING, found, np.nan)


_NOTHING = 1e-20


def firm_sums(values: Array, firm: Integers, k: int) -> FirmSums:
    """Of values, shape (s, n), NaN where there is none, of persons in the firms ``firm``, shape (n,)."""
    member = (firm[:, None] == np.arange(k)).astype(np.float64)
    known = ~np.isnan(values)
    n = known.astype(np.float64) @ member
    filled = np.where(known, values, 0.0)
    mean = np.divide(filled @ member, n, out=np.zeros_like(n), where=n > 0)
    apart = np.where(known, filled - mean @ member.T, 0.0)
    return FirmSums(n, mean, np.einsum("sn,sn->s", apart, apart))


def linked_change(change: Array, firm: Integers, takes_part: Booleans) -> MeanChange:
    """Mean change of linked persons, in firms that take part, less that in firms that do not.

    Parameters
    ----------
    change : array, shape (s, n)
        After minus before, NaN of who was not there twice.
    firm : array of int, shape (n,)
    takes_part : array of bool, shape (k,)

    Examples
    --------
    Two firms, of which the second changed more; the persons within each differ by one point:

    >>> found = linked_change(np.array([[0.0, 1.0, 1.0, 2.0]]), np.array([0, 0, 1, 1]), np.array([True, True]))
    >>> found.estimate.tolist(), found.df.tolist(), found.std_error.round(4).tolist()
    ([1.0], [2.0], [0.3536])
    """
    return of_sums(firm_sums(change, firm, len(takes_part)), takes_part)


def of_sums(sums: FirmSums, takes_part: Booleans) -> MeanChange:
    """The same from counts and means of firms."""
    estimate, share = _side(sums, takes_part)
    if not takes_part.all():
        other, other_share = _side(sums, ~takes_part)
        estimate, share = estimate - other, share + other_share
    variance = sums.variance
    return MeanChange(estimate, np.sqrt(variance * share), sums.df, variance)


def unlinked_change(before: Array, after: Array, firm: Integers, takes_part: Booleans) -> MeanChange:
    """Difference of means of two waves within firms, as if all answers were of different persons.

    A firm counts by its answers; firms without answers at one of the waves do not count. One variance for all firms and
    waves. Where persons did answer twice, unknown to us, the error is too large rather than too small.

    Parameters
    ----------
    before, after : array, shape (s, n)
        NaN where there is none.
    firm, takes_part
        See :func:`linked_change`.
    """
    k = len(takes_part)
    first, last = firm_sums(before, firm, k), firm_sums(after, firm, k)
    both = (first.n > 0) & (last.n > 0)
    weight = np.where(both, first.n + last.n, 0.0)
    free = np.where(both, weight - 2, 0.0).sum(axis=1)
    within = _kept_within(before, first, firm, both) + _kept_within(after, last, firm, both)
    variance = np.divide(within, free, out=np.full(len(weight), np.nan), where=free > 0)
    variance = np.where(variance > _NOTHING, variance, np.nan)
    with np.errstate(divide="ignore"):
        spread = np.where(both, 1 / first.n + 1 / last.n, 0.0)
    estimate, share = _weighted(last.mean - first.mean, spread, weight * takes_part)
    if not takes_part.all():
        other, other_share = _weighted(last.mean - first.mean, spread, weight * ~takes_part)
        estimate, share = estimate - other, share + other_share
    return MeanChange(estimate, np.sqrt(variance * share), free, variance)


def _side(sums: FirmSums, chosen: Booleans) -> tuple[Array, Array]:
    """Mean of persons in the chosen firms, and one divided by their number."""
    n = sums.n * chosen
    total = n.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (n * sums.mean).sum(axis=1) / total, 1 / total


def _weighted(difference: Array, spread: Array, weight: Array) -> tuple[Array, Array]:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = weight / weight.sum(axis=1, keepdims=True)
    return (share * difference).sum(axis=1), (share**2 * spread).sum(axis=1)


def _kept_within(values: Array, sums: FirmSums, firm: Integers, kept: Booleans) -> Array:
    apart = np.where(kept[:, firm], values - sums.mean[:, firm], 0.0)
    apart = np.where(np.isnan(apart), 0.0, apart)
    return np.asarray(np.einsum("sn,sn->s", apart, apart), dtype=np.float64)
