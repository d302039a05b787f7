"""How far sets and combinations of them are necessary for an outcome: numbers on plain arrays."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from lcresearch.integration.configurations.terms import Array, Ints

Rows = list[tuple[int, ...]]

ROUNDING = 1e-9
"""A fit that differs from a cut by no more than this reaches it."""


def necessity_fit(sets: Array, outcome: Array) -> Array:
    """Consistency, relevance and coverage of sets as necessary conditions.

    Parameters
    ----------
    sets : array, shape (n, k)
        Membership of n cases in k sets.
    outcome : array, shape (n,)

    Returns
    -------
    array, shape (k, 3)
        ``sum(min(x, y)) / sum(y)``, ``sum(1 - x) / sum(1 - min(x, y))`` (relevance of necessity, Schneider & Wagemann,
        2012) and ``sum(min(x, y)) / sum(x)`` (Ragin, 2006). NaN where nothing is divided by nothing.
    """
    both = np.minimum(sets, outcome[:, None])
    shared, total = both.sum(axis=0), float(outcome.sum())
    parts = [
        (shared, np.full(len(shared), total)),
        ((1 - sets).sum(axis=0), (1 - both).sum(axis=0)),
        (shared, sets.sum(axis=0)),
    ]
    return np.column_stack([_share(above, below) for above, below in parts])


def necessary_conjunctions(parts: Array, of: Ints, outcome: Array, *, cut: float, depth: int) -> Rows:
    """Combinations of parts, each of another condition, that are necessary; as places of parts.

    A combination is never more necessary than a part of it, so that each grows from those found before.
    """
    found: Rows = []
    level: Rows = [(k,) for k in _reaching(parts, outcome, cut)]
    alone = [k for (k,) in level]
    while level and len(level[0]) <= depth:
        found += level
        longer = [(*row, k) for row in level for k in alone if k > row[-1] and of[k] not in of[list(row)]]
        if not longer:
            break
        joined = np.column_stack([parts[:, list(row)].min(axis=1) for row in longer])
        level = [longer[place] for place in _reaching(joined, outcome, cut)]
    return found


def necessary_disjunctions(parts: Array, of: Ints, outcome: Array, *, cut: float, depth: int) -> Rows:
    """Unions of parts, each of another condition, that are necessary while no smaller union of them is."""
    alone = set(_reaching(parts, outcome, cut))
    rest = [k for k in range(parts.shape[1]) if k not in alone]
    found: Rows = []
    level: Rows = [(k,) for k in rest]
    for _ in range(1, depth):
        short = set(level)
        longer = [
            (*row, k)
            for row in level
            for k in rest
            if k > row[-1]
            and of[k] not in of[list(row)]
            and all(smaller in short for smaller in combinations((*row, k), len(row)))
        ]
        if not longer:
            break
        joined = np.column_stack([parts[:, list(row)].max(axis=1) for row in longer])
        reaching = set(_reaching(joined, outcome, cut))
        found += [row for place, row in enumerate(longer) if place in reaching]
        level = [row for place, row in enumerate(longer) if place not in reaching]
    return found


def _reaching(sets: Array, outcome: Array, cut: float) -> list[int]:
    consistency = necessity_fit(sets, outcome)[:, 0]
    return [int(place) for place in np.flatnonzero(consistency >= cut - ROUNDING)]


def _share(above: Array, below: Array) -> Array:
    found = np.full(len(above), np.nan)
    np.divide(above, below, out=found, where=below > ROUNDING)
    return found
