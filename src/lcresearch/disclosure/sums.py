"""Whether sums of products over persons may leave the house, or give answers of single persons away.

Sums of products of k columns over n persons are equations about these persons. Who knows some columns, such as roles,
solves them for the others once there are as many equations as persons; who knows nothing still learns what a column
says of everybody when it is the same for all, and of the one or two who differ when it is the same for the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from lcresearch.disclosure.policy import Policy
from lcresearch.disclosure.supports import fewest_persons
from lcresearch.disclosure.trees import Bools, Floats, Ints

FEW, ALIKE, EARLIER, OVERLAP = "few", "alike", "earlier", "overlap"
FEW_FOR_COLUMNS, RARE, CONSTANT, INCOMPLETE = (
    "few_persons_for_columns",
    "rare_category",
    "constant_column",
    "incomplete",
)
_DIGITS = 9
_ROUNDING = 1e-9
_FEW_VALUES = 6
"""Columns with more values in a cell tell nothing by one value; persons must outnumber them."""

Reasons = npt.NDArray[np.object_]


@dataclass(frozen=True)
class SummedRows:
    """Rows whose products are summed by cell; a person may have several rows, all in one cell.

    Attributes
    ----------
    cell : array of int, shape (n,)
        0 to n_cells - 1.
    person : array of int, shape (n,)
    values : array, shape (n, k)
        Columns, without the constant; no value is missing.
    personal : array of bool, shape (k,)
        Columns of persons, which must vary in each cell. The others are those of the cell, which may vary where a cell
        is coarser than what they describe.
    counted : array of bool, shape (k,)
        Columns that count as equations of their own; not those that follow from others, such as the reference of a
        factor.
    outcome : int
        Which column is the outcome.
    n_cells : int
    derived : tuple of int
        Columns that are not summed but follow from those that are, such as the score at the second wave from that at
        the first and the change: nobody may be told by them either, as by the outcome.
    beside : array, shape (n, j), optional
        Columns of the same persons in other tables, whose sums combine with those of this one.
    """

    cell: Ints
    person: Ints
    values: Floats
    personal: Bools
    counted: Bools
    outcome: int
    n_cells: int
    derived: tuple[int, ...] = ()
    beside: Floats | None = None

    def of(self, rows: Bools) -> SummedRows:
        """Some of the rows."""
        beside = None if self.beside is None else self.beside[rows]
        return replace(self, cell=self.cell[rows], person=self.person[rows], values=self.values[rows], beside=beside)


def unfit_cells(rows: SummedRows, policy: Policy, elsewhere: int = 0) -> Reasons:
    """Why the sums of each cell may not leave the house; None for those that may. Shape (n_cells,).

    A cell goes out only with at least ``policy.minimum_cell`` persons; more persons than columns that vary over them,
    the constant among these; in each column at least ``policy.minimum_category`` persons who differ from the most
    frequent value, so that a 0/1 column has as many on either side; as many on whom any weighted sum by these columns
    depends (:mod:`lcresearch.disclosure.supports`), and ``minimum_cell`` for columns of smaller groups inside the cell;
    no column of persons that is the same for all; and no outcome that is the same for all on one side of a 0/1 column,
    since its mean there, at the end of a scale, says so.

    Parameters
    ----------
    rows : SummedRows
    policy : Policy
    elsewhere : int
        Columns of the same persons that are summed in other tables and not in this one.

    Examples
    --------
    Twelve persons, of whom one is a manager:

    >>> manager, score = np.arange(12) == 0, np.arange(12) % 5
    >>> rows = SummedRows(
    ...     np.zeros(12, int), np.arange(12), np.stack([manager, score], axis=1).astype(float),
    ...     np.array([True, True]), np.array([True, True]), outcome=1, n_cells=1,
    ... )
    >>> unfit_cells(rows, Policy(minimum_cell=10)).tolist()
    ['rare_category']
    """
    units = _Units.of(rows.cell, rows.person, rows.n_cells)
    found: Reasons = np.full(rows.n_cells, None, dtype=object)
    values = np.round(rows.values, _DIGITS)
    n_varying = np.full(rows.n_cells, 1 + elsewhere)
    outcomes = (rows.outcome, *rows.derived)
    later: list[tuple[Bools, str]] = []
    for place, column in enumerate(values.T):
        low, high = units.range_of_cells(column)
        varies, n_others = high - low > _ROUNDING, units.n - units.most_alike(column)
        n_varying += varies & rows.counted[place]
        is_outcome = place in outcomes
        if rows.personal[place]:
            later.append((~varies, ALIKE if is_outcome else CONSTANT))
        later.append((varies & (n_others < policy.minimum_category), ALIKE if is_outcome else RARE))
        if not is_outcome:
            binary = np.isin(column, (0.0, 1.0))
            only_binary = ~units.any_in_cells(~binary) & varies
            for outcome in outcomes:
                later.append((only_binary & _alike_on_a_side(units, column, values[:, outcome]), ALIKE))
    _say(found, units.n < policy.minimum_cell, FEW)
    _say(found, units.n <= n_varying, FEW_FOR_COLUMNS)
    for cells, reason in later:
        _say(found, cells, reason)
    inside = rows.counted & (np.arange(values.shape[1]) != rows.outcome)
    for columns, minimum, reason in (
        (inside & ~rows.personal, policy.minimum_cell, FEW),
        (inside, policy.minimum_category, RARE),
    ):
        open_cells = np.array([one is None for one in found], dtype=bool)
        used = values[:, columns]
        if rows.beside is not None and minimum == policy.minimum_category:
            used = np.column_stack([used, np.round(rows.beside, _DIGITS)])
        _say(found, _few_by_combination(units, used, minimum, open_cells), reason)
    return found


def unfit_moments(answers: Floats, policy: Policy) -> str | None:
    """Why the means and covariances of columns over all persons may not leave the house, or None.

    Parameters
    ----------
    answers : array, shape (n, p)
        A row a person, nothing missing.
    policy : Policy

    Examples
    --------
    >>> answers = np.stack([np.arange(20) % 4, np.arange(20) == 3], axis=1).astype(float)
    >>> unfit_moments(answers, Policy(minimum_cell=10))
    'rare_category'
    """
    n, p = answers.shape
    if n < policy.minimum_cell:
        return FEW
    if n <= p + 1:
        return FEW_FOR_COLUMNS
    units = _Units.of(np.zeros(n, dtype=np.int64), np.arange(n), 1)
    others = [n - int(units.most_alike(column)[0]) for column in np.round(answers, _DIGITS).T]
    if not min(others):
        return ALIKE
    if min(others) < policy.minimum_category or _few_by_pairs(answers, policy.minimum_category):
        return RARE
    return None


def _few_by_pairs(answers: Floats, minimum: int) -> bool:
    """Whether two columns tell of fewer persons than a minimum, as items that all but one answered in the same way.

    The difference of two such columns is zero but for the one, and its product with any other column is what that
    person answered there.
    """
    codes = [np.unique(column, return_inverse=True)[1] for column in np.round(answers, _DIGITS).T]
    for one, other in combinations(range(len(codes)), 2):
        n_one, n_other = int(codes[one].max()) + 1, int(codes[other].max()) + 1
        if max(n_one, n_other) > _FEW_VALUES:
            if _most_of_line(answers[:, one], answers[:, other]) > len(answers) - minimum:
                return True
            continue
        table = np.bincount(codes[one] * n_other + codes[other], minlength=n_one * n_other).reshape(n_one, n_other)
        if min(int(table.max(axis=axis).sum()) for axis in (0, 1)) <= len(answers) - minimum:
            continue  # a line through the values of both passes one value of the one at each value of the other
        patterns, n = np.unique(answers[:, [one, other]], axis=0, return_counts=True)
        if fewest_persons(patterns, n) < minimum:
            return True
    return False


def _most_of_line(one: Floats, other: Floats) -> int:
    """Most persons with one difference of two columns, or one sum."""
    return max(int(np.unique(np.round(x, _DIGITS), return_counts=True)[1].max()) for x in (one - other, one + other))


@dataclass(frozen=True)
class _Units:
    """Persons within cells.

    Attributes
    ----------
    order : array of int, shape (n,)
        Rows sorted by cell and person.
    starts : array of int, shape (n_units,)
        First sorted row of each unit.
    cell : array of int, shape (n_units,)
    row_cell : array of int, shape (n,)
    n : array of int, shape (n_cells,)
        Persons of each cell.
    """

    order: Ints
    starts: Ints
    cell: Ints
    row_cell: Ints
    n: Ints

    @classmethod
    def of(cls, cell: Ints, person: Ints, n_cells: int) -> _Units:
        order = np.lexsort((person, cell))
        c, p = cell[order], person[order]
        new = np.ones(len(order), dtype=bool)
        new[1:] = (c[1:] != c[:-1]) | (p[1:] != p[:-1])
        starts = np.flatnonzero(new)
        return cls(order, starts, c[starts], cell, np.bincount(c[starts], minlength=n_cells))

    def range_of_cells(self, column: Floats, rows: Bools | None = None) -> tuple[Floats, Floats]:
        """Lowest and highest value in each cell, among some rows; infinite where there are none."""
        cell, values = (self.row_cell, column) if rows is None else (self.row_cell[rows], column[rows])
        low, high = np.full(len(self.n), np.inf), np.full(len(self.n), -np.inf)
        np.minimum.at(low, cell, values)
        np.maximum.at(high, cell, values)
        return low, high

    def any_in_cells(self, rows: Bools) -> Bools:
        """Cells in which this holds for some row."""
        found: Bools = np.bincount(self.row_cell, rows, len(self.n)) > 0
        return found

    def most_alike(self, column: Floats) -> Ints:
        """In each cell the number of persons who all have, and only have, the value that most have."""
        most = np.zeros(len(self.n), dtype=np.int64)
        if not len(self.order):
            return most
        values = column[self.order]
        low, high = np.minimum.reduceat(values, self.starts), np.maximum.reduceat(values, self.starts)
        single = low == high
        cell, value = self.cell[single], low[single]
        order = np.lexsort((value, cell))
        cell, value = cell[order], value[order]
        new = np.ones(len(cell), dtype=bool)
        new[1:] = (cell[1:] != cell[:-1]) | (value[1:] != value[:-1])
        starts = np.flatnonzero(new)
        np.maximum.at(most, cell[starts], np.diff(starts, append=len(cell)))
        return most


def _few_by_combination(units: _Units, values: Floats, minimum: int, cells: Bools) -> Bools:
    """Cells in which a weighted sum by columns with few different values depends on fewer persons than a minimum."""
    found = np.zeros(len(units.n), dtype=bool)
    if not len(units.starts):
        return found
    varies = np.zeros((len(units.n), values.shape[1]), dtype=bool)
    persons = np.empty((len(units.starts), values.shape[1]))
    for place, column in enumerate(values.T):
        low, high = units.range_of_cells(column)
        varies[:, place] = high - low > _ROUNDING
        ordered = column[units.order]
        persons[:, place] = np.minimum.reduceat(ordered, units.starts)
        within = persons[:, place] != np.maximum.reduceat(ordered, units.starts)
        varies[np.unique(units.cell[within]), place] = False
    for cell in np.flatnonzero(cells & varies.any(axis=1)):
        own = persons[units.cell == cell][:, varies[cell]]
        few_values = [len(np.unique(column)) <= _FEW_VALUES for column in own.T]
        if any(few_values):
            patterns, n = np.unique(own[:, few_values], axis=0, return_counts=True)
            found[cell] = fewest_persons(patterns, n) < minimum
    return found


def _alike_on_a_side(units: _Units, column: Floats, outcome: Floats) -> Bools:
    found = np.zeros(len(units.n), dtype=bool)
    for side in (0.0, 1.0):
        low, high = units.range_of_cells(outcome, column == side)
        found |= (low <= high) & (high - low <= _ROUNDING)
    return found


def _say(reasons: Reasons, cells: Bools, reason: str) -> None:
    """Give cells without a reason this one."""
    fresh = cells & np.array([one is None for one in reasons], dtype=bool)
    reasons[fresh] = reason
