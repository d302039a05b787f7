"""Rows that repeat the header, as in exports that were pasted under each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.asked import Asked
from lcresearch.responses.log import Log
from lcresearch.responses.rows import rows_with, without
from lcresearch.responses.tables import Coded, Mask, OpenFile, RawTable
from lcresearch.responses.wording import name_key

_FEWEST = 2
_NAMED = 10
_NUMBER = re.compile(r"\d+")


def without_repeated_headers(table: RawTable, opened: OpenFile, items: Iterable[Asked], log: Log) -> RawTable:
    """Leave out rows that repeat the header.

    A row does when all that it holds is what one of the header rows holds; or when at least half of its filled cells,
    and two of them, are names of columns or the questions below them. What is an answer of some question does not
    count, nor does the question of an answer that has a column of its own.

    Raises
    ------
    ResponsesError
        R200 if a row names the columns in another order or by other names: nobody can tell what stands below it.
    """
    if not table.columns or not len(table.row_numbers):
        return table
    answers = frozenset(name_key(label) for item in items for labels in item.codes.values() for label in labels)
    found = _Headings.of(table, _names(opened), answers)
    same = [_repeats_row(table, row, answers if place == 0 else frozenset()) for place, row in enumerate(_head(opened))]
    # below a first header row that is as it should be, a question may be worded otherwise
    lower = [_below(table, same[0], n) for n in range(1, opened.header_rows)]
    settled = np.any([np.zeros(len(table.row_numbers), dtype=bool), *same, *lower], axis=0)
    otherwise = found.are_headers & found.differ & ~settled
    if otherwise.any():
        raise _otherwise(table, opened, otherwise, found)
    return without(np.any([found.are_headers, *same], axis=0), "R193", table, log)


def _head(opened: OpenFile) -> Sequence[Sequence[str]]:
    return opened.head[: opened.header_rows]


def _names(opened: OpenFile) -> dict[int, frozenset[str]]:
    """What may stand in each column when the header is repeated, by number; for 0 the names of all columns."""
    top = _head(opened)[0] if opened.header_rows else ()
    found = {0: frozenset(map(name_key, top)) - {""}}
    for column in opened.columns:
        texts = {column.header, *top[column.number - 1 : column.number]}
        texts |= {column.question or ""} if column.option is None else set()
        found[column.number] = frozenset(map(name_key, texts)) - {""}
    return found


@dataclass(frozen=True)
class _Headings:
    """Which rows are headers, and by column which cells are filled with something else than what stands above them."""

    are_headers: Mask
    other: Mapping[int, Mask]

    @classmethod
    def of(cls, table: RawTable, names: Mapping[int, frozenset[str]], answers: frozenset[str]) -> _Headings:
        """Look at the loaded columns; names that are numbers count only beside others."""
        every = frozenset().union(*names.values()) - answers
        n_rows, other = len(table.row_numbers), {}
        n_own, n_named, n_words, n_filled = (np.zeros(n_rows, dtype=np.int32) for _ in range(4))
        for number, coded in table.columns.items():
            keys = [name_key(value) for value in coded.values.tolist()]
            own = names.get(number, frozenset())
            n_own += _where(coded, [key in own - answers for key in keys])
            n_named += _where(coded, [key in every for key in keys])
            n_words += _where(coded, [key in every and not _NUMBER.fullmatch(key) for key in keys])
            n_filled += coded.codes >= 0
            other[number] = (coded.codes >= 0) & ~_where(coded, [key in own for key in keys])
        fewest = min(_FEWEST, len(table.columns))
        repeated = (n_own >= fewest) & (n_words > 0)
        moved = (n_words >= _FEWEST) & (n_named >= _FEWEST)
        return cls((repeated | moved) & (2 * n_named >= n_filled), other)

    @property
    def differ(self) -> Mask:
        """Rows with a cell that is not what stands above it."""
        found: Mask = np.any(list(self.other.values()), axis=0)
        return found


def _where(coded: Coded, values: Sequence[bool]) -> Mask:
    return np.array([*values, False], dtype=bool)[coded.codes]


def _below(table: RawTable, rows: Mask, n: int) -> Mask:
    """The rows that stand ``n`` rows of the file below these."""
    found: Mask = np.isin(table.row_numbers, table.row_numbers[rows] + n)
    return found


def _otherwise(table: RawTable, opened: OpenFile, rows: Mask, found: _Headings) -> ResponsesError:
    names = {column.number: column.name for column in opened.columns}
    numbers = table.row_numbers[rows]
    columns = [names[number] for number, other in found.other.items() if other[rows].any() and number in names]
    listed = ", ".join(map(str, numbers[:_NAMED])) + (" …" if len(numbers) > _NAMED else "")
    shortened = columns[:_NAMED] + (["…"] if len(columns) > _NAMED else [])
    where = Place(file=opened.file, row=int(numbers[0]))
    return ResponsesError("R200", where=where, n=len(numbers), rows=listed, columns=shortened)


def _repeats_row(table: RawTable, header: Sequence[str], answers: frozenset[str]) -> Mask:
    """Rows of which every loaded cell is what this row of the header holds; two are filled, one with no answer."""
    above = [(c, header[number - 1].strip()) for number, c in table.columns.items() if number <= len(header)]
    same = [rows_with(coded, {text}) for coded, text in above if text]
    other = [coded.codes >= 0 for coded, text in above if not text]
    none = np.zeros(len(table.row_numbers), dtype=bool)
    if len(same) < _FEWEST or {name_key(text) for _, text in above if text} <= answers:
        return none
    repeated: Mask = np.all(same, axis=0) & ~np.any([none, *other], axis=0)
    return repeated
