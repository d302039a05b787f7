"""Weights and variances of robust variance estimation: correlated or hierarchical effects, by moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.heterogeneity import Studies
from lcresearch.synthesis.several_levels.groups import Codes

WEIGHTS = ("correlated", "hierarchical")


@dataclass(frozen=True)
class StudyWeights:
    """Weights of effects with what they rest on.

    Attributes
    ----------
    weights : array, shape (k,)
    tau2 : float
        Variance of true effects between studies.
    omega2, i2 : float
        Variance within studies (hierarchical); share of variance that is no sampling error in per cent (correlated);
        else NaN.
    """

    weights: Array
    tau2: float
    omega2: float
    i2: float


def _sums(values: Array, codes: Codes) -> Array:
    """Sums a study of rows of (k, p)."""
    found = np.zeros((int(codes.max()) + 1, values.shape[1]))
    np.add.at(found, codes, values)
    return found


def correlated_weights(s: Studies, study: Codes, correlation: float) -> StudyWeights:
    """Effects of one study share their sampling errors (Hedges, Tipton & Johnson, 2010, equations 15-17).

    All effects of a study have the weight 1 / (n (mean v + tau2)).
    """
    n = np.bincount(study).astype(np.float64)
    mean_v = np.bincount(study, s.v) / n
    w = (1 / (n * mean_v))[study]
    inverse = np.linalg.inv((s.x.T * w) @ s.x)
    residual = s.y - s.x @ (inverse @ (s.x.T @ (w * s.y)))
    sums = _sums(s.x, study)
    once = (s.x.T * (w / n[study])) @ s.x
    crossed = (sums.T / (n**2 * mean_v)) @ sums - once
    whole = (sums.T / (n * mean_v) ** 2) @ sums
    q = float(w @ residual**2)
    expected = len(n) - float(np.trace(inverse @ once)) - correlation * float(np.trace(inverse @ crossed))
    tau2 = max(0.0, (q - expected) / (float(w.sum()) - float(np.trace(inverse @ whole))))
    i2 = max(0.0, 100 * (q - expected) / q) if q > 0 else 0.0
    return StudyWeights((1 / (n * (mean_v + tau2)))[study], tau2, float("nan"), i2)


def hierarchical_weights(s: Studies, study: Codes) -> StudyWeights:
    """Effects of one study differ truly (Hedges, Tipton & Johnson, 2010, equations 21-27): 1 / (v + tau2 + omega2)."""
    n = np.bincount(study).astype(np.float64)
    w = 1 / s.v
    inverse = np.linalg.inv((s.x.T * w) @ s.x)
    residual = s.y - s.x @ (inverse @ (s.x.T @ (w * s.y)))
    sums, weighted = _sums(s.x, study), _sums(s.x * w[:, None], study)
    together = inverse @ (sums.T @ sums) @ inverse
    between = weighted.T @ weighted
    a1 = float(n @ n) - 2 * float(np.trace(inverse @ ((sums.T * n) @ weighted))) + float(np.sum(together * between))
    squared = (s.x.T * w**2) @ s.x
    b1 = s.k - 2 * float(np.trace(inverse @ (weighted.T @ sums))) + float(np.sum(together * squared))
    c1 = float(s.v.sum()) - float(np.trace(inverse @ (sums.T @ sums)))
    a2 = float(w.sum()) - float(np.trace(inverse @ between))
    b2 = float(w.sum()) - float(np.trace(inverse @ squared))
    qa = float(np.sum(np.bincount(study, residual) ** 2))
    extra = float(w @ residual**2) - (s.k - s.p)
    below = b1 * a2 - b2 * a1
    omega2 = max(0.0, ((qa - c1) * a2 - extra * a1) / below) if abs(below) > 1e-12 * abs(b1 * a2) else 0.0
    tau2 = max(0.0, extra / a2 - omega2 * b2 / a2)
    return StudyWeights(1 / (s.v + tau2 + omega2), tau2, omega2, float("nan"))
