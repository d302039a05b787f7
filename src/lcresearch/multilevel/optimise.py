"""Finding the minimum of the profiled criterion: quasi-Newton steps from a curvature that is computed once.

Theta has no bounds: a variance of zero is where an entry of the Cholesky factor is zero. There the gradient to theta is
zero whatever the data say, so the end is judged by the derivative to the covariance matrix itself: it must be positive
semidefinite. Where it is not, a variance that was zero wants to grow, and the search goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.criterion import Criterion, Solution
from lcresearch.multilevel.small_matrices import Array

_REAL_STEP = 1e-5
_STEPS = 100
_HALVINGS = 30
RESTARTS = 5
_SINGULAR = 1e-4
_DONE = 1e-15
_NOISE = 1e-12
GOOD_ENOUGH = 1e-7
_WILL_GROW = 1e-4
_LONGEST = 2.0


@dataclass(frozen=True)
class Optimum:
    """Where the search ended.

    Attributes
    ----------
    theta : array, shape (n_parameters,)
    criterion : float
        In working units.
    gradient : float
        Largest absolute derivative to theta.
    decrease : float
        How much lower a Newton step would come, by the quadratic approximation.
    converged : bool
        No step and no direction is left in which the criterion falls.
    singular : bool
        A covariance matrix is singular: a variance of zero or a correlation of one.
    n_evaluations : int
    solution : Solution or None
        The profiled fit at theta.
    inverse : array or None, shape (n_parameters, n_parameters)
        Of the second derivatives, as the search had them at its end.
    """

    theta: Array
    criterion: float
    gradient: float
    decrease: float
    converged: bool
    singular: bool
    n_evaluations: int
    solution: Solution | None = None
    inverse: Array | None = None


class Differentiable(Protocol):
    """A function to be made as small as possible, with its gradient."""

    def at(self, theta: Array) -> tuple[float, Array]:
        """Value and gradient."""
        ...


@dataclass
class Search:
    """One descent; counts its evaluations."""

    criterion: Differentiable
    n_evaluations: int = 0
    inverse: Array = field(default_factory=lambda: np.zeros((0, 0)))
    decrease: float = np.inf

    def at(self, theta: Array) -> tuple[float, Array]:
        """Value and gradient; the value is infinite where the criterion does not exist."""
        self.n_evaluations += 1
        with np.errstate(all="ignore"):
            value, gradient = self.criterion.at(theta)
        return (value, gradient) if np.isfinite(value) else (np.inf, gradient)

    def descend(self, theta: Array, inverse: Array | None = None) -> Array:
        """Steps of BFGS with a line search by halving, until a step would gain nothing.

        Parameters
        ----------
        theta : array, shape (n_parameters,)
        inverse : array, optional
            Of the second derivatives near there; computed unless given.
        """
        value, gradient = self.at(theta)
        self.inverse = self._curvature(theta, gradient) if inverse is None else inverse
        for _ in range(_STEPS):
            direction = -self.inverse @ gradient
            slope = float(gradient @ direction)
            self.decrease = -slope / 2
            if self.decrease < _DONE:
                break
            direction *= min(1.0, _LONGEST / np.abs(direction).max())
            by_value = self.decrease > _NOISE * (1 + abs(value))
            found = (self._line if by_value else self._flatter)(theta, value, gradient, direction)
            if found is None:
                break
            step, value, after = found
            self._update(step, after - gradient)
            theta, gradient = theta + step, after
        return theta

    def _flatter(
        self, theta: Array, value: float, gradient: Array, direction: Array
    ) -> tuple[Array, float, Array] | None:
        """A step that makes the gradient smaller, where values are too alike to tell which is lower; else None."""
        found, after = self.at(theta + direction)
        kept = np.isfinite(found) and np.isfinite(after).all() and np.abs(after).max() < np.abs(gradient).max()
        return (direction, found, after) if kept else None

    def _line(self, theta: Array, value: float, gradient: Array, direction: Array) -> tuple[Array, float, Array] | None:
        """The longest of a step, its half, its quarter ... that lowers the criterion enough; None if none does."""
        noise = 1e-14 * abs(value)
        slope, length = float(gradient @ direction), 1.0
        for _ in range(_HALVINGS):
            found, after = self.at(theta + length * direction)
            if found <= value + 1e-4 * length * slope + noise and np.isfinite(after).all():
                flatter = np.abs(after).max() < np.abs(gradient).max()
                return (length * direction, found, after) if found < value - noise or flatter else None
            guess = -slope * length / (2 * ((found - value) / length - slope)) if np.isfinite(found) else 0.0
            length = min(0.5 * length, max(0.1 * length, guess))
        return None

    def _curvature(self, theta: Array, gradient: Array) -> Array:
        """The inverse of the second derivatives, made positive, by forward differences of the gradient."""
        n = len(theta)
        found = np.empty((n, n))
        for k in range(n):
            moved = theta.copy()
            moved[k] += _REAL_STEP
            found[k] = (self.at(moved)[1] - gradient) / _REAL_STEP
        values, vectors = np.linalg.eigh((found + found.T) / 2)
        values = np.maximum(np.abs(values), 1e-3 * np.abs(values).max(initial=1e-12))
        return (vectors / values) @ vectors.T

    def _update(self, step: Array, change: Array) -> None:
        """BFGS; left as it is where the curvature along the step is not positive."""
        along = float(step @ change)
        if along <= 1e-10 * float(np.sqrt((step @ step) * (change @ change))):
            return
        moved = self.inverse @ change
        across = np.multiply.outer(step, moved)
        self.inverse = (
            self.inverse
            + (1 + (change @ moved) / along) * np.multiply.outer(step, step) / along
            - (across + across.T) / along
        )


@dataclass
class _Remembered:
    """A criterion that remembers its last evaluation: the end of a search is looked at more than once."""

    criterion: Criterion
    theta: Array | None = None
    last: tuple[Solution, list[Array]] | None = None

    def evaluate(self, theta: Array) -> tuple[Solution, list[Array]]:
        if self.last is None or self.theta is None or not np.array_equal(theta, self.theta):
            self.last = self.criterion.evaluate(theta)
            self.theta = theta.copy()
        return self.last

    def at(self, theta: Array) -> tuple[float, Array]:
        solution, derivatives = self.evaluate(theta)
        return solution.criterion, self.criterion.layout.gradient(theta, derivatives)


def minimise(criterion: Criterion, start: Array, inverse: Array | None = None) -> Optimum:
    """The minimum of the criterion over theta.

    Parameters
    ----------
    criterion : Criterion
    start : array, shape (n_parameters,)
    inverse : array, optional
        Of the second derivatives near there; computed unless given.
    """
    remembered = _Remembered(criterion)
    search = Search(remembered)
    theta, at_rest = descend_and_grow(
        search, criterion.layout, start, lambda theta: remembered.evaluate(theta)[1], inverse
    )
    inverse = search.inverse
    canonical = criterion.layout.theta(criterion.layout.covariances(theta))
    if not np.allclose(canonical, theta, rtol=1e-12, atol=1e-12):
        turned = np.where(theta * canonical < 0, -1.0, 1.0)
        theta, inverse = canonical, turned[:, None] * inverse * turned
    solution = remembered.evaluate(theta)[0]
    value, gradient = remembered.at(theta)
    decrease = float(gradient @ inverse @ gradient) / 2
    converged = bool(np.isfinite(value) and decrease < GOOD_ENOUGH and at_rest)
    largest = float(np.abs(gradient).max(initial=0))
    singular = is_singular(criterion.layout, theta)
    n_evaluations = search.n_evaluations
    return Optimum(theta, value, largest, decrease, converged, singular, n_evaluations, solution, inverse)


def descend_and_grow(
    search: Search,
    layout: CovarianceLayout,
    start: Array,
    derivatives: Callable[[Array], Sequence[Array]],
    inverse: Array | None = None,
) -> tuple[Array, bool]:
    """Descents, each after the first from where a variance that was zero has begun to grow.

    Parameters
    ----------
    search : Search
    layout : CovarianceLayout
    start : array, shape (n_parameters,)
    derivatives : callable
        Theta -> derivatives to the covariance matrix of each factor.
    inverse : array, optional
        Of the second derivatives near the start; computed unless given.

    Returns
    -------
    theta : array, shape (n_parameters,)
    at_rest : bool
        Whether no variance wants to grow.
    """
    theta = start
    for _ in range(RESTARTS):
        theta, inverse = search.descend(theta, inverse), None
        more = grown(layout, theta, derivatives(theta))
        if more is None:
            return theta, True
        theta = more
    return theta, False


def hessian_at(criterion: Criterion, theta: Array) -> Array:
    """Second derivatives to theta by central differences, for a gradient that is not analytic."""
    n = len(theta)
    found = np.empty((n, n))
    for k in range(n):
        step = np.zeros(n)
        step[k] = _REAL_STEP
        found[k] = (criterion.at(theta + step)[1] - criterion.at(theta - step)[1]) / (2 * _REAL_STEP)
    return (found + found.T) / 2


def grown(layout: CovarianceLayout, theta: Array, derivatives: Sequence[Array]) -> Array | None:
    """Theta a step further where a covariance matrix wants to grow in a direction in which it is zero; else None.

    Parameters
    ----------
    layout : CovarianceLayout
    theta : array, shape (n_parameters,)
    derivatives : sequence of array, shape (q, q)
        Of the criterion to the covariance matrix of each factor.
    """
    covariances = layout.covariances(theta)
    changed = False
    for place, columns in layout.blocks():
        block = derivatives[place][columns, columns]
        values, vectors = np.linalg.eigh((block + block.T) / 2)
        if values[0] < -_WILL_GROW:
            covariances[place][columns, columns] += 0.01 * np.outer(vectors[:, 0], vectors[:, 0])
            changed = True
    return layout.theta(covariances) if changed else None


def is_singular(layout: CovarianceLayout, theta: Array) -> bool:
    """Whether a variance is zero or a correlation one."""
    factors = layout.factors(theta)
    diagonals = [np.diagonal(factors[place])[columns] for place, columns in layout.blocks()]
    return bool(diagonals) and bool(np.concatenate(diagonals).min() < _SINGULAR)
