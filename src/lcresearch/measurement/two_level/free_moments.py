"""Models without restrictions, and without covariances, by the same likelihood: what a model is tested with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.arrow import Arrow
from lcresearch.measurement.factor_models.implied import MEAN
from lcresearch.measurement.factor_models.parameter_table import Parameter, ParameterTable
from lcresearch.measurement.factor_models.scoring import Optimum
from lcresearch.measurement.two_level.bounded import BoundedLikelihood, minimise_bounded
from lcresearch.measurement.two_level.cluster_moments import ClusterMoments
from lcresearch.measurement.two_level.likelihood import ClusterLikelihood
from lcresearch.measurement.two_level.two_level_layout import TwoLevelLayout, joined, with_given

_FLOOR = 0.02
_TRACE = 1e-6


@dataclass(frozen=True)
class FreeModel:
    """A model of free moments at its maximum.

    Attributes
    ----------
    objective : ClusterLikelihood
    optimum : Optimum
    within, between : array, shape (p_level, p_level)
        Covariances of the variables of each level, in the order of the level's table.
    mean_within, mean_between : array, shape (p_level,)
    """

    objective: ClusterLikelihood
    optimum: Optimum
    within: Array
    between: Array
    mean_within: Array
    mean_between: Array

    @property
    def n_free(self) -> int:
        """Number of free moments."""
        return self.objective.layout.n_free


def given_moments(moments: ClusterMoments, given: Sequence[str]) -> dict[tuple[str, str], float]:
    """Sample moments of given covariates by pair of names; (name, "1") is the mean."""
    at = {name: place for place, name in enumerate(moments.variables)}
    found = {(one, other): float(moments.total[at[one], at[other]]) for one in given for other in given}
    return found | {(name, "1"): float(moments.centre[at[name]]) for name in given}


def free_model(layout: TwoLevelLayout, moments: ClusterMoments, *, covariances: bool) -> FreeModel:
    """The saturated model of the variables of a layout, or the one without covariances, by maximum likelihood.

    Between covariances are kept positive semi-definite, as lavaan keeps them; see
    :mod:`lcresearch.measurement.two_level.bounded`.
    """
    within, between = (each.table.observed for each in layout.levels)
    both = [name for name in within if name in between]
    free = (within, between) if covariances else layout.covariates
    tables = free_table(within, free[0], both), free_table(between, free[1], [])
    known = given_moments(moments, layout.given)
    wide = joined((with_given(tables[0], layout.given, known), with_given(tables[1], layout.given, known)))
    objective = ClusterLikelihood(wide, moments)
    optimum = minimise_bounded(objective, one_arrow(wide.n_free), _start(objective))
    found = wide.implied(optimum.theta)
    above = _without_traces(found[1].covariance[0], moments.total, wide.places[1])
    return FreeModel(objective, optimum, found[0].covariance[0], above, found[0].mean[0], found[1].mean[0])


def _without_traces(between: Array, total: Array, places: Integers) -> Array:
    """Between covariances, with zeros for variables whose variance came to the bound."""
    there = np.diagonal(between) > _TRACE * np.diagonal(total)[places]
    return np.asarray(between * np.outer(there, there))


def free_table(names: Sequence[str], together: Sequence[str], elsewhere: Sequence[str]) -> ParameterTable:
    """Variances and means, and covariances of what goes together; means of what stands elsewhere too are zero."""
    pairs = [
        (one, other)
        for one, other in combinations_with_replacement(names, 2)
        if one == other or (one in together and other in together)
    ]
    none: tuple[float | None, ...] = (None,)
    rows = [Parameter(one, "~~", other, none, ("",), none) for one, other in pairs]
    rows += [Parameter(name, "~", "1", (0.0,) if name in elsewhere else none, ("",), none) for name in names]
    return ParameterTable(tuple(rows), (), tuple(names), 1, mean_structure=True)


def one_arrow(n_free: int) -> Arrow:
    """All parameters together, without groups."""
    places = np.arange(n_free)[None]
    return Arrow(np.eye(n_free)[None], places, places >= 0, np.zeros(0, dtype=np.int64), n_free)


def first_moments(moments: ClusterMoments) -> tuple[Array, Array]:
    """Covariances within and between to begin with, shapes (n_within, n_within) and (p, p), positive definite."""
    n = moments.n_within
    between = moments.between
    unit = np.sqrt(np.abs(np.diagonal(between)) + np.r_[np.diagonal(moments.within), np.zeros(len(between) - n)])
    values, vectors = np.linalg.eigh(between / np.outer(unit, unit))
    between = (vectors * np.maximum(values, _FLOOR)) @ vectors.T * np.outer(unit, unit)
    return moments.within, between


def _start(objective: ClusterLikelihood) -> Array:
    """Moments by analysis of variance; covariances are made smaller until they can be."""
    layout, moments = objective.layout, objective.moments
    covariances = first_moments(moments)
    theta = np.zeros(layout.n_free)
    off = np.zeros(layout.n_free, dtype=bool)
    for level, (each, places) in enumerate(zip(layout.levels, layout.places, strict=True)):
        kept = each.free[0] >= 0
        row, column = places[each.row], places[each.column]
        found = np.where(each.matrix == MEAN, moments.centre[row], covariances[level][row, column])
        theta[each.free[0, kept]] = found[kept]
        off[each.free[0, kept]] = ((each.matrix != MEAN) & (each.row != each.column))[kept]
    for _ in range(8):
        if np.isfinite(BoundedLikelihood(objective).value(theta)):
            break
        theta = np.where(off, theta / 2, theta)
    return theta
