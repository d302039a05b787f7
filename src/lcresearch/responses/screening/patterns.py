"""Patterns in the answers of one person: runs, variability, contradictions. Arrays in, arrays out.

Everywhere ``columns`` is a sequence of k arrays of n persons, one an item in the order of the form, with NaN for an
item without an answer. Such items are skipped: they neither break a run nor make one longer. Nothing of size n x k is
made.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Columns = Sequence[Array]
Members = Sequence[tuple[int, bool]]


def answered(columns: Columns) -> Counts:
    """Number of answers a person, shape (n,)."""
    total = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        total += ~np.isnan(column)
    return total


def longest_run(columns: Columns) -> Counts:
    """Longest run of identical answers a person, shape (n,); 0 without answers (Johnson, 2005).

    Examples
    --------
    >>> longest_run(np.array([[3.0, 3, 3, 4, 4], [1, 2, 3, 4, 5]]).T).tolist()
    [3, 1]
    """
    last, length = np.full(len(columns[0]), np.nan), np.zeros(len(columns[0]), np.int64)
    longest = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        given = ~np.isnan(column)
        length = np.where(column == last, length + 1, np.where(given, 1, length))
        last = np.where(given, column, last)
        np.maximum(longest, length, out=longest)
    return longest


def contradicting_run(columns: Columns, scales: Sequence[Members], middle: float, distance: float) -> Counts:
    """Longest run of identical answers that holds normal and reversed items of one scale, shape (n,).

    Such a run says something and its opposite. An answer nearer to the middle of the response scale than ``distance``
    (in units of the answers) says neither and does not count.

    Parameters
    ----------
    scales : sequence of sequence of (int, bool)
        For each scale the places of its items in ``columns``, and whether they are reversed; at most 31.

    Examples
    --------
    >>> answers = np.array([[4.0, 4, 4], [3, 3, 3], [4, 2, 4]]).T
    >>> contradicting_run(answers, [[(0, False), (1, True), (2, False)]], 3, 1).tolist()
    [3, 0, 0]
    """
    bits = [0] * len(columns)
    for number, members in enumerate(scales):
        for place, is_reversed in members:
            bits[place] |= 1 << (2 * number + is_reversed)
    n, both = len(columns[0]), np.int64(sum(1 << (2 * number) for number in range(len(scales))))
    last, found = np.full(n, np.nan), np.zeros(n, np.int64)
    length, seen = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for column, bit in zip(columns, bits, strict=True):
        given, same = ~np.isnan(column), column == last
        length = np.where(same, length + 1, np.where(given, 1, length))
        seen = np.where(same, seen | bit, np.where(given, bit, seen))
        last = np.where(given, column, last)
        opposed = (seen & (seen >> 1) & both != 0) & (np.abs(last - middle) >= distance)
        np.maximum(found, np.where(opposed, length, 0), out=found)
    return found


def frequencies(columns: Columns, codes: Sequence[float]) -> Counts:
    """How often a person gave each of these answers, shape (len(codes), n).

    Examples
    --------
    >>> frequencies(np.array([[4.0, 4, 5], [5, 5, 5]]).T, [4, 5]).tolist()
    [[2, 0], [1, 3]]
    """
    counts = np.zeros((len(codes), len(columns[0])), dtype=np.int64)
    for column in columns:
        for count, code in zip(counts, codes, strict=True):
            count += column == code
    return counts


def squares_about_mean(columns: Columns) -> tuple[Array, Counts]:
    """Sum of squares of a person's answers about their own mean, and its degrees of freedom, each of shape (n,)."""
    total, square = np.zeros(len(columns[0])), np.zeros(len(columns[0]))
    for column in columns:
        value = np.nan_to_num(column)
        total += value
        square += value * value
    n = answered(columns)
    about = np.maximum(square - total * total / np.maximum(n, 1), 0.0)
    return np.where(about < 1e-9 * square, 0.0, about), np.maximum(n - 1, 0)


