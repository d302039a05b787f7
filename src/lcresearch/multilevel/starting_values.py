"""Where the search begins: variances by the method of moments, one grouping factor at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.criterion import Criterion
from lcresearch.multilevel.small_matrices import Array

_LEAST, _MOST = 0.01, 25.0


def starting_theta(
    criterion: Criterion, sums: Array, codes: Sequence[npt.NDArray[np.int64]], columns: Sequence[npt.NDArray[np.int64]]
) -> Array:
    """Theta with variances such that the groups differ as much as they do, and no correlations.

    For a column z and residuals r of the fixed part, T = sum(z r) and Q = sum(z z) over a group have E(T T / Q) =
    s2 + v Q, where v is the variance of the effect of z and s2 the residual variance, if nothing else varies.

    Parameters
    ----------
    criterion : Criterion
    sums : array, shape (m, m, n_cells)
        In working units.
    codes : sequence of array of int, shape (n_cells,)
        Group of each cell, for each grouping factor in the order of elimination.
    columns : sequence of array of int
        Columns that vary, for the same.
    """
    total = sums.sum(axis=2)
    vector = criterion.residual(total)
    residual_sum = float(vector @ total @ vector)
    within = np.einsum("abc,a->bc", sums, vector)
    found = []
    for code, varying in zip(codes, columns, strict=True):
        variances = []
        for column in varying:
            products = np.bincount(code, within[column])
            squares = np.bincount(code, sums[column, column])
            used = squares > 1e-12 * squares.max(initial=0)
            variances.append(_variance(products[used], squares[used], residual_sum, criterion.n))
        found.append(np.diag(variances))
    return criterion.layout.theta(found)


def _variance(products: Array, squares: Array, residual_sum: float, n: int) -> float:
    """The relative variance of one effect, within bounds."""
    n_groups = len(products)
    between = float((products**2 / squares).sum()) if n_groups else 0.0
    residual = max((residual_sum - between) / max(n - n_groups, 1), 1e-3 * residual_sum / n)
    variance = (between / max(n_groups, 1) - residual) / max(float(squares.mean()) if n_groups else 1.0, 1e-300)
    return float(np.clip(variance / residual, _LEAST, _MOST))
