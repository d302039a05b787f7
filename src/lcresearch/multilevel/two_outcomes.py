"""Mediator and outcome in one model, so that effects on the way from cause to outcome may go together over groups.

Bauer, Preacher & Gil (2006): the rows stand twice, once with the mediator and once with the outcome as response, with
columns that are zero for the other. Each response has its own residual variance. Here that is a precision weight of the
rows of the outcome, the ratio of the two variances, which is found by profiling the criterion over it: sums of
products are linear in the weight, so that each step costs a fit and no pass over the rows.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.optimize

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

RESPONSE, FIRST, SECOND = "response", "in_mediator", "in_outcome"
_BRACKET = 0.1
_PRECISION = 1e-9
_STEP = 1e-4
_FLAT = 1e-10


@dataclass(frozen=True)
class TwoOutcomes:
    """A fit of two responses with a residual variance each.

    Attributes
    ----------
    fit : LinearMixedModel
        At the best ratio; its sigma is that of the first response.
    ratio : float
        Residual variance of the first response divided by that of the second.
    parameters : array, shape (k,)
        Logarithm of sigma, then for each random term the rows of the lower Cholesky factor of its covariance matrix.
    covariance : array, shape (k, k)
        Asymptotic covariance matrix of these, the ratio being estimated too.
    """

    fit: LinearMixedModel
    ratio: float
    parameters: Array
    covariance: Array

    @property
    def sigmas(self) -> tuple[float, float]:
        """Residual standard deviations of the two responses."""
        return self.fit.sigma, self.fit.sigma / float(np.sqrt(self.ratio))

    def slopes_covariance(self) -> tuple[float, float]:
        """Covariance of the first two columns of the last random term, and its standard error by the delta method."""
        q = len(self.fit.model.cross.columns.terms[-1].columns)
        place = len(self.parameters) - q * (q + 1) // 2
        gradient = np.zeros(len(self.parameters))
        gradient[place], gradient[place + 1] = self.parameters[place + 1], self.parameters[place]
        estimate = float(self.parameters[place] * self.parameters[place + 1])
        return estimate, float(np.sqrt(np.maximum(gradient @ self.covariance @ gradient, 0.0)))


def fit_two_outcomes(formula: str, frame: pd.DataFrame, ratio: float, *, reml: bool = True) -> TwoOutcomes:
    """Fit a model of stacked rows, a residual variance a response.

    Parameters
    ----------
    formula : str
    frame : DataFrame
        With the columns of the formula, and ``in_outcome``: 1 for rows of the second response.
    ratio : float
        Of the residual variances, where the search begins.
    reml : bool
    """
    profile = _Profile(build(parse(formula), frame), frame[SECOND].to_numpy(dtype=bool), reml)
    start = float(np.log(ratio))
    found = scipy.optimize.minimize_scalar(
        profile, bracket=(start - _BRACKET, start + _BRACKET), method="brent", options={"xtol": _PRECISION}
    )
    log_ratio = float(found.x)
    weights = np.where(profile.second, np.exp(log_ratio), 1.0)
    design = dataclasses.replace(profile.design, weights=weights, weighted_by="weight")
    fit = fitted(profile.model(log_ratio), design)
    parameters, covariance = _uncertainty(profile, fit, log_ratio)
    return TwoOutcomes(fit, float(np.exp(log_ratio)), parameters, covariance)


class _Profile:
    """The criterion in the units of the data as a function of the logarithm of the ratio."""

    def __init__(self, design: Design, second: Array, reml: bool) -> None:
        self.design, self.second, self._reml = design, second, reml
        with np.errstate(divide="ignore"):
            self._cross = sums_of_rows(dataclasses.replace(design, weights=(~second).astype(float)))
            self._more = sums_of_rows(dataclasses.replace(design, weights=second.astype(float))).sums
        self._theta: Array | None = None

    def cross(self, log_ratio: float) -> Crossproducts:
        sums = self._cross.sums + np.exp(log_ratio) * self._more
        log_weights = float(self.second.sum()) * log_ratio
        return dataclasses.replace(self._cross, sums=sums, log_weights=log_weights, weights="weight")

    def model(self, log_ratio: float) -> Model:
        return model_of(self.cross(log_ratio), reml=self._reml)

    def __call__(self, log_ratio: float) -> float:
        model = self.model(log_ratio)
        optimum = minimise(model.criterion, model.start if self._theta is None else self._theta)
        self._theta = optimum.theta
        return criterion_in_units(model, optimum.criterion)


def _uncertainty(profile: _Profile, fit: LinearMixedModel, log_ratio: float) -> tuple[Array, Array]:
    """Variance parameters, and their covariance matrix from the second derivatives with those to the ratio."""
    free = HeldVariance(fit.model, ("nothing", -1), np.nan)
    at = free.start(fit.estimates.covariances, fit.sigma)
    k = len(at)
    hessian = np.empty((k + 1, k + 1))
    steps = _STEP * np.maximum(np.abs(at), 0.1 * np.abs(at[1:]).max(initial=1e-3))
    for place, step in enumerate(np.diag(steps)):
        hessian[place, :k] = (free.at(at + step)[1] - free.at(at - step)[1]) / (2 * steps[place])
    sides = [HeldVariance(profile.model(log_ratio + side * _STEP * 10), ("nothing", -1), np.nan) for side in (-1, 1)]
    values = [_in_units(side, at) for side in (sides[0], free, sides[1])]
    gradients = [side.at(at)[1] for side in sides]
    hessian[:k, k] = hessian[k, :k] = (gradients[1] - gradients[0]) / (20 * _STEP)
    hessian[k, k] = (values[0] - 2 * values[1] + values[2]) / (10 * _STEP) ** 2
    return at, 2 * _inverse((hessian + hessian.T) / 2)[:k, :k]


def _in_units(held: HeldVariance, free: Array) -> float:
    return criterion_in_units(held.model, held.at(free)[0])


def _inverse(hessian: Array) -> Array:
    """The inverse; directions in which the criterion is flat, as at the edge, count as known."""
    size = np.sqrt(np.maximum(np.abs(np.diagonal(hessian)), 1e-300))
    values, vectors = np.linalg.eigh(hessian / np.outer(size, size))
    kept = values > _FLAT * values.max(initial=0)
    return (vectors[:, kept] / values[kept]) @ vectors[:, kept].T / np.outer(size, size)
