"""Eliminating random effects of multiple membership where no factor is there that can go group by group."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from lcresearch.multilevel.criterion import Elimination
from lcresearch.multilevel.crossed import CrossedElimination, Factor
from lcresearch.multilevel.small_matrices import Array


def crossed_elimination(sums: Array, factors: Sequence[Factor]) -> Elimination:
    """The elimination of crossed factors, those of multiple membership last.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells)
    factors : sequence of Factor
    """
    if factors[0].memberships is not None:
        return MembershipsAlone(sums, factors)
    return CrossedElimination(sums, factors)


class MembershipsAlone:
    """The crossed elimination behind a factor of one group whose variance is held at zero.

    Groups that share rows cannot be eliminated one by one, so all of them are in the dense part. The factor in front
    has an effect of the constant with variance zero: that changes nothing.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells)
    factors : sequence of Factor
    """

    analytic_gradient = CrossedElimination.analytic_gradient

    def __init__(self, sums: Array, factors: Sequence[Factor]) -> None:
        nothing = Factor(np.zeros(1, dtype=np.int64), np.zeros(sums.shape[2], dtype=np.int64), 1)
        self._crossed = CrossedElimination(sums, [nothing, *factors])

    def evaluate(self, covariances: Sequence[Array]) -> tuple[float | complex, Array, Any]:
        """As of the crossed elimination."""
        return self._crossed.evaluate([np.zeros((1, 1)), *covariances])

    def gradient(self, steps: Any, adjoint: Array) -> list[Array]:
        """As of the crossed elimination."""
        return self._crossed.gradient(steps, adjoint)[1:]

    def effects(self, steps: Any, combination: Array) -> list[tuple[Array, Array]]:
        """As of the crossed elimination."""
        return self._crossed.effects(steps, combination)[1:]

    def solve(self, steps: Any, right: Array) -> list[Array]:
        """As of the crossed elimination."""
        return self._crossed.solve(steps, right)[1:]

    def spread(self, steps: Any, factors: Container[int] | None = None) -> Array:
        """As of the crossed elimination."""
        places = range(len(self._crossed.factors) - 1)
        return self._crossed.spread(steps, [place + 1 for place in places if factors is None or place in factors])
