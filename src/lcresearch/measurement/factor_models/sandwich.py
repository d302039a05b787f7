"""Scores of persons, and the sandwich and scaling factors that hold when answers are not normal.

Huber-White standard errors and the Yuan-Bentler scaled statistic (MLR: Yuan & Bentler 2000, with the traces as Mplus
has them: Asparouhov & Muthen 2005), and those of Satorra & Bentler (1994; MLM).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.arrow import Arrow, arrow_of
from lcresearch.measurement.factor_models.blocks import Rows
from lcresearch.measurement.factor_models.implied import Implied
from lcresearch.measurement.factor_models.normal_theory import NormalTheory
from lcresearch.measurement.factor_models.saturated import FreeMoments, free_objective, theta_of

_CHUNK = 4_000_000


@dataclass(frozen=True)
class Traces:
    """tr(A^-1 B) of the model, of free moments, and of the independence model, with the numbers of parameters."""

    model: float
    saturated: float
    baseline: float


def score_products(objective: NormalTheory, rows: Rows, theta: Array, *, centred: bool) -> Array:
    """Sums of products of the scores of persons over N, for each group: shape (n_groups, n_parameters, n_parameters).

    Parameters
    ----------
    objective : NormalTheory
    rows : Rows
    theta : array, shape (n_free,)
    centred : bool
        About the means of the sample and of the scores, as Satorra & Bentler have it; else about those of the model.
    """
    blocks, layout = objective.blocks, objective.layout
    implied = layout.implied(theta)
    mean = implied.mean if layout.table.mean_structure and not centred else _sample_means(objective)
    scorer = _Scorer(objective, rows, implied, mean, blocks.inverse(implied.covariance))
    n_parameters = layout.free.shape[1]
    found = np.zeros((blocks.n_groups, n_parameters, n_parameters))
    group = blocks.group[rows.block]
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=blocks.n_groups))
    size = max(_CHUNK // max(n_parameters * layout.n_observed, 1), 1)
    for one, own in enumerate(np.split(order, ends[:-1])):
        chunks = [scorer.scores(own[at : at + size], one) for at in range(0, len(own), size)]
        about = sum(chunk.sum(axis=0) for chunk in chunks) / len(own) if centred else 0.0
        found[one] = sum((chunk - about).T @ (chunk - about) for chunk in chunks) / blocks.n_persons
    return found


@dataclass(frozen=True)
class _Scorer:
    """Derivatives of the log-likelihood of persons to the parameters."""

    objective: NormalTheory
    rows: Rows
    implied: Implied
    mean: Array
    inverse: Array

    @cached_property
    def expected(self) -> Array:
        """What products of answers are expected to add, shape (n_blocks, n_parameters)."""
        group = self.objective.blocks.group
        return np.asarray(((self.inverse @ self.implied.left[group]) * self.implied.right[group]).sum(axis=1))

    def scores(self, persons: Integers, group: int) -> Array:
        """Scores of some persons of one group, shape (n, n_parameters)."""
        blocks, implied = self.objective.blocks, self.implied
        block = self.rows.block[persons]
        away = np.where(blocks.known[block], self.rows.answers[persons] - self.mean[group], 0.0)
        if blocks.complete:
            pulled = away @ self.inverse[block[0]]
        else:
            pulled = np.einsum("npq,nq->np", self.inverse[block], away)
        scores = (pulled @ implied.left[group]) * (pulled @ implied.right[group]) - self.expected[block]
        if self.objective.layout.table.mean_structure:
            scores += pulled @ implied.slope[group]
        return np.asarray(scores)


def _sample_means(objective: NormalTheory) -> Array:
    blocks = objective.blocks
    return blocks.summed(blocks.n[:, None] * blocks.mean) / blocks.group_sizes[:, None]


def sandwich(objective: NormalTheory, rows: Rows, arrow: Arrow, theta: Array, *, satorra_bentler: bool) -> Array:
    """Covariance matrix of the estimates that holds without normality, shape (n_free, n_free)."""
    bread = _bread(objective, theta, expected=satorra_bentler)
    inverse = arrow.factored(arrow.local_matrices(bread)).dense
    filling = arrow.dense(arrow.local_matrices(score_products(objective, rows, theta, centred=satorra_bentler)))
    return np.asarray(inverse @ filling @ inverse / objective.blocks.n_persons)


def _bread(objective: NormalTheory, theta: Array, *, expected: bool) -> Array:
    if expected:
        return objective.local_information(objective.layout.implied(theta))
    return objective.local_hessian(theta)


def trace(objective: NormalTheory, rows: Rows, theta: Array, *, satorra_bentler: bool) -> float:
    """tr(A^-1 B) of one model at its estimates."""
    arrow = arrow_of(objective.layout)
    inverse = arrow.factored(arrow.local_matrices(_bread(objective, theta, expected=satorra_bentler)))
    filling = arrow.local_matrices(score_products(objective, rows, theta, centred=satorra_bentler))
    return float((inverse.local * filling).sum())


def saturated_trace(objective: NormalTheory, rows: Rows, moments: FreeMoments) -> float:
    """tr(A^-1 B) of free moments; in closed form where nobody left an item open."""
    if not objective.blocks.complete:
        free = free_objective(objective, covariances=True)
        return trace(free, rows, theta_of(free.layout, moments), satorra_bentler=False)
    return weighted_trace(objective, rows, moments.covariance)


def weighted_trace(objective: NormalTheory, rows: Rows, covariance: Array) -> float:
    """tr(W Gamma) with W the normal-theory weights at a covariance matrix, from distances of persons to their means."""
    blocks = objective.blocks
    inverse = blocks.inverse(covariance)
    away = rows.answers - blocks.mean[rows.block]
    distance = np.empty(len(away))
    for block in range(len(blocks.n)):
        own = rows.block == block
        distance[own] = ((away[own] @ inverse[block]) * away[own]).sum(axis=1)
    fourth = np.bincount(rows.block, distance**2, len(blocks.n)) / blocks.n
    kept = inverse @ blocks.covariance
    found = (fourth - np.einsum("bij,bji->b", kept, kept)) / 2
    if objective.layout.table.mean_structure:
        found = found + np.einsum("bii->b", kept)
    return float(found.sum())


def traces(
    objective: NormalTheory,
    rows: Rows,
    theta: Array,
    saturated: FreeMoments,
    baseline: FreeMoments,
    *,
    satorra_bentler: bool,
) -> Traces:
    """The traces from which scaling factors are made."""
    independent = free_objective(objective, covariances=False)
    theta_baseline = theta_of(independent.layout, baseline)
    return Traces(
        trace(objective, rows, theta, satorra_bentler=satorra_bentler),
        saturated_trace(objective, rows, saturated),
        trace(independent, rows, theta_baseline, satorra_bentler=satorra_bentler),
    )
