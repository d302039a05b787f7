"""Scores of clusters, and what follows from them when answers are not normal: sandwich and scaling of tests.

The sum of products of the scores of clusters is the filling of the sandwich (Huber-White), and its trace with the
inverse information scales tests (Yuan & Bentler 2000; with the traces of Asparouhov & Muthen 2005).
"""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.two_level.likelihood import ClusterLikelihood


def scores(objective: ClusterLikelihood, theta: Array) -> Array:
    """Derivatives of the log-likelihood of each cluster, shape (n_clusters, n_free)."""
    layout, moments, rows = objective.layout, objective.moments, objective.moments.rows
    implied = layout.implied(theta)
    slopes = objective.derivatives(implied)
    n, own = layout.n_within, slopes.of_within
    inside = np.linalg.inv(implied[0].covariance[0])
    inverse = np.linalg.inv(objective.between_covariances(implied))
    size = moments.size[rows.size_code]
    away = rows.means - objective.mean(implied)
    pulled = np.einsum("jab,jb->ja", inverse[rows.size_code], away)
    expected = (slopes.left * (inverse @ slopes.right)).sum(axis=1)[rows.size_code]
    found = (pulled @ slopes.left) * (pulled @ slopes.right) - expected
    found = np.where(own, found / size[:, None], found) + pulled @ slopes.slope
    left, right = inside @ slopes.left[:n, own], inside @ slopes.right[:n, own]
    products = (left[:, None, :] * right[None, :, :]).reshape(n * n, -1)
    expected_within = (slopes.left[:n, own] * right).sum(axis=0)
    found[:, own] += rows.products.reshape(len(size), -1) @ products - (size - 1)[:, None] * expected_within
    return np.asarray(found @ layout.spread)


def trace(objective: ClusterLikelihood, theta: Array) -> float:
    """tr(A^-1 B) with A the observed information and B the products of the scores of clusters."""
    of_clusters = scores(objective, theta)
    information = objective.local_hessian(theta)[0] * objective.moments.n_persons
    return float((np.linalg.inv(information) * (of_clusters.T @ of_clusters)).sum())
