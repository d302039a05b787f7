"""The likelihood of effects at given variances, from the blocks of effects that may go together.

Where sampling covariances are known this is done block by block, as they follow no levels;
:mod:`lcresearch.synthesis.several_levels.nested_likelihood` is for all other models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.blocks import Level, Stack
from lcresearch.synthesis.several_levels.groups import Codes


@dataclass(frozen=True)
class LevelsFit:
    """A fit at given variances.

    Attributes
    ----------
    parameters : array, shape (linear,)
        Variances and covariances of the random effects, outermost level first.
    coefficients, covariance : arrays, shape (p,) and (p, p)
        Coefficients and (X'V^-1 X)^-1.
    log_likelihood : float
        Of the criterion that was asked for.
    slopes : array, shape (linear,)
        Derivatives of the log-likelihood to the parameters.
    information : array, shape (linear, linear)
        Information of the parameters, for the step of scoring: expected, with the coefficients known (Fisher), or
        the average of the expected and the observed.
    q : float
        y'Py, the weighted sum of squares.
    """

    parameters: Array
    coefficients: Array
    covariance: Array
    log_likelihood: float
    slopes: Array
    information: Array
    q: float


class Likelihood(Protocol):
    """What a search needs."""

    @property
    def scale(self) -> float:
        """The variance of effects, the unit of the search."""

    def at(self, parameters: Array) -> LevelsFit:
        """The fit at variances and covariances of the random effects."""

    def random_effects(self, fit: LevelsFit) -> list[Array]:
        """Predictions and their standard errors, shape (groups, outcomes, 2) each level."""


@dataclass(frozen=True)
class BlockLikelihood:
    """The likelihood from blocks of effects, which are in ``levels`` and of ``outcome`` (k,)."""

    blocks: tuple[Stack, ...]
    levels: tuple[Level, ...]
    outcome: Codes
    restricted: bool

    @property
    def scale(self) -> float:
        """The variance of effects, the unit of the search."""
        return float(np.var(np.concatenate([block.y.ravel() for block in self.blocks]))) or 1.0

    def at(self, parameters: Array) -> LevelsFit:
        """The fit at variances and covariances of the random effects."""
        return fit_at(self.blocks, parameters, restricted=self.restricted)

    def random_effects(self, fit: LevelsFit) -> list[Array]:
        """Predictions and their standard errors, shape (groups, outcomes, 2) each level.

        With c the covariance of a random effect with the effects of its block and P = V^-1 - V^-1 X M X'V^-1, the
        prediction is c'Py, and its error has the variance G - c'Pc: it counts that coefficients are estimated
        (Robinson, 1991, Statistical Science 6, 15-32).
        """
        found, at = [], 0
        for level in self.levels:
            n = len(level.structure.bases)
            matrix = level.structure.matrix(fit.parameters[at : at + n])
            found.append(predicted_effects(self.blocks, fit, level, matrix, self.outcome))
            at += n
        return found


def fit_at(blocks: Sequence[Stack], parameters: Array, *, restricted: bool) -> LevelsFit:
    """Generalised least squares and the log-likelihood at parameters, with its derivatives."""
    p = blocks[0].x.shape[-1]
    xvx, xvy, log_det, k = np.zeros((p, p)), np.zeros(p), 0.0, 0
    inverses = []
    for block in blocks:
        of_effects = block.covariance(parameters)
        inverse = np.linalg.inv(of_effects)
        log_det += float(np.linalg.slogdet(of_effects)[1].sum())
        weighted = inverse @ block.x
        xvx += np.einsum("mni,mnj->ij", block.x, weighted)
        xvy += np.einsum("mni,mn->i", weighted, block.y)
        inverses.append((inverse, weighted))
        k += block.y.size
    covariance = np.asarray(np.linalg.inv(xvx), dtype=np.float64)
    coefficients = covariance @ xvy
    n = len(parameters)
    slopes, information, q = np.zeros(n), np.zeros((n, n)), 0.0
    for block, (inverse, weighted) in zip(blocks, inverses, strict=True):
        residual = block.y - block.x @ coefficients
        solved = np.einsum("mab,mb->ma", inverse, residual)
        q += float(np.sum(residual * solved))
        turned, flat = inverse @ block.parts, (n, inverse.size)
        information += turned.reshape(flat) @ np.swapaxes(turned, 2, 3).reshape(flat).T / 2
        toward = solved[:, :, None] * solved[:, None, :] - inverse
        if restricted:
            toward += weighted @ covariance @ np.swapaxes(weighted, 1, 2)
        slopes += block.parts.reshape(flat) @ toward.ravel() / 2
    value = -0.5 * (log_det + q)
    if restricted:
        designed = sum(np.einsum("mni,mnj->ij", block.x, block.x) for block in blocks)
        value += 0.5 * (float(np.linalg.slogdet(covariance)[1]) + float(np.linalg.slogdet(designed)[1]))
    value -= 0.5 * (k - p if restricted else k) * np.log(2 * np.pi)
    return LevelsFit(parameters, coefficients, covariance, float(value), slopes, information, q)


def predicted_effects(blocks: Sequence[Stack], fit: LevelsFit, level: Level, matrix: Array, outcome: Codes) -> Array:
    """Predictions of a level whose outcomes have the covariance ``matrix`` (q, q); see :class:`BlockLikelihood`."""
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
