"""Fisher scoring: Newton steps with expected information, shortened until the likelihood rises.

Near the end the steps take the observed second derivatives, with which the last digits come in two or three steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import Arrow, ArrowInverse
from lcresearch.measurement.factor_models.implied import Implied, Layout

_STEPS = 300
_HALVINGS = 12
_DONE = 1e-18
_NEAR = 1e-5
_GOOD_ENOUGH = 1e-9
_DAMPING = (0.0, 1e-3, 1e-1, 10.0)


class Places(Protocol):
    """Where parameters stand, as far as a search needs to know."""

    @property
    def n_free(self) -> int:
        """Number of estimated parameters."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the estimated parameters."""

    def implied(self, theta: Array) -> Any:
        """Moments at theta."""


class Searched(Protocol):
    """What a search makes small; ``local`` matrices are those of :class:`Arrow`."""

    @property
    def layout(self) -> Places:
        """Places of the parameters."""

    def value(self, theta: Array) -> float:
        """The value; infinite outside of what can be."""

    def local_gradient(self, implied: Any) -> Array:
        """Derivatives, to be gathered."""

    def local_information(self, implied: Any) -> Array:
        """Expected second derivatives."""

    def local_hessian(self, theta: Array) -> Array:
        """Second derivatives near the minimum."""

    def gathered(self, local: Array) -> Array:
        """The gradient, shape (n_free,)."""


class Objective(Protocol):
    """What is made small: a discrepancy of a person between sample and model."""

    @property
    def layout(self) -> Layout:
        """Places of the parameters."""

    def value(self, theta: Array) -> float:
        """The discrepancy; infinite outside of what can be."""

    def local_gradient(self, implied: Implied) -> Array:
        """Derivatives to each parameter of each group, shape (n_groups, n_parameters)."""

    def local_information(self, implied: Implied) -> Array:
        """Expected second derivatives, shape (n_groups, n_parameters, n_parameters)."""

    def local_hessian(self, theta: Array) -> Array:
        """Second derivatives near the minimum, of the same shape."""

    def over(self, layout: Layout) -> Objective:
        """The same data under another layout."""

    def gathered(self, local: Array) -> Array:
        """Sums over the places where a free parameter stands, from values (n_groups, n_parameters)."""


@dataclass(frozen=True)
class Optimum:
    """Where the search ended.

    Attributes
    ----------
    theta : array, shape (n_free,)
    value : float
        Minus the log-likelihood a person, but for constants.
    decrease : float
        How much lower a Newton step would come.
    converged : bool
    n_steps : int
    """

    theta: Array
    value: float
    decrease: float
    converged: bool
    n_steps: int


def minimise(objective: Searched, arrow: Arrow, start: Array, n_steps: int = _STEPS) -> Optimum:
    """The minimum of an objective by scoring, in at most so many steps."""
    theta, value = start, objective.value(start)
    decrease, step_number = np.inf, 0
    while step_number < n_steps:
        step_number += 1
        implied = objective.layout.implied(theta)
        gradient = objective.gathered(objective.local_gradient(implied))
        curvature = objective.local_hessian(theta) if decrease < _NEAR else objective.local_information(implied)
        information = arrow.local_matrices(curvature)
        found = _step(objective, arrow, information, gradient, theta, value)
        if found is None:
            break
        theta, value, decrease = found
        if decrease < _DONE:
            break
    converged = bool(np.isfinite(value) and decrease < _GOOD_ENOUGH)
    return Optimum(theta, value, decrease, converged, step_number)


def _step(
    objective: Searched, arrow: Arrow, information: Array, gradient: Array, theta: Array, value: float
) -> tuple[Array, float, float] | None:
    """Theta, value and the decrease that was promised, after a step; None where no step lowers the value."""
    for damping in _DAMPING:
        try:
            direction = -_damped(arrow, information, damping).solve(gradient)
        except np.linalg.LinAlgError:
            continue
        slope = float(gradient @ direction)
        if not np.isfinite(slope) or slope > 0:
            continue
        length = 1.0
        for _ in range(_HALVINGS):
            new = objective.value(theta + length * direction)
            if new <= value + 1e-4 * length * slope + 1e-13 * abs(value):
                return theta + length * direction, new, -slope / 2
            length /= 2
    return None


def _damped(arrow: Arrow, information: Array, damping: float) -> ArrowInverse:
    """The inverse with the diagonal made larger (Levenberg-Marquardt)."""
    if damping:
        places = np.arange(information.shape[1])
        information = information.copy()
        diagonal = information[:, places, places]
        information[:, places, places] += damping * np.maximum(diagonal, 1e-6 * diagonal.max(initial=1.0))
    return arrow.factored(information)
