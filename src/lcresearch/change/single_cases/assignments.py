"""Which assignments of treatment to time a design could have drawn: all of them, or a sample."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, islice, permutations, product

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]


def phase_changes(n: int, n_phases: int, shortest: int, starts: Sequence[int] | None) -> list[tuple[int, ...]]:
    """Where phases may begin (places, the first phase left out), each phase with at least ``shortest`` measurements.

    Parameters
    ----------
    n : int
        Measurements.
    n_phases : int
        2 for AB, 4 for ABAB.
    shortest : int
    starts : sequence of int, optional
        Places at which the second phase may begin; all that are possible by default.

    Examples
    --------
    >>> phase_changes(8, 2, 3, None)
    [(3,), (4,), (5,)]
    """
    free = n - n_phases * shortest
    if free < 0:
        return []
    found = []
    for extra in combinations(range(free + n_phases - 1), n_phases - 1):
        places = [place - order for order, place in enumerate(extra)]
        change = tuple(shortest * (order + 1) + place for order, place in enumerate(places))
        if starts is None or change[0] in starts:
            found.append(change)
    return found


def n_phase_changes(n: int, n_phases: int, shortest: int, starts: Sequence[int] | None) -> int:
    """How many of them there are, without listing them.

    Examples
    --------
    >>> n_phase_changes(100, 6, 3, None)
    36949857
    """
    firsts = range(shortest, n - (n_phases - 1) * shortest + 1)
    rest = n_phases - 1
    return sum(
        math.comb(n - first - rest * shortest + rest - 1, rest - 1)
        for first in firsts
        if starts is None or first in starts
    )


def drawn_phase_changes(
    n: int, n_phases: int, shortest: int, starts: Sequence[int] | None, n_draws: int, rng: np.random.Generator
) -> list[tuple[int, ...]]:
    """A sample of them, each as likely, with repetition; fewer than ``n_draws`` where few starts are allowed."""
    free = n - n_phases * shortest
    kept: list[tuple[int, ...]] = []
    for _ in range(50):
        keys = rng.random((n_draws, free + n_phases - 1))
        places = np.sort(np.argpartition(keys, n_phases - 2, axis=1)[:, : n_phases - 1], axis=1)
        changes = places - np.arange(n_phases - 1) + shortest * np.arange(1, n_phases)
        allowed = np.ones(n_draws, dtype=bool) if starts is None else np.isin(changes[:, 0], list(starts))
        kept += [tuple(row) for row in changes[allowed].tolist()]
        if len(kept) >= n_draws:
            break
    return kept[:n_draws]


def treated_by_changes(n: int, changes: Sequence[tuple[int, ...]]) -> Bools:
    """Treatment by time for each set of places of change, shape (n_assignments, n); the first phase is a baseline."""
    table = np.zeros((len(changes), n), dtype=np.int64)
    if changes:
        rows = np.repeat(np.arange(len(changes)), len(changes[0]))
        table[rows, np.array(changes).ravel()] = 1
    treated: Bools = table.cumsum(axis=1) % 2 == 1
    return treated


def n_alternations(n: int, n_treated: int, pairs: bool) -> int:
    """How many assignments there are before runs are limited."""
    return 2 ** (n // 2) if pairs else math.comb(n, n_treated)


def alternations(n: int, n_treated: int, *, pairs: bool, longest_run: int | None) -> Bools:
    """All assignments of conditions to measurements, shape (n_assignments, n).

    Parameters
    ----------
    n, n_treated : int
    pairs : bool
        Within each pair of measurements one is treated.
    longest_run : int, optional
        No condition more often in a row than this.
    """
    rows: Iterator[tuple[int, ...]]
    if pairs:
        rows = (tuple(2 * at + one for at, one in enumerate(which)) for which in product((0, 1), repeat=n // 2))
    else:
        rows = combinations(range(n), n_treated)
    places = np.array(list(rows), dtype=np.int64).reshape(-1, n // 2 if pairs else n_treated)
    treated = np.zeros((len(places), n), dtype=bool)
    np.put_along_axis(treated, places, True, axis=1)
    return treated[_short_runs(treated, longest_run)]


def drawn_alternations(
    n: int, n_treated: int, n_draws: int, rng: np.random.Generator, *, pairs: bool, longest_run: int | None
) -> Bools:
    """A sample of them, with repetition, shape (n_draws or fewer, n)."""
    kept: list[Bools] = []
    for _ in range(50):
        if pairs:
            first = rng.random((n_draws, n // 2)) < 0.5
            treated = np.stack([first, ~first], axis=2).reshape(n_draws, -1)
        else:
            treated = rng.permuted(np.broadcast_to(np.arange(n) < n_treated, (n_draws, n)), axis=1)
        kept.append(treated[_short_runs(treated, longest_run)])
        if sum(map(len, kept)) >= n_draws:
            break
    return np.concatenate(kept)[:n_draws]


def _short_runs(treated: Bools, longest: int | None) -> Bools:
    """Which rows have no run of more than ``longest`` equal conditions."""
    if longest is None or longest >= treated.shape[1]:
        return np.ones(len(treated), dtype=bool)
    windows = np.lib.stride_tricks.sliding_window_view(treated, longest + 1, axis=1)
    same = windows.all(axis=2) | ~windows.any(axis=2)
    return np.asarray(~np.atleast_2d(same).any(axis=1), dtype=np.bool_)


def first_permutations(n: int, most: int) -> list[tuple[int, ...]]:
    """All orders of n cases; no more than ``most`` are listed."""
    return list(islice(permutations(range(n)), most))
