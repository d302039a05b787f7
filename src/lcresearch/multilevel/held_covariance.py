"""Covariance matrices of random effects from free parameters, with one standard deviation or correlation held.

The free parameters are, for each term of the formula, the rows of a lower Cholesky factor of its covariance matrix,
with the held term's columns in such an order that the held parameter is an entry of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lcresearch.multilevel.covariance import CovarianceLayout, cholesky
from lcresearch.multilevel.small_matrices import Array


@dataclass(frozen=True)
class HeldCovariance:
    """Which parameter is held, and of what sizes the covariance matrices are.

    Attributes
    ----------
    sizes : tuple of int
        Columns of each term, in the order of the formula.
    held : tuple
        ``("std_dev", term, column)`` or ``("correlation", term, column, column)``; anything else holds none of them.
    """

    sizes: tuple[int, ...]
    held: tuple[Any, ...]

    def start(self, covariances: Sequence[Array]) -> list[float]:
        """Free parameters near given covariance matrices, which need not hold the parameter."""
        found: list[float] = []
        for number, covariance in enumerate(covariances):
            order = self._order(number)
            lower = cholesky(covariance[np.ix_(order, order)])
            if not self._holds(number):
                found += list(lower[np.tril_indices(len(order))])
            elif self.held[0] == "std_dev":
                found += list(lower[np.tril_indices(len(order))][1:])
            else:
                found += [lower[0, 0], float(np.linalg.norm(lower[1]))]
                found += [lower[k, c] for k in range(2, len(order)) for c in range(k + 1)]
        return found

    def covariances(self, free: Array, value: float) -> tuple[list[Array], int]:
        """The covariance matrix of each term, and how many free parameters they took."""
        found, used = [], 0
        for number, q in enumerate(self.sizes):
            lower, n = self._factor(number, q, free[used:], value)
            used += n
            covariance = np.empty((q, q), dtype=free.dtype)
            order = self._order(number)
            covariance[np.ix_(order, order)] = lower @ lower.T
            found.append(covariance)
        return found, used

    def _holds(self, number: int) -> bool:
        return self.held[0] in ("std_dev", "correlation") and bool(self.held[1] == number)

    def _order(self, number: int) -> list[int]:
        """The columns of a term, those of the held parameter first."""
        first = list(self.held[2:]) if self._holds(number) else []
        return first + [column for column in range(self.sizes[number]) if column not in first]

    def _factor(self, number: int, q: int, free: Array, value: float) -> tuple[Array, int]:
        """The Cholesky factor of one term, and how many free parameters it took."""
        lower = np.zeros((q, q), dtype=free.dtype)
        rows, columns = np.tril_indices(q)
        if not self._holds(number):
            lower[rows, columns] = free[: len(rows)]
            return lower, len(rows)
        if self.held[0] == "std_dev":
            lower[0, 0] = value
            lower[rows[1:], columns[1:]] = free[: len(rows) - 1]
            return lower, len(rows) - 1
        lower[0, 0] = free[0]
        lower[1, 0], lower[1, 1] = free[1] * value, free[1] * np.sqrt(1 - value**2)
        lower[rows[3:], columns[3:]] = free[2 : len(rows) - 1]
        return lower, len(rows) - 1


def by_factor(covariances: Sequence[Array], terms: Sequence[Sequence[int]], layout: CovarianceLayout) -> list[Array]:
    """Covariance matrices of terms as block-diagonal ones of grouping factors, in the order of elimination."""
    found = []
    for numbers, sizes in zip(terms, layout.sizes, strict=True):
        whole = np.zeros((sum(sizes), sum(sizes)), dtype=covariances[0].dtype)
        start = 0
        for number, size in zip(numbers, sizes, strict=True):
            whole[start : start + size, start : start + size] = covariances[number]
            start += size
        found.append(whole)
    return found
