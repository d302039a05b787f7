"""Where the search begins: variances by the method of moments, one grouping factor at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lcresearch.multilevel.criterion import Criterion
from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.working_sums import WorkingSums

_LEAST, _MOST = 0.01, 25.0


def starting_theta(
    criterion: Criterion, total: Array, sums: WorkingSums, factors: Sequence[Factor], counts: Array | None
) -> Array:
    """Theta with variances such that the groups differ as much as they do, and no correlations.

    For a column z and residuals r of the fixed part, T = sum(z r) and Q = sum(z z) over a group have E(T T / Q) =
    s2 + v Q, where v is the variance of the effect of z and s2 the residual variance, if nothing else varies. With
    multiple membership T and Q have the weights of rows, and what other groups of the same rows add is left out.

    Parameters
    ----------
    criterion : Criterion
    total : array, shape (m, m)
        Sums over all cells, in working units.
    sums : WorkingSums
    factors : sequence of Factor
        Grouping factors in the order of elimination.
    counts : array or None, shape (n_cells,)
        Persons of each cell where persons were summed; they are the first factor then.
    """
    vector = criterion.residual(total)
    residual_sum = float(vector @ total @ vector)
    within, rows = sums.times(vector), sums.squares()
    found = []
    for place, factor in enumerate(factors):
        variances, totals = [], factor.summed(within)
        for number, column in enumerate(factor.columns):
            if place == 0 and counts is not None:
                n, squares = counts, rows[column] / counts
                between = sums.person_squares(int(column), vector)
            else:
                squares = factor.squared().summed(rows)[:, number]
                n, between = np.ones(len(squares)), totals[:, number] ** 2
            used = squares > 1e-12 * squares.max(initial=0)
            variances.append(_variance(between[used], squares[used], n[used], residual_sum, criterion.n))
        found.append(np.diag(variances))
    return criterion.layout.theta(found)


def _variance(between: Array, squares: Array, counts: Array, residual_sum: float, n: int) -> float:
    """The relative variance of one effect, within bounds, from sums of T T and single Q over ``counts`` groups each."""
    n_groups = float(counts.sum())
    explained = float((between / squares).sum())
    residual = max((residual_sum - explained) / max(n - n_groups, 1), 1e-3 * residual_sum / n)
    mean = float((counts * squares).sum()) / n_groups if n_groups else 1.0
    variance = (explained / max(n_groups, 1) - residual) / max(mean, 1e-300)
    return float(np.clip(variance / residual, _LEAST, _MOST))
