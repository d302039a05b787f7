"""A manager who keeps all reports of a study, and knows who answered when and in which firm.

It shares no code with the package. What is shown are sums over answers of persons; what can be computed from them are
their combinations. A combination that tells of few persons leaves no trace in the null space of the sums: so a set of
persons is safe when the null space, in their columns, has full rank. The null space is computed in fractions.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
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
    table = [[row.get(answer, 0) for answer in answers] for row in rows]
    columns: dict[Hashable, list[tuple[str, tuple[int, ...]]]] = {}
    for place, (person, which) in enumerate(answers):
        columns.setdefault(person, []).append((str(which), tuple(row[place] for row in table)))
    alike: dict[tuple, list[Hashable]] = {}
    for person, own in columns.items():
        alike.setdefault(tuple(sorted(own)), []).append(person)
    kinds = [(frozenset(persons), [column for _, column in own]) for own, persons in alike.items()]
    small = [kind for kind in kinds if len(kind[0]) < minimum]
    # one column for each answer of a kind of persons
    blocks, wide = {}, []
    for persons, own in kinds:
        blocks[persons] = list(range(len(wide), len(wide) + len(own)))
        wide += own
    hidden = _null_space([list(row) for row in zip(*wide, strict=True)]) if wide else np.zeros((0, 0), dtype=np.int64)
    found: list[frozenset[Hashable]] = []
    for size in range(1, minimum):
        for chosen in combinations(small, size):
            persons = frozenset().union(*(kind[0] for kind in chosen))
            if len(persons) >= minimum or any(less <= persons for less in found):
                continue
            places = [place for kind in chosen for place in blocks[kind[0]]]
            if _rank(hidden[places]) < len(places):
                found.append(persons)
    return found


def _null_space(table: list[list[int]]) -> np.ndarray:
    """Vectors that all rows miss, as columns, modulo a prime; from a reduced form in fractions."""
    rows = [[Fraction(x) for x in row] for row in table]
    n, pivots, at = len(table[0]), [], 0
    for column in range(n):
        pick = next((r for r in range(at, len(rows)) if rows[r][column]), None)
        if pick is None:
            continue
        rows[at], rows[pick] = rows[pick], rows[at]
        head = rows[at][column]
        rows[at] = [x / head for x in rows[at]]
        for r in range(len(rows)):
            if r != at and rows[r][column]:
                factor = rows[r][column]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[at], strict=True)]
        pivots.append(column)
        at += 1
    free = [column for column in range(n) if column not in pivots]
    found = np.zeros((n, len(free)), dtype=np.int64)
    for k, column in enumerate(free):
        found[column, k] = 1
        for r, pivot in enumerate(pivots):
            value = -rows[r][column]
            found[pivot, k] = value.numerator * pow(value.denominator, -1, _PRIME) % _PRIME
    return found


def _rank(table: np.ndarray) -> int:
    """Rank of a few rows modulo a prime."""
    rows, rank = [row.copy() for row in table], 0
    while rows:
        head = rows.pop()
        places = np.flatnonzero(head)
        if not len(places):
            continue
        rank += 1
        pivot = places[0]
        inverse = pow(int(head[pivot]), -1, _PRIME)
        head = head * inverse % _PRIME
        rows = [(row - row[pivot] * head) % _PRIME for row in rows]
    return rank
