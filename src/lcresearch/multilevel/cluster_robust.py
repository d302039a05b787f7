"""Cluster-robust covariance matrices of fixed effects, for when the random part is not what it should be.

CR0 and CR2 with Satterthwaite's degrees of freedom of Pustejovsky & Tipton (2018), for the generalised least squares
estimate with the fitted covariance matrix V as weights. Clusters are the groups of the outermost factor, or of one that
all others lie within; nothing may be correlated across clusters. With V the working model of the correction too, the
correction of a cluster is B' (B M B')^-1/2 B with M = V_c - X_c (X'V^-1 X)^-1 X_c' and B the upper Cholesky factor of
V_c, as in clubSandwich.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.design import Design
from lcresearch.multilevel.estimates import Estimates
from lcresearch.multilevel.memberships import shared
from lcresearch.multilevel.small_matrices import Array


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

    def df(self, contrasts: Array) -> Array:
        """Satterthwaite's degrees of freedom of each contrast, shape (n_contrasts, p)."""
        found = []
        for row in contrasts:
            left = self.bread @ row
            own = np.einsum("a,cab,b->c", left, self.pieces, left)
            half = np.einsum("a,cab->cb", left, self.projections)
            shared = half @ self.bread @ half.T
            p = np.diag(own) - shared
            found.append(np.trace(p) ** 2 / (p**2).sum())
        return np.array(found)


def cluster_robust(design: Design, estimates: Estimates, codes: Array, kind: str) -> ClusterRobust:
    """The sandwich of a fit.

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
    bread = estimates.covariance
    scores, pieces, projections = [], [], []
    order = np.argsort(codes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(codes[order])) + 1):
        v = _covariance(design, estimates, rows)
        xc = x[rows]
        weighted = np.linalg.solve(v, xc)
        if kind == "CR2":
            upper = np.linalg.cholesky(v).T
            inner = upper @ (v - xc @ bread @ xc.T) @ upper.T
            values, vectors = np.linalg.eigh(inner)
            kept = values > 1e-12 * values.max()
            power = (vectors[:, kept] / np.sqrt(values[kept])) @ vectors[:, kept].T
            adjustment = upper.T @ power @ upper
        else:
            adjustment = np.eye(len(rows))
        half = weighted.T @ adjustment
        scores.append(half @ residual[rows])
        pieces.append(half @ v @ half.T)
        projections.append(half @ xc)
    meat = np.array(scores).T @ np.array(scores)
    return ClusterRobust(bread @ meat @ bread, np.array(pieces), np.array(projections), bread)


def _covariance(design: Design, estimates: Estimates, rows: Array) -> Array:
    """V of some rows, shape (n_rows, n_rows)."""
    weights = np.ones(len(rows)) if design.weights is None else design.weights[rows]
    found = np.diag(estimates.sigma2 / weights)
    for term, covariance in zip(design.columns.terms, estimates.covariances, strict=True):
        z, grouping = design.matrix[np.ix_(rows, term.columns)], design.groupings[term.term.group]
        found += (z @ covariance @ z.T) * shared(grouping.codes[rows], grouping.memberships)
    return found
