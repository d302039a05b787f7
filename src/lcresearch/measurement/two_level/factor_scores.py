"""Scores on the factors of each level: what is expected of them, given all answers of the cluster."""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.factor_models import standardised as units
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.two_level.estimated import TwoLevelEstimated


def cluster_factor_scores(estimated: TwoLevelEstimated) -> Array:
    """Of the factors between, shape (n_clusters, n_factors)."""
    loadings, mean = _to_observed(estimated, 1)
    return np.asarray(mean + _pulled(estimated)[:, estimated.layout.places[1]] @ loadings.T)


def person_factor_scores(estimated: TwoLevelEstimated) -> Array:
    """Of the factors within, in the order of the rows that were used, shape (n_persons, n_factors)."""
    rows, n = estimated.moments.rows, estimated.layout.n_within
    sizes = estimated.moments.size[rows.size_code]
    shared = _pulled(estimated)[:, :n] / sizes[:, None]
    own = rows.deviations @ np.linalg.inv(estimated.implied[0].covariance[0])
    loadings, mean = _to_observed(estimated, 0)
    ordered = mean + (own + np.repeat(shared, sizes.astype(int), axis=0)) @ loadings.T
    found = np.empty_like(ordered)
    found[rows.order] = ordered
    return np.asarray(found)


def _pulled(estimated: TwoLevelEstimated) -> Array:
    """Inverse covariances of cluster means times their deviations from the model, shape (n_clusters, p)."""
    rows = estimated.moments.rows
    inverse = np.linalg.inv(estimated.objective.between_covariances(estimated.implied))
    away = rows.means - estimated.objective.mean(estimated.implied)
    return np.asarray(np.einsum("jab,jb->ja", inverse[rows.size_code], away))


def _to_observed(estimated: TwoLevelEstimated, level: int) -> tuple[Array, Array]:
    """Covariances of factors with observed variables (n_factors, p_level), and means of factors."""
    layout = estimated.layout.levels[level]
    p, values = layout.n_observed, layout.values(estimated.theta)
    arrows, _, means = layout.matrices(values)
    effects = np.linalg.inv(np.eye(arrows.shape[-1]) - arrows[0])
    return units.total_covariances(layout, values)[0, p:, :p], (effects @ means[0])[p:]
