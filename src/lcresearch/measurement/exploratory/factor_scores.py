"""Weights that turn standardised answers into factor scores."""

from __future__ import annotations

from typing import Literal

import numpy as np

from lcresearch.measurement.columns import Array

ScoreMethod = Literal["regression", "bartlett", "ten-berge"]
SCORE_METHODS = ("regression", "bartlett", "ten-berge")


def score_weights(correlation: Array, pattern: Array, phi: Array, method: ScoreMethod = "regression") -> Array:
    """Weights of shape (p, m) for standardised items.

    ``regression`` is nearest to the factors (Thurstone, 1935); ``bartlett`` is unbiased for each person (Bartlett,
    1937); ``ten-berge`` has the correlations of the factors (ten Berge et al., 1999). As psych's ``factor.scores``.
    """
    if method == "regression":
        return np.asarray(np.linalg.solve(correlation, pattern @ phi), dtype=np.float64)
    if method == "bartlett":
        unique = 1 - np.diag(pattern @ phi @ pattern.T)
        scaled = pattern / unique[:, None]
        return np.asarray(scaled @ np.linalg.inv(pattern.T @ scaled), dtype=np.float64)
    back = _power(correlation, -0.5)
    oblique = pattern @ _power(phi, 0.5)
    inner = _power(oblique.T @ np.linalg.solve(correlation, oblique), -0.5)
    return np.asarray(back @ back @ oblique @ inner @ _power(phi, 0.5), dtype=np.float64)


def determinacy(correlation: Array, pattern: Array, phi: Array) -> Array:
    """Correlation of each factor with its best estimate, shape (m,) (Grice, 2001)."""
    structure = pattern @ phi
    squared = (structure * np.linalg.solve(correlation, structure)).sum(axis=0)
    return np.asarray(np.sqrt(np.clip(squared, 0.0, 1.0)), dtype=np.float64)


def _power(matrix: Array, exponent: float) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 1e-300) ** exponent) @ vectors.T, dtype=np.float64)
