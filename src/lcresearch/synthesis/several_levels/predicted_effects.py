"""Best linear unbiased predictions of the random effects of a level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.blocks import Level, Stack
from lcresearch.synthesis.several_levels.likelihood import LevelsFit


def predicted_effects(blocks: Sequence[Stack], fit: LevelsFit, level: Level, matrix: Array, outcome: Array) -> Array:
    """Predictions and their standard errors, shape (groups, outcomes, 2).

    With c the covariance of a random effect with the effects of its block and P = V^-1 - V^-1 X M X'V^-1, the
    prediction is c'Py, and its error has the variance G - c'Pc: it counts that coefficients are estimated
    (Robinson, 1991, Statistical Science 6, 15-32).

    Parameters
    ----------
    blocks : sequence of Stack
    fit : LevelsFit
    level : Level
    matrix : array, shape (q, q)
        Covariance between outcomes at this level.
    outcome : array of int, shape (k,)
        Outcome of each effect.
    """
    q = len(matrix)
    found = np.full((len(level.groups), q, 2), np.nan)
    for block in blocks:
        inverse = np.linalg.inv(block.covariance(fit.parameters))
        weighted = inverse @ block.x
        solved = np.einsum("mab,mb->ma", inverse, block.y - block.x @ fit.coefficients)
        codes = level.codes[block.rows]
        same = (codes[:, :, None] == codes[:, None, :]).astype(np.float64)
        seen = outcome[block.rows] if q > 1 else np.zeros_like(block.rows)
        for place in range(q):
            c = same * matrix[place][seen][:, None, :]
            estimate = np.einsum("mab,mb->ma", c, solved)
            known = np.sum((c @ inverse) * c, axis=2)
            with_x = c @ weighted
            known -= np.sum((with_x @ fit.covariance) * with_x, axis=2)
            error = np.sqrt(np.maximum(matrix[place, place] - known, 0.0))
            found[codes.ravel(), place, 0] = estimate.ravel()
            found[codes.ravel(), place, 1] = error.ravel()
    return found
