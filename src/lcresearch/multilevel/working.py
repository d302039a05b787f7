"""Working units: columns about their means and in their standard deviations, where that leaves the model what it is.

A column may be moved by a constant only where the constant is in the model with it: in the fixed part, and in each
random term that has the column, with all covariances. The outcome is moved too where columns of X add up to the
constant, as those of ``0 + sector`` do. Estimates in working units go back exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.crossproducts import Crossproducts, Persons, mapped_persons
from lcresearch.multilevel.design import Columns
from lcresearch.multilevel.small_matrices import Array, on_both_sides

_CONSTANT = 1e-12
_SAME = 1e-13


@dataclass(frozen=True)
class Working:
    """The linear map between columns of A as they are and as the engine has them: working = A @ map.

    Attributes
    ----------
    columns : Columns
    shift : array, shape (m,)
        Zero for columns that are not moved.
    scale : array, shape (m,)
    constant : array, shape (p,)
        The combination of X that is the constant; zero where there is none.
    """

    columns: Columns
    shift: Array
    scale: Array
    constant: Array

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
        return on_both_sides(self.from_shifted(cross), cross.sums)

    def total(self, cross: Crossproducts) -> Array:
        """Their sum over all cells, shape (m, m)."""
        return np.asarray(on_both_sides(self.from_shifted(cross), cross.total[:, :, None])[:, :, 0])

    def persons(self, cross: Crossproducts, persons: Persons) -> Array:
        """The products of summed persons in working units, shape (m, e, m, e, n_cells)."""
        return mapped_persons(self.from_shifted(cross), persons)

    def from_shifted(self, cross: Crossproducts) -> Array:
        """The map from columns about the shift of the sums, shape (m, m)."""
        found = np.diag(1 / self.scale)
        found[0] += (cross.shift - self.shift) / self.scale
        return found

    def beta(self, beta: Array) -> Array:
        """Fixed effects in the units of the data."""
        response = self.columns.response
        return np.asarray(self.scale[response] * (self.fixed_map @ beta) + self.shift[response] * self.constant)

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
    total = cross.total
    n = total[0, 0]
    means = total[0] / n
    squares = np.diagonal(total) / n
    variances = squares - means**2
    spread = np.sqrt(np.where(variances > _CONSTANT * squares, variances, 0))
    size = np.sqrt(np.maximum(np.diagonal(total) / n - means**2 + (means + cross.shift) ** 2, 0))
    movable = np.array([_is_movable(columns, place) for place in range(len(columns.names))])
    constant = _constant(columns, total, cross.shift)
    movable[columns.response] = constant.any()
    shift = np.where(movable, cross.shift + means, 0.0)
    scale = np.where(movable, spread, size)
    scale[0] = 1.0
    return Working(columns, shift, np.where(scale > 0, scale, 1.0), constant)


def _constant(columns: Columns, total: Array, shift: Array) -> Array:
    """Whole numbers of the columns of X that add up to the constant, shape (p,); zeros where there are none."""
    fixed = columns.fixed
    if 0 in fixed:
        return (fixed == 0).astype(float)
    if not len(fixed):
        return np.zeros(0)
    n, moved = total[0, 0], shift[fixed]
    sums = total[0, fixed] + moved * n
    crossed = np.outer(moved, total[0, fixed])
    products = total[np.ix_(fixed, fixed)] + crossed + crossed.T + n * np.outer(moved, moved)
    found = np.asarray(np.round(np.linalg.lstsq(products, sums, rcond=1e-10)[0]))
    left = n - 2 * sums @ found + found @ products @ found
    return np.asarray(found if abs(left) <= _SAME * n else np.zeros(len(fixed)))


def _is_movable(columns: Columns, place: int) -> bool:
    if place == 0:
        return False
    if 0 not in columns.fixed:
        return False
    return all(0 in term.columns for term in columns.terms if place in term.columns)
