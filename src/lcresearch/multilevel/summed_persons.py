"""Eliminating the random effects of persons of whom only sums over several are left.

Persons of one group above them with equal R_ii (names as in :mod:`~lcresearch.multilevel.nested`) have equal K. With
B = R_.i of a person and n persons, all of them together leave

    sum of R' = sum of R - sum of B K B'        and add        n log det(I + S R_ii)

where B K B' is linear in the products B (x) B. So their sum over the persons is enough, and the same holds for the
derivative to S: with E = I - R_ii K it is n E R_ii - E (sum of B' adjoint B) E'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.derivation import Expansion
from lcresearch.multilevel.nested import Level, NestedElimination, NestedSums, Step
from lcresearch.multilevel.small_matrices import (
    Array,
    inverses,
    log_determinants,
    plus_identity,
    product,
    product_transposed,
)


@dataclass(frozen=True)
class _SummedStep(Step):
    """The step of summed persons; ``after`` is E R_ii, ``kept`` is E."""

    kept: Array


class SummedElimination(NestedElimination):
    """Sums of products of persons who were summed, and of the groups above them.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells), or NestedSums
        Of the cells, each the sum over persons with equal R_ii; sorted by the groups above them.
    products : array, shape (m, q, m, q, n_cells)
        Sums of B (x) B over the persons of each cell.
    counts : array, shape (n_cells,)
        Persons of each cell.
    levels : sequence of Level
        The first is that of the persons, its groups are the cells.
    expansion : Expansion, optional
    """

    def __init__(
        self,
        sums: Array | NestedSums,
        products: Array,
        counts: Array,
        levels: Sequence[Level],
        expansion: Expansion | None = None,
    ) -> None:
        super().__init__(sums, levels, expansion)
        self._products, self._counts = products, counts
        columns = self.levels[0].columns
        self._own = self._rows[:, columns] / counts

    def _finest(self, covariance: Array) -> tuple[float | complex, Array, Step]:
        level = self.levels[0]
        mixed = plus_identity(product(covariance, self._own))
        gain = np.einsum("abj,bc->acj", inverses(mixed), covariance)
        kept = plus_identity(-product(self._own, gain))
        gone = np.add.reduceat(np.einsum("abcdj,bdj->acj", self._products, gain), level.starts, axis=2)
        log_det = (self._counts * log_determinants(mixed)).sum()
        return log_det, gone, _SummedStep(gain, gain, product(kept, self._own), kept)

    def _finest_derivative(self, step: Step, adjoint: Array) -> Array:
        kept = step.kept if isinstance(step, _SummedStep) else step.after
        adjoint = adjoint[:, :, self.levels[0].parent] if adjoint.shape[2] > 1 else adjoint
        between = np.einsum("abcdj,acj->bdj", self._products, adjoint)
        spread = product_transposed(product(kept, between), kept)
        return (self._counts * step.after - spread).sum(axis=2)

    def effects(self, steps: Sequence[Step], combination: Array) -> list[tuple[Array, Array]]:
        """As of the nested elimination; nothing for the persons, who are not known one by one."""
        q = len(self.levels[0].columns)
        return [(np.zeros((0, q)), np.zeros((0, q, q))), *self._effects(steps, combination, lowest=1)]
