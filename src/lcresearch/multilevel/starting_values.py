"""Where the search begins: variances by the method of moments, one grouping factor at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lcresearch.multilevel.criterion import Criterion
from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.crossproducts import Crossproducts
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.working import Working

_LEAST, _MOST = 0.01, 25.0


def starting_theta(criterion: Criterion, working: Working, cross: Crossproducts, factors: Sequence[Factor]) -> Array:
    """Theta with variances such that the groups differ as much as they do, and no correlations.

    For a column z and residuals r of the fixed part, T = sum(z r) and Q = sum(z z) over a group have E(T T / Q) =
    s2 + v Q, where v is the variance of the effect of z and s2 the residual variance, if nothing else varies. With
    multiple membership T and Q have the weights of rows, and what other groups of the same rows add is left out.

    Parameters
    ----------
    criterion : Criterion
    working : Working
    cross : Crossproducts
    factors : sequence of Factor
        Grouping factors in the order of elimination; summed persons are the first.
    """
    total, persons = working.total(cross), cross.persons
    vector = criterion.residual(total)
    residual_sum = float(vector @ total @ vector)
    within, rows = working.times(cross, vector), working.squares(cross)
    products = None if persons is None else working.persons(cross, persons)
    found = []
    for place, factor in enumerate(factors):
        variances, totals = [], factor.summed(within)
        for number, column in enumerate(factor.columns):
            if place == 0 and persons is not None and products is not None:
                at = int(np.searchsorted(persons.columns, column))
                counts, squares = persons.counts, rows[column] / persons.counts
                between = np.einsum("acj,a,c->j", products[:, at, :, at], vector, vector)
            else:
                squares = factor.squared().summed(rows)[:, number]
                counts, between = np.ones(len(squares)), totals[:, number] ** 2
            used = squares > 1e-12 * squares.max(initial=0)
            variances.append(_variance(between[used], squares[used], counts[used], residual_sum, criterion.n))
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
