"""A slow attacker who knows every published sum and tries all small sets of persons.

It shares no code with the package: cells are plain sets of answers, and what can be computed from their sums is what
the null space of those sums does not blur.
"""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import null_space


@pytest.fixture(scope="session")
def attacker() -> SimpleNamespace:
    """The functions below."""
    return SimpleNamespace(sets=published_sets, small=derivable_small_sets, alike=alike_remainders)


def published_sets(frame: pd.DataFrame, cells: pd.DataFrame, value: str, trees: list[tuple[str, ...]]) -> list[set]:
    """The answers behind each released cell: sets of (person, wave, value)."""
    answered = frame[frame[value].notna()]
    sets = []
    for cell in cells[cells["released"]].itertuples():
        columns = _columns(cell, trees)
        inside = (answered["wave"] == cell.wave).to_numpy()
        for column, name in zip(columns, cell.key, strict=True):
            inside = inside & (answered[column] == name).to_numpy()
        sets.append(set(answered.loc[inside, ["respondent", "wave", value]].itertuples(index=False, name=None)))
    return sets


def _columns(cell, trees: list[tuple[str, ...]]) -> tuple[str, ...]:
    if cell.level == "all":
        return ()
    for number, tree in enumerate(trees):
        for depth in range(1, len(tree) + 1):
            name = tree[depth - 1] if number == 0 else ":".join(tree[:depth])
            if name == cell.level and depth == len(cell.key):
                return tree[:depth]
    raise AssertionError(f"no tree has level {cell.level}")


def derivable_small_sets(sets: list[set], minimum: int) -> list[set]:
    """Every set of 1 to ``minimum - 1`` persons whose sum is a linear combination of the published sums."""
    units = sorted(set().union(*sets), key=str)
    if not units:
        return []
    table = np.array([[unit in members for unit in units] for members in sets], dtype=float)
    patterns: dict[tuple, set] = {}
    for column, unit in zip(table.T, units, strict=True):
        patterns.setdefault(tuple(column), set()).add(unit)
    atoms = list(patterns.values())
    small = [i for i, atom in enumerate(atoms) if len({unit[0] for unit in atom}) < minimum]
    matrix = np.array(list(patterns), dtype=float).T  # cells x atoms
    hidden = null_space(matrix)  # atoms x d: what no published sum can see
    found = []
    for size in range(1, minimum):
        for chosen in combinations(small, size):
            persons = {unit[0] for i in chosen for unit in atoms[i]}
            if len(persons) < minimum and np.abs(hidden[list(chosen)].sum(axis=0)).max(initial=0.0) < 1e-9:
                found.append(set().union(*(atoms[i] for i in chosen)))
    return found


def alike_remainders(sets: list[set]) -> list[set]:
    """Sets of answers, all the same, that are a published set or can be computed by taking published parts off one."""
    units = sorted(set().union(*sets), key=str)
    if not units:
        return []
    hidden = null_space(np.array([[unit in members for unit in units] for members in sets], dtype=float))
    found = []
    for whole in sets:
        parts = [part for part in sets if part < whole]
        for taken in [[], parts, *([part] for part in parts)]:
            rest = whole - set().union(*taken)
            seen = np.array([unit in rest for unit in units], dtype=float) @ hidden
            if rest and len({unit[2] for unit in rest}) == 1 and np.abs(seen).max(initial=0.0) < 1e-9:
                found.append(rest)
    return found
