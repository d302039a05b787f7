"""The likelihood of answer patterns with the trait, N(0, 1), integrated out; its gradient and its information.

The integral is a sum over equally spaced nodes, which for smooth functions that die out at both ends converges faster
than any power of the step. Persons with the same answers are one pattern, so cost depends on patterns, not persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.special

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response import graded_model
from lcresearch.measurement.item_response.graded_model import GradedItems
from lcresearch.measurement.item_response.parameters import Layout

REACH = 6.0
"""Nodes run from minus to plus this many standard deviations, as in mirt."""
_NOTHING = -90.0  # chances below exp(-90) of the largest count for nothing; numbers too small to be normal are slow


@dataclass(frozen=True)
class Nodes:
    """Values of the trait, shape (Q,), and the logarithm of the weight of each under N(0, 1)."""

    theta: Array
    log_weights: Array

    @property
    def step(self) -> float:
        """Distance between neighbours."""
        return float(self.theta[1] - self.theta[0])


def nodes(n: int) -> Nodes:
    """``n`` equally spaced nodes with weights in proportion to the normal density, adding up to 1."""
    theta = np.linspace(-REACH, REACH, n)
    log_weights = -(theta**2) / 2
    return Nodes(theta, np.asarray(log_weights - scipy.special.logsumexp(log_weights)))


@dataclass(frozen=True)
class Patterns:
    """Different patterns of answers.

    Attributes
    ----------
    codes : array of int, shape (n_patterns, p)
        Category of each answer; -1 is missing.
    counts : array, shape (n_patterns,)
        How many persons gave it.
    of_person : array of int, shape (n,)
        Pattern of each person.
    indicator : array, shape (n_patterns, p * K)
        1 where a category was chosen.
    """

    codes: Codes
    counts: Array
    of_person: Codes
    indicator: Array


def patterns(codes: Codes, n_categories: int) -> Patterns:
    """Collect equal rows of ``codes``, shape (n, p)."""
    distinct, of_person, counts = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    chosen = distinct[:, :, None] == np.arange(n_categories)
    return Patterns(
        distinct, counts.astype(float), of_person.reshape(-1), chosen.reshape(len(distinct), -1).astype(float)
    )


@dataclass(frozen=True)
class Posterior:
    """What the answers say of the trait: the log-likelihood, and for each pattern the chance of each node."""

    log_likelihood: float
    by_pattern: Array
    weights: Array


def posterior(items: GradedItems, data: Patterns, grid: Nodes) -> Posterior:
    """The E-step: ``weights`` has shape (n_patterns, Q) with rows that add up to 1."""
    log_chances = graded_model.chances(items, grid.theta).value.reshape(-1, len(grid.theta))
    joint = data.indicator @ log_chances + grid.log_weights
    top = joint.max(axis=1, keepdims=True)
    joint -= top
    weights = np.where(joint > _NOTHING, np.exp(np.maximum(joint, _NOTHING)), 0.0)
    total = weights.sum(axis=1, keepdims=True)
    by_pattern = (top + np.log(total))[:, 0]
    return Posterior(float(data.counts @ by_pattern), by_pattern, weights / total)


def expected_counts(data: Patterns, known: Posterior, shape: tuple[int, int]) -> Array:
    """Expected number of persons at each node who gave each answer, shape (p, K, Q)."""
    found = data.indicator.T @ (data.counts[:, None] * known.weights)
    return np.asarray(found.reshape(*shape, -1))


def gradient(items: GradedItems, grid: Nodes, expected: Array, places: Layout) -> Array:
    """Derivative of the log-likelihood: the mean of that of the complete data (Fisher's identity)."""
    by_item = np.einsum("jkq,jkqm->jm", expected, graded_model.scores(items, grid.theta))
    return places.sum_rows(by_item)


def complete_information(items: GradedItems, grid: Nodes, expected: Array, places: Layout) -> Array:
    """Information if the trait of every person were known, shape (size, size); the M-step divides by it."""
    return places.assemble(graded_model.curvature(items, grid.theta, expected))


def observed_information(
    items: GradedItems, grid: Nodes, data: Patterns, known: Posterior, expected: Array, places: Layout
) -> Array:
    """Minus the exact second derivative of the log-likelihood (Louis, 1982): complete less missing information."""
    p, k = places.positions.shape
    of_answers = graded_model.scores(items, grid.theta)
    item = np.arange(p)
    answered = data.codes >= 0
    weights = data.counts[:, None] * known.weights
    missing = np.zeros((places.size, places.size))
    mean = np.zeros((len(data.codes), places.size))
    for q in range(len(grid.theta)):
        relevant = weights[:, q] > 1e-12 * data.counts
        by_item = of_answers[item, data.codes[relevant], q] * answered[relevant][:, :, None]
        score = places.sum_rows(by_item.reshape(-1, p, k))
        missing += score.T @ (weights[relevant, q, None] * score)
        mean[relevant] += known.weights[relevant, q, None] * score
    missing -= mean.T @ (data.counts[:, None] * mean)
    return complete_information(items, grid, expected, places) - missing