def contradiction(columns: Columns, members: Members, middle: float, half_range: float) -> tuple[Array, Counts]:
    """How far a person agrees with the items of a scale and with their opposites, or rejects both.

    With the answers as distances from the middle of the response scale (-1 to 1), and their means over normal and over
    reversed items: when both means lie on the same side of the middle, the distance of the nearer one, else 0. Nothing
    but 4 on a scale of 1 to 5 gives 0.5, nothing but 3 gives 0.

    Returns
    -------
    array of float, array of int
        The measure, 0 where a kind of item has no answer, and the number of answered reversed items (0 where the
        measure cannot be had), each of shape (n,).
    """
    sides = []
    for kind in (False, True):
        chosen = [columns[place] for place, is_reversed in members if is_reversed == kind]
        if not chosen:
            return np.zeros(len(columns[0])), np.zeros(len(columns[0]), np.int64)
        n = answered(chosen)
        total = np.sum([np.nan_to_num((column - middle) / half_range) for column in chosen], axis=0)
        sides.append((total / np.maximum(n, 1), n))
    (normal, n_normal), (opposite, n_opposite) = sides
    size = np.where(normal * opposite > 0, np.minimum(np.abs(normal), np.abs(opposite)), 0.0)
    return size, np.where(n_normal > 0, n_opposite, 0)


def within_scales(columns: Columns, scales: Sequence[Members], means: Sequence[float]) -> tuple[Array, Array]:
    """Spread of a person's answers within scales, as they are and as they would be in another order.

    Answers are taken as distances from the mean of their item, reversed items turned round. Their sum of squares about
    the person's own mean of each scale is compared with its mean over all orders of the person's answers over the
    items (a resampled consistency; Curran, 2016): for somebody who does not look at the questions, order is nothing,
    whatever part of the response scale they use. With m and v the mean and variance of the person's n answers, d_i the
    distance of m from the mean of item i, g_i = -1 for a reversed item and 1 for another, and sums over the k answered
    items of a scale, the mean over orders is

        sum over scales of  sum d_i^2 + k v - ((sum g_i d_i)^2 + v (k - ((sum g_i)^2 - k) / (n - 1))) / k.

    Parameters
    ----------
    scales : sequence of sequence of (int, bool)
        For each scale the places of its items in ``columns``, and whether they are reversed.
    means : sequence of float
        Mean of each item.

    Returns
    -------
    array of float, array of float
        Both sums, shape (n,).
    """
    used = [columns[place] for place in sorted({place for members in scales for place, _ in members})]
    n = np.maximum(answered(used), 1)
    own_mean = np.sum([np.nan_to_num(column) for column in used], axis=0) / n
    variance = squares_about_mean(used)[0] / n
    as_given, reordered = np.zeros(len(n)), np.zeros(len(n))
    for members in scales:
        turned = [(columns[place] - means[place]) * (-1 if is_reversed else 1) for place, is_reversed in members]
        as_given += squares_about_mean(turned)[0]
        reordered += _over_orders(turned, members, means, own_mean, variance, n)
    return as_given, reordered


def _over_orders(
    turned: Columns, members: Members, means: Sequence[float], own_mean: Array, variance: Array, n: Counts
) -> Array:
    """The term of one scale in the mean over orders."""
    k, signs, distances, squares = (np.zeros(len(n)) for _ in range(4))
    for column, (place, is_reversed) in zip(turned, members, strict=True):
        given, sign = ~np.isnan(column), -1.0 if is_reversed else 1.0
        distance = own_mean - means[place]
        k += given
        signs += sign * given
        distances += np.where(given, sign * distance, 0.0)
        squares += np.where(given, distance**2, 0.0)
    about = distances**2 + variance * (k - (signs**2 - k) / np.maximum(n - 1, 1))
    return squares + k * variance - about / np.maximum(k, 1)
