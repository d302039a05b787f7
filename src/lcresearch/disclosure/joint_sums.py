"""Whether all sums that go out about some answers, taken together, tell of fewer persons than a minimum.

A sum is a row over answers: 1 for each answer in it, and in a change -1 for the answer before. Whatever can be computed
from the sums is a combination of these rows, and tells of the persons in whose columns it is not zero. Persons who are
in the same sums in the same way cannot be told apart and are taken together, so that the question is about few columns:
is there a combination that is zero everywhere but at fewer than the minimum? It is asked exactly, of each set of few
persons: the rows reach into a set when the projection on them leaves some vector of the set as it is.

Means by wave alone are two partitions at most, for which :mod:`lcresearch.disclosure.cuts` is quicker. Changes tie
waves together, and earlier reports lie beside them, so that here all are looked at together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lcresearch.disclosure.trees import Bools, Floats, Ints

MOST_SETS = 200_000
"""Sets of persons that are looked at; where there are more, the sums are taken to tell too much."""

_WHOLE = 1 - 1e-7
_CHUNK = 20_000


@dataclass(frozen=True)
class JointSums:
    """Sums as entries of a sparse matrix.

    Attributes
    ----------
    person : array of int, shape (n,)
    answer : array of int, shape (n,)
        Which of the answers of the person, such as that at the second wave; the same numbers for all persons.
    row : array of int, shape (n,)
        The sum that it is in.
    sign : array, shape (n,)
        1, or -1 for what is taken off.
    """

    person: Ints
    answer: Ints
    row: Ints
    sign: Floats


def rows_that_tell(sums: JointSums, new: Bools, minimum: int, most: int = MOST_SETS) -> list[Ints]:
    """Sets of rows that together tell of fewer persons than the minimum, and would not without the new ones.

    Parameters
    ----------
    sums : JointSums
    new : array of bool, shape (n_rows,)
        Rows that are still to go out. What the others tell has gone out already.
    minimum : int
    most : int
        See :data:`MOST_SETS`.

    Examples
    --------
    Means before and after of persons 0 to 6, of whom 5 answered before only and 6 after only, and the mean change of
    the five who answered twice:

    >>> who, five = [*range(6), *range(5), 6], [*range(5)]
    >>> sums = JointSums(
    ...     np.array(who + five + five), np.array([0] * 6 + [1] * 6 + [0] * 5 + [1] * 5),
    ...     np.array([0] * 6 + [1] * 6 + [2] * 10), np.array([1.0] * 12 + [-1.0] * 5 + [1.0] * 5),
    ... )
    >>> [rows.tolist() for rows in rows_that_tell(sums, np.array([False, False, True]), 5)]
    [[0, 1, 2]]
    """
    if not len(sums.row) or not new.any():
        return []
    matrix, found = _Matrix.of(sums), []
    for rows, entries in matrix.parts():
        if new[rows].any() and _tells(*matrix.dense(rows, entries), new[rows], minimum, most):
            found.append(rows)
    return found


@dataclass(frozen=True)
class _Matrix:
    """Sums by kinds of persons.

    Attributes
    ----------
    row, column : array of int, shape (n_entries,)
        A column is an answer of a kind of persons.
    value : array, shape (n_entries,)
    kind : array of int, shape (n_entries,)
    mark : array of uint64, shape (n_entries,)
        A random number for each different answer, row and value.
    persons : array of int, shape (n_kinds,)
    """

    row: Ints
    column: Ints
    value: Floats
    kind: Ints
    mark: npt.NDArray[np.uint64]
    persons: Ints

    @classmethod
    def of(cls, sums: JointSums) -> _Matrix:
        who, person = np.unique(sums.person, return_inverse=True)
        entry = np.stack([sums.answer, sums.row, sums.sign.astype(np.int64)])
        different, place = np.unique(entry, axis=1, return_inverse=True)
        drawn = np.random.default_rng(20260901).integers(1, 2**62, size=different.shape[1], dtype=np.uint64)
        mark: npt.NDArray[np.uint64] = np.asarray(drawn, dtype=np.uint64)[place.ravel()]
        _, first, kind, persons = np.unique(
            _summed(person.ravel(), mark, len(who)), return_index=True, return_inverse=True, return_counts=True
        )
        some = np.isin(person.ravel(), first)
        own = kind.ravel()[person.ravel()[some]]
        column = np.unique(own * (int(sums.answer.max()) + 1) + sums.answer[some], return_inverse=True)[1].ravel()
        return cls(sums.row[some], column, sums.sign[some], own, mark[some], persons)

    def parts(self) -> Iterator[tuple[Ints, Ints]]:
        """Rows that hang together by their columns, and their entries.

        A combination of rows of several parts tells of more persons than that of one of them.
        """
        rows, row = np.unique(self.row, return_inverse=True)
        n = len(rows) + int(self.column.max()) + 1
        graph = coo_array((np.ones(len(self.row)), (row.ravel(), self.column + len(rows))), shape=(n, n))
        label = connected_components(graph, directed=False)[1]
        of_entry = label[row.ravel()]
        order = np.argsort(of_entry, kind="stable")
        for entries in np.split(order, np.flatnonzero(np.diff(of_entry[order])) + 1):
            yield np.unique(self.row[entries]), entries

    def dense(self, rows: Ints, entries: Ints) -> tuple[Floats, Ints, Ints]:
        """The rows of a part, the kind of each column, and the persons of each kind; kinds alike here are one."""
        kinds, kind = np.unique(self.kind[entries], return_inverse=True)
        marks = _summed(kind.ravel(), self.mark[entries], len(kinds))
        _, first, alike = np.unique(marks, return_index=True, return_inverse=True)
        persons = np.bincount(alike.ravel(), self.persons[kinds]).astype(np.int64)
        kept = entries[np.isin(kind.ravel(), first)]
        columns, column = np.unique(self.column[kept], return_inverse=True)
        table = np.zeros((len(rows), len(columns)))
        table[np.searchsorted(rows, self.row[kept]), column.ravel()] = self.value[kept]
        owner = np.zeros(len(columns), dtype=np.int64)
        owner[column.ravel()] = alike.ravel()[np.searchsorted(kinds, self.kind[kept])]
        return table, owner, persons


def _summed(place: Ints, mark: npt.NDArray[np.uint64], n: int) -> npt.NDArray[np.uint64]:
    """Sums of random numbers: equal for those who have the same entries."""
    found = np.zeros(n, dtype=np.uint64)
    np.add.at(found, place, mark)
    return found


def _tells(table: Floats, kind: Ints, persons: Ints, new: Bools, minimum: int, most: int) -> bool:
    """Whether these rows reach into a set of fewer persons, further than those that are not new."""
    small = np.flatnonzero(persons < minimum)
    if not len(small):
        return False
    if sum(math.comb(len(small), size) for size in range(1, minimum)) > most:
        return True
    columns = _columns_of(kind, len(persons))
    all_rows, others = _projection(table), _projection(table[~new])
    for size in range(1, min(minimum, len(small) + 1)):
        sets = np.array(list(combinations(small.tolist(), size)), dtype=np.int64)
        sets = sets[persons[sets].sum(axis=1) < minimum]
        for start in range(0, len(sets), _CHUNK):
            chosen = columns[sets[start : start + _CHUNK]].reshape(len(sets[start : start + _CHUNK]), -1)
            if (_n_reached(all_rows, chosen) > _n_reached(others, chosen)).any():
                return True
    return False


def _columns_of(place: Ints, n: int) -> Ints:
    """Columns of each kind of persons, shape (n, most columns); filled up with a column of zeros at the end."""
    times = np.bincount(place, minlength=n)
    table = np.full((n, int(times.max(initial=0))), len(place))
    order = np.argsort(place, kind="stable")
    starts = np.cumsum(times) - times
    table[place[order], np.arange(len(place)) - np.repeat(starts, times)] = order
    return table


def _projection(table: Floats) -> Floats:
    """On the rows, with a row and column of zeros at the end; shape (c + 1, c + 1)."""
    found = np.zeros((table.shape[1] + 1, table.shape[1] + 1))
    if len(table):
        _, sizes, right = np.linalg.svd(table, full_matrices=False)
        basis = right[sizes > 1e-9 * max(float(sizes.max(initial=0.0)), 1e-300)]
        found[:-1, :-1] = basis.T @ basis
    return found


def _n_reached(projection: Floats, chosen: Ints) -> Ints:
    """In how many directions the rows reach into each set of columns."""
    parts = projection[chosen[:, :, None], chosen[:, None, :]]
    lengths = np.asarray(np.linalg.eigvalsh(parts), dtype=np.float64)
    return np.asarray((lengths > _WHOLE).sum(axis=1), dtype=np.int64)
