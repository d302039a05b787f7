"""The elimination of crossed factors: dense or sparse, and where no factor is there that can go group by group."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy.sparse

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossed import CrossedElimination
from lcresearch.multilevel.crossed_sums import CrossedSums, Factor, crossed_sums
from lcresearch.multilevel.memory import installed_gigabytes
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.sparse_crossed import SparseCrossedElimination
from lcresearch.multilevel.sparse_layout import Choice, choose


def crossed_choice(sums: Array, factors: Sequence[Factor], groups: Sequence[tuple[str, ...]]) -> Choice:
    """Whether the effects that do not go group by group are treated as dense or sparse.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells)
    factors : sequence of Factor
        Those of multiple membership last.
    groups : sequence of tuple of str
        Their names.

    Raises
    ------
    MultilevelError
        L100: neither fits in the memory of this machine.
    """
    choice = choose(_parts(sums, factors)[0])
    available = installed_gigabytes()
    if choice.gigabytes > available:
        names = " + ".join(f"(1 | {':'.join(group)})" for group in groups)
        needed, there = f"{choice.gigabytes:,.0f}", f"{available:,.0f}"
        raise MultilevelError("L100", groups=names, n=choice.n, needed=needed, available=there)
    return choice


def crossed_elimination(
    sums: Array, factors: Sequence[Factor], choice: Choice | None = None
) -> CrossedElimination | MembershipsAlone:
    """The elimination of crossed factors, those of multiple membership last.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells)
    factors : sequence of Factor
    choice : Choice, optional
        Of these factors, with any sums; dense where it is not given.
    """
    found, behind = _parts(sums, factors)
    layout = None if choice is None else choice.layout
    crossed = CrossedElimination(found, behind) if layout is None else SparseCrossedElimination(found, behind, layout)
    return crossed if factors[0].memberships is None else MembershipsAlone(crossed)


def _parts(sums: Array, factors: Sequence[Factor]) -> tuple[CrossedSums, list[Factor]]:
    """The factors with one to be eliminated first, and their sums.

    Groups that share rows cannot be eliminated one by one. In front of them goes a factor of one group, with an effect
    of the constant whose variance is held at zero: that changes nothing, and it meets no other effect.
    """
    if factors[0].memberships is None:
        return crossed_sums(sums, factors), list(factors)
    nothing = Factor(np.zeros(1, dtype=np.int64), np.zeros(sums.shape[2], dtype=np.int64), 1)
    found = crossed_sums(sums, [nothing, *factors])
    return replace(found, between=scipy.sparse.csr_matrix(found.between.shape)), [nothing, *factors]


class MembershipsAlone:
    """The crossed elimination behind a factor of one group whose variance is held at zero.

    Parameters
    ----------
    crossed : CrossedElimination
        With that factor first.
    """

    analytic_gradient = CrossedElimination.analytic_gradient

    def __init__(self, crossed: CrossedElimination) -> None:
        self._crossed = crossed

    @property
    def dense_size(self) -> int:
        """As of the crossed elimination."""
        return self._crossed.dense_size

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
