"""All ways to hold every row with as few terms as possible, and all ways of which no term can be left out.

A chart of prime implicants is a set covering problem (Petrick, 1956). Here it is solved exactly: the fewest terms come
from an integer programme, all covers from a search that takes the row with the fewest candidates and bars a term once
all covers with it were seen, so that none is found twice. A search that becomes too long says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import optimize, sparse

from lcresearch.integration.configurations.terms import Array, Bools

MOST_MODELS = 1_000
MOST_STEPS = 100_000
"""Steps of the search after which it stops."""

SLACK = 1e-6


@dataclass(frozen=True)
class Covers:
    """Covers that were found.

    Attributes
    ----------
    covers : tuple of tuple of int
        Each the places of its terms.
    complete : bool
        Whether these are all there are.
    """

    covers: tuple[tuple[int, ...], ...]
    complete: bool = True

    def __len__(self) -> int:
        return len(self.covers)


def fewest_terms(holds: Bools) -> int:
    """The smallest number of terms that together hold every row; ``holds`` is terms x rows.

    Examples
    --------
    >>> fewest_terms(np.array([[True, True, False], [False, True, True], [True, False, True]]))
    2
    """
    return len(_one_smallest(_necessary_rows(holds)))


def fewest_covers(holds: Bools, most: int = MOST_MODELS) -> Covers:
    """All covers with the fewest terms.

    Examples
    --------
    >>> fewest_covers(np.array([[True, True, False], [False, True, True], [True, False, True]])).covers
    ((0, 1), (0, 2), (1, 2))
    """
    rows = _necessary_rows(holds)
    smallest = _one_smallest(rows)
    prices = _prices(rows)
    # without a term that costs so much more than its share that no smallest cover holds it
    extra = 1 - rows @ prices
    possible = prices.sum() + extra <= len(smallest) + SLACK
    found = _search(rows[possible], len(smallest), most, prices)
    places = np.flatnonzero(possible)
    covers = tuple(tuple(int(places[term]) for term in cover) for cover in found.covers)
    return Covers(covers or (smallest,), found.complete)


def irredundant_covers(holds: Bools, most: int = MOST_MODELS) -> Covers:
    """All covers of which no term can be left out, whatever their number of terms.

    These are the models between which data cannot choose (Baumgartner & Thiem, 2017).
    """
    rows = _necessary_rows(holds)
    found = _search(rows, len(rows), most, np.zeros(rows.shape[1]))
    return Covers(found.covers or (_one_smallest(rows),), found.complete)


def _one_smallest(holds: Bools) -> tuple[int, ...]:
    """One cover with the fewest terms."""
    greedy = _greedy(holds)
    if len(greedy) <= 2:  # a single term that holds all would have been taken first
        return greedy
    found = optimize.milp(
        np.ones(len(holds)),
        constraints=optimize.LinearConstraint(sparse.csr_array(holds.T.astype(np.float64)), lb=1),
        integrality=np.ones(len(holds)),
        bounds=optimize.Bounds(0, 1),
    )
    return tuple(int(term) for term in np.flatnonzero(found.x > 0.5))


def _greedy(holds: Bools) -> tuple[int, ...]:
    """A cover: each time the term is taken that holds most of the rest."""
    left, chosen = holds, []
    while left.shape[1]:
        best = int(np.argmax(left.sum(axis=1)))
        left = left[:, ~left[best]]
        chosen.append(best)
    return tuple(sorted(chosen))


def _prices(holds: Bools) -> Array:
    """A price a row such that no term holds rows for more than 1: any cover of rows has at least their price as terms.

    These are the dual values of the relaxed programme, made feasible beyond rounding.
    """
    if holds.shape[1] < 3:
        return np.zeros(holds.shape[1])
    found = optimize.linprog(
        -np.ones(holds.shape[1]), A_ub=sparse.csr_array(holds.astype(np.float64)), b_ub=np.ones(len(holds))
    )
    prices = np.maximum(found.x, 0)
    return np.asarray(prices / max(1.0, float(np.max(holds @ prices))))


def _necessary_rows(holds: Bools) -> Bools:
    """Without rows that are held anyway: by every term that holds another row."""
    if not holds.shape[1]:
        return holds
    holds = np.unique(holds, axis=1)
    counts = holds.astype(np.int32)
    shared = counts.T @ counts
    n = np.diag(shared)
    implied = (shared == n[:, None]) & (n[:, None] <= n[None, :]) & ~np.eye(len(n), dtype=np.bool_)
    return holds[:, ~implied.any(axis=0)]


def _bits(marks: Bools) -> list[int]:
    """Each row of marks as one integer."""
    packed = np.packbits(marks, axis=1, bitorder="little")
    return [int.from_bytes(line.tobytes(), "little") for line in packed]


def _places(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


class _EnoughError(Exception):
    """The search has come to a limit."""


class _Walk:
    """A search over one chart; terms that hold the same rows are one kind, and are told apart at the end."""

    def __init__(self, holds: Bools, most_terms: int, most: int, prices: Array) -> None:
        kinds, kind_of = np.unique(holds, axis=0, return_inverse=True)
        self.all_rows = (1 << kinds.shape[1]) - 1
        self.rows_of, self.kinds_of = _bits(kinds), _bits(kinds.T)
        self.members = [np.flatnonzero(kind_of.reshape(-1) == kind).tolist() for kind in range(len(kinds))]
        self.prices: list[float] = prices.tolist()
        self.most_terms, self.most = most_terms, most
        self.found: list[tuple[int, ...]] = []
        self.steps = 0

    def walk(self, chosen: tuple[int, ...], once: int, twice: int, barred: int) -> None:
        """``once``: rows that are held, ``twice``: rows that two or more hold, ``barred``: kinds not to take."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _EnoughError
        if once == self.all_rows:
            self._keep(chosen)
            return
        open_rows = self.all_rows & ~once
        if not self._can_be_done(open_rows, self.most_terms - len(chosen), barred):
            return
        row = min(_places(open_rows), key=lambda place: (self.kinds_of[place] & ~barred).bit_count())
        candidates = list(_places(self.kinds_of[row] & ~barred))
        candidates.sort(key=lambda kind: (self.rows_of[kind] & open_rows).bit_count(), reverse=True)
        for kind in candidates:
            rows = self.rows_of[kind]
            now_twice = twice | (once & rows)
            if all(self.rows_of[one] & ~now_twice for one in chosen):
                self.walk((*chosen, kind), once | rows, now_twice, barred | 1 << kind)
            barred |= 1 << kind

    def _can_be_done(self, open_rows: int, terms_left: int, barred: int) -> bool:
        """Whether each open row has a candidate, and the rows do not ask for more terms than are left.

        They ask for as many as their prices come to, and for one each where they share no candidate.
        """
        price, apart, seen = 0.0, 0, 0
        for row in _places(open_rows):
            kinds = self.kinds_of[row] & ~barred
            if not kinds:
                return False
            price += self.prices[row]
            if not kinds & seen:
                seen, apart = seen | kinds, apart + 1
        return max(price - SLACK, apart) <= terms_left

    def _keep(self, chosen: tuple[int, ...]) -> None:
        for cover in itertools.product(*(self.members[kind] for kind in chosen)):
            if len(self.found) >= self.most:
                raise _EnoughError
            self.found.append(tuple(sorted(cover)))


def _search(holds: Bools, most_terms: int, most: int, prices: Array) -> Covers:
    search = _Walk(holds, most_terms, most, prices)
    try:
        search.walk((), 0, 0, 0)
    except _EnoughError:
        return Covers(_in_order(search.found), complete=False)
    return Covers(_in_order(search.found))


def _in_order(covers: list[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """The shortest first."""
    return tuple(sorted(covers, key=lambda cover: (len(cover), cover)))
