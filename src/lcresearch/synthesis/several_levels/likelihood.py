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
from lcresearch.synthesis.several_levels.blocks import Stack


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


@dataclass(frozen=True)
class BlockLikelihood:
    """The likelihood from blocks of effects."""

    blocks: tuple[Stack, ...]
    restricted: bool

    @property
    def scale(self) -> float:
        """The variance of effects, the unit of the search."""
        return float(np.var(np.concatenate([block.y.ravel() for block in self.blocks]))) or 1.0

    def at(self, parameters: Array) -> LevelsFit:
        """The fit at variances and covariances of the random effects."""
        return fit_at(self.blocks, parameters, restricted=self.restricted)


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
