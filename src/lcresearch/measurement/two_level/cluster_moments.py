"""What maximum likelihood needs of persons in clusters: sums within clusters, and means of clusters by their size.

Persons of a cluster share what the cluster has. Their deviations from its mean tell of the within level alone, and for
all clusters together only the pooled products of these count. Means of clusters of n persons have the covariances
Sigma_B + Sigma_W / n, so that for each distinct n the number of clusters, and the mean and products of their means,
are all that is needed (McDonald & Goldstein 1989; Muthen 1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.blocks import blocks_of_rows, products_of_blocks


@dataclass(frozen=True)
class ClusterMoments:
    """Sufficient statistics of two levels.

    Attributes
    ----------
    variables : tuple of str, length p
        Those of persons first, then those of clusters alone.
    n_within : int
        How many are of persons.
    within : array, shape (n_within, n_within)
        Pooled products of deviations from cluster means, divided by persons minus clusters.
    size : array, shape (n_sizes,)
        Distinct numbers of persons in a cluster.
    count : array, shape (n_sizes,)
        Clusters of that size.
    mean : array, shape (n_sizes, p)
        Of cluster means.
    covariance : array, shape (n_sizes, p, p)
        Of cluster means about their mean, divided by the count.
    total : array, shape (p, p)
        Over persons, divided by their number, for variables of persons; over clusters for those of clusters alone.
    centre : array, shape (p,)
        Means over persons, and over clusters.
    rows : ClusterRows
    """

    variables: tuple[str, ...]
    n_within: int
    within: Array
    size: Array
    count: Array
    mean: Array
    covariance: Array
    total: Array
    centre: Array
    rows: ClusterRows

    @property
    def n_persons(self) -> float:
        """Persons in all."""
        return float((self.size * self.count).sum())

    @property
    def n_clusters(self) -> float:
        """Clusters in all."""
        return float(self.count.sum())

    @property
    def harmonic_size(self) -> float:
        """Harmonic mean of the sizes of clusters."""
        return float(self.n_clusters / (self.count / self.size).sum())

    @property
    def products_between(self) -> Array:
        """Mean squares of cluster means about the mean of all, weighted by size, for variables of persons."""
        n = self.n_within
        away = self.mean[:, :n] - self.centre[:n]
        products = self.covariance[:, :n, :n] + away[:, :, None] * away[:, None, :]
        weight = (self.size * self.count)[:, None, None]
        return np.asarray((weight * products).sum(axis=0) / (self.n_clusters - 1))

    @property
    def between(self) -> Array:
        """A first estimate of the between covariances by analysis of variance, shape (p, p); may be indefinite."""
        n, total = self.n_within, self.n_persons
        typical = (total - (self.size**2 * self.count).sum() / total) / (self.n_clusters - 1)
        means = self.means_covariance
        found = means.copy()
        found[:n, :n] = (self.products_between - self.within) / typical
        return found

    @property
    def means_covariance(self) -> Array:
        """Covariances of cluster means, each cluster counting once."""
        share = (self.count / self.n_clusters)[:, None]
        away = self.mean - (share * self.mean).sum(axis=0)
        products = self.covariance + away[:, :, None] * away[:, None, :]
        return np.asarray((share[:, :, None] * products).sum(axis=0))


@dataclass(frozen=True)
class ClusterRows:
    """What scores of single clusters need.

    Attributes
    ----------
    deviations : array, shape (n_persons, n_within)
        From cluster means, persons of a cluster together.
    ends : array of int, shape (n_clusters,)
        Where each cluster ends.
    means : array, shape (n_clusters, p)
    size_code : array of int, shape (n_clusters,)
        Place of its size among the distinct sizes.
    order : array of int, shape (n_persons,)
        Place of each of these rows among the rows that were given.
    """

    deviations: Array
    ends: Integers
    means: Array
    size_code: Integers
    order: Integers

    @cached_property
    def products(self) -> Array:
        """Products of deviations summed in each cluster, shape (n_clusters, n_within, n_within)."""
        return products_of_blocks(self.deviations, self.ends)


def cluster_moments(answers: Array, cluster: Integers, variables: tuple[str, ...], n_within: int) -> ClusterMoments:
    """Sufficient statistics of complete answers.

    Parameters
    ----------
    answers : array, shape (n_persons, p)
        Without missing values; variables of clusters alone stand last and are constant within clusters.
    cluster : array of int, shape (n_persons,)
        Numbered from 0 without gaps.
    variables : tuple of str
    n_within : int
    """
    order = np.argsort(cluster, kind="stable")
    sizes = np.bincount(cluster)
    ends = np.cumsum(sizes)
    ordered = answers[order]
    means = np.add.reduceat(ordered, np.r_[0, ends[:-1]], axis=0) / sizes[:, None]
    deviations = ordered[:, :n_within] - np.repeat(means[:, :n_within], sizes, axis=0)
    size, code = np.unique(sizes, return_inverse=True)
    blocks, _ = blocks_of_rows(means, code.reshape(-1).astype(np.int64))
    n_persons, n_clusters = len(answers), len(sizes)
    centre = np.r_[answers[:, :n_within].mean(axis=0), means[:, n_within:].mean(axis=0)]
    total = np.zeros((len(variables), len(variables)))
    about = answers[:, :n_within] - centre[:n_within]
    total[:n_within, :n_within] = about.T @ about / n_persons
    of_clusters = means[:, n_within:] - centre[n_within:]
    total[n_within:, n_within:] = of_clusters.T @ of_clusters / n_clusters
    within = deviations.T @ deviations / max(n_persons - n_clusters, 1)
    rows = ClusterRows(deviations, ends, means, code.reshape(-1), order)
    return ClusterMoments(
        variables, n_within, within, size.astype(float), blocks.n, blocks.mean, blocks.covariance, total, centre, rows
    )
