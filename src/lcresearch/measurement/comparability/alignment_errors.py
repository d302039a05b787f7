"""Standard errors of aligned parameters, and which groups deviate.

The lowest point is where the gradient g(eta, theta) is zero, with theta the configural estimates; so it moves with them
by d eta / d theta = -H^-1 dg/d theta (implicit function), H the second derivatives to eta.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.sparse import csgraph

from lcresearch.measurement.comparability.alignment_criterion import Criterion
from lcresearch.measurement.comparability.alignment_search import Aligned
from lcresearch.measurement.factor_models.arrays import Array, Flags

P_PAIR, P_SET = 0.01, 0.001
_ROUNDS = 50


@dataclass(frozen=True)
class Spread:
    """Covariances of what alignment estimates.

    Attributes
    ----------
    estimate : array, shape (2 n_groups,)
        Means and log standard deviations in the unit that was asked for.
    eta : array, shape (2 n_groups, 2 n_groups)
        Their covariances.
    loadings : array, shape (n_items, n_groups, n_groups)
        Of an aligned parameter over groups.
    intercepts : array, shape (n_intercepts, n_groups, n_groups)
    condition : float
        Smallest over largest curvature at the lowest point.
    """

    estimate: Array
    eta: Array
    loadings: Array
    intercepts: Array
    condition: float

    @property
    def largest_error_of_a_mean(self) -> float:
        """The largest standard error of a mean over groups, in the unit of the estimates."""
        variances = np.diagonal(self.eta)[: len(self.eta) // 2]
        return float(np.sqrt(max(variances.max(), 0.0)))


def spread_of(criterion: Criterion, aligned: Aligned, covariance: Array, *, unit: int | None = None) -> Spread:
    """Covariances by the delta method, with the factor in the unit of one group.

    Parameters
    ----------
    criterion : Criterion
    aligned : Aligned
    covariance : array, shape (n_groups, n_items + n_intercepts, n_items + n_intercepts)
        Of the configural loadings and intercepts of each group.
    unit : int, optional
        Group whose standard deviation is 1; by default the product of all is, as in the search.
    """
    n_groups, p = criterion.loadings.shape
    eta, basis = aligned.eta, aligned.basis
    inner = basis.T @ criterion.hessian(eta) @ basis
    curved = np.linalg.eigvalsh(inner)
    mixed = criterion.mixed(eta).reshape(2 * n_groups, -1)
    moves = -basis @ np.linalg.lstsq(inner, basis.T @ mixed, rcond=None)[0]
    moves = moves.reshape(2 * n_groups, n_groups, p + len(criterion.item))
    if unit is not None:
        eta, moves = _in_unit_of(unit, eta, moves)
    loadings, _ = criterion.aligned(eta)
    alpha, log_psi = np.split(eta, 2)
    shrink, own = np.exp(-log_psi), np.arange(n_groups)
    by_alpha, by_scale = moves[:n_groups], moves[n_groups:]
    of_loadings, of_intercepts = [], []
    for i in range(p):
        slope = -loadings[:, i, None, None] * by_scale
        slope[own, own, i] += shrink
        of_loadings.append(_carried(slope, covariance))
    for at, i in enumerate(criterion.item):
        level = loadings[:, i, None, None] * (alpha[:, None, None] * by_scale - by_alpha)
        level[own, own, p + at] += 1
        level[own, own, i] -= alpha * shrink
        of_intercepts.append(_carried(level, covariance))
    condition = float(curved[0] / curved[-1])
    return Spread(eta, _carried(moves, covariance), np.stack(of_loadings), np.stack(of_intercepts), condition)


def _in_unit_of(group: int, eta: Array, moves: Array) -> tuple[Array, Array]:
    """Eta and its derivatives, shape (2 n_groups, n_groups, k), with standard deviation 1 in one group."""
    n_groups = len(eta) // 2
    alpha, log_psi = eta[:n_groups] / np.exp(eta[n_groups + group]), eta[n_groups:] - eta[n_groups + group]
    own = moves[n_groups + group]
    by_alpha = moves[:n_groups] / np.exp(eta[n_groups + group]) - alpha[:, None, None] * own
    return np.concatenate([alpha, log_psi]), np.concatenate([by_alpha, moves[n_groups:] - own])


def _carried(moves: Array, covariance: Array) -> Array:
    """Sum over groups of M V M', with moves (k, n_groups, m) and covariance (n_groups, m, m)."""
    through = np.einsum("kgm,gmn->kgn", moves, covariance, optimize=True)
    return np.asarray(through.reshape(len(moves), -1) @ moves.reshape(len(moves), -1).T)


def invariant_set(values: Array, covariance: Array) -> tuple[Flags, Array, Array]:
    """Which groups share a parameter (Asparouhov & Muthen 2014, section on the identification of invariant groups).

    Pairs that do not differ at p = .01 are connected; the largest connected set is the start. A group leaves when it
    differs from the mean of the set at p = .001, and joins when it does not, until nothing changes.

    Parameters
    ----------
    values : array, shape (n_groups,)
        Aligned.
    covariance : array, shape (n_groups, n_groups)

    Returns
    -------
    members : array of bool, shape (n_groups,)
    deviation, p_value : array, shape (n_groups,)
        From the mean of the set.
    """
    variance = np.diagonal(covariance)
    spread = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * covariance, 1e-300))
    alike = 2 * stats.norm.sf(np.abs(values[:, None] - values[None, :]) / spread) > P_PAIR
    _, label = csgraph.connected_components(alike, directed=False)
    members = label == np.bincount(label).argmax()
    deviation, p_value = _against(values, covariance, members)
    for _ in range(_ROUNDS):
        new = p_value > P_SET
        if not new.any() or (new == members).all():
            break
        members = new
        deviation, p_value = _against(values, covariance, members)
    return members, deviation, p_value


def _against(values: Array, covariance: Array, members: Flags) -> tuple[Array, Array]:
    """Deviation of each group from the mean of a set, with its p value."""
    contrast = np.eye(len(values)) - members / members.sum()
    deviation = contrast @ values
    variance = np.einsum("gh,hk,gk->g", contrast, covariance, contrast)
    z = np.abs(deviation) / np.sqrt(np.maximum(variance, 1e-300))
    return deviation, np.where(np.abs(deviation) < 1e-10, 1.0, 2 * stats.norm.sf(z))
