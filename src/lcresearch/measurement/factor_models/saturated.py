"""The two models between which every other one lies: moments that are free, and items that do not go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.blocks import Blocks
from lcresearch.measurement.factor_models.implied import Layout, layout_of
from lcresearch.measurement.factor_models.normal_theory import NormalTheory
from lcresearch.measurement.factor_models.parameter_table import Parameter, ParameterTable

_STEPS = 10_000
_DONE = 1e-13


@dataclass(frozen=True)
class FreeMoments:
    """Estimates of free means and covariances.

    Attributes
    ----------
    mean : array, shape (n_groups, p)
    covariance : array, shape (n_groups, p, p)
        Divided by n.
    converged : bool
    """

    mean: Array
    covariance: Array
    converged: bool = True


def saturated_moments(blocks: Blocks) -> FreeMoments:
    """Means and covariances of each group; with missing answers by EM (Little & Rubin 2002, section 11.2)."""
    if blocks.complete and len(blocks.n) == blocks.n_groups:
        return FreeMoments(blocks.mean, blocks.covariance)
    mean, covariance = _available(blocks)
    for _ in range(_STEPS):
        new_mean, new_covariance = _em_step(blocks, mean, covariance)
        unit = np.sqrt(np.diagonal(new_covariance, axis1=1, axis2=2))
        moved = np.abs((new_mean - mean) / unit).max()
        moved = max(moved, np.abs((new_covariance - covariance) / (unit[:, :, None] * unit[:, None, :])).max())
        mean, covariance = new_mean, new_covariance
        if moved < _DONE:
            return FreeMoments(mean, covariance)
    return FreeMoments(mean, covariance, converged=bool(moved < 1e-8))


def _em_step(blocks: Blocks, mean: Array, covariance: Array) -> tuple[Array, Array]:
    """Means and covariances of what the answers are expected to be, given those that are there."""
    own_mean, own = mean[blocks.group], covariance[blocks.group]
    inverse = blocks.inverse(covariance)
    known = blocks.known.astype(float)
    to_all = (own @ inverse) * known[:, None, :]
    away = np.where(blocks.known, blocks.mean - own_mean, 0.0)
    expected = (to_all @ away[:, :, None])[:, :, 0]
    left_over = own - to_all @ own
    spread = to_all @ blocks.covariance @ np.swapaxes(to_all, 1, 2) + left_over
    weight = blocks.n / blocks.group_sizes[blocks.group]
    moved = blocks.summed(weight[:, None] * expected)
    second = blocks.summed(weight[:, None, None] * (spread + expected[:, :, None] * expected[:, None, :]))
    return mean + moved, second - moved[:, :, None] * moved[:, None, :]


def _available(blocks: Blocks) -> tuple[Array, Array]:
    """Mean and variance of the answers to each item that are there, without covariances."""
    weight = blocks.n[:, None] * blocks.known
    count = blocks.summed(weight)
    mean = blocks.summed(weight * blocks.mean) / count
    squares = np.diagonal(blocks.covariance, axis1=1, axis2=2) + (blocks.mean - mean[blocks.group]) ** 2
    variance = blocks.summed(weight * squares) / count
    p = variance.shape[1]
    covariance = np.zeros((len(variance), p, p))
    covariance[:, np.arange(p), np.arange(p)] = variance
    return mean, covariance


def independence_moments(blocks: Blocks, covariates: Sequence[int] = ()) -> FreeMoments:
    """Means and variances of each group, without covariances but those among covariates: the baseline of CFI and TLI.

    Parameters
    ----------
    blocks : Blocks
    covariates : sequence of int
        Places of columns that nothing predicts; the model leaves their covariances free, and so does the baseline.
    """
    mean, covariance = _available(blocks)
    if len(covariates) < 2:
        return FreeMoments(mean, covariance)
    at = np.array(covariates)
    rows, columns = np.ix_(at, at)
    of_covariates = replace(
        blocks, mean=blocks.mean[:, at], covariance=blocks.covariance[:, rows, columns], known=blocks.known[:, at]
    )
    free = saturated_moments(of_covariates)
    mean[:, at], covariance[:, rows, columns] = free.mean, free.covariance
    return FreeMoments(mean, covariance, free.converged)


def free_layout(layout: Layout, *, covariances: bool) -> Layout:
    """A model of the same variables with free variances, means if there are any, and covariances if asked.

    Covariates go together freely in either case, as they do in the model.
    """
    table = layout.table
    none: tuple[float | None, ...] = (None,) * table.n_groups
    empty = ("",) * table.n_groups
    given = set(table.covariates)
    pairs = [
        (a, b) for a, b in combinations_with_replacement(table.observed, 2) if covariances or a == b or {a, b} <= given
    ]
    parameters = [Parameter(a, "~~", b, none, empty, none) for a, b in pairs]
    if table.mean_structure:
        parameters += [Parameter(a, "~", "1", none, empty, none) for a in table.observed]
    return layout_of(ParameterTable(tuple(parameters), (), table.observed, table.n_groups, table.mean_structure))


def theta_of(layout: Layout, moments: FreeMoments) -> Array:
    """The parameters of a free layout that give these moments."""
    theta = np.empty(layout.n_free)
    of_covariances = moments.covariance[:, layout.row, layout.column]
    values = np.where(layout.matrix == 1, of_covariances, moments.mean[:, layout.row])
    theta[layout.free] = values
    return theta


def free_objective(objective: NormalTheory, *, covariances: bool) -> NormalTheory:
    """The likelihood of the free model over the same blocks."""
    return replace(objective, layout=free_layout(objective.layout, covariances=covariances))
