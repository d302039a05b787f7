"""What derived columns were made of, so that random effects can be eliminated in the fewer columns underneath.

With A = A0 F for the rows of a group, sums of products are F' (A0'A0) F, and all that a level leaves of a group is of
that form too. So levels within which F is the same are eliminated in the columns A0, and what they leave is taken to
the columns A afterwards: sixty products with dummies of sectors cost no more than the columns that were multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from lcresearch.multilevel.crossproducts import Persons

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CellMap:
    """How columns are made of others in each cell: each is that at ``source`` times ``factor``, plus ``constant``.

    Attributes
    ----------
    source : array of int, shape (m,)
    factor, constant : array, shape (m, n_cells)
    """

    source: Integers
    factor: Array
    constant: Array

    @property
    def plain(self) -> npt.NDArray[np.bool_]:
        """Columns that are others as they were, shape (m,)."""
        return np.asarray((self.factor == 1).all(axis=1) & (self.constant == 0).all(axis=1))

    def part(self, columns: Integers) -> CellMap:
        """The same for some of the columns that are made."""
        return CellMap(self.source[columns], self.factor[columns], self.constant[columns])

    def of_cells(self, cells: Integers | npt.NDArray[np.bool_]) -> CellMap:
        """The same for some of the cells."""
        return CellMap(self.source, self.factor[:, cells], self.constant[:, cells])

    def same_within(self, codes: Integers) -> bool:
        """Whether all cells of a group have the same factors and constants; ``codes`` has shape (n_cells,)."""
        first = np.unique(codes, return_index=True)[1][np.unique(codes, return_inverse=True)[1]]
        return all(np.array_equal(each, each[:, first]) for each in (self.factor, self.constant))

    def sums(self, under: Array, cells: Integers, n: int) -> Array:
        """Sums of products over the cells with one code, shape (m, m, n), from those of the others by cell."""
        m = len(self.source)
        found = np.empty((m, m, n))
        for i in range(m):
            row = under[self.source[i]] * self.factor[i] + under[0] * self.constant[i]
            for j in range(i + 1):
                entry = row[self.source[j]] * self.factor[j] + row[0] * self.constant[j]
                found[i, j] = found[j, i] = np.bincount(cells, entry, n)
        return found

    def total(self, under: Array) -> Array:
        """Sums of products over all cells, shape (m, m), without those of each."""
        m = len(self.source)
        used = np.unique(np.append(self.source, 0))
        columns: dict[int, Integers] = {int(s): np.flatnonzero(self.source == s) for s in used if s}
        loads: dict[int, Array] = {s: self.factor[places] for s, places in columns.items()}
        columns[0], loads[0] = np.arange(m), np.where(self.source[:, None] == 0, self.factor, 0) + self.constant
        found = np.zeros((m, m))
        for s, rows in columns.items():
            for t, others in columns.items():
                if t <= s:
                    block = (loads[s] * under[s, t]) @ loads[t].T
                    found[np.ix_(rows, others)] += block
                    if t < s:
                        found[np.ix_(others, rows)] += block.T
        return found

    def rows(self, under: Array, columns: Integers) -> Array:
        """Rows of the sums of products of each cell, shape (q, m, n_cells)."""
        found = []
        for column in columns:
            row = under[self.source[column]] * self.factor[column] + under[0] * self.constant[column]
            found.append(row[self.source] * self.factor + row[0] * self.constant)
        return np.array(found)

    def squares(self, under: Array) -> Array:
        """Diagonals of the sums of products of each cell, shape (m, n_cells)."""
        own, crossing = under[self.source, self.source], under[self.source, 0]
        return np.asarray(self.factor**2 * own + 2 * self.factor * self.constant * crossing
                          + self.constant**2 * under[0, 0])  # fmt: skip

    def combined(self, vector: Array, m0: int) -> Array:
        """A combination of the columns as one of the others, in each cell: shape (m0, n_cells)."""
        found = np.zeros((m0, self.factor.shape[1]))
        for s in np.unique(self.source):
            places = self.source == s
            found[s] = vector[places] @ self.factor[places]
        found[0] += vector @ self.constant
        return found

    def made(self, values: Array) -> Array:
        """Sums of the columns, shape (m, n_cells), from those of the others (m0, n_cells)."""
        return np.asarray(values[self.source] * self.factor + values[0] * self.constant)

    def products(self, products: Array, old: Integers, own: Integers) -> Array:
        """Products of summed persons, shape (m, e, m, e, n_cells).

        Parameters
        ----------
        products : array, shape (m0, e0, m0, e0, n_cells)
        old, own : array of int, shapes (e0,) and (e,)
            Which of the other columns, and of the columns, vary over persons.
        """
        every, some = np.arange(len(products)), self.part(own)
        for axis, (part, places) in enumerate([(self, every), (some, old)] * 2):
            products = part._along(axis, products, places)
        return products

    def _along(self, axis: int, products: Array, places: Integers) -> Array:
        """Products with the columns along an axis on which others, at these places, stood."""
        shape = [len(self.source) if each == axis else 1 for each in range(products.ndim - 1)]
        own = np.take(products, np.searchsorted(places, self.source), axis=axis) * self.factor.reshape(*shape, -1)
        return np.asarray(own + np.take(products, [0], axis=axis) * self.constant.reshape(*shape, -1))

    def matrices(self, cells: Integers, m0: int) -> Array:
        """F of some cells, shape (n, m0, m)."""
        found = np.zeros((len(cells), m0, len(self.source)))
        found[:, self.source, np.arange(len(self.source))] = self.factor[:, cells].T
        found[:, 0] += self.constant[:, cells].T
        return found


@dataclass(frozen=True)
class Derivation:
    """What the sums of derived columns are made of.

    Attributes
    ----------
    sums : array, shape (m0, m0, n_cells)
        Of the columns underneath.
    persons : Persons or None
        Of the columns underneath.
    map : CellMap
        From these columns to the derived ones.
    """

    sums: Array
    persons: Persons | None
    map: CellMap

    @cached_property
    def whole(self) -> Array:
        """Sums of products of the derived columns, shape (m, m, n_cells)."""
        n_cells = self.sums.shape[2]
        return self.map.sums(self.sums, np.arange(n_cells), n_cells)

    def products(self, own: Integers) -> Array:
        """Products of summed persons of the derived columns, of which ``own`` vary over them."""
        assert self.persons is not None
        return self.map.products(self.persons.products, self.persons.columns, own)

    def of_cells(self, cells: npt.NDArray[np.bool_]) -> Derivation:
        """The same for some of the cells."""
        persons = None if self.persons is None else self.persons.of_cells(cells)
        return Derivation(self.sums[:, :, cells], persons, self.map.of_cells(cells))

    def lowest_levels(self, codes: Sequence[Integers], varying: Sequence[Integers]) -> int:
        """How many of the nested levels, the finest first, can be eliminated in the columns underneath.

        Parameters
        ----------
        codes : sequence of array of int, shape (n_cells,)
            Group of each cell, a level each.
        varying : sequence of array of int
            Columns that vary over the groups, the same.
        """
        plain, most = self.map.plain, 0
        for level, columns in enumerate(varying[:-1]):
            if not plain[columns].all():
                break
            if self.map.same_within(codes[level + 1]):
                most = level + 1
        return most


@dataclass(frozen=True)
class Expansion:
    """From the columns underneath to all columns, for the groups above the levels that are eliminated in the former.

    Attributes
    ----------
    level : int
        The last of these levels.
    matrices : array, shape (n_parents, m0, m)
    """

    level: int
    matrices: Array

    def expanded(self, sums: Array) -> Array:
        """F' R F of each group, from (m0, m0, n_parents) to shape (m, m, n_parents)."""
        return _groups_last(np.swapaxes(self.matrices, 1, 2) @ _groups_first(sums) @ self.matrices)

    def carried(self, above: Array, taken: Array, gain: Array, columns: Integers) -> Array:
        """F (E C E' + S K S') F' of each group, shape (m0, m0, n_parents); see the nested elimination.

        Parameters
        ----------
        above : array, shape (m, m, n_parents) or (m, m, 1)
            C: covariances, or derivatives to what is left of a parent.
        taken, gain : array, shapes (q, m, n_parents) and (q, q, n_parents)
            K R_i. and K of the level above.
        columns : array of int, shape (q,)
            The columns i.
        """
        own = self.matrices[:, :, columns]
        left = self.matrices - own @ _groups_first(taken)
        middle = above[:, :, 0] if above.shape[2] == 1 else _groups_first(above)
        found = left @ middle @ np.swapaxes(left, 1, 2) + own @ _groups_first(gain) @ np.swapaxes(own, 1, 2)
        return _groups_last(found)

    def vectors(self, above: Array) -> Array:
        """F v of each group, shape (m0, n_parents)."""
        return np.asarray(np.einsum("jam,mj->aj", self.matrices, above))


def _groups_first(matrices: Array) -> Array:
    return np.ascontiguousarray(np.moveaxis(matrices, -1, 0))


def _groups_last(matrices: Array) -> Array:
    return np.ascontiguousarray(np.moveaxis(matrices, 0, -1))
