"""Clusters of a linear mixed model as small problems of equal size, from sums of products without a row a person.

With W = [X Z] of a cluster and G = W'W = E L E', the columns of Q = W E L^-1/2 are an orthonormal basis. On what is
orthogonal to them V is the residual variance times the identity, and no correction of the sandwich does anything there.
In the basis W is L^1/2 E', so V and X are as small as the number of effects of the cluster. Clusters with about as many
effects are handled together, filled up with zeros.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.crossed_sums import Factor
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
_NUMBERS_AT_ONCE = 4_000_000
_LARGER = 1.3
_ZERO = 1e-12


@dataclass(frozen=True)
class Clusters:
    """Some clusters in bases of their own, with k columns each.

    Attributes
    ----------
    x : array, shape (n_clusters, k, p)
    residual : array, shape (n_clusters, k)
        Of the fixed part.
    v : array, shape (n_clusters, k, k)
    """

    x: Array
    residual: Array
    v: Array


def clusters(
    sums: Array,
    fixed: Integers,
    combination: Array,
    factors: Sequence[Factor],
    covariances: Sequence[Array],
    sigma2: float,
    codes: Integers,
) -> Iterator[Clusters]:
    """All clusters, those of about equal size together.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells)
        Not weighted.
    fixed : array of int, shape (p,)
        Columns that are X.
    combination : array, shape (m,)
        Columns that make the residual of the fixed part.
    factors : sequence of Factor
        Their groups lie within clusters.
    covariances : sequence of array, shape (q, q)
    sigma2 : float
    codes : array of int, shape (n_cells,)
        Cluster of each cell.
    """
    local = _local_places(factors, codes, len(fixed))
    n_clusters = int(codes.max()) + 1
    sizes = np.full(n_clusters, len(fixed))
    for factor, (owner, _) in zip(factors, local, strict=True):
        sizes += np.bincount(owner[owner >= 0], minlength=n_clusters) * len(factor.columns)
    residual = np.einsum("abj,b->aj", sums, combination)
    for chosen in _alike(sizes):
        k = int(sizes[chosen].max())
        number = np.full(n_clusters, -1)
        number[chosen] = np.arange(len(chosen))
        cells = np.flatnonzero(number[codes] >= 0)
        own = number[codes[cells]]
        parts = _parts(factors, fixed, cells, [places for _, places in local])
        gram = np.zeros(len(chosen) * k * k)
        right = np.zeros(len(chosen) * k)
        for columns, places, weights in parts:
            right += np.bincount(
                (own[:, None] * k + places).ravel(), (residual[columns][:, cells].T * weights).ravel(), len(right)
            )
            for others, others_places, others_weights in parts:
                values = np.moveaxis(sums[np.ix_(columns, others, cells)], -1, 0)
                values = values * (weights * others_weights)[:, :, None]
                at = (own[:, None, None] * k + places[:, :, None]) * k + others_places[:, None, :]
                gram += np.bincount(at.ravel(), values.ravel(), len(gram))
        effects = np.zeros((len(chosen), k, k))
        for factor, covariance, (owner, places) in zip(factors, covariances, local, strict=True):
            groups = np.flatnonzero(np.where(owner >= 0, number[owner], -1) >= 0)
            at = places[groups][:, None] + np.arange(len(factor.columns))
            effects[number[owner[groups]][:, None, None], at[:, :, None], at[:, None, :]] = covariance
        yield _in_bases(gram.reshape(-1, k, k), right.reshape(-1, k), effects, len(fixed), sigma2)


def _local_places(factors: Sequence[Factor], codes: Integers, start: int) -> list[tuple[Integers, Integers]]:
    """For each factor the cluster of each group (-1: no rows), and where its effects begin in the cluster."""
    n_clusters = int(codes.max()) + 1
    begin, found = np.full(n_clusters, start), []
    for factor in factors:
        owner = np.full(factor.n_groups, -1)
        for places, weights in factor.places():
            here = np.broadcast_to(weights.ravel() != 0, codes.shape)
            owner[places[here, 0] // len(factor.columns)] = codes[here]
        counts = np.bincount(owner[owner >= 0], minlength=n_clusters)
        order = np.argsort(owner, kind="stable")
        rank = np.empty(factor.n_groups, dtype=np.int64)
        unused = int((owner < 0).sum())
        starts = unused + np.cumsum(counts) - counts
        rank[order] = np.arange(factor.n_groups) - np.where(owner[order] >= 0, starts[owner[order]], 0)
        found.append((owner, begin[owner] + rank * len(factor.columns)))
        begin = begin + counts * len(factor.columns)
    return found


def _parts(
    factors: Sequence[Factor], fixed: Integers, cells: Integers, local: Sequence[Integers]
) -> list[tuple[Integers, Integers, Array]]:
    """Columns of A, their places in the cluster (n_cells, q), and weights (n_cells, 1), for each kind of effect."""
    found = [(fixed, np.broadcast_to(np.arange(len(fixed)), (len(cells), len(fixed))), np.ones((len(cells), 1)))]
    for factor, starts in zip(factors, local, strict=True):
        q = len(factor.columns)
        for places, weights in factor.places():
            weight = np.broadcast_to(weights, (len(places), 1))[cells]
            groups = places[cells, 0] // q
            at = np.where(weight != 0, starts[groups][:, None] + np.arange(q), 0)
            found.append((factor.columns, at, weight))
    return found


def _alike(sizes: Integers) -> Iterator[Integers]:
    """Clusters in order of size, cut where they become much larger or too many."""
    order = np.argsort(sizes, kind="stable")
    start = 0
    while start < len(order):
        largest = max(sizes[order[start]] * _LARGER, sizes[order[start]] + 4)
        end = int(np.searchsorted(sizes[order], largest, side="right"))
        end = min(end, start + max(1, int(_NUMBERS_AT_ONCE / largest**2)))
        yield order[start:end]
        start = end


def _in_bases(gram: Array, right: Array, effects: Array, p: int, sigma2: float) -> Clusters:
    """Clusters from W'W, W' times the residual, and the covariance matrix of the columns of W (zero for X)."""
    values, vectors = np.linalg.eigh(gram)
    kept = values > _ZERO * values.max(axis=1, keepdims=True)
    roots = np.sqrt(np.where(kept, values, 0))
    columns = roots[:, :, None] * np.swapaxes(vectors, 1, 2)
    projected = np.einsum("cka,ck->ca", vectors, right)
    residual = np.divide(projected, roots, out=np.zeros_like(projected), where=kept)
    v = columns @ effects @ np.swapaxes(columns, 1, 2)
    v += sigma2 * np.eye(v.shape[1])
    return Clusters(columns[:, :, :p], residual, v)
