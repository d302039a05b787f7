"""A selection model with steps: which share of studies is seen by range of p values (Vevea & Hedges 1995), on arrays.

A study with effect y and variance v is seen with a probability that depends on its one-sided p value by steps. With
relative weights delta_1 = 1, delta_2, ... of the ranges, the density of an effect that is seen is
delta_j phi(y; mu, v + tau2) / A, with A the sum over ranges of delta times their probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.special

Array = npt.NDArray[Any]
_STEP = 1e-20
_STARTS = (1.0, 0.5, 0.1)
_AT_ZERO = 1e-9


@dataclass(frozen=True)
class StepData:
    """Effects with what the steps make of them; positive effects are those that are looked for.

    Attributes
    ----------
    yi, vi : array, shape (k,)
    bounds : array, shape (k, m)
        Effects at which the p value of each study equals each of m steps.
    place : array, shape (k,)
        Range of each p value, 0 to m.
    """

    yi: Array
    vi: Array
    bounds: Array
    place: Array


def step_data(yi: Array, vi: Array, steps: Array) -> StepData:
    """The ranges of one-sided p values.

    Examples
    --------
    >>> step_data(np.array([0.5, 0.1]), np.array([0.04, 0.04]), np.array([0.025])).place.tolist()
    [0, 1]
    """
    error = np.sqrt(vi)
    p_value = scipy.special.ndtr(-yi / error)
    return StepData(yi, vi, -error[:, None] * scipy.special.ndtri(steps), np.searchsorted(steps, p_value, side="left"))


def log_likelihood(mu: Any, tau2: Any, log_weights: Array, data: StepData) -> Any:
    """Of the effects that were seen; analytic, so that a complex step gives derivatives.

    Parameters
    ----------
    mu, tau2 : number
    log_weights : array, shape (m,)
        Of the ranges after the first.
    data : StepData
    """
    variance = data.vi + tau2
    weights = np.concatenate([np.ones(1), np.exp(log_weights)])
    beyond = scipy.special.ndtr((mu - data.bounds) / np.sqrt(variance)[:, None])
    seen = weights[-1] + beyond @ (weights[:-1] - weights[1:])
    own = np.concatenate([np.zeros(1), log_weights])[data.place]
    return (own - np.log(seen) - 0.5 * (np.log(2 * math.pi * variance) + (data.yi - mu) ** 2 / variance)).sum()


@dataclass(frozen=True)
class StepFit:
    """The most likely values and their covariance: mu, tau2, then the weights after the first (no logarithms)."""

    parameters: Array
    covariance: Array
    log_likelihood: float
    converged: bool


def fit_steps(data: StepData, tau2_start: float, weights: Array | None = None) -> StepFit:
    """Maximum likelihood, from several starts; with ``weights`` these are held.

    Where tau2 is estimated as zero it is held there for the standard errors, as in metafor.
    """
    import scipy.optimize

    m = data.bounds.shape[1]
    free = 2 if weights is not None else 2 + m
    held = np.empty(0) if weights is None else np.log(weights)

    def height(parameters: Array) -> Any:
        return log_likelihood(parameters[0], parameters[1], held if free == 2 else parameters[2:], data)

    def downhill(parameters: Array) -> tuple[float, Array]:
        return -float(height(parameters)), -_gradient(height, parameters)

    limits = [(None, None), (0.0, None)] + [(-12.0, 12.0)] * (free - 2)
    middle = float((1 / data.vi) @ data.yi / (1 / data.vi).sum())
    starts = [
        np.array([mean, tau2, *[math.log(weight)] * (free - 2)])
        for weight in (_STARTS if free > 2 else _STARTS[:1])
        for mean in (middle, middle / 2)
        for tau2 in (tau2_start, tau2_start / 10)
    ]
    options = {"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-10}
    ends = [
        scipy.optimize.minimize(downhill, start, jac=True, method="L-BFGS-B", bounds=limits, options=options)
        for start in starts
    ]
    best = _polished(height, np.array(min(ends, key=lambda end: float(end.fun)).x))
    return _with_errors(height, best, _AT_ZERO * float(data.vi.min()))


def _gradient(height: Any, parameters: Array) -> Array:
    steps = np.eye(len(parameters)) * (1j * _STEP)
    return np.array([np.imag(height(parameters + step)) / _STEP for step in steps])


def _hessian(height: Any, parameters: Array) -> Array:
    """Central differences of the exact gradient."""
    width = 1e-5 * np.maximum(np.abs(parameters), 1e-3)
    rows = [
        (_gradient(height, parameters + step) - _gradient(height, parameters - step)) / (2 * size)
        for size, step in zip(width, np.diag(width), strict=True)
    ]
    found = np.array(rows)
    return np.asarray((found + found.T) / 2)


def _polished(height: Any, parameters: Array) -> Array:
    """A few Newton steps among the parameters that are not at zero."""
    for _ in range(8):
        free = np.arange(len(parameters)) != 1 if parameters[1] <= 0 else np.full(len(parameters), True)
        slope, bend = _gradient(height, parameters)[free], _hessian(height, parameters)[np.ix_(free, free)]
        try:
            step = np.linalg.solve(bend, slope)
        except np.linalg.LinAlgError:
            break
        moved = parameters.copy()
        moved[free] -= step
        if not np.all(np.isfinite(moved)) or moved[1] < 0 or height(moved) < height(parameters):
            break
        parameters = moved
    return np.asarray(parameters)


def _with_errors(height: Any, parameters: Array, near_zero: float) -> StepFit:
    """Covariance from the second derivatives, of weights by the delta method (exact at an optimum)."""
    scale = np.concatenate([np.ones(2), np.exp(parameters[2:])])
    free = np.full(len(parameters), True)
    free[1] = parameters[1] > near_zero
    covariance = np.full((len(parameters),) * 2, np.nan)
    bend = -_hessian(height, parameters)[np.ix_(free, free)]
    definite = bool(np.all(np.linalg.eigvalsh(bend) > 0))
    if definite:
        covariance[np.ix_(free, free)] = np.linalg.inv(bend) * np.outer(scale[free], scale[free])
    slope = _gradient(height, parameters)
    converged = definite and bool(np.all(np.abs(slope[free]) < 1e-5 * (1 + np.sqrt(np.diag(bend)))))
    values = np.concatenate([parameters[:2], np.exp(parameters[2:])])
    return StepFit(values, covariance, float(height(parameters)), converged)
