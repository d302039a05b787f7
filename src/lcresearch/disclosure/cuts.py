"""Whether two sets of published groups, taken together, give away a few persons.

Two partitions of the same persons, each published with its sums, form a graph: a vertex for each block of either, an
edge for each pair of blocks that share persons, weighted with their number. All that can be computed from both tables
is a weighted sum over blocks, and the persons it depends on form a cut of this graph. So nothing about fewer than
``minimum`` persons can be computed, with whatever coefficients, if and only if no component has a cut lighter than
``minimum``.
(For one table of two margins this is the graph of Gusfield 1988, "A graph theoretic approach to statistical data
security", SIAM Journal on Computing 17.) Rows outside every published group of a table meet in its *ground*, of which
nothing is known.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lcresearch.disclosure.trees import Bools, Floats, Ints

ROUNDING = 1e-9


@dataclass(frozen=True)
class Meeting:
    """Blocks of two partitions and how many persons they share; vertex 0 is the ground.

    Attributes
    ----------
    left, right : array (n_edges,)
        Vertices; left blocks are ``1..n_left``, right blocks follow.
    weight : array (n_edges,)
        Persons.
    """

    left: Ints
    right: Ints
    weight: Floats
    n_left: int
    n_vertices: int


def meet(left: Ints, right: Ints, weight: Floats) -> Meeting:
    """The graph of two partitions given as block numbers a row (-1: in no published block)."""
    n_left, n_right = int(left.max(initial=-1)) + 1, int(right.max(initial=-1)) + 1
    u, v = left + 1, np.where(right >= 0, right + 1 + n_left, 0)
    used = (u > 0) | (v > 0)
    n_vertices = n_left + n_right + 1
    pairs, inverse = np.unique(u[used] * n_vertices + v[used], return_inverse=True)
    persons = _sums(inverse, weight[used])
    return Meeting(pairs // n_vertices, pairs % n_vertices, persons, n_left, n_vertices)


def small_cut(graph: Meeting, minimum: int, *, tolerate_blocks: bool = False) -> Bools | None:
    """One side of a cut lighter than ``minimum``, without the ground, or None if there is none.

    Vertices that no such cut can part are merged until a light vertex shows or nothing is left: edges of at least
    ``minimum``, and those found by maximum-adjacency search (Nagamochi, Ono and Ibaraki 1994, "Implementing an
    efficient algorithm for finding a minimum cut", Mathematical Programming 67).

    Parameters
    ----------
    tolerate_blocks : bool
        Do not count a cut around a single block: what it gives away was published as such.

    Returns
    -------
    array of bool (n_vertices,) or None
    """
    label = np.arange(graph.n_vertices)
    if tolerate_blocks:
        label = _merge(label, *_lightest_with_neighbour(graph, minimum))
    while True:
        label, u, v, w = _merge_heavy(label, graph, minimum)
        if not len(w):
            return None
        degree = np.bincount(u, w, len(label)) + np.bincount(v, w, len(label))
        light = np.flatnonzero((degree > 0) & (degree < minimum - ROUNDING))
        if len(light):
            side: Bools = label == light[np.argmin(degree[light])]
            return ~side & _with_ground(graph) if side[0] else side
        label = _merge(label, *_inseparable(u, v, w, minimum))


def across_small_cut(
    left: Ints, right: Ints, weight: Floats, minimum: int, *, tolerate_blocks: bool = False
) -> Bools | None:
    """Which rows two sets of published groups give away together: those across a cut lighter than ``minimum``, or None.

    Parameters
    ----------
    left, right : array of int, shape (n,)
        Published group of each row in either set; -1 for none.
    weight : array, shape (n,)
        Persons that a row stands for.
    minimum : int
    tolerate_blocks : bool
        As of :func:`small_cut`.
    """
    graph = meet(left, right, weight)
    side = small_cut(graph, minimum, tolerate_blocks=tolerate_blocks)
    if side is None:
        return None
    across: Bools = side[left + 1] != side[np.where(right >= 0, right + 1 + graph.n_left, 0)]
    return across


def _sums(place: Ints, weight: Floats) -> Floats:
    return np.bincount(place, weights=weight).astype(np.float64)


def _merge_heavy(label: Ints, graph: Meeting, minimum: int) -> tuple[Ints, Ints, Ints, Floats]:
    """Merge the ends of edges of at least ``minimum``, until no (bundle of parallel) edges is that heavy."""
    n = len(label)
    while True:
        u, v = label[graph.left], label[graph.right]
        apart = u != v
        low, high = np.minimum(u[apart], v[apart]), np.maximum(u[apart], v[apart])
        pairs, inverse = np.unique(low * n + high, return_inverse=True)
        u, v, w = pairs // n, pairs % n, _sums(inverse, graph.weight[apart])
        heavy = w >= minimum - ROUNDING
        if not heavy.any():
            return label, u, v, w
        label = _merge(label, u[heavy], v[heavy])


def _with_ground(graph: Meeting) -> Bools:
    component = _merge(np.arange(graph.n_vertices), graph.left, graph.right)
    return np.asarray(component == component[0])


def _lightest_with_neighbour(graph: Meeting, minimum: int) -> tuple[Ints, Ints]:
    """Blocks lighter than ``minimum``, each with the vertex it shares most persons with."""
    ends = np.concatenate([graph.left, graph.right])
    others = np.concatenate([graph.right, graph.left])
    weight = np.concatenate([graph.weight, graph.weight])
    light = (np.bincount(ends, weight, graph.n_vertices) < minimum - ROUNDING)[ends] & (ends > 0)
    order = np.lexsort((others[light], -weight[light]))
    vertices, first = np.unique(ends[light][order], return_index=True)
    return vertices, others[light][order][first]


def _merge(label: Ints, u: Ints, v: Ints) -> Ints:
    joined = coo_array((np.ones(len(u)), (u, v)), shape=(len(label), len(label)))
    merged: Ints = connected_components(joined, directed=False)[1][label].astype(np.int64)
    return merged


def _inseparable(u: Ints, v: Ints, w: Floats, minimum: int) -> tuple[Ints, Ints]:
    """Pairs of vertices that no cut lighter than ``minimum`` parts; at least one pair a component."""
    neighbours: dict[int, list[tuple[int, float]]] = {}
    for a, b, weight in zip(u.tolist(), v.tolist(), w.tolist(), strict=True):
        neighbours.setdefault(a, []).append((b, weight))
        neighbours.setdefault(b, []).append((a, weight))
    reached, pairs = dict.fromkeys(neighbours, 0.0), []
    seen: set[int] = set()
    for start in neighbours:
        queue = [(0.0, start)]
        while queue:
            _, a = heapq.heappop(queue)
            if a in seen:
                continue
            seen.add(a)
            for b, weight in neighbours[a]:
                if b in seen:
                    continue
                reached[b] += weight
                heapq.heappush(queue, (-reached[b], b))
                if reached[b] >= minimum - ROUNDING:
                    pairs.append((a, b))
    found = np.asarray(pairs, dtype=np.int64)
    return found[:, 0], found[:, 1]
