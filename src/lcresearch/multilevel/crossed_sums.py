"""Crossed grouping factors and the sums of products of their effects: what dense and sparse elimination begin with."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse

from lcresearch.multilevel.memberships import Memberships, summed
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Factor:
    """A grouping factor.

    Attributes
    ----------
    columns : array of int, shape (q,)
        Columns of A that vary over its groups.
    codes : array of int, shape (n_cells,)
        Group of each cell; of multiple membership its pattern.
    n_groups : int
    memberships : Memberships or None
        Patterns of multiple membership.
    """

    columns: Integers
    codes: Integers
    n_groups: int
    memberships: Memberships | None = None

    @property
    def size(self) -> int:
        """Number of random effects."""
        return self.n_groups * len(self.columns)

    def places(self) -> list[tuple[Integers, Array]]:
        """Place of each effect of each cell among the effects of the factor, shape (n_cells, q), and their weights.

        A pair for each group that a cell can have; the weights have shape (n_cells, 1), or are one.
        """
        effects = np.arange(len(self.columns))
        if self.memberships is None:
            return [(self.codes[:, None] * len(effects) + effects, np.ones((1, 1)))]
        groups, weights = self.memberships.groups[self.codes], self.memberships.weights[self.codes]
        return [(g[:, None] * len(effects) + effects, w[:, None]) for g, w in zip(groups.T, weights.T, strict=True)]

    def squared(self) -> Factor:
        """The same factor with squared weights."""
        return self if self.memberships is None else replace(self, memberships=self.memberships.squared())

    def summed(self, cells: Array) -> Array:
        """Sums over the cells of each group, shape (n_groups, q), from those of the columns, shape (m, n_cells)."""
        sums = [summed(cells[column], self.codes, self.n_groups, self.memberships) for column in self.columns]
        return np.stack(sums, axis=1)


@dataclass(frozen=True)
class CrossedSums:
    """Sums of products of the effects of crossed factors: what dense and sparse elimination begin with.

    Entries that happen to be zero are kept, so that where entries stand depends on the factors only.

    Attributes
    ----------
    total : array, shape (m, m)
    rows : array, shape (n_groups, q, m)
        Of the effects of the first factor with all columns.
    own : array, shape (n_groups, q, q)
        And with each other.
    between : sparse matrix, shape (n_groups * q, n)
        And with the effects of all other factors: B.
    among : sparse matrix, shape (n, n)
        Of these with each other: D.
    rest : array, shape (n, m)
        And with all columns.
    slices : tuple of slice
        Where the effects of each other factor stand among the n.
    widths : tuple of int
        Number of effects of a group of each other factor.
    """

    total: Array
    rows: Array
    own: Array
    between: scipy.sparse.csr_matrix
    among: scipy.sparse.csr_matrix
    rest: Array
    slices: tuple[slice, ...]
    widths: tuple[int, ...]


def crossed_sums(sums: Array, factors: Sequence[Factor]) -> CrossedSums:
    """Sums of products of effects, from those of cells (m, m, n_cells)."""
    first, *others = factors
    m = len(sums)
    total = sums.sum(axis=2)
    sums = np.ascontiguousarray(np.moveaxis(sums, -1, 0))
    by_group = np.zeros((first.n_groups, m, m))
    np.add.at(by_group, first.codes, sums)
    rows = by_group[:, first.columns, :]
    starts = np.cumsum([0, *(other.size for other in others)])
    slices = tuple(slice(a, b) for a, b in pairwise(starts.tolist()))
    between = scipy.sparse.hstack([_cross(sums, first, other) for other in others], format="csr")
    among = scipy.sparse.bmat([[_cross(sums, one, other) for other in others] for one in others], format="csr")
    rest = np.zeros((int(starts[-1]), m))
    for other, places in zip(others, slices, strict=True):
        for effects, weights in other.places():
            np.add.at(rest[places], effects, sums[:, other.columns, :] * weights[:, :, None])
    widths = tuple(len(other.columns) for other in others)
    return CrossedSums(total, rows, rows[:, :, first.columns], between, among, rest, slices, widths)


def _cross(sums: Array, one: Factor, other: Factor) -> scipy.sparse.csr_matrix:
    """Sums of products between the effects of two factors; zeros stay entries."""
    products = sums[:, one.columns[:, None], other.columns[None, :]]
    values, rows, columns = [], [], []
    for (left, own), (right, others) in itertools.product(one.places(), other.places()):
        values.append((products * (own * others)[:, :, None]).ravel())
        rows.append(np.broadcast_to(left[:, :, None], products.shape).ravel())
        columns.append(np.broadcast_to(right[:, None, :], products.shape).ravel())
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return scipy.sparse.coo_matrix(entries, shape=(one.size, other.size)).tocsr()
