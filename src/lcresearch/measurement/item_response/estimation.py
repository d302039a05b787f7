"""Maximum likelihood for the graded response model: EM steps (Bock & Aitkin, 1981), then Newton steps to the optimum.

Each EM step takes one Newton step of the M-step (Lange, 1995), which climbs as fast as solving it out. Near the optimum
the exact observed information takes over, so that the gradient ends at the precision of the machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response import graded_model, marginal_likelihood
from lcresearch.measurement.item_response.graded_model import GradedItems
from lcresearch.measurement.item_response.marginal_likelihood import Nodes, Patterns, Posterior
from lcresearch.measurement.item_response.parameters import Layout, layout

FEWEST_NODES, MOST_NODES = 61, 961
_MOST_EM, _MOST_NEWTON = 500, 40
_NEAR = 1e-3
_STEEPEST = 25.0


@dataclass(frozen=True)
class Fit:
    """An optimum of the likelihood.

    Attributes
    ----------
    items : GradedItems
    places : Layout
    log_likelihood : float
    covariance : array, shape (size, size)
        Inverse of the observed information; NaN when that is not positive definite.
    known : Posterior
    grid : Nodes
    n_steps : tuple of two ints
        EM and Newton steps.
    gradient : float
        Largest derivative, each times the standard error of its parameter: how far from the optimum, in log-likelihood.
    converged : bool
    """

    items: GradedItems
    places: Layout
    log_likelihood: float
    covariance: Array
    known: Posterior
    grid: Nodes
    n_steps: tuple[int, int]
    gradient: float
    converged: bool


def fit(data: Patterns, n_categories: Codes, *, equal: bool = False, n_nodes: int | None = None) -> Fit:
    """Estimate all items from patterns; without ``n_nodes``, as many as the precision of the test asks for."""
    places = layout(n_categories, equal=equal)
    items = _start(data, n_categories)
    items = places.items(places.vector(items))
    found = _optimise(items, data, places, marginal_likelihood.nodes(n_nodes or FEWEST_NODES))
    while n_nodes is None and len(found.grid.theta) < MOST_NODES and _too_coarse(found):
        finer = marginal_likelihood.nodes(2 * len(found.grid.theta) - 1)
        found = _optimise(found.items, data, places, finer)
    return found


def _too_coarse(found: Fit) -> bool:
    """Whether a posterior can be narrower than the step; the sum over nodes is then off by more than 1e-8."""
    precision = 1 + graded_model.information(found.items, found.grid.theta).sum(axis=0)
    return bool(found.grid.step > 1 / np.sqrt(precision.max()))


def _start(data: Patterns, n_categories: Codes) -> GradedItems:
    """Slopes from correlations with the rest of the scale, thresholds from the shares of the categories."""
    known = data.codes >= 0
    codes = np.where(known, data.codes, 0) / np.maximum(n_categories - 1, 1)
    share = np.where(known, codes, 0).sum(axis=1, keepdims=True) - codes * known
    rest = share / np.maximum(known.sum(axis=1, keepdims=True) - known, 1)
    weight = data.counts[:, None] * known
    total = weight.sum(axis=0)

    def centred(values: Array) -> Array:
        return np.asarray((values - (weight * values).sum(axis=0) / total) * known)

    x, y = centred(codes), centred(rest)
    spread = np.sqrt((weight * x**2).sum(axis=0) * (weight * y**2).sum(axis=0))
    r = np.clip((weight * x * y).sum(axis=0) / np.where(spread > 0, spread, 1), -0.8, 0.8)
    r = np.where(np.abs(r) < 0.1, 0.1, r)
    slopes = 1.7 * r / np.sqrt(1 - r**2)
    k = int(n_categories.max())
    chosen = (data.counts @ data.indicator).reshape(-1, k)
    below = np.cumsum(chosen + 0.5, axis=1)[:, :-1] / (total + k / 2)[:, None]
    thresholds = np.log(below / (1 - below)) * np.sqrt(1 + slopes**2 / 2.89)[:, None]
    beyond = np.arange(1, k) > (n_categories - 1)[:, None]
    return GradedItems(slopes, np.where(beyond, np.nan, thresholds))


@dataclass(frozen=True)
class _Point:
    vector: Array
    items: GradedItems
    known: Posterior
    expected: Array
    slope: Array


def _at(vector: Array, data: Patterns, places: Layout, grid: Nodes) -> _Point | None:
    items = places.items(vector)
    if not items.ordered or np.abs(items.discriminations).max() > _STEEPEST:
        return None
    known = marginal_likelihood.posterior(items, data, grid)
    shape = (places.positions.shape[0], places.positions.shape[1])
    expected = marginal_likelihood.expected_counts(data, known, shape)
    return _Point(vector, items, known, expected, marginal_likelihood.gradient(items, grid, expected, places))


def _optimise(start: GradedItems, data: Patterns, places: Layout, grid: Nodes) -> Fit:
    point = _at(places.vector(start), data, places, grid)
    assert point is not None
    n_em = n_newton = 0
    for _ in range(_MOST_EM):
        information = marginal_likelihood.complete_information(point.items, grid, point.expected, places)
        step = scipy.linalg.solve(information, point.slope, assume_a="sym")
        moved = _climb(point, step, data, places, grid)
        if moved is None:
            break
        n_em += 1
        near = np.abs(moved.vector - point.vector).max() < _NEAR or (
            n_em >= 8 and float(point.slope @ step) < 1e-2 * max(1.0, float(np.sqrt(data.counts.sum())) / 30)
        )
        point = moved
        if near:
            break
    inverse, decrement = None, np.inf
    for _ in range(_MOST_NEWTON):
        information = marginal_likelihood.observed_information(
            point.items, grid, data, point.known, point.expected, places
        )
        inverse = _inverse(information)
        if inverse is None:
            complete = marginal_likelihood.complete_information(point.items, grid, point.expected, places)
            step = scipy.linalg.solve(complete, point.slope, assume_a="sym")
        else:
            step = inverse @ point.slope
        decrement = float(point.slope @ step)
        if inverse is not None and decrement < 1e-14 * max(1.0, abs(point.known.log_likelihood)):
            break
        moved = _climb(point, step, data, places, grid)
        if moved is None:
            break
        n_newton += 1
        point = moved
    return _finished(point, inverse, data, places, grid, (n_em, n_newton))


def _finished(
    point: _Point, inverse: Array | None, data: Patterns, places: Layout, grid: Nodes, n_steps: tuple[int, int]
) -> Fit:
    nothing = np.full((places.size, places.size), np.nan)
    flat = np.inf if inverse is None else float(np.abs(point.slope * np.sqrt(np.diag(inverse))).max())
    items, known = point.items, point.known
    return Fit(
        items,
        places,
        known.log_likelihood,
        nothing if inverse is None else inverse,
        known,
        grid,
        n_steps,
        flat,
        flat < 1e-4,
    )


def _climb(point: _Point, step: Array, data: Patterns, places: Layout, grid: Nodes) -> _Point | None:
    """The first point along the step, halved as often as needed, at which the likelihood is not lower; or none."""
    for halvings in range(30):
        moved = _at(point.vector + step / 2**halvings, data, places, grid)
        if moved is not None and moved.known.log_likelihood >= point.known.log_likelihood:
            return moved
    return None


def _inverse(information: Array) -> Array | None:
    try:
        factor = scipy.linalg.cho_factor(information)
    except scipy.linalg.LinAlgError:
        return None
    return np.asarray(scipy.linalg.cho_solve(factor, np.eye(len(information))))
