"""Conditional modes of random effects by penalised iteratively reweighted least squares: Newton with step-halving.

Random effects b have covariance matrix S, which may be singular. At the modes b = S v with v = Z' l', the score of the
rows (l': first derivatives of their log-likelihoods), so that a vector v stands for b, and b'S^-1 b is v'b. A Newton
step solves (S^-1 + Z'WZ) b = Z'(W Z b + l') through the elimination of groups; its length is halved until

    -2 sum(l) + v'b

falls (Bates, Maechler, Bolker & Walker 2015, section 3, with working weights W).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lcresearch.multilevel.criterion import Elimination
from lcresearch.multilevel.families import Family, RowDerivatives
from lcresearch.multilevel.grouped_rows import GroupedRows
from lcresearch.multilevel.small_matrices import Array

_STEPS = 100
_HALVINGS = 40
_EXACT = 1e-22
_NOISE = 1e-13
_NEAR = 1e-10


@dataclass(frozen=True)
class Modes:
    """Conditional modes and what was computed there.

    Attributes
    ----------
    effects : list of array, shape (n_groups, q)
        b, a factor each.
    scores : list of array, shape (n_groups, q)
        v, with b = v S.
    eta : array, shape (n,)
        Linear predictor.
    fixed : array, shape (n,)
        Its part without random effects.
    rows : RowDerivatives
    penalty : float
        b'S^-1 b.
    elimination : Elimination
        With the weights of the rows.
    steps : object
    log_det : float
        log det(I + S Z'WZ).
    """

    effects: list[Array]
    scores: list[Array]
    eta: Array
    fixed: Array
    rows: RowDerivatives
    penalty: float
    elimination: Elimination
    steps: Any
    log_det: float

    @property
    def objective(self) -> float:
        """What the modes make as small as possible."""
        return _objective(self.rows, self.penalty)


def conditional_modes(
    rows: GroupedRows,
    family: Family,
    covariances: Sequence[Array],
    fixed: Array,
    extra: Array,
    start: Sequence[Array] | None = None,
) -> Modes | None:
    """The modes of the random effects given all parameters; None where there are none to be found.

    Parameters
    ----------
    rows : GroupedRows
    family : Family
    covariances : sequence of array, shape (q, q)
        Covariance matrix of the random effects of each factor.
    fixed : array, shape (n,)
        Offset and fixed part.
    extra : array, shape (n_extra,)
        Thresholds.
    start : sequence of array, shape (n_groups, q), optional
        Scores to begin with.
    """
    if start is not None:
        found = _newton(rows, family, covariances, fixed, extra, list(start))
        if found is not None:
            return found
    zero = [np.zeros((factor.n_groups, len(factor.columns))) for factor in rows.factors]
    return _newton(rows, family, covariances, fixed, extra, zero)


def _newton(
    rows: GroupedRows, family: Family, covariances: Sequence[Array], fixed: Array, extra: Array, scores: list[Array]
) -> Modes | None:
    effects = [v @ s for v, s in zip(scores, covariances, strict=True)]
    random = rows.predictor(effects)
    found = family.at(fixed + random, extra)
    penalty = _inner(scores, effects)
    value = _objective(found, penalty)
    if not np.isfinite(value):
        return None
    for _ in range(_STEPS):
        elimination = rows.elimination(found.weight)
        log_det, _, steps = elimination.evaluate(covariances)
        new = elimination.solve(steps, rows.cell_sums(found.weight * random + found.first))
        change = rows.predictor(new) - random
        new_scores = rows.group_sums(rows.cell_sums(found.first - found.weight * change))
        to_effects = [a - b for a, b in zip(new, effects, strict=True)]
        to_scores = [a - b for a, b in zip(new_scores, scores, strict=True)]
        decrement = _inner(to_scores, to_effects) + float(found.weight @ change**2)
        if not np.isfinite(decrement):
            return None
        length = 1.0
        for _ in range(_HALVINGS if decrement > _EXACT * (1 + rows.n) else 0):
            moved = family.at(fixed + random + length * change, extra)
            b = [x + length * d for x, d in zip(effects, to_effects, strict=True)]
            v = [x + length * d for x, d in zip(scores, to_scores, strict=True)]
            lower = _objective(moved, _inner(v, b))
            if lower <= value + _NOISE * abs(value):
                break
            length /= 2
        else:
            if decrement > _NEAR * (1 + abs(value)):
                return None
            log_det = float(log_det.real)
            return Modes(effects, scores, fixed + random, fixed, found, penalty, elimination, steps, log_det)
        effects, scores, random, found = b, v, random + length * change, moved
        penalty, value = _inner(v, b), lower
    return None


def _objective(found: RowDerivatives, penalty: float) -> float:
    return -2 * float(found.value.sum()) + penalty


def _inner(left: Sequence[Array], right: Sequence[Array]) -> float:
    return float(sum((a * b).sum() for a, b in zip(left, right, strict=True)))
