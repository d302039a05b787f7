"""Profile intervals: where the criterion, minimised over all else, is higher by a quantile of chi-square.

A profile of ML equals that of lme4. By default that of the criterion that was fitted is taken; for a fixed effect by
REML that is the criterion of the model in which it is held, relative to its own minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import scipy.optimize
import scipy.stats

from lcresearch.multilevel.estimates import Estimates, criterion_in_units
from lcresearch.multilevel.held_parameters import HeldEffect, HeldVariance
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.optimise import Search, descend_and_grow
from lcresearch.multilevel.small_matrices import Array

_STEPS = 60


@dataclass(frozen=True)
class Profile:
    """One parameter: where it may be, its estimate, and the lowest criterion at a value.

    Attributes
    ----------
    lowest : callable
        Value -> criterion, minimised over the other parameters.
    estimate : float
    minimum : float
        The criterion at the estimate.
    size : float
        A standard error, roughly.
    bounds : tuple of float
    """

    lowest: Callable[[float], float]
    estimate: float
    minimum: float
    size: float
    bounds: tuple[float, float] = (-np.inf, np.inf)

    def limits(self, z: float) -> tuple[float, float]:
        """Where the square root of the rise of the criterion is z, on both sides; a bound where it never is."""
        return self._limit(z, -1), self._limit(z, 1)

    def _rise(self, value: float) -> float:
        return float(np.sqrt(max(self.lowest(value) - self.minimum, 0.0)))

    def _limit(self, z: float, side: int) -> float:
        """Outward by growing steps until the rise is enough, then between the last two (Brent)."""
        bound = self.bounds[(side + 1) // 2]
        inner, step = self.estimate, z * self.size
        for _ in range(_STEPS):
            outer = inner + side * step
            if np.isfinite(bound) and side * (bound - outer) <= 0:
                outer = bound
            if not np.isfinite(self._rise(outer)):
                step /= 2
                continue
            if self._rise(outer) >= z:
                root = scipy.optimize.brentq(
                    lambda value: self._rise(value) - z, inner, outer, xtol=1e-7 * self.size, rtol=1e-10
                )
                return float(root)
            if outer == bound:
                return bound
            inner, step = outer, 1.5 * step
        return bound


def profile_intervals(model: Model, theta: Array, estimates: Estimates, conf_level: float) -> pd.DataFrame:
    """Intervals of all variance parameters and fixed effects: ``group, term, estimate, conf_low, conf_high``.

    Variances are given as standard deviations, covariances as correlations (term ``a, b``); the residual standard
    deviation is in group ``residual``, fixed effects in group ``fixed``.
    """
    z = float(scipy.stats.norm.ppf(0.5 + conf_level / 2))
    rows = []
    for (group, term), profile in {**_variances(model, estimates), **_effects(model, theta, estimates)}.items():
        low, high = profile.limits(z)
        rows.append((group, term, profile.estimate, low, high))
    return pd.DataFrame(rows, columns=["group", "term", "estimate", "conf_low", "conf_high"])


def _variances(model: Model, estimates: Estimates) -> dict[tuple[str, str], Profile]:
    held: dict[tuple[str, str], tuple[tuple[object, ...], float, tuple[float, float]]] = {}
    for number, (term, covariance) in enumerate(zip(model.cross.columns.terms, estimates.covariances, strict=True)):
        deviations = np.sqrt(np.maximum(np.diagonal(covariance), 0))
        for a, name in enumerate(term.names):
            held[term.term.label, name] = (("std_dev", number, a), float(deviations[a]), (0.0, np.inf))
        for a, b in combinations(range(len(deviations)), 2):
            product = deviations[a] * deviations[b]
            # rounding may take a correlation of one just past it, where no model is
            correlation = float(np.clip(covariance[a, b] / product, -1, 1)) if product > 0 else 0.0
            name = f"{term.names[a]}, {term.names[b]}"
            held[term.term.label, name] = (("correlation", number, a, b), correlation, (-1.0, 1.0))
    sigma = float(np.sqrt(estimates.sigma2))
    held["residual", ""] = (("sigma",), sigma, (0.0, np.inf))
    n_groups = {":".join(group): n for group, n in model.cross.n_groups.items()}
    found = {}
    for key, (what, estimate, bounds) in held.items():
        n = model.criterion.df if key[0] == "residual" else n_groups[key[0]]
        size = 2 / np.sqrt(n) if what[0] == "correlation" else max(estimate, 0.05 * sigma) / np.sqrt(2 * n)
        lowest = LowestWithVariance(model, what, estimates)
        found[key] = Profile(lowest, estimate, lowest.minimum, float(size), bounds)
    return found


class LowestWithVariance:
    """The lowest criterion with one variance parameter held.

    A search begins at the estimates, away from zero where these are zero, and where the last one ended: with a
    parameter held the criterion can have more than one low place. What was found is kept, so that a value has one
    answer.
    """

    def __init__(self, model: Model, held: tuple[object, ...], estimates: Estimates) -> None:
        self._model, self._held = model, held
        self._covariances, self._sigma = estimates.covariances, float(np.sqrt(estimates.sigma2))
        self._ends: dict[float, tuple[float, Array]] = {}
        self.minimum = estimates.criterion

    def __call__(self, value: float) -> float:
        """The criterion, minimised over all other parameters."""
        if value not in self._ends:
            self._ends[value] = self._search(value)
        return criterion_in_units(self._model, self._ends[value][0])

    def _search(self, value: float) -> tuple[float, Array]:
        problem = HeldVariance(self._model, self._held, value)
        starts = [problem.start(problem.lifted(self._covariances, self._sigma), self._sigma)]
        starts += [_nearest(self._ends, value)] if self._ends else []
        ends = [Search(problem).descend(start) for start in starts]
        values = [problem.at(each)[0] for each in ends]
        best = int(np.argmin(values))
        return values[best], ends[best]


def _nearest(ends: Mapping[float, tuple[float, Array]], value: float) -> Array:
    """Where the search for the nearest value ended."""
    return ends[min(ends, key=lambda known: abs(known - value))][1]


def _effects(model: Model, theta: Array, estimates: Estimates) -> dict[tuple[str, str], Profile]:
    unit = float(model.working.scale[model.cross.columns.response])
    shift = float(model.working.shift[model.cross.columns.response])
    found = {}
    for place, name in enumerate(model.cross.columns.fixed_names):
        contrast = unit * model.working.fixed_map[place]
        away = shift * float(model.working.constant[place])
        lowest = LowestWithEffect(model, contrast, away, theta)
        estimate = float(estimates.beta[place])
        size = float(np.sqrt(estimates.covariance[place, place]))
        found["fixed", name] = lowest.profile(estimate, size)
    return found


class LowestWithEffect:
    """The lowest criterion with one fixed effect held; what was found is kept, so that a value has one answer."""

    def __init__(self, model: Model, contrast: Array, away: float, theta: Array) -> None:
        self._model, self._contrast, self._away = model, contrast, away
        self._theta = theta
        self._ends: dict[float, tuple[float, Array]] = {}

    def __call__(self, value: float) -> float:
        """The criterion, minimised over all other parameters."""
        if value not in self._ends:
            self._ends[value] = self._search(value)
        return self._ends[value][0]

    def _search(self, value: float) -> tuple[float, Array]:
        """From where the nearest search ended; a variance of zero may grow again."""
        problem = HeldEffect(self._model, self._contrast, value - self._away)
        start = _nearest(self._ends, value) if self._ends else self._theta
        layout = self._model.criterion.layout
        end, _ = descend_and_grow(Search(problem), layout, start, lambda theta: problem.evaluate(theta)[1])
        return problem.at(end)[0], end

    def profile(self, estimate: float, size: float) -> Profile:
        """The profile about its own minimum, which by REML is not exactly at the estimate."""
        if not self._model.criterion.reml:
            return Profile(self, estimate, self(estimate), size)
        found = scipy.optimize.minimize_scalar(
            self, bounds=(estimate - size, estimate + size), method="bounded", options={"xatol": 1e-7 * size}
        )
        return Profile(self, float(found.x), float(found.fun), size)
