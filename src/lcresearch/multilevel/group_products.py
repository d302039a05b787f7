"""Sums over the groups of one factor of products between the effects of others: B'KB and what goes back.

B, sparse, has q rows for each group and a column for each of N other effects; K is block diagonal with a block (q, q) a
group. Both directions have the same cost a pair of effects that meet in a group. Where few meet, the pairs are listed
once, and each sum is one product of a sparse matrix with a vector; where most meet, dense products are faster.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import scipy.sparse

from lcresearch.multilevel.lower_triangles import filled
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
_MOST_PAIRS = 40_000_000
_PAIR_BESIDE_DENSE = 40
_CHUNK = 4_000_000


class GroupProducts(Protocol):
    """The two directions."""

    def summed(self, blocks: Array) -> Array:
        """The lower triangle of B'KB, shape (N, N), from K with shape (n_groups, q, q), symmetric."""
        ...

    def within(self, lower: Array) -> Array:
        """The blocks of B M B' of each group, shape (n_groups, q, q), from the lower triangle of M."""
        ...


def group_products(between: scipy.sparse.csr_matrix, q: int) -> GroupProducts:
    """The cheaper way for this B, shape (n_groups * q, N)."""
    n_groups, n = between.shape[0] // q, between.shape[1]
    n_pairs = number_of_pairs(between, q)
    listed = n_pairs <= min(_MOST_PAIRS, n_groups * q * float(n) ** 2 / _PAIR_BESIDE_DENSE)
    return ListedPairs(between, q) if listed else DenseProducts(between, q)


def number_of_pairs(between: scipy.sparse.csr_matrix, q: int) -> float:
    """Pairs of effects that meet in a group, for each entry of the lower triangle of its K."""
    meeting = np.diff(between.indptr)[::q].astype(float)
    return float((meeting * (meeting + 1) / 2).sum()) * q * (q + 1) / 2


