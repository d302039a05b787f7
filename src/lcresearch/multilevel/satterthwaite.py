"""Degrees of freedom by Satterthwaite's method (Giesbrecht & Burns 1985; Kuznetsova, Brockhoff & Christensen 2017).

The covariance matrix of theta and the logarithm of the residual variance is twice the inverse of the second derivatives
of the criterion, here exact where the gradient is analytic. The derivatives of the covariance matrix of the fixed
effects are taken by complex steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.criterion import Criterion
from lcresearch.multilevel.optimise import hessian_at
from lcresearch.multilevel.small_matrices import Array

_STEP = 1e-30


@dataclass(frozen=True)
class Variability:
    """How the covariance matrix of the fixed effects moves with the variance parameters, in working units.

    Attributes
    ----------
    covariance : array, shape (p, p)
        Of the fixed effects.
    derivatives : array, shape (k, p, p)
        To theta and, last, the logarithm of the residual variance.
    parameters : array, shape (k, k)
        Covariance matrix of these parameters.
    """

    covariance: Array
    derivatives: Array
    parameters: Array

    def df(self, contrasts: Array) -> Array:
        """Degrees of freedom of each row of contrasts, shape (n_contrasts, p)."""
        variances = np.einsum("ca,ab,cb->c", contrasts, self.covariance, contrasts)
        slopes = np.einsum("ca,kab,cb->ck", contrasts, self.derivatives, contrasts)
        spread = np.einsum("ck,kl,cl->c", slopes, self.parameters, slopes)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(spread > 0, 2 * variances**2 / spread, np.inf)

    def df_joint(self, contrasts: Array) -> float:
        """Degrees of freedom of the F test that all contrasts are zero (Fai & Cornelius 1996)."""
        values, vectors = np.linalg.eigh(contrasts @ self.covariance @ contrasts.T)
        kept = values > 1e-10 * values.max(initial=0)
        each = self.df(vectors[:, kept].T @ contrasts)
        if not len(each):
            return np.inf
        if np.allclose(each, each[0], rtol=0, atol=1e-8):
            return float(each[0])
        if (each <= 2).any():
            return 2.0  # where the expectation of an F does not exist; lmerTest takes this too
        beyond = float((2 / (each - 2)).sum())  # of the sum of each / (each - 2), what is above its number of terms
        return 2 * (len(each) + beyond) / beyond


def variability(criterion: Criterion, theta: Array) -> Variability:
    """At the optimum of a criterion."""
    solution = criterion.solve(criterion.layout.covariances(theta))
    sigma2, df = float(solution.sigma2), criterion.df
    k, p = len(theta), len(criterion.fixed)
    derivatives, falls, hessian = np.empty((k + 1, p, p)), np.empty(k), np.empty((k, k))
    analytic = criterion.elimination.analytic_gradient
    for place in range(k):
        moved = theta.astype(complex)
        moved[place] += 1j * _STEP
        changed = criterion.solve(criterion.layout.covariances(moved))
        if analytic:
            hessian[place] = criterion.layout.gradient(moved, criterion.derivatives(changed)).imag / _STEP
        derivatives[place] = sigma2 * changed.unscaled.imag / _STEP
        falls[place] = -changed.residual_sum.imag / _STEP / sigma2
    derivatives[k] = sigma2 * solution.unscaled
    parameters = np.empty((k + 1, k + 1))
    inverse = _inverse((hessian + hessian.T) / 2 if analytic else hessian_at(criterion, theta))
    parameters[:k, :k] = inverse
    parameters[:k, k] = parameters[k, :k] = -inverse @ falls / df
    parameters[k, k] = 1 / df + falls @ inverse @ falls / df**2
    return Variability(sigma2 * solution.unscaled, derivatives, 2 * parameters)


def _inverse(hessian: Array) -> Array:
    """The inverse; directions in which the criterion is flat, as at the edge, count as known."""
    values, vectors = np.linalg.eigh(hessian)
    kept = values > 1e-8 * values.max(initial=0)
    return (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
