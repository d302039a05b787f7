"""The Laplace approximation of the deviance of a generalised linear mixed model, with its exact gradient.

With the modes b of the random effects (S: covariance matrix, Z: their columns, W: weights at the modes)

    d = -2 sum(l) + b'S^-1 b + log det(I + S Z'WZ)

The first two parts do not change with b to first order. The third does, through the weights: with c the variance of the
random part of each row, given the data, and w' the slope of its weight, the derivative to its linear predictor is
t = c w'. The modes move with the parameters (implicit differentiation); a = (S^-1 + Z'WZ)^-1 Z't carries that back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.conditional_modes import Modes, conditional_modes
from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.families import Family
from lcresearch.multilevel.grouped_rows import GroupedRows
from lcresearch.multilevel.small_matrices import Array


@dataclass(frozen=True)
class Evaluation:
    """The deviance at one vector of parameters.

    Attributes
    ----------
    value : float
    gradient : array, shape (n_parameters,)
    to_covariances : list of array, shape (q, q)
        Derivatives to the covariance matrix of each factor.
    modes : Modes
    """

    value: float
    gradient: Array
    to_covariances: list[Array]
    modes: Modes


@dataclass(frozen=True)
class Parameters:
    """How one vector holds Cholesky factors, thresholds and fixed effects.

    Attributes
    ----------
    layout : CovarianceLayout
    n_extra : int
    n_fixed : int
    """

    layout: CovarianceLayout
    n_extra: int
    n_fixed: int

    @property
    def n_theta(self) -> int:
        """Number of entries of Cholesky factors."""
        return self.layout.n_parameters

    @property
    def total(self) -> int:
        """Length of the vector."""
        return self.n_theta + self.n_extra + self.n_fixed

    def split(self, vector: Array) -> tuple[Array, Array, Array]:
        """Theta, thresholds and fixed effects."""
        ends = (self.n_theta, self.n_theta + self.n_extra)
        return vector[: ends[0]], vector[ends[0] : ends[1]], vector[ends[1] :]


def modes_at(
    vector: Array, rows: GroupedRows, family: Family, parameters: Parameters, start: Sequence[Array] | None
) -> Modes | None:
    """Conditional modes at a vector of parameters."""
    theta, extra, beta = parameters.split(vector)
    fixed = rows.offset + rows.fixed @ beta
    return conditional_modes(rows, family, parameters.layout.covariances(theta), fixed, extra, start)


def laplace(
    vector: Array,
    rows: GroupedRows,
    family: Family,
    parameters: Parameters,
    start: Sequence[Array] | None = None,
) -> Evaluation | None:
    """The Laplace deviance and its gradient; None where there are no modes.

    Parameters
    ----------
    vector : array, shape (n_parameters,)
    rows : GroupedRows
    family : Family
    parameters : Parameters
    start : sequence of array, optional
        Scores at which the search of the modes begins.
    """
    modes = modes_at(vector, rows, family, parameters, start)
    if modes is None:
        return None
    theta, *_ = parameters.split(vector)
    found, m = modes.rows, len(rows.varying)
    variances = rows.variances(modes.elimination.spread(modes.steps))
    slopes = variances * found.weight_slope
    moved = rows.predictor(modes.elimination.solve(modes.steps, rows.cell_sums(slopes)))
    carried = slopes - found.weight * moved
    through = rows.group_sums(rows.cell_sums(carried))
    own = modes.elimination.gradient(modes.steps, np.zeros((m, m)))
    to_covariances = [part + (q - v).T @ v for part, q, v in zip(own, through, modes.scores, strict=True)]
    to_theta = parameters.layout.gradient(theta, to_covariances) if rows.factors else np.zeros(0)
    to_extra = family.to_extra(found, np.full(rows.n, -2.0), moved, variances)
    to_fixed = rows.fixed.T @ (carried - 2 * found.first)
    gradient = np.concatenate([to_theta, to_extra, to_fixed])
    return Evaluation(modes.objective + modes.log_det, gradient, to_covariances, modes)
