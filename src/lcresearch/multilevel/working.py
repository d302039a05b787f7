"""Working units: columns about their means and in their standard deviations, where that leaves the model what it is.

A column may be moved by a constant only where the constant is in the model with it: in the fixed part, and in each
random term that has the column, with all covariances. Estimates in working units go back exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.crossproducts import Crossproducts, Persons, mapped_persons
from lcresearch.multilevel.design import Columns
from lcresearch.multilevel.small_matrices import Array, on_both_sides

_CONSTANT = 1e-12


@dataclass(frozen=True)
class Working:
    """The linear map between columns of A as they are and as the engine has them: working = A @ map.

    Attributes
    ----------
    columns : Columns
    shift : array, shape (m,)
        Zero for columns that are not moved.
    scale : array, shape (m,)
    """

    columns: Columns
    shift: Array
    scale: Array

    @property
    def map(self) -> Array:
        """Shape (m, m)."""
        found = np.diag(1 / self.scale)
        found[0] -= self.shift / self.scale
        return found

    @property
    def log_det_fixed(self) -> float:
        """What log det X'V^-1 X has more in the units of the data."""
        return float(2 * np.log(self.scale[self.columns.fixed]).sum())

    def sums(self, cross: Crossproducts) -> Array:
        """The sums of products in working units, shape (m, m, n_cells)."""
        return on_both_sides(self._from_shifted(cross), cross.sums)

    def persons(self, cross: Crossproducts, persons: Persons) -> Array:
        """The products of summed persons in working units, shape (m, e, m, e, n_cells)."""
        return mapped_persons(self._from_shifted(cross), persons)

    def _from_shifted(self, cross: Crossproducts) -> Array:
        found = np.diag(1 / self.scale)
        found[0] += (cross.shift - self.shift) / self.scale
        return found

    def beta(self, beta: Array) -> Array:
        """Fixed effects in the units of the data."""
        found = self.scale[self.columns.response] * (self.fixed_map @ beta)
        if self.columns.fixed.size and 0 in self.columns.fixed:
            found[list(self.columns.fixed).index(0)] += self.shift[self.columns.response]
        return found

    @property
    def fixed_map(self) -> Array:
        """The part of the map that X has, shape (p, p)."""
        return self.map[np.ix_(self.columns.fixed, self.columns.fixed)]

    def part(self, columns: Array) -> Array:
        """The part of the map that these columns have, shape (q, q)."""
        return self.map[np.ix_(columns, columns)]


def working_units(cross: Crossproducts) -> Working:
    """Means and standard deviations over all rows, for the columns that may be moved."""
    columns = cross.columns
    total = cross.sums.sum(axis=2)
    n = total[0, 0]
    means = total[0] / n
    squares = np.diagonal(total) / n
    variances = squares - means**2
    spread = np.sqrt(np.where(variances > _CONSTANT * squares, variances, 0))
    size = np.sqrt(np.maximum(np.diagonal(total) / n - means**2 + (means + cross.shift) ** 2, 0))
    movable = np.array([_is_movable(columns, place) for place in range(len(columns.names))])
    shift = np.where(movable, cross.shift + means, 0.0)
    scale = np.where(movable, spread, size)
    scale[0] = 1.0
    return Working(columns, shift, np.where(scale > 0, scale, 1.0))


def _is_movable(columns: Columns, place: int) -> bool:
    if place == 0:
        return False
    if 0 not in columns.fixed:
        return False
    return all(0 in term.columns for term in columns.terms if place in term.columns)
