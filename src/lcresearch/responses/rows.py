"""Rows of a file that are no answers, or may not be used: repeated headers, tests of the form, no consent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lcresearch.errors import Place, ResponsesError
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.log import Log
from lcresearch.responses.persons.consent import Consent, consented
from lcresearch.responses.tables import Coded, Column, Mask, OpenFile, RawTable, shown
from lcresearch.responses.wording import name_key

_FEWEST_HEADERS = 2


def without_repeated_headers(table: RawTable, opened: OpenFile, log: Log) -> RawTable:
    """Leave out rows that repeat the header, as in files that were pasted under each other.

    A row does when at least half of its filled cells, and two of them, are the name that stands above their column or
    its question; or when all that it holds is what one of several header rows holds. An answer that has a column of its
    own often repeats the text above it: the question does not count there.
    """
    names = {c.number: {c.header, c.question or ""} if c.option is None else {c.header} for c in opened.columns}
    repeats = [_rows_with(coded, names[number]) for number, coded in table.columns.items()]
    if not repeats:
        return table
    n_repeated = np.sum(repeats, axis=0)
    filled = np.sum([coded.codes >= 0 for coded in table.columns.values()], axis=0)
    repeated = (n_repeated >= min(_FEWEST_HEADERS, len(repeats))) & (2 * n_repeated >= filled)
    for row in opened.head[: opened.header_rows]:
        repeated |= _repeats_row(table, row)
    return _without(repeated, "R193", table, log)


def without_tests(table: RawTable, opened: OpenFile, log: Log) -> RawTable:
    """Leave out rows that the platform marks as tests of the form, unless there are no others."""
    tests = [_rows_with(table.columns[number], values) for number, values in opened.tests.items()]
    if tests and len(table.row_numbers) and np.any(tests, axis=0).all():
        log.add("R116", "noted", n=len(table.row_numbers))
        return table
    return _without(np.any(tests, axis=0), "R192", table, log) if tests else table


def log_marked(table: RawTable, opened: OpenFile, log: Log) -> None:
    """Name the rows about which the platform has its doubts."""
    for number, kinds in opened.marks.items():
        for kind, values in kinds.items():
            rows = table.row_numbers[_rows_with(table.columns[number], values)]
            mark = {language: Messages(language)(f"responses.mark.{kind}") for language in LANGUAGES}
            log.cells("R117", "noted", rows=rows, mark=mark)


def with_consent(table: RawTable, column: Column, consent: Consent, log: Log) -> RawTable:
    """Leave out rows without consent, a line each, counted by answer.

    Raises
    ------
    ResponsesError
        R126 if nobody gave it.
    """
    coded = table.columns[column.number]
    found = consented(coded, column, consent.accept)
    if not found.mask.any():
        answers = [shown(answer, 30) for answer in found.refused if answer]
        raise ResponsesError("R126", where=Place(file=log.file, column=column.name), answers=answers or ["–"])
    for answer in found.refused:
        texts = {"answer": shown(answer, 40)} if answer else {"answer": _no_answer()}
        labels = [column.labels.get(str(value), str(value)) for value in coded.values.tolist()]
        same = np.array([label == answer for label in labels] + [not answer], dtype=bool)[coded.codes]
        log.cells("R127", "dropped", rows=table.row_numbers[same & ~found.mask], column=column.name, **texts)
    return table.only(found.mask)


def _no_answer() -> dict[str, str]:
    return {language: Messages(language)("privacy.empty_answer") for language in LANGUAGES}


def _repeats_row(table: RawTable, header: Sequence[str]) -> Mask:
    """Rows of which every loaded cell is what this row of the header holds, and two are filled."""
    same = [_rows_with(coded, {text}) for coded, text in _above(table, header) if text]
    other = [coded.codes >= 0 for coded, text in _above(table, header) if not text]
    none = np.zeros(len(table.row_numbers), dtype=bool)
    return none if len(same) < _FEWEST_HEADERS else np.all(same, axis=0) & ~np.any([none, *other], axis=0)


def _above(table: RawTable, header: Sequence[str]) -> list[tuple[Coded, str]]:
    """Each loaded column with its cell in a row of the header."""
    return [(coded, header[number - 1].strip()) for number, coded in table.columns.items() if number <= len(header)]


def _rows_with(coded: Coded, texts: set[str] | frozenset[str]) -> Mask:
    keys = {name_key(text) for text in texts}
    found = np.array([name_key(value) in keys for value in coded.values.tolist()] + [False], dtype=bool)
    return found[coded.codes]


def _without(rows: Mask, code: str, table: RawTable, log: Log) -> RawTable:
    if not rows.any():
        return table
    log.cells(code, "dropped", rows=table.row_numbers[rows])
    return table.only(~rows)
