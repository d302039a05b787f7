"""Score tests that hold when answers are not normal: the generalised score test (Boos 1992; Satorra 1989).

A parameter x is fixed or shared. With A the information and B the mean products of the scores of persons, its score,
once the free parameters f have moved, has the variance

    v = B_xx - 2 A_xf A_ff^-1 B_fx + A_xf A_ff^-1 B_ff A_ff^-1 A_fx

where the ordinary test takes A_xx - A_xf A_ff^-1 A_fx. Their ratio is by how much the ordinary test is too large.
"""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.factor_models import sandwich
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import Arrow, ArrowInverse
from lcresearch.measurement.factor_models.blocks import Rows
from lcresearch.measurement.factor_models.normal_theory import NormalTheory


def score_scaling(
    objective: NormalTheory,
    rows: Rows,
    arrow: Arrow,
    theta: Array,
    expected: ArrowInverse,
    covariance: Array,
    *,
    satorra_bentler: bool,
) -> Array:
    """By how much score tests are too large, shape (n_groups, n_parameters); NaN where nothing is left of a score.

    Parameters
    ----------
    objective : NormalTheory
        Over the parameters that are tested; those of the model come first.
    rows : Rows
    arrow : Arrow
        Of the model.
    theta : array, shape (n_free,)
    expected : ArrowInverse
        Inverse of the expected information of the model.
    covariance : array, shape (n_free, n_free)
        A_ff^-1 B_ff A_ff^-1.
    satorra_bentler : bool
        Expected information and centred scores (MLM), else observed information and scores as they are (MLR).
    """
    k = arrow.spread.shape[1]
    information = objective.local_information(objective.layout.implied(theta))
    to_free = information[:, :, :k] @ arrow.spread
    left = _diagonal(information) - _quadratic(to_free, expected.local)
    bread, inverse = information, expected
    if not satorra_bentler:
        bread = objective.local_hessian(theta)
        to_free = bread[:, :, :k] @ arrow.spread
        inverse = arrow.factored(arrow.local_matrices(bread[:, :k, :k]))
    products = sandwich.score_products(objective, rows, theta, centred=satorra_bentler)
    moved = to_free @ inverse.local
    crossed = (moved * (products[:, :, :k] @ arrow.spread)).sum(axis=2)
    variance = _diagonal(products) - 2 * crossed + _quadratic(to_free, arrow.local_part(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((left > 0) & (variance > 0), variance / left, np.nan)


def _diagonal(matrices: Array) -> Array:
    return np.diagonal(matrices, axis1=1, axis2=2)


def _quadratic(rows: Array, middle: Array) -> Array:
    """r' M r of each row r of each group."""
    return np.asarray(((rows @ middle) * rows).sum(axis=2))
