"""Cluster-robust errors with small-sample corrections: CR2 with Satterthwaite's degrees of freedom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.random_effects.coefficients import wald_statistic
from lcresearch.synthesis.several_levels.blocks import Stack
from lcresearch.synthesis.several_levels.likelihood import LevelsFit

KINDS = ("CR2", "CR1", "CR1p", "CR1S", "CR0")


@dataclass(frozen=True)
class RobustFit:
    """Covariance of the coefficients over clusters.

    Attributes
    ----------
    covariance : array, shape (p, p)
    products, designs : arrays, shape (clusters, p, p)
        G_j V_j G_j' and G_j X_j for G_j = M X_j' V_j^-1 A_j, with A_j the adjustment of the residuals of a cluster.
    bread : array, shape (p, p)
        M = (X'V^-1 X)^-1.
    """

    covariance: Array
    products: Array
    designs: Array
    bread: Array

    def _crossed(self, left: Array, right: Array) -> Array:
        """Covariance of what clusters add to two contrasts under the working model, shape (clusters, clusters)."""
        first, second = (np.einsum("i,mij->mj", side, self.designs) for side in (left, right))
        crossed = -first @ self.bread @ second.T
        crossed[np.diag_indices(len(first))] += np.einsum("i,mij,j->m", left, self.products, right)
        return np.asarray(crossed)

    def degrees_of_freedom(self) -> Array:
        """Satterthwaite's degrees of freedom of each coefficient (Pustejovsky & Tipton, 2018)."""
        found = []
        for contrast in np.eye(len(self.bread)):
            crossed = self._crossed(contrast, contrast)
            found.append(np.trace(crossed) ** 2 / np.sum(crossed**2))
        return np.array(found)

    def clusters_left(self) -> Array:
        """Clusters minus coefficients, for each coefficient."""
        return np.full(len(self.bread), float(len(self.products) - len(self.bread)))

    def wald(self, places: Sequence[int], coefficients: Array) -> dict[str, float]:
        """Test that coefficients are 0, by approximate Hotelling's T squared (HTZ; Tipton & Pustejovsky, 2015)."""
        q = len(places)
        contrast = np.eye(len(self.bread))[list(places)]
        expected = sum(contrast @ product @ contrast.T for product in self.products)
        expected = expected - sum((contrast @ design) @ self.bread @ (contrast @ design).T for design in self.designs)
        values, vectors = np.linalg.eigh(expected)
        turned = (vectors / np.sqrt(values)) @ vectors.T @ contrast
        crossed = [[self._crossed(a, b) for b in turned] for a in turned]
        spread = sum(
            np.sum(crossed[s][s] * crossed[t][t].T) + np.sum(crossed[s][t] * crossed[s][t].T)
            for s in range(q)
            for t in range(q)
        )
        eta = q * (q + 1) / spread
        df, scale = eta - q + 1, (eta - q + 1) / eta
        statistic = scale * wald_statistic(coefficients, self.covariance, places) / q
        p_value = float(stats.f.sf(statistic, q, df)) if df > 0 else float("nan")
        found = {"statistic": float(statistic), "df": float(q), "df_residual": float(df), "p_value": p_value}
        return found | {"scale": float(scale)}

    def naive(self, places: Sequence[int], coefficients: Array) -> dict[str, float]:
        """The same test with clusters minus 1 degrees of freedom: too sure with few clusters."""
        q, df = len(places), len(self.products) - 1
        statistic = wald_statistic(coefficients, self.covariance, places) / q
        found = {"statistic": statistic, "df": float(q), "df_residual": float(df)}
        return found | {"p_value": float(stats.f.sf(statistic, q, df)), "scale": 1.0}


def robust_fit(blocks: Sequence[Stack], fit: LevelsFit, kind: str) -> RobustFit:
    """Sandwich over blocks, with the fitted model as working model."""
    m = fit.covariance
    products, designs, meats = [], [], []
    factor = _factor(kind, sum(len(b.y) for b in blocks), sum(b.y.size for b in blocks), len(m))
    rounding = 8 * np.finfo(np.float64).eps * max(float(np.abs(block.y).max()) for block in blocks)
    for block in blocks:
        v = block.covariance(fit.parameters)
        bread = np.linalg.solve(v, block.x) @ m
        if kind == "CR2":
            root = np.linalg.cholesky(v)
            inner = np.swapaxes(root, 1, 2) @ (v - block.x @ m @ np.swapaxes(block.x, 1, 2)) @ root
            adjusted = np.swapaxes(root @ _inverse_root(inner) @ np.swapaxes(root, 1, 2), 1, 2) @ bread
        else:
            adjusted = bread * np.sqrt(factor)
        residual = block.y - block.x @ fit.coefficients
        residual = np.where(np.abs(residual) <= rounding, 0.0, residual)
        meats.append(np.einsum("mnp,mn->mp", adjusted, residual))
        products.append(np.einsum("mnp,mno,moq->mpq", adjusted, v, adjusted))
        designs.append(np.einsum("mnp,mnq->mpq", adjusted, block.x))
    meat = np.concatenate(meats)
    return RobustFit(meat.T @ meat, np.concatenate(products), np.concatenate(designs), m)


def _factor(kind: str, clusters: int, k: int, p: int) -> float:
    """What the sandwich is multiplied with: clusters / (clusters - 1), and the like."""
    if kind == "CR1":
        return clusters / (clusters - 1)
    if kind == "CR1p":
        return clusters / (clusters - p)
    return clusters * (k - 1) / ((clusters - 1) * (k - p)) if kind == "CR1S" else 1.0


def _inverse_root(matrices: Array) -> Array:
    """Symmetric inverse square roots, with directions of no variance left out."""
    values, vectors = np.linalg.eigh(matrices)
    small = values < 1e-10 * np.abs(values).max(axis=1, keepdims=True)
    scaled = np.where(small, 0.0, 1 / np.sqrt(np.where(small, 1.0, values)))
    return np.asarray((vectors * scaled[:, None, :]) @ np.swapaxes(vectors, 1, 2))
