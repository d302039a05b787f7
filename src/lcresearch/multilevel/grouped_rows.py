"""The rows of a generalised model, sorted by the cells of its grouping factors, and passes over them.

Where the linear model sums products once, the weights of a generalised model change with every step. Rows of one cell
stand together, so that a pass is one ``reduceat`` a product, and values of cells are repeated to give those of rows.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.criterion import Elimination
from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.memberships import gathered
from lcresearch.multilevel.memberships_alone import crossed_elimination
from lcresearch.multilevel.nested import Level, NestedElimination
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.sparse_layout import Choice

Integers = npt.NDArray[np.int64]


class NoElimination:
    """Stands in for the elimination of a model without random effects."""

    analytic_gradient = True

    def evaluate(self, covariances: Sequence[Array]) -> tuple[float, Array, None]:
        """Nothing is eliminated: log det is zero."""
        return 0.0, np.zeros((0, 0)), None

    def gradient(self, steps: Any, adjoint: Array) -> list[Array]:
        """No covariance matrices."""
        return []

    def effects(self, steps: Any, combination: Array) -> list[tuple[Array, Array]]:
        """No effects."""
        return []

    def solve(self, steps: Any, right: Array) -> list[Array]:
        """No effects."""
        return []

    def spread(self, steps: Any, factors: Container[int] | None = None) -> Array:
        """No columns."""
        return np.zeros((0, 0, 1))


@dataclass(frozen=True)
class GroupedRows:
    """Rows sorted by cell.

    Attributes
    ----------
    fixed : array, shape (n, p)
        X.
    offset : array, shape (n,)
    varying : array, shape (m, n)
        Columns on which random effects work, each once.
    starts : array of int, shape (n_cells,)
        First row of each cell.
    factors : tuple of Factor
        Grouping factors in the order of elimination; ``columns`` are places in ``varying``.
    levels : tuple of Level, or None
        Of nested factors; None where they are crossed.
    choice : Choice or None
        Of crossed factors: dense or sparse.
    """

    fixed: Array
    offset: Array
    varying: Array
    starts: Integers
    factors: tuple[Factor, ...]
    levels: tuple[Level, ...] | None
    choice: Choice | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.offset)

    @cached_property
    def counts(self) -> Integers:
        """Rows of each cell, shape (n_cells,)."""
        return np.diff(self.starts, append=self.n)

    def cell_sums(self, values: Array) -> Array:
        """Sums over the rows of each cell of the varying columns times values (n,): shape (m, n_cells)."""
        return np.add.reduceat(self.varying * values, self.starts, axis=1)

    def group_sums(self, cells: Array) -> list[Array]:
        """Sums of cells (m, n_cells) over the groups of each factor, a list of (n_groups, q)."""
        return [factor.summed(cells) for factor in self.factors]

    def predictor(self, effects: Sequence[Array]) -> Array:
        """What random effects, a list of (n_groups, q), add to each row: shape (n,)."""
        cells = np.zeros((len(self.varying), len(self.starts)))
        for factor, values in zip(self.factors, effects, strict=True):
            for place, column in enumerate(factor.columns):
                cells[column] += gathered(values[:, place], factor.codes, factor.memberships)
        found = np.zeros(self.n)
        for column, values in zip(self.varying, cells, strict=True):
            found += column * np.repeat(values, self.counts)
        return found

    def variances(self, spread: Array) -> Array:
        """The variance of the random part of each row, from covariances of the columns (m, m, n_cells)."""
        found = np.zeros(self.n)
        for a, left in enumerate(self.varying):
            for b, right in enumerate(self.varying[: a + 1]):
                values = np.repeat(spread[a, b] if a == b else 2 * spread[a, b], self.counts)
                found += left * right * values
        return found

    def elimination(self, weights: Array) -> Elimination:
        """The elimination of the random effects with a weight for each row (n,)."""
        if not self.factors:
            return NoElimination()
        m = len(self.varying)
        sums = np.empty((m, m, len(self.starts)))
        for a, left in enumerate(self.varying):
            weighted = left * weights
            for b, right in enumerate(self.varying[: a + 1]):
                sums[a, b] = sums[b, a] = np.add.reduceat(weighted * right, self.starts)
        if self.levels is not None:
            return NestedElimination(sums, self.levels)
        return crossed_elimination(sums, self.factors, self.choice)
