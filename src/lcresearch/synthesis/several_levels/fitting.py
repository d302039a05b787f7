"""Variances of the levels by (restricted) maximum likelihood, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.blocks import Stack


@dataclass(frozen=True)
class LevelsFit:
    """A fit at given variances.

    Attributes
    ----------
    sigma2 : array, shape (levels,)
        Variances, outermost level first.
    coefficients, covariance : arrays, shape (p,) and (p, p)
        Coefficients and (X'V^-1 X)^-1.
    log_likelihood : float
        Of the criterion that was asked for.
    slopes : array, shape (levels,)
        Derivatives of the log-likelihood to the variances.
    q : float
        y'Py, the weighted sum of squares.
    """

    sigma2: Array
    coefficients: Array
    covariance: Array
    log_likelihood: float
    slopes: Array
    q: float


def fit_at(blocks: Sequence[Stack], sigma2: Array, *, restricted: bool) -> LevelsFit:
    """Generalised least squares and the log-likelihood at variances, with its derivatives."""
    p = blocks[0].x.shape[-1]
    xvx, xvy, log_det, k = np.zeros((p, p)), np.zeros(p), 0.0, 0
    inverses = []
    for block in blocks:
        covariance = block.covariance(sigma2)
        inverse = np.linalg.inv(covariance)
        log_det += float(np.linalg.slogdet(covariance)[1].sum())
        weighted = inverse @ block.x
        xvx += np.einsum("mni,mnj->ij", block.x, weighted)
        xvy += np.einsum("mni,mn->i", weighted, block.y)
        inverses.append((inverse, weighted))
        k += block.y.size
    covariance = np.linalg.inv(xvx)
    coefficients = covariance @ xvy
    slopes, q = np.zeros(len(sigma2)), 0.0
    for block, (inverse, weighted) in zip(blocks, inverses, strict=True):
        residual = block.y - block.x @ coefficients
        solved = np.einsum("mab,mb->ma", inverse, residual)
        q += float(np.sum(residual * solved))
        for level, same in enumerate(block.same):
            slope = np.einsum("ma,mab,mb->", solved, same, solved) - np.sum(inverse * same)
            if restricted:
                slope += np.sum(covariance * np.einsum("mai,mab,mbj->ij", weighted, same, weighted))
            slopes[level] += float(slope) / 2
    value = -0.5 * (log_det + q)
    if restricted:
        designed = sum(np.einsum("mni,mnj->ij", block.x, block.x) for block in blocks)
        value += 0.5 * (float(np.linalg.slogdet(covariance)[1]) + float(np.linalg.slogdet(designed)[1]))
    value -= 0.5 * (k - p if restricted else k) * np.log(2 * np.pi)
    return LevelsFit(sigma2, coefficients, covariance, float(value), slopes, q)


def most_likely(blocks: Sequence[Stack], *, restricted: bool) -> LevelsFit:
    """The variances with the largest likelihood, by a quasi-Newton search from two starts with bounds at 0."""
    levels = len(blocks[0].same)
    y = np.concatenate([block.y.ravel() for block in blocks])
    scale = float(np.var(y)) or 1.0

    def down(share: Array) -> tuple[float, Array]:
        fit = fit_at(blocks, share * scale, restricted=restricted)
        return -fit.log_likelihood, -fit.slopes * scale

    best = None
    for start in (0.5 / levels, 0.02):
        found = optimize.minimize(
            down,
            np.full(levels, start),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, None)] * levels,
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
        )
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None
    return fit_at(blocks, np.asarray(best.x) * scale, restricted=restricted)
