"""The minimum of the deviance over variances, thresholds and fixed effects together, and its curvature there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.generalised_model import (
    GeneralisedModel,
    first_guess,
    in_units_of_chance,
    without_groups,
)
from lcresearch.multilevel.laplace import Evaluation, Parameters, laplace
from lcresearch.multilevel.optimise import GOOD_ENOUGH, RESTARTS, Search, grown, is_singular
from lcresearch.multilevel.quadrature import quadrature
from lcresearch.multilevel.small_matrices import Array

_PART_OF_AN_ERROR = 1e-3


@dataclass(frozen=True)
class JointOptimum:
    """Where the search ended.

    Attributes
    ----------
    vector : array, shape (n_parameters,)
        Theta, thresholds and fixed effects in working units.
    evaluation : Evaluation
        The deviance there.
    hessian : array, shape (n_parameters, n_parameters)
        Of the deviance, by central differences of the exact gradient.
    converged : bool
    singular : bool
        A covariance matrix is singular: a variance of zero or a correlation of one.
    n_evaluations : int
    """

    vector: Array
    evaluation: Evaluation
    hessian: Array
    converged: bool
    singular: bool
    n_evaluations: int


@dataclass
class JointDeviance:
    """The deviance as the search sees it; each search of modes begins where that of the best point ended."""

    model: GeneralisedModel
    parameters: Parameters
    scores: Sequence[Array] | None = None
    lowest: float = np.inf
    last: Evaluation | None = None

    def at(self, vector: Array) -> tuple[float, Array]:
        """Value and gradient; infinite where there are no modes."""
        rows = self.model.rows if self.parameters.n_theta else without_groups(self.model.rows)
        family, n_nodes = self.model.family, self.model.n_quadrature
        if n_nodes > 1 and self.parameters.n_theta:
            found = quadrature(vector, rows, family, self.parameters, n_nodes, self.scores)
        else:
            found = laplace(vector, rows, family, self.parameters, self.scores)
        if found is None:
            return np.inf, np.zeros(len(vector))
        self.last = found
        if found.value < self.lowest:
            self.scores, self.lowest = found.modes.scores, found.value
        return found.value, found.gradient


def fit_jointly(model: GeneralisedModel) -> tuple[GeneralisedModel, JointOptimum]:
    """The minimum, from the fit without groups, and the model in the units in which it was found.

    Parameters
    ----------
    model : GeneralisedModel
    """
    parameters = model.parameters
    alone = Parameters(CovarianceLayout(()), parameters.n_extra, parameters.n_fixed)
    fixed = Search(JointDeviance(model, alone)).descend(first_guess(model))
    scaled, theta = in_units_of_chance(model, fixed)
    return scaled, minimise_jointly(scaled, np.concatenate([theta, fixed]))


def minimise_jointly(model: GeneralisedModel, vector: Array) -> JointOptimum:
    """The minimum of the deviance from some vector of parameters."""
    layout, k = model.layout, model.parameters.n_theta
    deviance = JointDeviance(model, model.parameters)
    vector, search, settled = descended(deviance, vector)
    vector = np.concatenate([layout.theta(layout.covariances(vector[:k])) if k else vector[:0], vector[k:]])
    value, gradient = search.at(vector)
    assert deviance.last is not None
    found = deviance.last
    hessian = hessian_at(search, vector)
    decrease = float(gradient @ np.linalg.pinv(hessian, hermitian=True) @ gradient) / 2
    converged = bool(np.isfinite(value) and abs(decrease) < GOOD_ENOUGH and settled)
    singular = bool(k) and is_singular(layout, vector[:k])
    return JointOptimum(vector, found, hessian, converged, singular, search.n_evaluations)


def descended(deviance: JointDeviance, vector: Array, inverse: Array | None = None) -> tuple[Array, Search, bool]:
    """Where descents from a vector end, the search, and whether no variance wants to grow from zero there.

    Parameters
    ----------
    deviance : JointDeviance
    vector : array, shape (n_parameters,)
    inverse : array, optional
        Of the second derivatives near there; computed unless given.
    """
    layout, k = deviance.model.layout, deviance.parameters.n_theta
    search = Search(deviance)
    more: Array | None = None
    for _ in range(RESTARTS):
        vector = search.descend(vector, inverse)
        search.at(vector)
        inverse = None
        if search.decrease > GOOD_ENOUGH:
            continue
        more = grown(layout, vector[:k], deviance.last.to_covariances) if k and deviance.last else None
        if more is None:
            break
        vector = np.concatenate([more, vector[k:]])
    return vector, search, more is None


def positive_inverse(hessian: Array) -> Array:
    """The inverse of second derivatives, made positive where they are not."""
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    values = np.maximum(np.abs(values), 1e-3 * np.abs(values).max(initial=1e-12))
    return (vectors / values) @ vectors.T


def hessian_at(search: Search, vector: Array) -> Array:
    """Second derivatives, from gradients a thousandth of a standard error to each side."""
    curvature = np.diagonal(search.inverse)
    steps = _PART_OF_AN_ERROR * np.sqrt(np.clip(2 * curvature, 1e-10, 1.0))
    rows = []
    for step in np.diag(steps):
        rows.append((search.at(vector + step)[1] - search.at(vector - step)[1]) / (2 * step.sum()))
    found = np.array(rows).reshape(len(vector), len(vector))
    return (found + found.T) / 2


def fixed_covariance(hessian: Array, n_theta: int) -> Array:
    """Covariance matrix of thresholds and fixed effects: the inverse of half the second derivatives, their part."""
    own, across, rest = hessian[n_theta:, n_theta:], hessian[n_theta:, :n_theta], hessian[:n_theta, :n_theta]
    left = own - across @ np.linalg.pinv(rest, rcond=1e-10, hermitian=True) @ across.T if n_theta else own
    values, vectors = np.linalg.eigh((left + left.T) / 2)
    return 2 * (vectors / np.maximum(values, 1e-14 * max(float(values.max(initial=0)), 1e-14))) @ vectors.T
