"""Where the effects of crossed factors meet, and whether it is cheaper to treat their matrix as sparse or as dense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse

from lcresearch.multilevel.crossed_sums import CrossedSums
from lcresearch.multilevel.fronts import Fronts, fronts_of
from lcresearch.multilevel.group_products import number_of_pairs
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
_SMALL = 500
_MOST_FILLED = 0.1
_MOST_PAIRS = 60_000_000
# A multiplication in fronts takes as long as this many of one large matrix (benchmarks/crossed_models.py).
_FRONTS_BESIDE_DENSE = 3.0
_BYTES = 8
# Large arrays that live at the same time in one evaluation with its gradient.
_DENSE_COPIES, _SPARSE_COPIES = 6, 6


@dataclass(frozen=True)
class SparseLayout:
    """The places of a symmetric matrix that are not zero by structure: its lower triangle, and its fronts.

    Attributes
    ----------
    n : int
        Order of the matrix.
    keys : array of int, shape (n_entries,)
        Entries (i, j) with i >= j as i n + j, ascending.
    fronts : Fronts
    """

    n: int
    keys: Integers
    fronts: Fronts

    @cached_property
    def rows(self) -> Integers:
        """Row of each entry."""
        return self.keys // self.n

    @cached_property
    def columns(self) -> Integers:
        """Column of each entry."""
        return self.keys % self.n

    @cached_property
    def diagonal(self) -> Integers:
        """Places of the diagonal among the entries, shape (n,)."""
        return self.at(np.arange(self.n), np.arange(self.n))

    @cached_property
    def panels(self) -> Integers:
        """Place of each entry in the panels of the fronts."""
        return self.fronts.places(self.rows, self.columns)

    @cached_property
    def _whole(self) -> scipy.sparse.csr_matrix:
        """The whole matrix, with the place of its entries among those of the lower triangle, plus one, as values."""
        places = np.arange(1, len(self.keys) + 1)
        below = self.rows != self.columns
        rows = np.concatenate([self.rows, self.columns[below]])
        columns = np.concatenate([self.columns, self.rows[below]])
        values = np.concatenate([places, places[below]])
        found = scipy.sparse.coo_matrix((values, (rows, columns)), shape=(self.n, self.n)).tocsr()
        found.sort_indices()
        return found

    @cached_property
    def _lower(self) -> Integers:
        """Places of the lower triangle in the whole matrix, row by row."""
        rows = np.repeat(np.arange(self.n), np.diff(self._whole.indptr))
        return np.flatnonzero(rows >= self._whole.indices)

    def at(self, rows: Integers, columns: Integers) -> Integers:
        """Places of pairs, in either order, among the entries."""
        return np.searchsorted(self.keys, np.maximum(rows, columns) * self.n + np.minimum(rows, columns))

    def whole(self, entries: Array) -> scipy.sparse.csr_matrix:
        """The whole matrix, from the entries of its lower triangle."""
        pattern = self._whole
        return scipy.sparse.csr_matrix((entries[pattern.data - 1], pattern.indices, pattern.indptr), pattern.shape)

    def lower(self, matrix: scipy.sparse.csr_matrix) -> Array:
        """The entries of the lower triangle of a matrix."""
        matrix.sort_indices()
        if matrix.nnz == self._whole.nnz:
            return np.asarray(matrix.data[self._lower])
        entries = scipy.sparse.tril(matrix).tocoo()
        found = np.zeros(len(self.keys))
        found[self.at(entries.row.astype(np.int64), entries.col.astype(np.int64))] = entries.data
        return found


@dataclass(frozen=True)
class Choice:
    """How the effects beside the largest factor are treated.

    Attributes
    ----------
    layout : SparseLayout or None
        None: as one dense matrix.
    n : int
        Number of these effects.
    gigabytes : float
        Memory that this takes.
    """

    layout: SparseLayout | None
    n: int
    gigabytes: float


def choose(sums: CrossedSums) -> Choice:
    """Dense or sparse, by the multiplications of one evaluation.

    A dense matrix takes n^3 / 2 for its Cholesky factor and inverse. Of a sparse one the fronts are counted after a
    symbolic factorisation in minimum degree order, which ends as soon as they cost more; see :mod:`fronts`.
    """
    n, q = sums.between.shape[1], sums.own.shape[1]
    dense = Choice(None, n, _DENSE_COPIES * _BYTES * float(n) ** 2 / 1e9)
    if n < _SMALL or number_of_pairs(sums.between, q) > _MOST_PAIRS:
        return dense
    layout = sparse_layout(sums, float(n) ** 3 / 2 / _FRONTS_BESIDE_DENSE)
    if layout is None:
        return dense
    size = layout.fronts.offsets[-1] + layout.fronts.largest**2
    return Choice(layout, n, _SPARSE_COPIES * _BYTES * float(size) / 1e9)


def sparse_layout(sums: CrossedSums, most: float = np.inf) -> SparseLayout | None:
    """The layout of these sums; None where its fronts would take more than ``most`` multiplications."""
    n = sums.between.shape[1]
    keys = _keys(sums, sums.own.shape[1])
    if len(keys) > _MOST_FILLED * n**2 / 2 and np.isfinite(most):
        return None
    fronts = fronts_of(_pattern(keys, n), most)
    return None if fronts is None or fronts.work > most else SparseLayout(n, keys, fronts)


def _keys(sums: CrossedSums, q: int) -> Integers:
    """Entries of the lower triangle of S: where effects meet in a group of the first factor, and those of one group."""
    n = sums.between.shape[1]
    entries = sums.between.tocoo()
    shape = (sums.own.shape[0], n)
    first = scipy.sparse.coo_matrix((np.ones(len(entries.row)), (entries.row // q, entries.col)), shape=shape).tocsr()
    among = scipy.sparse.csr_matrix((np.ones(sums.among.nnz), sums.among.indices, sums.among.indptr), (n, n))
    blocks = [np.ones((width, width)) for width in sums.widths]
    counts = [(each.stop - each.start) // width for each, width in zip(sums.slices, sums.widths, strict=True)]
    found = (first.T @ first + among + block_diagonal(blocks, counts)).tocoo()
    kept = found.row >= found.col
    return np.sort(found.row[kept].astype(np.int64) * n + found.col[kept])


def _pattern(keys: Integers, n: int) -> scipy.sparse.csr_matrix:
    rows, columns = np.divmod(keys, n)
    below = rows != columns
    both = (np.concatenate([rows, columns[below]]), np.concatenate([columns, rows[below]]))
    return scipy.sparse.coo_matrix((np.ones(len(both[0])), both), shape=(n, n)).tocsr()


def positions_of_blocks(layout: SparseLayout, start: int, n_groups: int, q: int) -> Integers:
    """Places among the entries of the blocks along the diagonal of one factor, shape (n_groups, q, q)."""
    effects = start + np.arange(n_groups * q).reshape(n_groups, q)
    return layout.at(effects[:, :, None], effects[:, None, :])


def block_diagonal(roots: Sequence[Array], counts: Sequence[int]) -> scipy.sparse.csr_matrix:
    """Each root as often as its factor has groups, along the diagonal; zeros in it are kept as entries."""
    parts = []
    for root, count in zip(roots, counts, strict=True):
        data = np.broadcast_to(root, (count, *root.shape))
        size = count * len(root)
        parts.append(
            scipy.sparse.bsr_matrix((data, np.arange(count), np.arange(count + 1)), shape=(size, size)).tocsr()
        )
    return scipy.sparse.block_diag(parts, format="csr")
