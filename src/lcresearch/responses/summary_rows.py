"""Rows below a table that sum it up and are nobody's answers: a mean, a total, a count."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.responses.log import Log
from lcresearch.responses.rows import without
from lcresearch.responses.tables import Coded, RawTable
from lcresearch.responses.wording import plain

_LAST = 10
_FEWEST_EQUAL = 3
_FEWEST_ABOVE = 5
_HALF = 0.5 + 1e-6
_NAMES = frozenset(
    {"gemiddelde", "gemiddeld", "gem", "totaal", "som", "mediaan", "modus", "aantal", "standaarddeviatie", "minimum"}
    | {"maximum", "mean", "average", "avg", "total", "sum", "median", "mode", "count", "standard deviation", "sd"}
    | {
        "stdev",
        "variantie",
        "variance",
        "gemiddelde score",
        "totaalscore",
        "grand total",
        "eindtotaal",
        "n",
        "min",
        "max",
    }
)
_COUNT = re.compile(r"n\s*=\s*\d+")


def without_summaries(table: RawTable, items: Collection[int], log: Log) -> RawTable:
    """Leave out the last rows that are a mean, total or count of the column above, with a line of the log for each.

    A person can be called SD, and a team N. So a word alone proves nothing: it must stand nowhere higher in its
    column, and the numbers beside it must be blank, written with decimals, or all the same summary of the rows above.
    Without a word all numbers, three at least, must be the means or all be the sums of five rows or more, and one of
    them no answer. Only the last ten rows are looked at, up to the first that is somebody's.

    Parameters
    ----------
    table : RawTable
    items : collection of int
        Columns that hold answers.
    log : Log
    """
    n_rows = len(table.row_numbers)
    words = {number: coded for number, coded in table.columns.items() if number not in items}
    numbers = [table.columns[number] for number in items if number in table.columns]
    start = n_rows
    while start > max(n_rows - _LAST, 1) and _says_so(words, start - 1):
        start -= 1
    for row in range(n_rows - 1, start - 1, -1):  # above all of them stand the rows that they sum up
        if not _may_be_any(_cells(numbers, row, start)):
            start = row + 1
            break
    if start == n_rows and n_rows > 1 and _sums_up(_cells(numbers, n_rows - 1, n_rows - 1), n_rows - 1):
        start -= 1
    return without(np.arange(n_rows) >= start, "R210", table, log)


def _cells(numbers: Sequence[Coded], row: int, start: int) -> list[_Cell]:
    return [_Cell.of(coded, row, start) for coded in numbers if coded.codes[row] >= 0]


@dataclass(frozen=True)
class _Cell:
    """A number in a row, how many decimals it is written with, and the numbers above it."""

    value: float
    decimals: int
    above: npt.NDArray[np.float64]

    @classmethod
    def of(cls, coded: Coded, row: int, start: int) -> _Cell:
        """The cell of a row, with the numbers of the rows before ``start``."""
        column = coded.numbers()
        text = str(coded.values[coded.codes[row]]).replace(",", ".")
        return cls(float(column[row]), len(text.partition(".")[2]), column[:start][~np.isnan(column[:start])])

    def is_about(self, outcome: float) -> bool:
        """Whether the number is this outcome, rounded as it is written."""
        return abs(self.value - outcome) <= _HALF * 10.0**-self.decimals

    @property
    def is_no_answer(self) -> bool:
        """Whether no row above has the like: it has decimals, or is more than the highest."""
        return bool(len(self.above)) and (not self.value.is_integer() or self.value > self.above.max())


def _says_so(words: Mapping[int, Coded], row: int) -> bool:
    """Whether the first word of a row names a summary, and stands nowhere higher in its column."""
    coded = next((each for each in words.values() if each.codes[row] >= 0), None)
    if coded is None:
        return False
    text = plain(str(coded.values[coded.codes[row]]))
    named = text in _NAMES or _COUNT.fullmatch(text) is not None
    return named and not (coded.codes[:row] == coded.codes[row]).any()


def _may_be_any(cells: Sequence[_Cell]) -> bool:
    """Whether the numbers are blank, written with decimals, or all one summary of the rows above."""
    if any(not cell.value.is_integer() for cell in cells):
        return True
    kinds = (np.mean, np.sum, np.median, np.min, np.max, np.std, len)
    return any(all(c.is_about(float(kind(c.above))) for c in cells if len(c.above)) for kind in kinds)


def _sums_up(cells: Sequence[_Cell], row: int) -> bool:
    """Whether all numbers are means, or all are sums, and one of them is no answer."""
    if len(cells) < _FEWEST_EQUAL or row < _FEWEST_ABOVE or not any(cell.is_no_answer for cell in cells):
        return False
    return any(all(len(c.above) > 0 and c.is_about(float(kind(c.above))) for c in cells) for kind in (np.mean, np.sum))
