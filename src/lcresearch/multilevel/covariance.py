"""Relative covariance matrices of random effects from parameters without bounds: their lower Cholesky factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CovarianceLayout:
    """How one vector theta holds the lower Cholesky factors of all terms.

    Within a term the entries stand column by column, as lme4 has them: for intercept and slope L11, L21, L22.

    Attributes
    ----------
    sizes : tuple of tuple of int
        Numbers of columns of the terms of each grouping factor.
    """

    sizes: tuple[tuple[int, ...], ...]

    @property
    def n_parameters(self) -> int:
        """Length of theta."""
        return sum(q * (q + 1) // 2 for factor in self.sizes for q in factor)

    def factors(self, theta: Array) -> list[Array]:
        """Cholesky factors, one block-diagonal matrix a grouping factor."""
        found, used = [], 0
        for sizes in self.sizes:
            rows, columns = _entries(sizes)
            factor = np.zeros((sum(sizes), sum(sizes)), dtype=theta.dtype)
            factor[rows, columns] = theta[used : used + len(rows)]
            used += len(rows)
            found.append(factor)
        return found

    def covariances(self, theta: Array) -> list[Array]:
        """Relative covariance matrices, one a grouping factor."""
        return [factor @ factor.T for factor in self.factors(theta)]

    def gradient(self, theta: Array, derivatives: Sequence[Array]) -> Array:
        """Derivatives to theta from those to the covariance matrices."""
        found = []
        for factor, derivative, sizes in zip(self.factors(theta), derivatives, self.sizes, strict=True):
            found.append(((derivative + derivative.T) @ factor)[_entries(sizes)])
        return np.concatenate(found)

    def theta(self, covariances: Sequence[Array]) -> Array:
        """Theta of covariance matrices, which may be singular; diagonals are not negative."""
        found = []
        for covariance, sizes in zip(covariances, self.sizes, strict=True):
            start = 0
            for q in sizes:
                block = covariance[start : start + q, start : start + q]
                rows, columns = _lower(q)
                found.append(cholesky(block)[rows, columns])
                start += q
        return np.concatenate(found)

    def blocks(self) -> list[tuple[int, slice]]:
        """For each term its grouping factor and its columns within that."""
        found = []
        for place, sizes in enumerate(self.sizes):
            ends = np.cumsum((0, *sizes))
            found += [(place, slice(a, b)) for a, b in pairwise(ends.tolist())]
        return found


def cholesky(matrix: Array) -> Array:
    """The lower Cholesky factor of a matrix that may be singular: a zero pivot leaves a zero column."""
    q = len(matrix)
    lower = np.zeros((q, q))
    scale = max(float(np.abs(np.diagonal(matrix)).max(initial=0)), np.finfo(float).tiny)
    for k in range(q):
        pivot = matrix[k, k] - lower[k, :k] @ lower[k, :k]
        if pivot > 1e-14 * scale:
            lower[k, k] = np.sqrt(pivot)
            lower[k + 1 :, k] = (matrix[k + 1 :, k] - lower[k + 1 :, :k] @ lower[k, :k]) / lower[k, k]
    return lower


@cache
def _entries(sizes: tuple[int, ...]) -> tuple[Integers, Integers]:
    """Rows and columns of the entries of a block-diagonal factor, in the order of theta."""
    starts = np.cumsum((0, *sizes))
    each = [(start + rows, start + columns) for start, (rows, columns) in zip(starts, map(_lower, sizes), strict=False)]
    rows, columns = zip(*each, strict=True)
    return np.concatenate(rows), np.concatenate(columns)


@cache
def _lower(q: int) -> tuple[Integers, Integers]:
    columns, rows = np.triu_indices(q)
    return rows, columns
