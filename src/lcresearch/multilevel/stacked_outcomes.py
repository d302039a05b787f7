"""Several responses in one linear mixed model, so that their random effects may go together over groups.

Bauer, Preacher & Gil (2006): the rows stand once for each response, with columns that are zero for the others. Each
response has its own residual variance. Here that is a precision weight of its rows, the residual variance of the first
response divided by its own, and the criterion is profiled over these ratios: sums of products are linear in the
weights, so that a step costs a fit and no pass over the rows.

A response may be a predictor of another one. Fixed effects and variances are then not independent, so their covariance
matrix comes from all second derivatives together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from lcresearch.multilevel.crossproducts import Crossproducts, sums_of_rows
from lcresearch.multilevel.design import Design, build
from lcresearch.multilevel.estimates import criterion_in_units
from lcresearch.multilevel.fitting import fitted
from lcresearch.multilevel.formula import parse
from lcresearch.multilevel.held_parameters import HeldVariance
from lcresearch.multilevel.linear_mixed_model import LinearMixedModel
from lcresearch.multilevel.model import Model, model_of
from lcresearch.multilevel.optimise import minimise
from lcresearch.multilevel.small_matrices import Array

_WIDTHS = (1e-2, 1e-3)
_STEPS = 20
_LONGEST = 0.5
_PRECISION = 1e-7
_STEP = 1e-4
_FLAT = 1e-10


@dataclass(frozen=True)
class StackedFit:
    """A fit of several responses with a residual variance each.

    Attributes
    ----------
    fit : LinearMixedModel
        At the best ratios; its sigma is that of the first response.
    ratios : array, shape (n_responses - 1,)
        Residual variance of the first response divided by that of each other one.
    parameters : array, shape (k,)
        Logarithm of sigma, then for each random term the rows of the lower Cholesky factor of its covariance matrix.
    covariance : array, shape (p + k, p + k)
        Asymptotic covariance matrix of fixed effects and parameters, the ratios being estimated too.
    """

    fit: LinearMixedModel
    ratios: Array
    parameters: Array
    covariance: Array

    @property
    def sigmas(self) -> Array:
        """Residual standard deviations of the responses."""
        return self.fit.sigma / np.sqrt(np.concatenate([[1.0], self.ratios]))

    @property
    def fixed(self) -> Array:
        """Fixed effects, shape (p,)."""
        return self.fit.estimates.beta

    def last_factor(self, parameters: Array) -> Array:
        """The Cholesky factor of the last random term, shape (q, q), from parameters, which may be complex."""
        q = len(self.fit.model.cross.columns.terms[-1].columns)
        lower = np.zeros((q, q), dtype=parameters.dtype)
        lower[np.tril_indices(q)] = parameters[-q * (q + 1) // 2 :]
        return lower


def fit_stacked(
    formula: str, frame: pd.DataFrame, others: Sequence[str], ratios: Sequence[float], *, reml: bool = True
) -> StackedFit:
    """Fit a model of stacked rows, a residual variance a response.

    Parameters
    ----------
    formula : str
    frame : DataFrame
        With the columns of the formula, and those of ``others``.
    others : sequence of str
        For each response but the first the column that is 1 for its rows and 0 elsewhere.
    ratios : sequence of float
        Where the search begins.
    reml : bool
    """
    profile = _Profile(build(parse(formula), frame), frame[list(others)].to_numpy(dtype=bool), reml)
    logs = _lowest(profile, np.log(np.asarray(ratios, dtype=float)))
    design = dataclasses.replace(profile.design, weights=profile.weights(logs), weighted_by="weight")
    fit = fitted(profile.model(logs), design)
    parameters, covariance = _uncertainty(profile, fit, logs)
    return StackedFit(fit, np.exp(logs), parameters, covariance)


class _Profile:
    """The criterion in the units of the data as a function of the logarithms of the ratios."""

    def __init__(self, design: Design, others: Array, reml: bool) -> None:
        self.design, self.others, self._reml = design, others, reml
        first = ~others.any(axis=1)
        with np.errstate(divide="ignore"):
            own = [sums_of_rows(dataclasses.replace(design, weights=rows.astype(float))) for rows in (first, *others.T)]
        self._cross, self._more = own[0], [cross.sums for cross in own[1:]]
        self._theta: Array | None = None

    def weights(self, logs: Array) -> Array:
        return np.exp(self.others @ logs)

    def cross(self, logs: Array) -> Crossproducts:
        sums = self._cross.sums + sum(np.exp(log) * more for log, more in zip(logs, self._more, strict=True))
        log_weights = float(self.others.sum(axis=0) @ logs)
        return dataclasses.replace(self._cross, sums=sums, log_weights=log_weights, weights="weight")

    def model(self, logs: Array) -> Model:
        return model_of(self.cross(logs), reml=self._reml)

    def __call__(self, logs: Array) -> float:
        model = self.model(logs)
        optimum = minimise(model.criterion, model.start if self._theta is None else self._theta)
        self._theta = optimum.theta
        return criterion_in_units(model, optimum.criterion)


def _lowest(profile: _Profile, at: Array) -> Array:
    """Where a smooth function of few variables is lowest: Newton steps from differences, wide ones and then narrow."""
    value = profile(at)
    for width in _WIDTHS:
        for _ in range(_STEPS):
            gradient, hessian = _differences(profile, at, value, width)
            values, vectors = np.linalg.eigh(hessian)
            values = np.maximum(np.abs(values), 1e-3 * np.abs(values).max(initial=1e-12))
            step = -(vectors / values) @ vectors.T @ gradient
            step *= min(1.0, _LONGEST / max(float(np.abs(step).max()), 1e-300))
            while (after := profile(at + step)) > value and float(np.abs(step).max()) > _PRECISION:
                step = step / 2
            if after <= value:
                at, value = at + step, after
            if float(np.abs(step).max()) < width * 1e-3:
                break
    return at


def _differences(profile: _Profile, at: Array, value: float, width: float) -> tuple[Array, Array]:
    """Gradient and second derivatives."""
    r = len(at)
    steps = width * np.eye(r)
    up, down = (np.array([profile(at + side * step) for step in steps]) for side in (1, -1))
    hessian = np.diag((up - 2 * value + down) / width**2)
    for a, b in combinations(range(r), 2):
        both = profile(at + steps[a] + steps[b])
        hessian[a, b] = hessian[b, a] = (both - up[a] - up[b] + value) / width**2
    return (up - down) / (2 * width), hessian


def _uncertainty(profile: _Profile, fit: LinearMixedModel, logs: Array) -> tuple[Array, Array]:
    """Variance parameters, and their covariance matrix with the fixed effects.

    The criterion has the fixed effects profiled out: twice the inverse of its second derivatives is the covariance
    matrix of variance parameters and ratios, and fixed effects vary with these as their estimates do.
    """
    free = _free(fit.model)
    at = free.start(fit.estimates.covariances, fit.sigma)
    k, r = len(at), len(logs)
    hessian, moves = np.zeros((k + r, k + r)), np.empty((len(fit.estimates.beta), k + r))
    steps = _STEP * np.maximum(np.abs(at), 0.1 * np.abs(at[1:]).max(initial=1e-3))
    for place, step in enumerate(np.diag(steps)):
        hessian[place, :k] = (free.at(at + step)[1] - free.at(at - step)[1]) / (2 * steps[place])
        moves[:, place] = (free.fixed_effects(at + step) - free.fixed_effects(at - step)) / (2 * steps[place])
    wide = 10 * _STEP
    for place, step in enumerate(np.eye(r) * wide):
        up, down = (_free(profile.model(logs + side * step)) for side in (1, -1))
        hessian[k + place, :k] = hessian[:k, k + place] = (up.at(at)[1] - down.at(at)[1]) / (2 * wide)
        moves[:, k + place] = (up.fixed_effects(at) - down.fixed_effects(at)) / (2 * wide)
        for other, more in enumerate(np.eye(r) * wide):
            corners = [[_value(profile, logs + a * step + b * more, at) for b in (1, -1)] for a in (1, -1)]
            (both, first), (second, none) = corners
            hessian[k + place, k + other] = (both - first - second + none) / (2 * wide) ** 2
    variances = 2 * _inverse((hessian + hessian.T) / 2)
    moved = moves @ variances
    fixed = fit.estimates.covariance + moved @ moves.T
    return at, np.block([[fixed, moved[:, :k]], [moved[:, :k].T, variances[:k, :k]]])


def _free(model: Model) -> HeldVariance:
    return HeldVariance(model, ("nothing", -1), np.nan)


def _value(profile: _Profile, logs: Array, at: Array) -> float:
    model = profile.model(logs)
    return criterion_in_units(model, _free(model).at(at)[0])


def _inverse(hessian: Array) -> Array:
    """The inverse; directions in which the criterion is flat, as at the edge, count as known."""
    size = np.sqrt(np.maximum(np.abs(np.diagonal(hessian)), 1e-300))
    values, vectors = np.linalg.eigh(hessian / np.outer(size, size))
    kept = values > _FLAT * values.max(initial=0)
    return (vectors[:, kept] / values[kept]) @ vectors[:, kept].T / np.outer(size, size)
