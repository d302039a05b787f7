"""The criterion with one parameter held at a value: a standard deviation, a correlation, sigma, or a fixed effect.

Each class has ``at(free)`` with value and gradient, to be minimised over what is left free. The maps from free
parameters to covariance matrices are small and analytic; their derivatives are taken by complex steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lcresearch.multilevel.covariance import cholesky
from lcresearch.multilevel.held_covariance import HeldCovariance, by_factor
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.small_matrices import Array

_STEP = 1e-30
_NOTHING = 1e-8
_LIFT = 0.1


@dataclass(frozen=True)
class HeldEffect:
    """A combination a'beta of fixed effects held at a value.

    Holding it adds (value - a'beta)^2 / u to the residual sum, with u = a'(X'V^-1 X)^-1 a. By REML the criterion is
    that of the model with one fixed effect less: log u is added and the divisor is one more.

    Attributes
    ----------
    model : Model
    contrast : array, shape (p,)
        In working units.
    value : float
        In working units.
    """

    model: Model
    contrast: Array
    value: float

    def at(self, theta: Array) -> tuple[float, Array]:
        """Criterion and gradient at theta."""
        value, derivatives = self.evaluate(theta)
        return value, self.model.criterion.layout.gradient(theta, derivatives)

    def evaluate(self, theta: Array) -> tuple[float, list[Array]]:
        """Criterion at theta, and its derivatives to the covariance matrices."""
        criterion = self.model.criterion
        solution = criterion.solve(criterion.layout.covariances(theta))
        along = solution.unscaled @ self.contrast
        u = float(self.contrast @ along)
        off = self.value - float(self.contrast @ solution.beta)
        residual_sum = solution.residual_sum + off**2 / u
        df = criterion.df + 1 if criterion.reml else criterion.df
        value = solution.criterion - criterion.df * (1 + np.log(2 * np.pi * solution.sigma2))
        value += df * (1 + np.log(2 * np.pi * residual_sum / df))
        vector = criterion.combination(solution)
        vector[criterion.fixed] -= along * off / u
        adjoint = df / residual_sum * np.outer(vector, vector)
        if criterion.reml:
            value += np.log(u)
            adjoint[criterion.among_fixed] += solution.unscaled - np.outer(along, along) / u
        return float(value), criterion.elimination.gradient(solution.steps, adjoint)


@dataclass(frozen=True)
class HeldVariance:
    """A standard deviation, correlation or sigma held at a value, in the units of the data.

    The free parameters are the logarithm of sigma (unless held), then those of
    :class:`~lcresearch.multilevel.held_covariance.HeldCovariance`.

    Attributes
    ----------
    model : Model
    held : tuple
        ``("sigma",)``, ``("std_dev", term, column)``, ``("correlation", term, column, column)``;
        ``("nothing", -1)`` holds none.
    value : float
    """

    model: Model
    held: tuple[Any, ...]
    value: float

    def lifted(self, covariances: tuple[Array, ...], sigma: float) -> tuple[Array, ...]:
        """Covariance matrices with a share of the residual variance where there is none.

        Where a variance is zero the criterion is level, so that no search would leave it.
        """
        found = []
        for number, covariance in enumerate(covariances):
            back = self.model.working.part(self.model.cross.columns.terms[number].columns)
            zero = np.diagonal(cholesky(covariance)) ** 2 < _NOTHING * np.maximum(np.diagonal(covariance), sigma**2)
            found.append(covariance + np.diag(np.where(zero, _LIFT * sigma**2 * np.diagonal(back @ back.T), 0.0)))
        return tuple(found)

    def start(self, covariances: tuple[Array, ...], sigma: float) -> Array:
        """Free parameters near given covariance matrices."""
        found = [] if self.held[0] == "sigma" else [np.log(sigma)]
        return np.array(found + self._covariance.start(covariances))

    def at(self, free: Array) -> tuple[float, Array]:
        """Criterion and gradient at the free parameters."""
        criterion = self.model.criterion
        relative, log_sigma2 = self._relative(free)
        solution = criterion.solve(relative)
        sigma2 = np.exp(log_sigma2)
        value = solution.criterion - criterion.df * (1 + np.log(2 * np.pi * solution.sigma2))
        value += criterion.df * np.log(2 * np.pi * sigma2) + solution.residual_sum / sigma2
        derivatives = criterion.derivatives(solution, sigma2)
        to_log = criterion.df - solution.residual_sum / sigma2
        gradient = np.empty(len(free))
        for place in range(len(free)):
            moved = free.astype(complex)
            moved[place] += 1j * _STEP
            changed, changed_log = self._relative(moved)
            own = sum(
                float((derivative * new.imag).sum()) for derivative, new in zip(derivatives, changed, strict=True)
            )
            gradient[place] = (own + to_log * changed_log.imag) / _STEP
        return float(value), gradient

    def fixed_effects(self, free: Array) -> Array:
        """Fixed effects in the units of the data that fit best at the free parameters."""
        return self.model.working.beta(self.model.criterion.solve(self._relative(free)[0]).beta)

    @cached_property
    def _covariance(self) -> HeldCovariance:
        return HeldCovariance(tuple(len(term.columns) for term in self.model.cross.columns.terms), self.held)

    def _relative(self, free: Array) -> tuple[list[Array], Any]:
        """Relative covariance matrices in working units, and the logarithm of the residual variance in these."""
        model = self.model
        used = 0 if self.held[0] == "sigma" else 1
        log_sigma: Any = np.log(self.value) if self.held[0] == "sigma" else free[0]
        covariances, _ = self._covariance.covariances(free[used:], self.value)
        backs = [np.linalg.inv(model.working.part(term.columns)) for term in model.cross.columns.terms]
        found = [
            back @ covariance @ back.T * np.exp(-2 * log_sigma)
            for back, covariance in zip(backs, covariances, strict=True)
        ]
        unit = float(model.working.scale[model.cross.columns.response])
        return by_factor(found, model.terms, model.criterion.layout), 2 * log_sigma - 2 * np.log(unit)
