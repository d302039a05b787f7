"""Rows that repeat each other, and how likely that is to happen by chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import gammaln

from lcresearch.responses.screening.patterns import Array, Columns, Counts, frequencies

Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
_MISSING = np.uint64(0x7FF8_0000_0000_0001)


def expected_copies(
    batteries: Sequence[tuple[Columns, Sequence[float]]], groups: Counts, n_other: int
) -> tuple[Array, Array]:
    """How many other rows of the group would by chance give exactly these answers, or all but one of them.

    For a battery with answers x_1, ..., x_k the chance is the larger of two: that of somebody who gives each answer as
    often as this person does, with the items in any order (n_1! n_2! ... / k!), and that of somebody who answers each
    item as the group does, independently (the product of the shares p_j(x_j)). The first knows that people differ in
    level, the second that items do. Chances multiply over batteries; questions outside them, such as on sector or
    education, do not count, as colleagues share them.

    Parameters
    ----------
    batteries : sequence of (sequence of array, sequence of float)
        For each battery its items, each of shape (n,), and the codes of its answers, lowest first.
    groups : array of int, shape (n,)
        The wave of each row, as 0, 1, ...
    n_other : int
        Columns outside batteries: any of them may be the one that differs.

    Returns
    -------
    array, array
        Expected numbers of other rows, each of shape (n,).
    """
    n = len(groups)
    others = np.bincount(groups)[groups] - 1.0
    orders, shares = np.zeros((len(batteries), n)), np.zeros((len(batteries), n))
    for place, (columns, codes) in enumerate(batteries):
        counts = frequencies(columns, codes)
        log_factorial = gammaln(np.arange(1, len(columns) + 2))
        orders[place] = log_factorial[counts].sum(axis=0) - log_factorial[counts.sum(axis=0)]
        for column in columns:
            shares[place] += _log_shares(_places(column, codes), groups, len(codes))
    chances = np.maximum(orders, shares)
    whole = chances.sum(axis=0)
    near = np.exp(whole) * (1 + n_other)
    for place, (columns, codes) in enumerate(batteries):
        rest = np.exp(whole - chances[place])
        near += rest * _without_one(columns, codes, groups, orders[place], shares[place])
    return others * np.exp(whole), others * near


def _without_one(columns: Columns, codes: Sequence[float], groups: Counts, orders: Array, shares: Array) -> Array:
    """Chance of the answers to a battery with one item left out, added up over the items that were answered."""
    counts = frequencies(columns, codes)
    logs = np.log(np.maximum(np.append(counts, counts.sum(axis=0, keepdims=True), axis=0), 1))
    gain = logs[-1] - logs
    total, rows = np.zeros(len(groups)), np.arange(len(groups))
    for column in columns:
        given = _places(column, codes)
        by_order = orders + gain[given, rows]
        by_share = shares - _log_shares(given, groups, len(codes))
        total += np.exp(
            np.minimum(np.maximum(by_order, by_share), 0.0), where=given < len(codes), out=np.zeros_like(total)
        )
    return total


def _places(column: Array, codes: Sequence[float]) -> Counts:
    """Place of each answer among the codes; a missing one comes after them all."""
    return np.asarray(np.searchsorted(np.asarray(codes, dtype=float), column), dtype=np.int64)


def _log_shares(places: Counts, groups: Counts, n_codes: int) -> Array:
    """Log of the share of a row's group that gave the same answer to this item; 0 where there is none."""
    cells = groups * (n_codes + 1) + places
    count = np.bincount(cells, minlength=(int(groups.max(initial=0)) + 1) * (n_codes + 1)).reshape(-1, n_codes + 1)
    given = np.maximum(count[:, :-1].sum(axis=1, keepdims=True), 1)
    share = np.where(np.arange(n_codes + 1) < n_codes, count / given, 1.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(share).ravel()[cells], dtype=float)


def copies(columns: Columns, groups: Counts, exact: Mask, near: Mask) -> tuple[Mask, Mask, Counts]:
    """Rows of one group with the same answers, and rows with the same answers but one.

    Rows are compared through sums of hashes, one a column. Two rows that differ in one column agree in the even or in
    the odd columns, so only rows that share one of these halves are compared further, with each column left out in
    turn: no row is compared with every other one.

    Parameters
    ----------
    columns : sequence of array
        All columns of answers, each of shape (n,); a missing answer counts as an answer of its own.
    groups : array of int, shape (n,)
        Only rows of one group are compared.
    exact, near : array of bool, shape (n,)
        The rows that take part in either comparison.

    Returns
    -------
    array of bool, array of bool
        Rows with the same answers; other rows with the same answers but one.
    array of int
        Number of the set of rows that repeat each other, from 1; 0 for other rows.
    """
    n = len(groups)
    halves = [_sum_of_hashes(columns, groups, parity) for parity in (0, 1)]
    whole = halves[0] + halves[1]
    links: list[tuple[Counts, Counts]] = []
    same = np.zeros(n, dtype=bool)
    rows = np.flatnonzero(exact)
    same[rows[_repeated(whole[rows])]] = True
    links.append(_links(rows, whole[rows]))
    rows = np.flatnonzero(near)
    rows = rows[_repeated(halves[0][rows]) | _repeated(halves[1][rows])]
    if len(rows):
        for number, column in enumerate(columns):
            rest = whole[rows] - _hash(column[rows], number)
            links.append(_links(rows, rest))
    start, stop = (np.concatenate(part) for part in zip(*links, strict=True))
    graph = coo_array((np.ones(len(start), dtype=bool), (start, stop)), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    linked = np.zeros(n, dtype=bool)
    linked[start], linked[stop] = True, True
    sets = np.zeros(n, dtype=np.int64)
    sets[linked] = _in_order(label[linked]) + 1
    return same, linked & ~same, sets


def _hash(column: Array, number: int) -> Hashes:
    """64 bits a cell (the finaliser of splitmix64; Steele, Lea & Flood, 2014), other ones in each column."""
    bits = np.where(np.isnan(column), _MISSING, (column + 0.0).view(np.uint64))
    bits = bits + np.uint64((number + 1) * 0x9E37_79B9_7F4A_7C15 % 2**64)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D0_49BB_1331_11EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)), dtype=np.uint64)


def _sum_of_hashes(columns: Columns, groups: Counts, parity: int) -> Hashes:
    """Of every second column; the group counts in both halves, so that rows of two groups never agree."""
    total = _hash(groups.astype(float), -1 - parity)
    for number in range(parity, len(columns), 2):
        total = total + _hash(columns[number], number)
    return total


def _repeated(values: Hashes) -> Mask:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] > 1, dtype=bool)


def _links(rows: Counts, values: Hashes) -> tuple[Counts, Counts]:
    """Each row with an equal value, linked to the first row that has it."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    later = first[inverse] != np.arange(len(rows))
    return rows[first[inverse][later]], rows[later]


def _in_order(labels: Counts) -> Counts:
    """Labels as 0, 1, ... in the order in which they appear."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.int64)
