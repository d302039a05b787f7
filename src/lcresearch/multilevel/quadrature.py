"""Adaptive Gauss-Hermite quadrature of the deviance, for one effect a group (Pinheiro & Bates 1995, section 2.4).

The effect of a group is sigma u with u standard normal. About the mode m of u, with s the standard deviation of u given
the data in the normal approximation, the nodes are u = m + sqrt(2) s x, and the integral of exp(f(u)) is
s / sqrt(pi) sum(w exp(x^2) exp(f(u))), where f is the log-likelihood of the rows of the group less u^2 / 2. One node
gives the Laplace approximation. The gradient is exact: the nodes move with the parameters through m and s.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.special

from lcresearch.multilevel.families import Family, RowDerivatives
from lcresearch.multilevel.grouped_rows import GroupedRows
from lcresearch.multilevel.laplace import Evaluation, Parameters, laplace
from lcresearch.multilevel.small_matrices import Array

_NEAR_ZERO = 1e-3


def quadrature(
    vector: Array,
    rows: GroupedRows,
    family: Family,
    parameters: Parameters,
    n_nodes: int,
    start: Sequence[Array] | None = None,
) -> Evaluation | None:
    """The deviance by quadrature and its gradient; None where there are no modes.

    Parameters
    ----------
    vector : array, shape (1 + n_extra + p,)
        Sigma, thresholds, fixed effects.
    rows : GroupedRows
        With one factor and one varying column.
    family : Family
    parameters : Parameters
    n_nodes : int
    start : sequence of array, optional
        Scores at which the search of the modes begins.
    """
    first = laplace(vector, rows, family, parameters, start)
    if first is None:
        return None
    (sigma,), extra, _ = parameters.split(vector)
    z, at_mode, eta = rows.varying[0], first.modes.rows, first.modes.eta
    mode = sigma * first.modes.scores[0][:, 0]
    narrow = 1 / np.sqrt(1 + sigma**2 * _sums(rows, z**2 * at_mode.weight))
    nodes, weights = scipy.special.roots_hermite(n_nodes)
    log_weights = np.log(weights) + nodes**2 - 0.5 * np.log(np.pi)
    found, heights, places = [], [], []
    for node, log_weight in zip(nodes, log_weights, strict=True):
        shift = np.sqrt(2) * narrow * node
        there = family.at(eta + z * sigma * _repeated(rows, shift), extra)
        found.append(there)
        places.append(mode + shift)
        heights.append(log_weight + _sums(rows, there.value) - places[-1] ** 2 / 2)
    log_integrals = scipy.special.logsumexp(heights, axis=0) + np.log(narrow)
    shares = scipy.special.softmax(np.array(heights), axis=0)
    value = -2 * float(log_integrals.sum())
    to_sigma, to_extra, to_rows = _gradient(rows, family, sigma, mode, narrow, nodes, at_mode, found, places, shares)
    gradient = -2 * np.concatenate([[to_sigma], to_extra, rows.fixed.T @ to_rows])
    near_zero = abs(sigma) < _NEAR_ZERO
    to_variance = first.to_covariances if near_zero else [np.array([[gradient[0] / (2 * sigma)]])]
    return Evaluation(value, gradient, to_variance, first.modes)


def _gradient(
    rows: GroupedRows,
    family: Family,
    sigma: float,
    mode: Array,
    narrow: Array,
    nodes: Array,
    at_mode: RowDerivatives,
    found: Sequence[RowDerivatives],
    places: Sequence[Array],
    shares: Array,
) -> tuple[float, Array, Array]:
    """Derivatives of the sum of log integrals to sigma, to thresholds, and to the fixed part of each row."""
    z, to_sigma, to_extra, to_rows = rows.varying[0], 0.0, np.zeros(family.n_extra), np.zeros(rows.n)
    to_mode, to_narrow, zero = np.zeros(len(mode)), 1 / narrow, np.zeros(rows.n)
    for node, there, place, share in zip(nodes, found, places, shares, strict=True):
        spread = _repeated(rows, share)
        scores = _sums(rows, z * there.first)
        slope = share * (sigma * scores - place)
        to_mode += slope
        to_narrow = to_narrow + slope * np.sqrt(2) * node
        to_sigma += float((share * scores * place).sum())
        to_rows += spread * there.first
        to_extra = to_extra + family.to_extra(there, spread, zero, zero)
    bend = -to_narrow * narrow**3 / 2
    slopes = _sums(rows, z**3 * at_mode.weight_slope)
    weights = _sums(rows, z**2 * at_mode.weight)
    moved = (to_mode + bend * sigma**3 * slopes) * narrow**2
    to_sigma += float((bend * (2 * sigma * weights + sigma**2 * mode * slopes)).sum())
    to_sigma += float((moved * (_sums(rows, z * at_mode.first) - sigma * mode * weights)).sum())
    of_weight, of_first = _repeated(rows, bend * sigma**2) * z**2, _repeated(rows, moved * sigma) * z
    to_rows += of_weight * at_mode.weight_slope - of_first * at_mode.weight
    return to_sigma, to_extra + family.to_extra(at_mode, zero, of_first, of_weight), to_rows


def _sums(rows: GroupedRows, values: Array) -> Array:
    """Sums over the rows of each group, which are the cells."""
    return np.asarray(np.add.reduceat(values, rows.starts))


def _repeated(rows: GroupedRows, values: Array) -> Array:
    return np.repeat(values, rows.counts)
