"""The graded response model: chances of answers at values of the trait, and their derivatives to the parameters.

P(answer <= k) = F(c_k - a theta), with a the discrimination and c_k the thresholds of an item, in ascending order
(Samejima, 1969). The location of a threshold on the trait is b_k = c_k / a. Arrays are padded to the item with the most
categories: p items, K categories, Q values of the trait.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response.cumulative_logit import LogChances, log_chances


@dataclass(frozen=True)
class GradedItems:
    """Parameters of several items.

    Attributes
    ----------
    discriminations : array, shape (p,)
        Slopes in the logistic metric (no 1.702).
    thresholds : array, shape (p, K - 1)
        Ascending; NaN beyond the thresholds of an item.
    """

    discriminations: Array
    thresholds: Array

    @property
    def n_categories(self) -> Codes:
        """Number of categories of each item, shape (p,)."""
        return np.asarray((~np.isnan(self.thresholds)).sum(axis=1) + 1, dtype=np.int64)

    @property
    def locations(self) -> Array:
        """Where on the trait each threshold lies, b = c / a, shape (p, K - 1)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.thresholds / self.discriminations[:, None])

    @property
    def ordered(self) -> bool:
        """Whether the thresholds of every item ascend, and all are finite."""
        gaps = np.diff(self.thresholds, axis=1)
        finite = np.isfinite(self.discriminations).all() and np.isfinite(self.thresholds[:, 0]).all()
        return bool(finite and (gaps[~np.isnan(gaps)] > 1e-10).all())

    def subset(self, items: Codes) -> GradedItems:
        """Only these items."""
        return GradedItems(self.discriminations[items], self.thresholds[items])


def ends(items: GradedItems) -> tuple[Array, Array]:
    """Threshold above and below each category, shape (p, K); both NaN beyond the categories of an item."""
    p, n_thresholds = items.thresholds.shape
    counts = items.n_categories
    above, below = np.full((2, p, n_thresholds + 1), np.nan)
    above[:, :-1], below[:, 1:] = items.thresholds, items.thresholds
    above[np.arange(p), counts - 1] = np.inf
    below[:, 0] = -np.inf
    below[np.isnan(above)] = np.nan
    return above, below


def chances(items: GradedItems, theta: Array) -> LogChances:
    """Logarithms of the chances of all answers, shape (p, K, Q), with derivatives; 0 beyond an item's categories."""
    above, below = ends(items)
    eta = items.discriminations[:, None, None] * theta
    used = np.broadcast_to(~np.isnan(above)[:, :, None], (*above.shape, len(theta)))
    gap = np.where(np.isnan(above), np.inf, above - below)[:, :, None]
    found = log_chances(
        np.where(used, above[:, :, None] - eta, np.inf), np.where(used, below[:, :, None] - eta, -np.inf), gap
    )
    return LogChances(*(np.where(used, part, 0.0) for part in found))


def probabilities(items: GradedItems, theta: Array) -> Array:
    """Chances of all answers, shape (p, K, Q); 0 beyond an item's categories."""
    used = np.arange(items.thresholds.shape[1] + 1) < items.n_categories[:, None]
    return np.asarray(np.exp(chances(items, theta).value) * used[:, :, None])


def information(items: GradedItems, theta: Array) -> Array:
    """Fisher information of each item, sum over k of P_k'^2 / P_k, shape (p, Q) (Samejima, 1969)."""
    found = chances(items, theta)
    slope = items.discriminations[:, None, None] * found.predictor
    used = np.arange(items.thresholds.shape[1] + 1) < items.n_categories[:, None]
    return np.asarray((np.exp(found.value) * slope**2 * used[:, :, None]).sum(axis=1))


def expected_answers(items: GradedItems, theta: Array, values: Array) -> Array:
    """Mean answer to each item, shape (p, Q), when category k of item j counts as ``values[j, k]``."""
    return np.asarray(np.einsum("jkq,jk->jq", probabilities(items, theta), np.nan_to_num(values)))


def scores(items: GradedItems, theta: Array) -> Array:
    """Derivative of each log chance to the parameters of its item, shape (p, K, Q, K): slope, then thresholds."""
    found = chances(items, theta)
    p, k, q = found.value.shape
    derivative = np.zeros((p, k, q, k))
    derivative[..., 0] = theta * found.predictor
    inner = np.arange(k - 1)
    derivative[:, inner, :, inner + 1] = np.moveaxis(found.above[:, :-1], 1, 0)
    derivative[:, inner + 1, :, inner + 1] = np.moveaxis(found.below[:, 1:], 1, 0)
    beyond = np.arange(1, k) > (items.n_categories - 1)[:, None]
    derivative[..., 1:] = np.where(beyond[:, None, None, :], 0.0, derivative[..., 1:])
    return derivative


def curvature(items: GradedItems, theta: Array, weights: Array) -> Array:
    """Minus the second derivative of sum(weights * log chance), shape (p, K, K) for each item's parameters."""
    found = chances(items, theta)
    p, k, _ = found.value.shape
    matrix = np.zeros((p, k, k))
    slope_2 = found.above_2 + 2 * found.crossed + found.below_2
    matrix[:, 0, 0] = -(weights * theta**2 * slope_2).sum(axis=(1, 2))
    inner = np.arange(1, k)
    own = (weights * found.above_2).sum(axis=2)[:, :-1] + (weights * found.below_2).sum(axis=2)[:, 1:]
    with_slope = (weights * theta * (found.above_2 + found.crossed)).sum(axis=2)[:, :-1]
    with_slope = with_slope + (weights * theta * (found.below_2 + found.crossed)).sum(axis=2)[:, 1:]
    beyond = inner > (items.n_categories - 1)[:, None]
    matrix[:, inner, inner] = np.where(beyond, 0.0, -own)
    matrix[:, 0, 1:] = matrix[:, 1:, 0] = np.where(beyond, 0.0, with_slope)
    neighbours = np.where(beyond[:, 1:], 0.0, -(weights * found.crossed).sum(axis=2)[:, 1:-1])
    matrix[:, inner[:-1], inner[1:]] = matrix[:, inner[1:], inner[:-1]] = neighbours
    return matrix
