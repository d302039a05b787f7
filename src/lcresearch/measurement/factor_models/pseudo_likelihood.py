"""CFI, TLI and RMSEA of ordered items on the scale of maximum likelihood.

Distances in units of diagonal weights make wrong models look good. Robust measures take the normal likelihood of the
polychoric correlations at the estimates, against what it would be if the model were right (Savalei 2021; as in lavaan).
"""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import Arrow, ArrowInverse
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.least_squares import LeastSquares
from lcresearch.measurement.factor_models.ordinal_layout import OrdinalImplied

_SINGULAR = 1e-8


def robust_tests(
    objective: LeastSquares, implied: OrdinalImplied, arrow: Arrow, inverse: ArrowInverse
) -> tuple[Test, Test] | None:
    """Tests of the model and of independence, with the scaling that a right model gives.

    Parameters
    ----------
    objective : LeastSquares
    implied : OrdinalImplied
        At the estimates.
    arrow : Arrow
    inverse : ArrowInverse
        Of J'WJ.

    Returns
    -------
    (Test, Test) or None
        None where correlations of the sample or the model are not positive definite.
    """
    sample, share = objective.sample, objective.share
    lowest = (np.linalg.eigvalsh(part).min() for part in (sample.correlation, implied.covariance))
    if min(lowest) < _SINGULAR:
        return None
    n, t = sample.n.sum(), sample.n_thresholds
    precision = np.linalg.inv(implied.covariance)
    log_det, log_det_sample = (np.linalg.slogdet(part)[1] for part in (implied.covariance, sample.correlation))
    trace = (precision * sample.correlation).sum(axis=(1, 2))
    discrepancy = log_det - log_det_sample + trace - sample.correlation.shape[1]
    gamma = sample.gamma[:, t:, t:]
    jacobian = (implied.jacobian @ arrow.spread)[:, t:]
    expected = _expected(objective, precision, gamma, jacobian, arrow, inverse)
    n_correlations = gamma.shape[0] * gamma.shape[1]
    df = n_correlations - _rank(arrow.dense(np.swapaxes(jacobian, 1, 2) @ jacobian))
    spread = float(np.trace(gamma, axis1=1, axis2=2).sum())
    model = Test(float(n * (share * discrepancy).sum()), df, expected / df if df > 0 else 1.0)
    return model, Test(float(-n * (share * log_det_sample).sum()), n_correlations, spread / n_correlations)


def _expected(
    objective: LeastSquares, precision: Array, gamma: Array, jacobian: Array, arrow: Arrow, inverse: ArrowInverse
) -> float:
    """tr((I - P)' V (I - P) G) with P = J E^-1 J'W: V has the weights of the normal likelihood."""
    share = objective.share[:, None, None]
    i, j = objective.layout.pairs.T
    normal = precision[:, i[:, None], i] * precision[:, j[:, None], j]
    normal = normal + precision[:, i[:, None], j] * precision[:, j[:, None], i]
    weighted = jacobian / objective.sample.variances[:, -len(i) :, None]
    spread = gamma @ weighted
    to_normal = np.swapaxes(spread, 1, 2) @ (normal @ jacobian)
    curvature = arrow.dense(share * (np.swapaxes(jacobian, 1, 2) @ normal @ jacobian))
    filling = arrow.dense(share * (np.swapaxes(weighted, 1, 2) @ spread))
    whole = inverse.dense
    moved = float(((whole @ curvature @ whole) * filling.T).sum())
    return float((normal * gamma).sum() - 2 * (whole * arrow.dense(share * to_normal).T).sum() + moved)


def _rank(gram: Array) -> int:
    unit = np.sqrt(np.maximum(np.diagonal(gram), 0))
    kept = unit > 0
    scaled = gram[np.ix_(kept, kept)] / np.outer(unit[kept], unit[kept])
    return int((np.linalg.eigvalsh(scaled) > _SINGULAR).sum()) if kept.any() else 0
