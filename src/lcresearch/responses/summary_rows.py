"""Rows below a table that sum it up and are nobody's answers: a mean, a total, a count."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np

from lcresearch.responses.log import Log
from lcresearch.responses.rows import without
from lcresearch.responses.tables import Coded, RawTable
from lcresearch.responses.wording import plain

_LAST = 10
_FEWEST_EQUAL = 3
_FEWEST_ABOVE = 2
_HALF = 0.5 + 1e-6
_NAMES = frozenset(
    {"gemiddelde", "gemiddeld", "gem", "totaal", "som", "mediaan", "modus", "aantal", "standaarddeviatie", "minimum"}
    | {
        "maximum",
        "mean",
        "average",
        "avg",
        "total",
        "sum",
        "median",
        "mode",
        "count",
        "standard deviation",
        "sd",
        "stdev",
    }
    | {"variantie", "variance", "gemiddelde score", "totaalscore", "grand total", "eindtotaal", "n"}
)
_COUNT = re.compile(r"n\s*=\s*\d+")


def without_summaries(table: RawTable, items: Collection[int], log: Log) -> RawTable:
    """Leave out the last rows that are a mean, total or count of the column above, with a line of the log for each.

    Such a row says so in words, or all of its numbers, three at least, are the mean or the sum of all rows above, and
    one of them is no answer: it has decimals, or is more than the highest above. Only the last ten rows are looked
    at, up to the first that is somebody's.

    Parameters
    ----------
    table : RawTable
    items : collection of int
        Columns that hold answers.
    log : Log
    """
    n_rows = len(table.row_numbers)
    words = {number: coded for number, coded in table.columns.items() if number not in items}
    numbers = {number: table.columns[number] for number in items if number in table.columns}
    found = np.zeros(n_rows, dtype=bool)
    for row in range(n_rows - 1, max(n_rows - 1 - _LAST, _FEWEST_ABOVE - 1), -1):
        if not (_says_so(words, row) or _sums_up(numbers, row)):
            break
        found[row] = True
    return without(found, "R210", table, log)


def _says_so(words: Mapping[int, Coded], row: int) -> bool:
    texts = [plain(str(coded.values[coded.codes[row]])) for coded in words.values() if coded.codes[row] >= 0]
    return bool(texts) and (texts[0] in _NAMES or _COUNT.fullmatch(texts[0]) is not None)


def _sums_up(numbers: Mapping[int, Coded], row: int) -> bool:
    n_equal, is_new = 0, False
    for coded in numbers.values():
        if coded.codes[row] < 0:
            continue
        column = coded.numbers()
        value, above = column[row], column[:row][~np.isnan(column[:row])]
        decimals = len(str(coded.values[coded.codes[row]]).replace(",", ".").partition(".")[2])
        outcomes = (above.mean(), above.sum()) if len(above) else ()
        if not any(abs(value - outcome) <= _HALF * 10**-decimals for outcome in outcomes):
            return False
        n_equal, is_new = n_equal + 1, is_new or not value.is_integer() or value > above.max()
    return n_equal >= _FEWEST_EQUAL and is_new
