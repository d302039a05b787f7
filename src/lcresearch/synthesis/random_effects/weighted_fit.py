"""Weighted least squares with diagonal weights: everything in sums over studies, no matrix of studies by studies.

With P = W - W X A X'W and A = (X'WX)^-1, all traces that estimators of tau2 need are sums over studies and traces of
matrices of shape (p, p).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array


@dataclass(frozen=True)
class WeightedFit:
    """A fit with given weights.

    Attributes
    ----------
    x : array, shape (k, p)
        Design.
    weights, residuals : array, shape (k,)
        Weights, and effects minus fitted effects.
    coefficients : array, shape (p,)
    inverse : array, shape (p, p)
        A = (X'WX)^-1.
    """

    x: Array
    weights: Array
    coefficients: Array
    inverse: Array
    residuals: Array

    @property
    def weighted_sum_of_squares(self) -> float:
        """y'Py, the sum of weighted squared residuals."""
        return float(self.weights @ self.residuals**2)

    def _between(self, of_studies: Array) -> Array:
        """A X' D X for a diagonal D."""
        return np.asarray(self.inverse @ (self.x.T * of_studies) @ self.x)

    def trace(self, variances: Array | float = 1.0) -> float:
        """Trace of P V for a diagonal V."""
        w = self.weights
        return float(np.sum(w * variances) - np.trace(self._between(w**2 * variances)))

    def trace_of_square(self, variances: Array | float = 1.0) -> float:
        """Trace of P V P V for a diagonal V."""
        w = self.weights
        middle = self._between(w**2 * variances)
        once = np.trace(self._between(w**3 * np.square(variances)))
        return float(np.sum((w * variances) ** 2) - 2 * once + np.sum(middle * middle.T))

    def squared_projection(self) -> float:
        """y'PPy."""
        return float(np.sum((self.weights * self.residuals) ** 2))

    def log_determinant(self) -> float:
        """log |X'WX|."""
        return float(-np.linalg.slogdet(self.inverse)[1])


def weighted_fit(y: Array, x: Array, weights: Array) -> WeightedFit:
    """Weighted least squares of effects ``y`` (k,) on ``x`` (k, p), by a QR decomposition of the weighted design."""
    root = np.sqrt(weights)
    if x.shape[1] == 1:
        weighted = weights * x[:, 0]
        inverse = np.array([[1 / (weighted @ x[:, 0])]])
        coefficients = inverse[0] * (weighted @ y)
    else:
        q, r = np.linalg.qr(x * root[:, None])
        solved = np.linalg.solve(r, np.eye(len(r)))
        inverse, coefficients = solved @ solved.T, solved @ (q.T @ (y * root))
    return WeightedFit(x, weights, coefficients, inverse, y - x @ coefficients)
