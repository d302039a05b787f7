"""Rows of a file that are no answers: a header that comes again, and tests of the form."""

from __future__ import annotations

import numpy as np

from lcresearch.responses.log import Log
from lcresearch.responses.tables import Coded, Mask, OpenFile, RawTable
from lcresearch.responses.wording import name_key

_FEWEST_HEADERS = 2


def without_repeated_headers(table: RawTable, opened: OpenFile, log: Log) -> RawTable:
    """Leave out rows that repeat the header, as in files that were pasted under each other.

    A row does when at least half of its filled cells, and two of them, are the name that stands above their column or
    its question.
    """
    names = {column.number: {column.header, column.question or column.header} for column in opened.columns}
    repeats = [_rows_with(coded, names[number]) for number, coded in table.columns.items()]
    if not repeats:
        return table
    n_repeated = np.sum(repeats, axis=0)
    filled = np.sum([coded.codes >= 0 for coded in table.columns.values()], axis=0)
    return _without((n_repeated >= min(_FEWEST_HEADERS, len(repeats))) & (2 * n_repeated >= filled), "R193", table, log)


def without_tests(table: RawTable, opened: OpenFile, log: Log) -> RawTable:
    """Leave out rows that the platform marks as tests of the form."""
    tests = [_rows_with(table.columns[number], values) for number, values in opened.tests.items()]
    return _without(np.any(tests, axis=0), "R192", table, log) if tests else table


def _rows_with(coded: Coded, texts: set[str] | frozenset[str]) -> Mask:
    keys = {name_key(text) for text in texts}
    found = np.array([name_key(value) in keys for value in coded.values.tolist()] + [False], dtype=bool)
    return found[coded.codes]


def _without(rows: Mask, code: str, table: RawTable, log: Log) -> RawTable:
    if not rows.any():
        return table
    log.cells(code, "dropped", rows=table.row_numbers[rows])
    return table.only(~rows)