class ListedPairs:
    """A sparse matrix for each entry (a, b) of K with a <= b: rows are entries of B'KB, columns are groups.

    Parameters
    ----------
    between : sparse matrix, shape (n_groups * q, N)
    q : int
    entries : array of int, optional
        Entries (i, j) of the lower triangle, as i N + j, ascending; without it all N^2 places have a row.
    """

    def __init__(self, between: scipy.sparse.csr_matrix, q: int, entries: Integers | None = None) -> None:
        self._q, self._n = q, between.shape[1]
        groups, columns, values = _entries(between, q)
        left, right = _pairs(np.bincount(groups, minlength=between.shape[0] // q))
        self._keys = entries
        self._met, self._values = groups * self._n + columns, values
        keys = columns[left] * self._n + columns[right]
        shape = (self._n**2 if entries is None else len(entries), between.shape[0] // q)
        place = (keys if entries is None else np.searchsorted(entries, keys), groups[left])
        self._matrices, self._squares = {}, {}
        for a in range(q):
            for b in range(a, q):
                product = values[a, left] * values[b, right]
                if a != b:
                    product += values[b, left] * values[a, right]
                self._matrices[a, b] = scipy.sparse.coo_matrix((product, place), shape=shape).tocsr()
                square = (values[a] * values[b], (groups, columns))
                self._squares[a, b] = scipy.sparse.coo_matrix(square, shape=(shape[1], self._n)).tocsr()

    def summed(self, blocks: Array) -> Array:
        """See :class:`GroupProducts`."""
        return self.summed_entries(blocks).reshape(self._n, self._n)

    def within(self, lower: Array) -> Array:
        """See :class:`GroupProducts`."""
        return self.within_entries(lower.ravel(), np.diagonal(lower))

    def summed_entries(self, blocks: Array) -> Array:
        """The entries of B'KB, one after another."""
        found = sum(matrix @ np.ascontiguousarray(blocks[:, a, b]) for (a, b), matrix in self._matrices.items())
        return np.asarray(found)

    def within_entries(self, flat: Array, diagonal: Array) -> Array:
        """The blocks of B M B', from the entries of M one after another and its diagonal (N,)."""
        found = np.empty((next(iter(self._squares.values())).shape[0], self._q, self._q), dtype=flat.dtype)
        for (a, b), matrix in self._matrices.items():
            both = matrix.T @ flat
            found[:, a, b] = found[:, b, a] = (2 * both if a == b else both) - self._squares[a, b] @ diagonal
        return found

    def with_each(self, flat: Array) -> Array:
        """The entries of B M at the places where B has entries, shape (q, n_met): :meth:`met` finds them."""
        groups, columns = np.divmod(self._met, self._n)
        left, right = _pairs(np.bincount(groups))
        keys = columns[left] * self._n + columns[right]
        values = flat[keys if self._keys is None else np.searchsorted(self._keys, keys)]
        found = np.empty((self._q, len(groups)))
        for a, own in enumerate(self._values):
            found[a] = np.bincount(right, own[left] * values, len(groups))
            found[a] += np.bincount(left, np.where(left == right, 0, own[right] * values), len(groups))
        return found

    def met(self, groups: Integers, columns: Integers) -> Integers:
        """Which entry of B a group and a column is."""
        return np.searchsorted(self._met, groups * self._n + columns)


class DenseProducts:
    """Rows of B made dense, some groups at a time."""

    def __init__(self, between: scipy.sparse.csr_matrix, q: int) -> None:
        self._between, self._q = between, q

    def _chunks(self) -> list[slice]:
        n_groups, width = self._between.shape[0] // self._q, self._q * max(self._between.shape[1], 1)
        size = max(_CHUNK // width, 1)
        return [slice(start, min(start + size, n_groups)) for start in range(0, n_groups, size)]

    def _dense(self, groups: slice) -> Array:
        rows = self._between[groups.start * self._q : groups.stop * self._q].toarray()
        return np.asarray(rows).reshape(groups.stop - groups.start, self._q, -1)

    def summed(self, blocks: Array) -> Array:
        """See :class:`GroupProducts`."""
        n = self._between.shape[1]
        found = np.zeros((n, n), dtype=blocks.dtype)
        for groups in self._chunks():
            rows = self._dense(groups)
            found += rows.reshape(-1, n).T @ (blocks[groups] @ rows).reshape(-1, n)
        return found

    def within(self, lower: Array) -> Array:
        """See :class:`GroupProducts`."""
        whole = filled(lower)
        parts = []
        for groups in self._chunks():
            rows = self._dense(groups)
            parts.append(rows @ np.swapaxes((rows.reshape(-1, len(whole)) @ whole).reshape(rows.shape), 1, 2))
        return np.concatenate(parts)


def _entries(between: scipy.sparse.csr_matrix, q: int) -> tuple[Integers, Integers, Array]:
    """Where B has entries: group and column, sorted, and the values of its q rows, shape (q, n_entries)."""
    entries = between.tocoo()
    groups, rows = np.divmod(entries.row.astype(np.int64), q)
    keys = groups * between.shape[1] + entries.col
    if q == 1:
        places, found = np.argsort(keys, kind="stable"), keys
        found, values = keys[places], entries.data[places][None, :]
    else:
        found, places = np.unique(keys, return_inverse=True)
        values = np.zeros((q, len(found)))
        np.add.at(values, (rows, places), entries.data)
    groups, columns = np.divmod(found, between.shape[1])
    return groups, columns, values


def _pairs(counts: Integers) -> tuple[Integers, Integers]:
    """Each entry with itself and those before it in its group, from the number of entries of each group."""
    ends = np.cumsum(counts)
    place = np.arange(int(ends[-1]) if len(ends) else 0)
    first = np.repeat(ends - counts, counts)
    n_before = place - first + 1
    left = np.repeat(place, n_before)
    starts = np.cumsum(n_before) - n_before
    right = np.arange(len(left)) - np.repeat(starts - first, n_before)
    return left, right
