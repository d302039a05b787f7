"""Scores of persons on the trait, with their standard errors, from known item parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response import graded_model, marginal_likelihood
from lcresearch.measurement.item_response.cumulative_logit import log_chances
from lcresearch.measurement.item_response.graded_model import GradedItems
from lcresearch.measurement.item_response.marginal_likelihood import Nodes


class TraitScores(NamedTuple):
    """Estimate and standard error of each person, shape (n,); NaN for persons without an answer."""

    estimate: Array
    std_error: Array


def expected_a_posteriori(items: GradedItems, codes: Codes, grid: Nodes) -> TraitScores:
    """Mean and standard deviation of the posterior under N(0, 1) (Bock & Mislevy, 1982)."""
    data = marginal_likelihood.patterns(codes, items.thresholds.shape[1] + 1)
    weights = marginal_likelihood.posterior(items, data, grid).weights
    mean = weights @ grid.theta
    spread = np.sqrt(np.maximum(weights @ grid.theta**2 - mean**2, 0))
    return _of_persons(mean, spread, data.of_person, codes)


def maximum_a_posteriori(items: GradedItems, codes: Codes) -> TraitScores:
    """Mode of the posterior under N(0, 1), with the curvature there for its standard error (Samejima, 1969).

    The log posterior is concave, so Newton steps, shortened where they are long, find its one maximum.
    """
    data = marginal_likelihood.patterns(codes, items.thresholds.shape[1] + 1)
    theta = np.zeros(len(data.codes))
    curvature = np.ones(len(theta))
    for _ in range(100):
        slope, curvature = _log_posterior(items, data.codes, theta)
        step = np.clip(slope / curvature, -1, 1)
        theta = theta + step
        if np.abs(step).max(initial=0) < 1e-10:
            break
    return _of_persons(theta, 1 / np.sqrt(curvature), data.of_person, codes)


def _log_posterior(items: GradedItems, codes: Codes, theta: Array) -> tuple[Array, Array]:
    """First and minus second derivative of the log posterior, shape (n_patterns,)."""
    above, below = graded_model.ends(items)
    item = np.arange(codes.shape[1])
    answered = codes >= 0
    eta = items.discriminations * theta[:, None]
    a, c = above[item, codes], below[item, codes]
    gap = np.where(answered, a - c, 1.0)
    found = log_chances(np.where(answered, a, 1.0) - eta, np.where(answered, c, 0.0) - eta, gap)
    slope = np.where(answered, items.discriminations * found.predictor, 0).sum(axis=1) - theta
    bend = found.above_2 + 2 * found.crossed + found.below_2
    curvature = 1 - np.where(answered, items.discriminations**2 * bend, 0).sum(axis=1)
    return slope, curvature


def _of_persons(estimate: Array, std_error: Array, of_person: Codes, codes: Codes) -> TraitScores:
    empty = ~(codes >= 0).any(axis=1)
    return TraitScores(
        np.where(empty, np.nan, estimate[of_person]),
        np.where(empty, np.nan, std_error[of_person]),
    )


def marginal_reliability(precision: Array, weights: Array) -> float:
    """Share of variance in a score that is trait, averaged over trait values: I / (I + 1) (Green et al., 1984)."""
    return float((weights * precision / (precision + 1)).sum() / weights.sum())


def empirical_reliability(found: TraitScores) -> float:
    """Variance of the scores as a share of that plus their mean error variance (Bock & Mislevy, 1982)."""
    known = ~np.isnan(found.estimate)
    if known.sum() < 2:
        return float("nan")
    between = float(np.var(found.estimate[known]))
    return between / (between + float((found.std_error[known] ** 2).mean()))
