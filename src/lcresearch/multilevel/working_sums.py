"""What a fit needs of the sums of products of cells in working units, without a copy of them all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.crossproducts import Crossproducts, mapped_persons
from lcresearch.multilevel.derivation import CellMap, Derivation
from lcresearch.multilevel.person_classes import summed_symmetric
from lcresearch.multilevel.small_matrices import Array, on_both_sides
from lcresearch.multilevel.working import Working

Integers = npt.NDArray[np.int64]


class WorkingSums(Protocol):
    """Sums of products in working units."""

    def rows(self, columns: Integers) -> Array:
        """Rows of the sums of each cell, shape (q, m, n_cells)."""
        ...

    def squares(self) -> Array:
        """Their diagonals, shape (m, n_cells)."""
        ...

    def times(self, vector: Array) -> Array:
        """Their products with a vector, shape (m, n_cells)."""
        ...

    def person_squares(self, column: int, vector: Array) -> Array:
        """Squares of the sums of a column times a combination of columns, summed over persons: shape (n_cells,)."""
        ...


@dataclass(frozen=True)
class WholeSums:
    """From the sums of all columns."""

    cross: Crossproducts
    working: Working

    @property
    def _by(self) -> Array:
        return np.asarray((self.cross.shift - self.working.shift)[:, None])

    def rows(self, columns: Integers) -> Array:
        """See :class:`WorkingSums`."""
        sums, scale, by = self.cross.sums, self.working.scale, self._by
        left = (sums[columns] + by[columns, :, None] * sums[0]) / scale[columns, None, None]
        return np.asarray((left + by * left[:, :1]) / scale[:, None])

    def squares(self) -> Array:
        """See :class:`WorkingSums`."""
        sums, by = self.cross.sums, self._by
        own = np.einsum("aaj->aj", sums) + 2 * by * sums[0] + by**2 * sums[0, 0]
        return np.asarray(own / self.working.scale[:, None] ** 2)

    def times(self, vector: Array) -> Array:
        """See :class:`WorkingSums`."""
        change, m = self.working.from_shifted(self.cross), len(vector)
        return np.asarray(change.T @ ((change @ vector) @ self.cross.sums.reshape(m, -1)).reshape(m, -1))

    def person_squares(self, column: int, vector: Array) -> Array:
        """See :class:`WorkingSums`."""
        return _person_squares(self.products, self._own, column, vector[:, None])

    @property
    def _own(self) -> Integers:
        assert self.cross.persons is not None
        return self.cross.persons.columns

    @cached_property
    def products(self) -> Array:
        """Products of summed persons, shape (m, e, m, e, n_cells)."""
        assert self.cross.persons is not None
        return self.working.persons(self.cross, self.cross.persons)

    def summed(self, codes: Integers, n: int) -> Array:
        """Sums over the cells with one code, shape (m, m, n)."""
        sums = summed_symmetric(lambda i, j: self.cross.sums[i, j], len(self.cross.sums), codes, n)
        return on_both_sides(self.working.from_shifted(self.cross), sums)


@dataclass(frozen=True)
class SumsUnderneath:
    """From the sums of the columns of which others were derived, in units in which those that were kept are the same.

    Attributes
    ----------
    derivation : Derivation
        As it is.
    move, scale : array, shape (m,)
        The columns in working units are (A + move) / scale.
    """

    derivation: Derivation
    move: Array
    scale: Array

    @cached_property
    def _moves(self) -> tuple[Array, Array]:
        """The same numbers for the columns underneath, shape (m0,) each."""
        found, plain = self.derivation, self.derivation.map.plain
        move, scale = np.zeros(len(found.sums)), np.ones(len(found.sums))
        move[found.map.source[plain]], scale[found.map.source[plain]] = self.move[plain], self.scale[plain]
        return move, scale

    @cached_property
    def change(self) -> Array:
        """The map of the columns underneath to working units, shape (m0, m0)."""
        move, scale = self._moves
        found = np.diag(1 / scale)
        found[0] += move / scale
        return found

    @cached_property
    def sums(self) -> Array:
        """Of the columns underneath, shape (m0, m0, n_cells)."""
        return on_both_sides(self.change, self.derivation.sums)

    @cached_property
    def map(self) -> CellMap:
        """From these to the columns in working units."""
        old, (move, scale) = self.derivation.map, self._moves
        plain, own = old.plain, old.source
        factor = old.factor * (scale[own] / self.scale)[:, None]
        constant = (old.constant + self.move[:, None] - old.factor * move[own][:, None]) / self.scale[:, None]
        factor[plain], constant[plain] = 1, 0
        return CellMap(own, factor, constant)

    def rows(self, columns: Integers) -> Array:
        """See :class:`WorkingSums`."""
        return self.map.rows(self.sums, columns)

    def squares(self) -> Array:
        """See :class:`WorkingSums`."""
        return self.map.squares(self.sums)

    def times(self, vector: Array) -> Array:
        """See :class:`WorkingSums`."""
        under = self.map.combined(vector, len(self.sums))
        return self.map.made(np.einsum("abj,bj->aj", self.sums, under))

    def person_squares(self, column: int, vector: Array) -> Array:
        """See :class:`WorkingSums`."""
        under = self.map.combined(vector, len(self.sums))
        return _person_squares(self.products, self._own, int(self.map.source[column]), under)

    @property
    def _own(self) -> Integers:
        assert self.derivation.persons is not None
        return self.derivation.persons.columns

    @cached_property
    def products(self) -> Array:
        """Products of summed persons of the columns underneath."""
        assert self.derivation.persons is not None
        return mapped_persons(self.change, self.derivation.persons)


def _person_squares(products: Array, own: Integers, column: int, vectors: Array) -> Array:
    at = int(np.searchsorted(own, column))
    whole = np.broadcast_to(vectors, (len(vectors), products.shape[-1]))
    return np.asarray(np.einsum("acj,aj,cj->j", products[:, at, :, at], whole, whole))
