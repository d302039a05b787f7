"""What derived columns were made of, so that random effects can be eliminated in the fewer columns underneath.

With A = A0 F for the rows of a group, sums of products are F' (A0'A0) F, and all that a level leaves of a group is of
that form too. So levels within which F is the same are eliminated in the columns A0, and what they leave is taken to
the columns A afterwards: sixty products with dummies of sectors cost no more than the columns that were multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.small_matrices import Array, on_both_sides

if TYPE_CHECKING:
    from lcresearch.multilevel.crossproducts import Persons

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Derivation:
    """Columns that were made of others: each that at ``source`` times ``factor``, plus ``constant``.

    Attributes
    ----------
    of : array, shape (m, m, n_cells)
        The sums for which this holds; sums that were changed since are other ones.
    sums : array, shape (m0, m0, n_cells)
        Of the columns underneath.
    persons : Persons or None
        Of the columns underneath.
    source : array of int, shape (m,)
    factor, constant : array, shape (m, n_cells)
    """

    of: Array
    sums: Array
    persons: Persons | None
    source: Integers
    factor: Array
    constant: Array

    def subset(self, cells: npt.NDArray[np.bool_], of: Array) -> Derivation:
        """The same for some of the cells, with their sums."""
        persons = None if self.persons is None else self.persons.of_cells(cells)
        sums = self.sums[:, :, cells]
        return Derivation(of, sums, persons, self.source, self.factor[:, cells], self.constant[:, cells])

    def without_moves(self, move: Array, scale: Array) -> tuple[Derivation, Array]:
        """The same for columns (A + move) / scale, and the map of the columns underneath to those that are kept.

        A column that is kept as it was, and the one underneath, become the same column.

        Parameters
        ----------
        move, scale : array, shape (m,)
        """
        m0 = len(self.sums)
        under_move, under_scale = np.zeros(m0), np.ones(m0)
        plain = self.plain
        under_move[self.source[plain]], under_scale[self.source[plain]] = move[plain], scale[plain]
        change = np.diag(1 / under_scale)
        change[0] += under_move / under_scale
        own = self.source
        factor = self.factor * (under_scale[own] / scale)[:, None]
        moved = self.constant + move[:, None] - self.factor * under_move[own][:, None]
        constant = moved / scale[:, None]
        constant[plain], factor[plain] = 0, 1
        return replace(self, sums=on_both_sides(change, self.sums), factor=factor, constant=constant), change

    @property
    def plain(self) -> npt.NDArray[np.bool_]:
        """Columns that were kept as they were, shape (m,)."""
        return np.asarray((self.factor == 1).all(axis=1) & (self.constant == 0).all(axis=1))

    def same_within(self, codes: Integers) -> bool:
        """Whether all cells of a group have the same factors and constants; ``codes`` has shape (n_cells,)."""
        first = np.unique(codes, return_index=True)[1][np.unique(codes, return_inverse=True)[1]]
        return all(np.array_equal(each, each[:, first]) for each in (self.factor, self.constant))

    def lowest_levels(self, codes: Sequence[Integers], varying: Sequence[Integers]) -> int:
        """How many of the nested levels, the finest first, can be eliminated in the columns underneath.

        Parameters
        ----------
        codes : sequence of array of int, shape (n_cells,)
            Group of each cell, a level each.
        varying : sequence of array of int
            Columns that vary over the groups, the same.
        """
        plain, most = self.plain, 0
        for level, columns in enumerate(varying[:-1]):
            if not plain[columns].all():
                break
            if self.same_within(codes[level + 1]):
                most = level + 1
        return most

    def matrices(self, cells: Integers) -> Array:
        """F of some cells, shape (n, m0, m)."""
        m = len(self.source)
        found = np.zeros((len(cells), len(self.sums), m))
        found[:, self.source, np.arange(m)] = self.factor[:, cells].T
        found[:, 0] += self.constant[:, cells].T
        return found


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
