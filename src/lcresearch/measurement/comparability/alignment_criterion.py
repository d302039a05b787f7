"""What alignment minimises (Asparouhov & Muthen 2014), with exact first and second derivatives.

Loadings L and intercepts N of each group, estimated with factor mean 0 and variance 1, become on one scale

    lambda_gi = L_gi / psi_g        nu_gi = N_gi - alpha_g L_gi / psi_g

with factor means alpha and standard deviations psi, for which

    F = sum over items i and pairs of groups g != h of w_g w_h [f(lambda_gi - lambda_hi) + f(nu_gi - nu_hi)]
    f(x) = (x^2 + epsilon)^power

is smallest: a few large differences cost less than many small ones. The search is over alpha and log psi.

An ordered item has several thresholds tau in place of one intercept. With N = -tau each of them moves as an intercept
of its item does, and has its own terms in F.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Integers


@dataclass(frozen=True)
class Criterion:
    """The criterion of one factor.

    Attributes
    ----------
    loadings : array, shape (n_groups, n_items)
        Configural.
    intercepts : array, shape (n_groups, n_intercepts)
        Configural.
    weight : array, shape (n_groups,)
        Sums to 1.
    power, epsilon : float
    owner : array of int, shape (n_intercepts,), optional
        Item of each intercept; by default each item has one.
    """

    loadings: Array
    intercepts: Array
    weight: Array
    power: float
    epsilon: float
    owner: Integers | None = None

    @cached_property
    def item(self) -> Integers:
        """Item of each intercept, shape (n_intercepts,)."""
        return np.arange(self.loadings.shape[1]) if self.owner is None else self.owner

    def _by_item(self, values: Array) -> Array:
        """Sums over the intercepts of each item, of values (..., n_intercepts)."""
        return np.asarray(values @ (self.item[:, None] == np.arange(self.loadings.shape[1])).astype(float))

    def aligned(self, eta: Array) -> tuple[Array, Array]:
        """Aligned loadings and intercepts at eta = (alpha, log psi), shape (2 n_groups,)."""
        alpha, log_psi = np.split(eta, 2)
        loadings = self.loadings * np.exp(-log_psi)[:, None]
        return loadings, self.intercepts - alpha[:, None] * loadings[:, self.item]

    def _pairs(self, values: Array) -> tuple[Array, Array]:
        """Differences of groups and their squares with epsilon, shape (n_groups, n_groups, n_items)."""
        away = values[:, None, :] - values[None, :, :]
        return away, away * away + self.epsilon

    @property
    def _products(self) -> Array:
        found = np.outer(self.weight, self.weight)
        np.fill_diagonal(found, 0)
        return found[:, :, None]

    def _costs(self, values: Array) -> tuple[float, Array]:
        """Value and gradient to the aligned parameters."""
        away, square = self._pairs(values)
        kept = self._products * square ** (self.power - 1)
        return float((kept * square).sum()), 4 * self.power * (kept * away).sum(axis=1)

    def value(self, eta: Array) -> tuple[float, Array]:
        """The criterion and its gradient to eta."""
        alpha = eta[: len(self.weight)]
        loadings, intercepts = self.aligned(eta)
        cost, by_loading = self._costs(loadings)
        more, by_intercept = self._costs(intercepts)
        to_alpha = -(by_intercept * loadings[:, self.item]).sum(axis=1)
        to_scale = -(by_loading * loadings).sum(axis=1) - alpha * to_alpha
        return cost + more, np.concatenate([to_alpha, to_scale])

    def curvature(self, values: Array) -> Array:
        """Second derivatives to the aligned parameters of each item, shape (n_items, n_groups, n_groups)."""
        away, square = self._pairs(values)
        p = self.power
        second = 2 * p * square ** (p - 1) + 4 * p * (p - 1) * away**2 * square ** (p - 2)
        found = np.moveaxis(-2 * self._products * second, 2, 0)
        places = np.arange(found.shape[1])
        found[:, places, places] = -found.sum(axis=2)
        return np.asarray(found)

    def hessian(self, eta: Array) -> Array:
        """Second derivatives to eta, shape (2 n_groups, 2 n_groups)."""
        alpha = eta[: len(self.weight)]
        loadings, intercepts = self.aligned(eta)
        by_loading, by_intercept = self._costs(loadings)[1], self._costs(intercepts)[1]
        carried = loadings[:, self.item]
        level = np.einsum("igh,gi,hi->gh", self.curvature(intercepts), carried, carried, optimize=True)
        slope = np.einsum("igh,gi,hi->gh", self.curvature(loadings), loadings, loadings, optimize=True)
        pull = (by_intercept * carried).sum(axis=1)
        both = -level * alpha[None, :] + np.diag(pull)
        scale = slope + np.outer(alpha, alpha) * level
        scale += np.diag((by_loading * loadings).sum(axis=1) - alpha * pull)
        return np.block([[level, both], [both.T, scale]])

    def mixed(self, eta: Array) -> Array:
        """Derivatives of the gradient to the configural parameters: (2 n_groups, n_groups, n_items + n_intercepts).

        The last axis has the loadings of a group before its intercepts.
        """
        n_groups = len(self.weight)
        alpha, log_psi = np.split(eta, 2)
        shrink, own = np.exp(-log_psi), np.arange(n_groups)
        loadings, intercepts = self.aligned(eta)
        by_loading, by_intercept = self._costs(loadings)[1], self._costs(intercepts)[1]
        slope = np.einsum("igh,gi->ghi", self.curvature(loadings), loadings)
        level = np.einsum("igh,gi->ghi", self.curvature(intercepts), loadings[:, self.item])
        along = -(alpha * shrink)[None, :, None]
        of_item, pull = self._by_item(level), self._by_item(by_intercept)
        alpha_by_loading = -of_item * along
        alpha_by_loading[own, own] -= pull * shrink[:, None]
        scale_by_loading = -slope * shrink[None, :, None] + alpha[:, None, None] * of_item * along
        scale_by_loading[own, own] += (alpha[:, None] * pull - by_loading) * shrink[:, None]
        to_alpha = np.concatenate([alpha_by_loading, -level], axis=2)
        to_scale = np.concatenate([scale_by_loading, alpha[:, None, None] * level], axis=2)
        return np.concatenate([to_alpha, to_scale])
