"""Rows of a file that are no answers, or may not be used: tests of the form, no consent."""

from __future__ import annotations

import numpy as np

from lcresearch.errors import Place, ResponsesError
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.log import Log
from lcresearch.responses.persons.consent import Consent, begins_with_yes, consented, labels_of
from lcresearch.responses.tables import Coded, Column, Mask, OpenFile, RawTable, shown
from lcresearch.responses.wording import name_key


def without_tests(table: RawTable, opened: OpenFile, log: Log) -> RawTable:
    """Leave out rows that the platform marks as tests of the form, unless there are no others."""
    tests = [rows_with(table.columns[number], values) for number, values in opened.tests.items()]
    if tests and len(table.row_numbers) and np.any(tests, axis=0).all():
        log.add("R116", "noted", n=len(table.row_numbers))
        return table
    return without(np.any(tests, axis=0), "R192", table, log) if tests else table


def log_marked(table: RawTable, opened: OpenFile, log: Log) -> None:
    """Name the rows about which the platform has its doubts."""
    for number, kinds in opened.marks.items():
        for kind, values in kinds.items():
            rows = table.row_numbers[rows_with(table.columns[number], values)]
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
    labels = labels_of(coded, column)
    for answer in found.refused:
        texts = {"answer": shown(answer, 40)} if answer else {"answer": _no_answer()}
        same = np.array([label == answer for label in labels] + [not answer], dtype=bool)[coded.codes]
        log.cells("R127", "dropped", rows=table.row_numbers[same & ~found.mask], column=column.name, **texts)
    if not consent.accept and any(map(begins_with_yes, found.refused)):
        log.add("R134", "noted", column=column.name)
    return table.only(found.mask)


def _no_answer() -> dict[str, str]:
    return {language: Messages(language)("privacy.empty_answer") for language in LANGUAGES}


def rows_with(coded: Coded, texts: set[str] | frozenset[str]) -> Mask:
    """Rows that hold one of these texts, whatever its case, shape (n_rows,)."""
    keys = {name_key(text) for text in texts}
    found = np.array([name_key(value) in keys for value in coded.values.tolist()] + [False], dtype=bool)
    return found[coded.codes]


def without(rows: Mask, code: str, table: RawTable, log: Log) -> RawTable:
    """The table without these rows, with a line of the log for each."""
    if not rows.any():
        return table
    log.cells(code, "dropped", rows=table.row_numbers[rows])
    return table.only(~rows)
