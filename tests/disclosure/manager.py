"""A manager who keeps all reports of a study, and knows who answered when and in which firm.

It shares no code with the package. What is shown are sums over answers of persons; what can be computed from them are
combinations of the rows of their reduced form. All of it is reckoned in whole numbers modulo a prime, without rounding.
Rows that have no answer in common stand apart, since a combination of both tells of more persons than each. A set of
few persons is told of when some combination is zero for everybody else: when the rows have a lower rank without the
answers of the set. Of the reduced form only rows that begin with an answer of the set can be in such a combination, as
in the column where another row begins no other row has anything.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations

import numpy as np

Answer = tuple[Hashable, Hashable]
"""Person, and which of the answers of that person."""

Sum = Mapping[Answer, int]
"""A sum that is shown: what each answer counts in it."""

_PRIME = 2_147_483_629


def told_of_few(sums: Iterable[Sum], minimum: int) -> list[frozenset[Hashable]]:
    """Sets of fewer persons than the minimum of whom something can be computed; the smallest sets only."""
    rows = [dict(one) for one in sums if one]
    answers = sorted({answer for row in rows for answer in row}, key=str)
    table = np.array([[row.get(answer, 0) for answer in answers] for row in rows], dtype=np.int64)
    found: list[frozenset[Hashable]] = []
    if not len(rows):
        return found
    reduced = _reduced(table % _PRIME)
    for part, columns in _apart(reduced != 0):
        own = reduced[np.ix_(part, columns)]
        leading = (own != 0).argmax(axis=1).tolist()
        kinds: dict[tuple, list[Hashable]] = {}
        places: dict[Hashable, list[int]] = {}
        for place, column in enumerate(columns):
            places.setdefault(answers[column][0], []).append(place)
        for person, of_person in places.items():
            kinds.setdefault(tuple(sorted(tuple(own[:, place]) for place in of_person)), []).append(person)
        small = [persons for persons in kinds.values() if len(persons) < minimum]
        for size in range(1, minimum):
            for chosen in combinations(small, size):
                persons = frozenset().union(*chosen)
                if len(persons) >= minimum or any(less <= persons for less in found):
                    continue
                inside = [place for person in persons for place in places[person]]
                needed = [row for row, place in enumerate(leading) if place in inside]
                if needed and _rank(np.delete(own[needed], inside, axis=1)) < len(needed):
                    found.append(persons)
    return found


def _reduced(table: np.ndarray) -> np.ndarray:
    """Reduced row echelon form modulo the prime, without rows of zeros."""
    table, at = table.copy(), 0
    for column in range(table.shape[1]):
        picks = np.flatnonzero(table[at:, column])
        if not len(picks):
            continue
        table[[at, at + picks[0]]] = table[[at + picks[0], at]]
        table[at] = table[at] * pow(int(table[at, column]), -1, _PRIME) % _PRIME
        others = np.flatnonzero(table[:, column])
        others = others[others != at]
        table[others] = (table[others] - table[others, column][:, None] * table[at] % _PRIME) % _PRIME
        at += 1
        if at == len(table):
            break
    return table[:at]


def _rank(table: np.ndarray) -> int:
    return len(_reduced(table))


def _apart(used: np.ndarray) -> Iterable[tuple[list[int], list[int]]]:
    """Rows that hang together by columns, and these columns."""
    left = set(range(len(used)))
    while left:
        part, edge = set(), {left.pop()}
        while edge:
            part |= edge
            columns = used[sorted(edge)].any(axis=0)
            edge = {row for row in left if (used[row] & columns).any()}
            left -= edge
        rows = sorted(part)
        yield rows, np.flatnonzero(used[rows].any(axis=0)).tolist()
