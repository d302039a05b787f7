"""The change at which a person is as likely to be among the improved as the prior says: logistic regression."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lcresearch.change.arrays import Floats

_STEPS = 50
_CLOSE = 1e-9
_STEEP = 60.0
"""Slopes per standard deviation beyond this mean that the groups do not overlap."""


def predictive_change(
    change: Floats, improved: npt.NDArray[np.bool_], weights: Floats, anchor_reliability: float | None = None
) -> tuple[Floats, Floats]:
    """Predictive minimal important change, plain and adjusted, for each set of weights.

    With the fitted log odds ``a + b x`` of being improved, the change at which they equal the log odds of the sample is
    ``(logit(share) - a) / b`` (Terluin, Eekhout, Terwee & De Vet, 2015). Where the share of improved is not one half it
    is pulled towards the majority. With r the correlation of change and being improved and sd that of the changes, the
    adjusted one is ``plain - (0.090 + 0.103 r) sd logit(share)`` (Terluin, Eekhout & Terwee, 2017), and
    ``plain - (0.8 / anchor_reliability - 0.5) r sd logit(share)`` where the reliability of the anchor is known
    (Terluin, Eekhout & Terwee, 2022). The first holds for anchors of middling reliability and adjusts too little for
    reliable ones.

    Parameters
    ----------
    change : array, shape (n,)
    improved : array of bool, shape (n,)
    weights : array, shape (k, n)
        How often each person counts, such as in bootstrap samples.
    anchor_reliability : float, optional

    Returns
    -------
    plain, adjusted : arrays, shape (k,)
        NaN where all or nobody improved, or the two groups do not overlap.
    """
    y = improved.astype(np.float64)
    total = weights.sum(axis=1)
    mean = weights @ change / total
    spread = np.sqrt(np.maximum(weights @ change**2 / total - mean**2, 0.0))
    share = weights @ y / total
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = np.log(share) - np.log1p(-share)
        x = (change - mean[:, None]) / spread[:, None]
        beside = (weights * x) @ y / total
        correlation = beside / np.sqrt(share * (1 - share))
    usable = np.isfinite(prior) & (spread > 0)
    slope, intercept = np.full(len(total), np.nan), np.full(len(total), np.nan)
    intercept[usable], slope[usable] = _logistic(x[usable], y, weights[usable])
    slope[~(np.abs(slope) < _STEEP) | (slope <= 0)] = np.nan
    plain = mean + spread * (prior - intercept) / slope
    if anchor_reliability is None:
        return plain, plain - (0.090 + 0.103 * correlation) * spread * prior
    return plain, plain - (0.8 / anchor_reliability - 0.5) * correlation * spread * prior


def _logistic(x: Floats, y: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Intercepts and slopes, shape (k,), by Newton's method; x and weights have shape (k, n)."""
    a, b = np.zeros(len(x)), np.zeros(len(x))
    for _ in range(_STEPS):
        linear = np.clip(a[:, None] + b[:, None] * x, -500, 500)
        fitted = 1 / (1 + np.exp(-linear))
        residual, curve = weights * (y - fitted), weights * fitted * (1 - fitted)
        g0, g1 = residual.sum(axis=1), (residual * x).sum(axis=1)
        h00, h01, h11 = curve.sum(axis=1), (curve * x).sum(axis=1), (curve * x**2).sum(axis=1)
        determinant = np.maximum(h00 * h11 - h01**2, 1e-300)
        step_a, step_b = (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
        size = np.maximum(np.maximum(np.abs(step_a), np.abs(step_b)) / 5, 1.0)
        a, b = a + step_a / size, b + step_b / size
        if max(np.abs(step_a).max(initial=0), np.abs(step_b).max(initial=0)) < _CLOSE:
            break
    return a, b
