"""Partial correlations that are left after taking out principal components."""

from __future__ import annotations

import numpy as np

from lcresearch.measurement.columns import Array


def average_partials(correlation: Array) -> Array:
    """Average squared and fourth-power partial correlation after taking out 0, 1, ..., p - 2 components.

    The minimum over the rows tells how many components to keep: squares in column 0 (Velicer, 1976), fourth powers
    in column 1 (Velicer, Eaton & Fava, 2000). NaN where a component leaves an item without variance. Shape (p - 1, 2).
    """
    p = len(correlation)
    values, vectors = np.linalg.eigh(correlation)
    loadings = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1]
    explained = np.concatenate([np.zeros((1, p, p)), np.cumsum(_products(loadings[:, : p - 2]), axis=0)])
    left = correlation - explained
    variance = np.diagonal(left, axis1=1, axis2=2)
    scale = np.sqrt(np.where(variance > 1e-12, variance, np.nan))
    partial = left / (scale[:, :, None] * scale[:, None, :])
    squares = np.where(np.eye(p, dtype=bool), 0.0, partial) ** 2
    return np.stack([squares.sum(axis=(1, 2)), (squares**2).sum(axis=(1, 2))], axis=1) / (p * (p - 1))


def _products(loadings: Array) -> Array:
    """Product of each column with itself, shape (m, p, p)."""
    return np.asarray(loadings.T[:, :, None] * loadings.T[:, None, :], dtype=np.float64)
