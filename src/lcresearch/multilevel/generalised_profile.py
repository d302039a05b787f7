"""Profile intervals of a generalised model: where the deviance, minimised over all else, is a quantile higher.

Held is a threshold, a fixed effect, a standard deviation or a correlation, in the units of the data. Holding a
coefficient is a linear condition on the parameters; holding a part of a covariance matrix changes the parameters as
:mod:`~lcresearch.multilevel.held_covariance` has it. Each search begins where the last one ended, moved along the
curvature at the optimum, so that limits on both sides of five parameters take a few hundred evaluations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.multilevel.generalised_model import GeneralisedModel
from lcresearch.multilevel.generalised_parameters import coefficients_of, covariances_of
from lcresearch.multilevel.held_covariance import HeldCovariance, by_factor
from lcresearch.multilevel.joint_optimum import JointDeviance, JointOptimum, positive_inverse
from lcresearch.multilevel.optimise import RESTARTS, Search, grown
from lcresearch.multilevel.profile import Profile
from lcresearch.multilevel.small_matrices import Array

_STEP = 1e-30
_OPENED = 0.01
_LEAST = 0.1


def profile_intervals(
    model: GeneralisedModel, optimum: JointOptimum, names: Sequence[str], conf_level: float
) -> pd.DataFrame:
    """Intervals of all parameters: ``group, term, estimate, conf_low, conf_high``.

    Parameters
    ----------
    model : GeneralisedModel
    optimum : JointOptimum
    names : sequence of str
        Of thresholds, which are in group ``threshold``, and of fixed effects, in group ``fixed``.
    conf_level : float
    """
    z = float(scipy.stats.norm.ppf(0.5 + conf_level / 2))
    k = model.parameters.n_extra
    profiles = _of_covariances(model, optimum)
    for place, name in enumerate(names):
        profiles["threshold" if place < k else "fixed", name] = _of_coefficient(model, optimum, place)
    rows = [(*key, profile.estimate, *profile.limits(z)) for key, profile in profiles.items()]
    return pd.DataFrame(rows, columns=["group", "term", "estimate", "conf_low", "conf_high"])


def _of_coefficient(model: GeneralisedModel, optimum: JointOptimum, place: int) -> Profile:
    lowest = LowestWithCoefficient(model, optimum, place)
    estimate = float(coefficients_of(model, optimum.vector)[place])
    return Profile(lowest, estimate, optimum.evaluation.value, lowest.size)


def _of_covariances(model: GeneralisedModel, optimum: JointOptimum) -> dict[tuple[str, str], Profile]:
    found = {}
    n_groups = model.cross.n_groups
    covariances = covariances_of(model, optimum.vector)
    for number, (term, covariance) in enumerate(zip(model.cross.columns.terms, covariances, strict=True)):
        deviations = np.sqrt(np.maximum(np.diagonal(covariance), 0))
        n = n_groups[term.term.group]
        for a, name in enumerate(term.names):
            size = max(float(deviations[a]), _LEAST / np.sqrt(_typical(model, number, a))) / np.sqrt(2 * n)
            lowest = LowestWithCovariance(model, optimum, ("std_dev", number, a))
            found[term.term.label, name] = Profile(
                lowest, float(deviations[a]), optimum.evaluation.value, size, (0.0, np.inf)
            )
        for a, b in combinations(range(len(deviations)), 2):
            product = deviations[a] * deviations[b]
            correlation = float(covariance[a, b] / product) if product > 0 else 0.0
            lowest = LowestWithCovariance(model, optimum, ("correlation", number, a, b))
            found[term.term.label, f"{term.names[a]}, {term.names[b]}"] = Profile(
                lowest, correlation, optimum.evaluation.value, float(2 / np.sqrt(n)), (-1.0, 1.0)
            )
    return found


def _typical(model: GeneralisedModel, number: int, place: int) -> float:
    """The mean square of a column on which random effects work."""
    column = model.cross.columns.terms[number].columns[place]
    scale = float(model.working.part(np.array([column]))[0, 0])
    return 1 / max(scale**2, np.finfo(float).tiny)


class LowestWithCoefficient:
    """The lowest deviance with one threshold or fixed effect held.

    Parameters
    ----------
    model : GeneralisedModel
    optimum : JointOptimum
    place : int
        Among thresholds and fixed effects.
    """

    def __init__(self, model: GeneralisedModel, optimum: JointOptimum, place: int) -> None:
        self._model = model
        self._weights = np.concatenate([np.zeros(model.parameters.n_theta), model.to_units[place]])
        self._pivot = int(np.argmax(np.abs(self._weights)))
        self._free = np.delete(np.arange(len(self._weights)), self._pivot)
        whole = positive_inverse(optimum.hessian) @ self._weights
        self._along = whole / (self._weights @ whole)
        self.size = float(np.sqrt(2 * self._weights @ whole))
        onto = np.eye(len(self._weights))[:, self._free]
        onto[self._pivot] = -self._weights[self._free] / self._weights[self._pivot]
        self._onto = onto
        self._inverse = positive_inverse(onto.T @ optimum.hessian @ onto)
        self._last = optimum.vector
        self._scores: Sequence[Array] = optimum.evaluation.modes.scores

    def __call__(self, value: float) -> float:
        """The deviance, minimised over all other parameters."""
        deviance = JointDeviance(self._model, self._model.parameters, self._scores)
        start = self._last + self._along * (value - self._weights @ self._last)
        held = _OnPlane(deviance, self._onto, start - self._onto @ start[self._free])
        layout, k, free = self._model.layout, self._model.parameters.n_theta, start[self._free]
        inverse: Array | None = self._inverse
        for _ in range(RESTARTS):
            free = Search(held).descend(free, inverse)
            lowest, _ = held.at(free)
            theta = held.vector(free)[:k]
            more = grown(layout, theta, deviance.last.to_covariances) if k and deviance.last else None
            if more is None:
                break
            free, inverse = np.concatenate([more, free[k:]]), None
        if np.isfinite(lowest):
            self._last, self._scores = held.vector(free), deviance.scores or self._scores
        return float(lowest)


@dataclass(frozen=True)
class _OnPlane:
    """The deviance on a plane: vector = onto @ free + origin."""

    deviance: JointDeviance
    onto: Array
    origin: Array

    def vector(self, free: Array) -> Array:
        return self.onto @ free + self.origin

    def at(self, free: Array) -> tuple[float, Array]:
        value, gradient = self.deviance.at(self.vector(free))
        return value, gradient @ self.onto


class LowestWithCovariance:
    """The lowest deviance with one standard deviation or correlation held.

    A search begins at the estimates (a little inside, where they are singular) and where the last one ended: with a
    parameter held the deviance can have more than one low place.

    Parameters
    ----------
    model : GeneralisedModel
    optimum : JointOptimum
    held : tuple
        As for :class:`~lcresearch.multilevel.held_covariance.HeldCovariance`.
    """

    def __init__(self, model: GeneralisedModel, optimum: JointOptimum, held: tuple[object, ...]) -> None:
        self._model, self._optimum = model, optimum
        self._held = HeldCovariance(tuple(len(term.columns) for term in model.cross.columns.terms), held)
        self._last: Array | None = None
        self._scores: Sequence[Array] = optimum.evaluation.modes.scores

    @cached_property
    def _start(self) -> Array:
        vector = self._optimum.vector
        covariances = covariances_of(self._model, vector)
        if self._optimum.singular:
            parts = [self._model.working.part(term.columns) for term in self._model.cross.columns.terms]
            covariances = tuple(
                covariance + _OPENED * part @ part.T for covariance, part in zip(covariances, parts, strict=True)
            )
        return np.array([*self._held.start(covariances), *vector[self._model.parameters.n_theta :]])

    def __call__(self, value: float) -> float:
        """The deviance, minimised over all other parameters."""
        deviance = JointDeviance(self._model, self._model.parameters, self._scores)
        problem = _WithCovariance(self._model, deviance, self._held, value)
        found = [Search(problem).descend(start) for start in (self._start, self._last) if start is not None]
        values = [problem.at(each)[0] for each in found]
        best = int(np.argmin(values))
        if np.isfinite(values[best]):
            self._last, self._scores = found[best], deviance.scores or self._scores
        return float(values[best])


@dataclass(frozen=True)
class _WithCovariance:
    """The deviance at free parameters of the covariance matrices, then thresholds and fixed effects."""

    model: GeneralisedModel
    deviance: JointDeviance
    held: HeldCovariance
    value: float

    def at(self, free: Array) -> tuple[float, Array]:
        relative, used = self._relative(free)
        found, gradient = self.deviance.at(np.concatenate([self.model.layout.theta(relative), free[used:]]))
        last = self.deviance.last
        if not np.isfinite(found) or last is None:
            return np.inf, np.zeros(len(free))
        whole = np.empty(len(free))
        whole[used:] = gradient[self.model.parameters.n_theta :]
        for place in range(used):
            moved = free.astype(complex)
            moved[place] += 1j * _STEP
            changed, _ = self._relative(moved)
            pairs = zip(last.to_covariances, changed, strict=True)
            whole[place] = sum(float((to * new.imag).sum()) for to, new in pairs) / _STEP
        return found, whole

    def _relative(self, free: Array) -> tuple[list[Array], int]:
        """Covariance matrices of the grouping factors in working units, and how many free parameters they took."""
        covariances, used = self.held.covariances(free, self.value)
        found = [back @ covariance @ back.T for back, covariance in zip(self._backs, covariances, strict=True)]
        return by_factor(found, self.model.terms, self.model.layout), used

    @cached_property
    def _backs(self) -> list[Array]:
        return [np.linalg.inv(self.model.working.part(term.columns)) for term in self.model.cross.columns.terms]
