"""Cluster-robust covariance matrices of fixed effects, for when the random part is not what it should be.

CR0 and CR2 with Satterthwaite's degrees of freedom of Pustejovsky & Tipton (2018), for the generalised least squares
estimate with the fitted covariance matrix V as weights. Clusters are the groups of the outermost factor, or of one that
all others lie within; nothing may be correlated across clusters. With V the working model of the correction too, the
correction of a cluster is B' (B M B')^-1/2 B with M = V_c - X_c (X'V^-1 X)^-1 X_c' and B the upper Cholesky factor of
V_c, as in clubSandwich. Any other root of V_c gives the same correction: it is the only symmetric A with A M A = V_c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.cluster_sums import Clusters, clusters
from lcresearch.multilevel.criterion import Solution
from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.design import Design
from lcresearch.multilevel.estimates import Estimates
from lcresearch.multilevel.memberships import shared
from lcresearch.multilevel.model import Model
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClusterRobust:
    """A robust covariance matrix with what its degrees of freedom need.

    Attributes
    ----------
    covariance : array, shape (p, p)
    pieces : array, shape (n_clusters, p, p)
        What the corrected scores of a cluster would vary if the model were right, before they are added up.
    projections : array, shape (n_clusters, p, p)
        X_c' V_c^-1 A_c X_c: how scores of clusters hang together through the estimated effects.
    bread : array, shape (p, p)
    """

    covariance: Array
    pieces: Array
    projections: Array
    bread: Array

    def in_units(self, change: Array) -> ClusterRobust:
        """For fixed effects that are ``change`` (p, p) times these."""
        back = np.linalg.inv(change)
        return ClusterRobust(
            change @ self.covariance @ change.T,
            back.T @ self.pieces @ back,
            back.T @ self.projections @ back,
            change @ self.bread @ change.T,
        )

    def df(self, contrasts: Array) -> Array:
        """Satterthwaite's degrees of freedom of each contrast, shape (n_contrasts, p)."""
        left = contrasts @ self.bread
        own = np.einsum("ka,cab,kb->kc", left, self.pieces, left, optimize=True)
        half = np.einsum("ka,cab->kcb", left, self.projections)
        through = half @ self.bread
        squares = np.swapaxes(half, 1, 2) @ through
        shared = (half * through).sum(axis=2)
        total = own.sum(axis=1) - shared.sum(axis=1)
        norm = (own**2 - 2 * own * shared).sum(axis=1) + np.einsum("kab,kba->k", squares, squares)
        return np.asarray(total**2 / norm)


def cluster_robust(
    model: Model, solution: Solution, relative: Sequence[Array], codes: Integers, kind: str
) -> ClusterRobust:
    """The sandwich of a fit without weights, from sums of products, in working units.

    Parameters
    ----------
    model : Model
    solution : Solution
        At the optimum.
    relative : sequence of array, shape (q, q)
        Relative covariance matrices there.
    codes : array of int, shape (n_cells,)
        Cluster of each cell.
    kind : "CR0" or "CR2"
    """
    cross, criterion = model.cross, model.criterion
    factors = [
        Factor(
            np.concatenate([cross.columns.terms[place].columns for place in terms]),
            cross.codes[group],
            len(cross.labels[group]),
            cross.memberships.get(group),
        )
        for group, terms in zip(model.groups, model.terms, strict=True)
    ]
    sigma2 = float(solution.sigma2)
    covariances = [sigma2 * each for each in relative]
    bread = sigma2 * solution.unscaled
    found = clusters(
        model.working.sums(cross),
        criterion.fixed,
        criterion.combination(solution),
        factors,
        covariances,
        sigma2,
        np.unique(codes, return_inverse=True)[1],
    )
    return _sandwich(bread, [_scores(each, bread, kind) for each in found])


def cluster_robust_of_rows(design: Design, estimates: Estimates, codes: Integers, kind: str) -> ClusterRobust:
    """The sandwich of a fit with weights, which a change of basis does not leave alone, in the units of the data.

    Parameters
    ----------
    design : Design
    estimates : Estimates
    codes : array of int, shape (n,)
        Cluster of each row.
    kind : "CR0" or "CR2"
    """
    x = design.matrix[:, design.columns.fixed]
    residual = design.matrix[:, -1] - x @ estimates.beta
    order = np.argsort(codes, kind="stable")
    found = [
        _scores(
            Clusters(x[None, rows], residual[None, rows], _covariance(design, estimates, rows)[None]),
            estimates.covariance,
            kind,
        )
        for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    ]
    return _sandwich(estimates.covariance, found)


def _scores(found: Clusters, bread: Array, kind: str) -> tuple[Array, Array, Array]:
    """Corrected scores of clusters, what they would vary, and how they hang together through the estimated effects."""
    half = np.swapaxes(np.linalg.solve(found.v, found.x), 1, 2)
    if kind == "CR2":
        lower = np.linalg.cholesky(found.v)
        upper = np.swapaxes(lower, 1, 2)
        values, vectors = np.linalg.eigh(upper @ (found.v - found.x @ bread @ np.swapaxes(found.x, 1, 2)) @ lower)
        kept = values > 1e-12 * values.max(axis=1, keepdims=True)
        powers = np.divide(1, np.sqrt(np.where(kept, values, 1)), out=np.zeros_like(values), where=kept)
        half = half @ lower @ (vectors * powers[:, None, :]) @ np.swapaxes(vectors, 1, 2) @ upper
    scores = np.einsum("cpk,ck->cp", half, found.residual)
    return scores, half @ found.v @ np.swapaxes(half, 1, 2), half @ found.x


def _sandwich(bread: Array, found: Sequence[tuple[Array, Array, Array]]) -> ClusterRobust:
    scores, pieces, projections = [np.concatenate(each) for each in zip(*found, strict=True)]
    return ClusterRobust(bread @ scores.T @ scores @ bread, pieces, projections, bread)


def _covariance(design: Design, estimates: Estimates, rows: Array) -> Array:
    """V of some rows, shape (n_rows, n_rows)."""
    weights = np.ones(len(rows)) if design.weights is None else design.weights[rows]
    found = np.diag(estimates.sigma2 / weights)
    for term, covariance in zip(design.columns.terms, estimates.covariances, strict=True):
        z, grouping = design.matrix[np.ix_(rows, term.columns)], design.groupings[term.term.group]
        found += (z @ covariance @ z.T) * shared(grouping.codes[rows], grouping.memberships)
    return found
