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
        """Aligned loadings and intercepts at eta = (alpha, log psi), shape (2 n_groups,), or at several, a row each."""
        alpha, log_psi = np.split(eta, 2, axis=-1)
        loadings = self.loadings * np.exp(-log_psi)[..., None]
        return loadings, self.intercepts - alpha[..., None] * loadings[..., self.item]

    def _pairs(self, values: Array) -> tuple[Array, Array]:
        """Differences of groups and their squares with epsilon, shape (..., n_items, n_groups, n_groups)."""
        turned = np.swapaxes(values, -1, -2)
        away = turned[..., :, None] - turned[..., None, :]
        square = away * away
        square += self.epsilon
        return away, square

    @cached_property
    def _products(self) -> Array:
        """Weights of pairs of groups, shape (n_groups, n_groups)."""
        found = np.outer(self.weight, self.weight)
        np.fill_diagonal(found, 0)
        return found

    def _powers(self, square: Array) -> Array:
        """Squares to the power; two square roots take a tenth of the time of the power 0.25."""
        return np.sqrt(np.sqrt(square)) if self.power == 0.25 else square**self.power

    def _costs(self, values: Array) -> tuple[Array, Array]:
        """Values, and gradients to the aligned parameters."""
        away, square = self._pairs(values)
        kept = self._powers(square)
        kept *= self._products
        cost = kept.sum(axis=(-3, -2, -1))
        kept /= square
        return cost, 4 * self.power * np.einsum("...igh,...igh->...gi", kept, away)

    def value(self, eta: Array) -> tuple[Array, Array]:
        """The criterion and its gradient to eta; of several eta, shape (k, 2 n_groups), a value and a row each."""
        alpha = eta[..., : len(self.weight)]
        loadings, intercepts = self.aligned(eta)
        cost, by_loading = self._costs(loadings)
        more, by_intercept = self._costs(intercepts)
        to_alpha = -(by_intercept * loadings[..., self.item]).sum(axis=-1)
        to_scale = -(by_loading * loadings).sum(axis=-1) - alpha * to_alpha
        return cost + more, np.concatenate([to_alpha, to_scale], axis=-1)

    def curvature(self, values: Array) -> Array:
        """Second derivatives to the aligned parameters of each item, shape (n_items, n_groups, n_groups)."""
        away, square = self._pairs(values)
        p = self.power
        second = 2 * p * square ** (p - 1) + 4 * p * (p - 1) * away**2 * square ** (p - 2)
        return _laplacian(2 * self._products * second)

    def bowl(self, eta: Array) -> Array:
        """Second derivatives, (2 n_groups, 2 n_groups), of squares that touch the criterion at eta and lie above it.

        (x^2 + epsilon)^power is concave in x^2 for powers below 1, so its tangent there is above it. No second
        derivative along a line is negative, as those of the criterion may be, so that a step with these goes down.
        """
        alpha = eta[: len(self.weight)]
        loadings, intercepts = self.aligned(eta)
        level, slope = (
            _carried(_laplacian(4 * self.power * self._products * self._powers(square) / square), carried)
            for square, carried in (
                (self._pairs(intercepts)[1], loadings[:, self.item]),
                (self._pairs(loadings)[1], loadings),
            )
        )
        both = -level * alpha
        return np.block([[level, both], [both.T, slope + np.outer(alpha, alpha) * level]])

    def hessian(self, eta: Array) -> Array:
        """Second derivatives to eta, shape (2 n_groups, 2 n_groups)."""
        alpha = eta[: len(self.weight)]
        loadings, intercepts = self.aligned(eta)
        by_loading, by_intercept = self._costs(loadings)[1], self._costs(intercepts)[1]
        carried = loadings[:, self.item]
        level = _carried(self.curvature(intercepts), carried)
        slope = _carried(self.curvature(loadings), loadings)
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


def _laplacian(weights: Array) -> Array:
    """Second derivatives of sums of weighted squares of differences, with weights (n_items, n_groups, n_groups)."""
    found = -weights
    places = np.arange(found.shape[1])
    found[:, places, places] -= found.sum(axis=2)
    return np.asarray(found)


def _carried(curved: Array, through: Array) -> Array:
    """Sum over items of curvature (n_items, n_groups, n_groups), with each group's derivative (n_groups, n_items)."""
    turned = through.T
    return np.asarray((curved * turned[:, :, None] * turned[:, None, :]).sum(axis=0))
