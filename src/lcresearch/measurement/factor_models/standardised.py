"""Standardised estimates, explained variance and what else follows from the parameters of a model."""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.implied import ARROW, COVARIANCE, SCALING, Layout


def total_covariances(layout: Layout, values: Array) -> Array:
    """Covariances of all variables, observed and latent, shape (n_groups, t, t)."""
    arrows, covariances, _ = layout.matrices(values)
    effects = np.linalg.inv(np.eye(arrows.shape[-1]) - arrows)
    return effects @ covariances @ np.swapaxes(effects, 1, 2)


def standardised(layout: Layout, values: Array, *, observed: bool = True) -> Array:
    """Each parameter in units in which variables have variance 1, shape (n_groups, n_parameters).

    Covariances of residuals become correlations. With ``observed=False`` only factors are standardised (``std.lv`` in
    lavaan).
    """
    total = np.diagonal(total_covariances(layout, values), axis1=1, axis2=2)
    own = np.diagonal(layout.matrices(values)[1], axis1=1, axis2=2)
    if not observed:
        ones = np.arange(total.shape[1]) < layout.n_observed
        total, own = np.where(ones, 1.0, total), np.where(ones, 1.0, own)
    unit, residual_unit = _root(total), _root(own)
    row, column = layout.row, layout.column
    with np.errstate(invalid="ignore"):
        arrow = values * unit[:, column] / unit[:, row]
        variance = values / total[:, row]
        covariance = values / (residual_unit[:, row] * residual_unit[:, column])
    spread = np.where(row == column, variance, covariance)
    on_item = np.where(layout.matrix == SCALING, values * unit[:, row], values / unit[:, row])
    return np.where(layout.matrix == ARROW, arrow, np.where(layout.matrix == COVARIANCE, spread, on_item))


def _root(values: Array) -> Array:
    """Square roots, NaN of negative numbers; analytic."""
    return np.where(values.real > 0, np.sqrt(np.where(values.real > 0, values, 1.0)), np.nan)


def explained(layout: Layout, values: Array) -> Array:
    """Share of the variance of each variable that others explain, shape (n_groups, t)."""
    total = np.diagonal(total_covariances(layout, values), axis1=1, axis2=2)
    own = np.diagonal(layout.matrices(values)[1], axis1=1, axis2=2)
    return np.asarray(1 - own / total)
