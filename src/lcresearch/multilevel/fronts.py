"""The order in which a sparse symmetric matrix is eliminated, and the dense fronts in which that happens.

Multifrontal elimination (Duff & Reid 1983; Liu 1992): columns with the same rows below them form a front, a small dense
matrix. What a front leaves is added to that of its parent. The structure is found once; the numbers come from
:mod:`~lcresearch.multilevel.sparse_factor`. The order is the minimum degree order of SuperLU.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse
import scipy.sparse.linalg

Integers = npt.NDArray[np.int64]
# A front takes as long as this many multiplications before it has multiplied anything: 20 to 40 microseconds.
_FRONT = 1e5
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Fronts:
    """Fronts in the order of elimination, children before parents.

    Attributes
    ----------
    position : array of int, shape (n,)
        Place of each row of the matrix in the order of elimination.
    first, width : array of int, shape (n_fronts,)
        The columns of a front stand at first, ..., first + width - 1.
    rows : list of array of int
        Places of the rows below the columns of each front, ascending.
    parent : array of int, shape (n_fronts,)
        Front in which the first of these rows is a column; -1 where there are none.
    """

    position: Integers
    first: Integers
    width: Integers
    rows: list[Integers]
    parent: Integers

    @property
    def n(self) -> int:
        """Order of the matrix."""
        return len(self.position)

    @cached_property
    def below(self) -> Integers:
        """Number of rows below the columns of each front."""
        return np.array([len(rows) for rows in self.rows], dtype=np.int64)

    @cached_property
    def offsets(self) -> Integers:
        """Where the panel of each front, (width + below, width), begins in one long array; last its length."""
        return np.concatenate([[0], np.cumsum((self.width + self.below) * self.width)])

    @cached_property
    def in_parent(self) -> list[Integers]:
        """The rows below each front as places among columns and rows of its parent."""
        found = []
        for front, parent in enumerate(self.parent):
            if parent < 0:
                found.append(np.zeros(0, dtype=np.int64))
                continue
            columns = np.arange(self.first[parent], self.first[parent] + self.width[parent])
            found.append(np.searchsorted(np.concatenate([columns, self.rows[parent]]), self.rows[front]))
        return found

    @property
    def largest(self) -> int:
        """Order of the largest front."""
        return int((self.width + self.below).max(initial=0))

    @property
    def work(self) -> float:
        """Multiplications of one factorisation, with those that the number of fronts costs."""
        return float(_work(self.width.astype(float), self.below.astype(float)).sum()) + _FRONT * len(self.width)

    def places(self, rows: Integers, columns: Integers) -> Integers:
        """Where entries of the matrix stand in the panels; each pair in either order."""
        one, other = self.position[rows], self.position[columns]
        column, row = np.minimum(one, other), np.maximum(one, other)
        front = np.repeat(np.arange(len(self.width)), self.width)[column]
        below = np.concatenate([*self.rows, np.zeros(0, dtype=np.int64)])
        keys = np.repeat(np.arange(len(self.width)), self.below) * self.n + below
        starts = np.cumsum(self.below) - self.below
        inside = row < self.first[front] + self.width[front]
        deep = np.searchsorted(keys, front * self.n + row) - starts[front] + self.width[front]
        local = np.where(inside, row - self.first[front], deep)
        return np.asarray(self.offsets[front] + local * self.width[front] + column - self.first[front])


def fronts_of(pattern: scipy.sparse.csr_matrix, most: float = np.inf) -> Fronts | None:
    """The fronts of a matrix with this pattern; None where they would take more than ``most`` multiplications.

    Parameters
    ----------
    pattern : sparse matrix, shape (n, n)
        Symmetric, with a full diagonal; the values do not matter.
    most : float
    """
    order = _minimum_degree(pattern)
    found = _columns(pattern[order][:, order].tocsr(), most)
    return None if found is None else _as_fronts(order, found, *_merged(found))


def _minimum_degree(pattern: scipy.sparse.csr_matrix) -> Integers:
    """Rows in the order of elimination. Dropping all but the diagonal leaves of SuperLU's work only the order."""
    n = pattern.shape[0]
    ones = scipy.sparse.csc_matrix((np.ones(pattern.nnz), pattern.indices, pattern.indptr), pattern.shape)
    heavy = (ones + scipy.sparse.diags(np.full(n, 2.0 * n), format="csc")).tocsc()
    found = scipy.sparse.linalg.spilu(
        heavy,
        drop_tol=1.0,
        fill_factor=1,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    return np.argsort(found.perm_c).astype(np.int64)


@dataclass(frozen=True)
class _Columns:
    """Runs of columns with the same rows below them.

    ``last`` is the last column of each run, ``rows`` the rows below it: bit k of an integer is row ``last + 1 + k``.
    """

    last: list[int]
    rows: list[int]


def _columns(matrix: scipy.sparse.csr_matrix, most: float) -> _Columns | None:
    """The rows below each column after elimination: its own, and those that its children leave it."""
    n = matrix.shape[0]
    matrix = matrix.astype(bool)
    left, found, work = [0] * n, _Columns([], []), 0.0
    for start in range(0, n, _ROWS_AT_ONCE):
        packed = np.packbits(matrix[start : start + _ROWS_AT_ONCE].toarray(), axis=1, bitorder="little")
        for column, own in enumerate(packed, start):
            rows = (int.from_bytes(own.tobytes(), "little") | left[column]) >> (column + 1)
            left[column] = 0
            work += rows.bit_count() ** 2
            if work > most:
                return None
            if found.last and found.last[-1] == column - 1 and found.rows[-1] == (rows << 1 | 1):
                found.last[-1], found.rows[-1] = column, rows
            else:
                found.last.append(column)
                found.rows.append(rows)
            if rows:
                parent = column + (rows & -rows).bit_length()
                left[parent] |= rows << (column + 1)
    return found


def _merged(columns: _Columns) -> tuple[Integers, Integers]:
    """For each run the run with which it ends up in one front, and its parent among the runs (-1: none).

    A front joins its parent where the zeros that this brings in cost less than a front does.
    """
    last = np.array(columns.last)
    width = np.diff(last, prepend=-1).astype(float)
    below = np.array([rows.bit_count() for rows in columns.rows], dtype=float)
    lowest = [rows and end + (rows & -rows).bit_length() for end, rows in zip(columns.last, columns.rows, strict=True)]
    parent = np.where(below > 0, np.searchsorted(last, lowest), -1)
    joined = np.arange(len(last))
    for run, above in enumerate(parent):
        if above < 0:
            continue
        more = _work(width[run] + width[above], below[above]) - _work(width[run], below[run])
        if more - _work(width[above], below[above]) < _FRONT:
            width[above] += width[run]
            joined[run] = above
    for run in range(len(last) - 1, -1, -1):
        joined[run] = joined[joined[run]]
    return joined, np.where(parent >= 0, joined[parent], -1)


def _as_fronts(order: Integers, columns: _Columns, joined: Integers, parent: Integers) -> Fronts:
    """Fronts with their columns side by side."""
    n = len(order)
    sizes = np.diff(columns.last, prepend=-1)
    kept = np.flatnonzero(joined == np.arange(len(joined)))
    front_of_column = np.repeat(np.searchsorted(kept, joined), sizes)
    moved = np.argsort(front_of_column, kind="stable")
    place = np.empty(n, dtype=np.int64)
    place[moved] = np.arange(n)
    position = np.empty(n, dtype=np.int64)
    position[order] = place
    width = np.bincount(front_of_column, minlength=len(kept))
    rows = [np.sort(place[columns.last[run] + 1 + _bits(columns.rows[run])]) for run in kept]
    parents = np.where(parent[kept] >= 0, np.searchsorted(kept, parent[kept]), -1)
    return Fronts(position, np.cumsum(width) - width, width, rows, parents)


def _bits(number: int) -> Integers:
    """Places of the bits that are set."""
    packed = np.frombuffer(number.to_bytes((number.bit_length() + 7) // 8, "little"), dtype=np.uint8)
    return np.flatnonzero(np.unpackbits(packed, bitorder="little"))


def _work(width: Any, below: Any) -> Any:
    """Multiplications of one front, of its factor and of its part of the inverse."""
    return width**3 + 3 * width**2 * below + 2 * width * below**2
