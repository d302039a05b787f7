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
    information : array, shape (levels, levels)
        Expected information of the variances with the coefficients known, the step of Fisher scoring.
    q : float
        y'Py, the weighted sum of squares.
    """

    sigma2: Array
    coefficients: Array
    covariance: Array
    log_likelihood: float
    slopes: Array
    information: Array
    q: float


def fit_at(blocks: Sequence[Stack], sigma2: Array, *, restricted: bool) -> LevelsFit:
    """Generalised least squares and the log-likelihood at variances, with its derivatives."""
    p = blocks[0].x.shape[-1]
    xvx, xvy, log_det, k = np.zeros((p, p)), np.zeros(p), 0.0, 0
    inverses = []
    for block in blocks:
        of_effects = block.covariance(sigma2)
        inverse = np.linalg.inv(of_effects)
        log_det += float(np.linalg.slogdet(of_effects)[1].sum())
        weighted = inverse @ block.x
        xvx += np.einsum("mni,mnj->ij", block.x, weighted)
        xvy += np.einsum("mni,mn->i", weighted, block.y)
        inverses.append((inverse, weighted))
        k += block.y.size
    covariance = np.asarray(np.linalg.inv(xvx), dtype=np.float64)
    coefficients = covariance @ xvy
    slopes, information, q = np.zeros(len(sigma2)), np.zeros((len(sigma2), len(sigma2))), 0.0
    for block, (inverse, weighted) in zip(blocks, inverses, strict=True):
        residual = block.y - block.x @ coefficients
        solved = np.einsum("mab,mb->ma", inverse, residual)
        q += float(np.sum(residual * solved))
        turned = [inverse @ same for same in block.same]
        for level, same in enumerate(block.same):
            information[level] += [np.sum(turned[level] * np.swapaxes(other, 1, 2)) / 2 for other in turned]
            slope = np.sum(solved * (same @ solved[:, :, None])[:, :, 0]) - np.sum(inverse * same)
            if restricted:
                slope += np.sum(covariance * np.einsum("mai,maj->ij", weighted, same @ weighted))
            slopes[level] += float(slope) / 2
    value = -0.5 * (log_det + q)
    if restricted:
        designed = sum(np.einsum("mni,mnj->ij", block.x, block.x) for block in blocks)
        value += 0.5 * (float(np.linalg.slogdet(covariance)[1]) + float(np.linalg.slogdet(designed)[1]))
    value -= 0.5 * (k - p if restricted else k) * np.log(2 * np.pi)
    return LevelsFit(sigma2, coefficients, covariance, float(value), slopes, information, q)


def most_likely(blocks: Sequence[Stack], *, restricted: bool) -> LevelsFit:
    """The variances with the largest likelihood: Fisher scoring, else a quasi-Newton search with bounds at 0.

    When a variance ends at 0, the search is repeated from small variances, since the likelihood may have two tops.
    """
    levels = len(blocks[0].same)
    y = np.concatenate([block.y.ravel() for block in blocks])
    scale = float(np.var(y)) or 1.0
    fit = _search(blocks, np.full(levels, 0.5 * scale / levels), scale, restricted=restricted)
    if np.any(fit.sigma2 <= 1e-8 * scale):
        other = _search(blocks, np.full(levels, 0.02 * scale), scale, restricted=restricted)
        fit = max(fit, other, key=lambda found: found.log_likelihood)
    return fit


def _search(blocks: Sequence[Stack], start: Array, scale: float, *, restricted: bool) -> LevelsFit:
    fit = fit_at(blocks, start, restricted=restricted)
    for _ in range(40):
        free = (fit.sigma2 > 0) | (fit.slopes > 0)
        step = np.zeros(len(start))
        step[free] = np.linalg.solve(fit.information[np.ix_(free, free)], fit.slopes[free])
        following = _improved(blocks, fit, step, restricted=restricted)
        if following is None:
            break
        moved = float(np.max(np.abs(following.sigma2 - fit.sigma2)))
        fit = following
        if moved < 1e-9 * scale:
            return fit

    def down(share: Array) -> tuple[float, Array]:
        found = fit_at(blocks, share * scale, restricted=restricted)
        return -found.log_likelihood, -found.slopes * scale

    found = optimize.minimize(
        down,
        fit.sigma2 / scale,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(start),
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
    )
    return fit_at(blocks, np.asarray(found.x) * scale, restricted=restricted)


def _improved(blocks: Sequence[Stack], fit: LevelsFit, step: Array, *, restricted: bool) -> LevelsFit | None:
    """The fit after a step that is cut in half until the likelihood is no lower."""
    for halved in range(12):
        found = fit_at(blocks, np.maximum(fit.sigma2 + step / 2**halved, 0.0), restricted=restricted)
        if found.log_likelihood >= fit.log_likelihood - 1e-12 * abs(fit.log_likelihood):
            return found
    return None
