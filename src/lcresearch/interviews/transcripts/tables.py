"""Small tables beside transcripts: CSV or a workbook, all cells as text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.table_layout import header_position, layout, only_blanks_beyond
from lcresearch.text_encoding import UnreadableTextError, scan
from lcresearch.workbooks import (
    UnreadableWorkbookError,
    cell_text,
    check_container,
    first_rows,
    open_workbook,
    sheet_rows,
)

LARGEST = 200 * 2**20
"""Bytes that a workbook may unpack to."""
_MOST_CELLS = 10_000_000
_SAMPLE = 4 * 2**20
_UNREADABLE = {"empty": "V060", "not_text": "V061", "damaged": "V062"}
_UNREADABLE_WORKBOOK = {"empty": "V060", "damaged": "V240", "locked": "V241", "too_large": "V242"}
_AROUND = "\ufeff\u200b \t\r\n\u00a0"

Cells = Sequence[str]
Numbered = tuple[int, Cells]


@dataclass(frozen=True)
class Table:
    """A table as text.

    Attributes
    ----------
    frame : DataFrame
        Indexed by the number of the row, as a spreadsheet counts them; blank rows are left out, empty cells missing.
        Names of columns differ.
    problems : tuple of Problem
        What was not read, and columns that got a name here.
    """

    frame: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def read_text(path: Path) -> str:
    """A text file as it is written, with its line ends.

    Raises
    ------
    InterviewError
        V060 empty, V061 no text, V062 damaged UTF-8.
    """
    try:
        encoding = scan(path).encoding
    except UnreadableTextError as error:
        raise InterviewError(_UNREADABLE[error.reason], where=Place(file=path.name), encodings=error.tried) from error
    return path.read_bytes().decode(encoding)


def read_table(path: Path) -> pd.DataFrame:
    """The frame of :func:`open_table`, where nobody asks what was passed over."""
    return open_table(path).frame


def open_table(path: Path) -> Table:
    """A table of text: its delimiter, sheet and header are found; words such as ``NA`` stay words.

    Raises
    ------
    InterviewError
        G001: no such file; V060 to V062; V063 where rows of a text are longer than the header; V240 to V242: a workbook
        that is damaged, locked or too large; V243: a quotation mark that is never closed.
    """
    if not path.is_file():
        raise InterviewError("G001", path=str(path))
    return _of_workbook(path) if path.suffix.lower() == ".xlsx" else _of_text(path)


def own_names(headers: Sequence[object]) -> tuple[list[str], list[str]]:
    """Names of columns that all differ; and those that were given here, to an empty header or one that came before.

    Examples
    --------
    >>> own_names(["id", "remark", "", "remark"])
    (['id', 'remark', 'C', 'remark (2)'], ['C', 'remark (2)'])
    """
    names: list[str] = []
    given: list[str] = []
    for number, header in enumerate(headers, start=1):
        wanted = unicodedata.normalize("NFC", str(header).strip(_AROUND))
        name, again = wanted or get_column_letter(number), 1
        while name in names:
            again += 1
            name = f"{wanted or get_column_letter(number)} ({again})"
        names.append(name)
        given += [name] if name != wanted else []
    return names, given


def _of_text(path: Path) -> Table:
    text, place = read_text(path).removeprefix("\ufeff"), Place(file=path.name)
    found = layout(text[:_SAMPLE])
    if found.header is None:
        raise InterviewError("V060", where=place)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=found.delimiter))
    except csv.Error as error:
        raise InterviewError("V243", where=place) from error
    numbered = [(number - found.hidden, record) for number, record in enumerate(records, start=1)]
    header, below = numbered[found.header], numbered[found.header + 1 :]
    filled = [(number, record) for number, record in below if any(map(str.strip, record))]
    if filled and text.count('"') % 2 and any("\n" in cell or "\r" in cell for cell in filled[-1][1]):
        raise InterviewError("V243", where=Place(file=path.name, row=filled[-1][0]))
    width = len(header[1])
    for number, record in filled:
        if len(record) > width and not only_blanks_beyond(record, width):
            raise InterviewError("V063", where=Place(file=path.name, row=number), header=width, cells=len(record))
    above = sum(any(map(str.strip, record)) for _, record in numbered[found.hidden : found.header])
    return _table(header[1], filled, above, place, ())


def _of_workbook(path: Path) -> Table:
    try:
        check_container(path, LARGEST)
        with open_workbook(path) as workbook:
            return _of_sheets(path, workbook)
    except UnreadableWorkbookError as error:
        raise InterviewError(_UNREADABLE_WORKBOOK[error.reason], where=Place(file=path.name)) from error


def _of_sheets(path: Path, workbook: Any) -> Table:
    """The first visible sheet that holds a table; the others are named when something stands in them."""
    tops = {
        sheet.title: top
        for sheet in workbook.worksheets
        if sheet.sheet_state == "visible"
        if (top := first_rows(sheet))
    }
    if not tops:
        raise InterviewError("V060", where=Place(file=path.name))
    title = next((name for name, top in tops.items() if _is_table(top)), next(iter(tops)))
    place = Place(file=path.name, sheet=title if len(tops) > 1 else None)
    position = header_position([row for _, row in tops[title]]) or 0
    number, header = tops[title][position]
    below = list(_filled(workbook[title], number))
    others = tuple(name for name in tops if name != title)
    return _table(header, below, position, place, others)


def _is_table(top: Sequence[Numbered]) -> bool:
    """Whether a sheet has a header of two cells or more with a row below it; a sheet with remarks has not."""
    position = header_position([row for _, row in top]) or 0
    return sum(bool(cell) for cell in top[position][1]) > 1 and len(top) > position + 1


def _filled(sheet: Any, header: int) -> Iterator[Numbered]:
    """Rows below the header that are not empty."""
    n_cells = 0
    for number, row in enumerate(sheet_rows(sheet), start=1):
        n_cells += len(row)
        if n_cells > _MOST_CELLS:
            raise UnreadableWorkbookError("too_large")
        cells = [cell_text(cell) or "" for cell in row] if number > header else []
        if any(map(str.strip, cells)):
            yield number, cells


def _table(header: Cells, rows: Sequence[Numbered], above: int, place: Place, others: tuple[str, ...]) -> Table:
    """As wide as its widest row; a column at the end that holds nothing and has no name is none."""
    width = max([len(header), *(len(row) for _, row in rows)])
    headers = [*header, *[""] * (width - len(header))]
    cells = [[*row, *[""] * (width - len(row))] for _, row in rows]
    while width and not headers[width - 1].strip(_AROUND) and not any(row[width - 1].strip() for row in cells):
        width -= 1
    names, given = own_names(headers[:width])
    frame = pd.DataFrame(
        [row[:width] for row in cells], columns=names, index=[number for number, _ in rows], dtype=object
    )
    problems = [Problem("V244", place, {"n": above})] if above else []
    problems += [Problem("V245", place, {"sheet": place.sheet, "others": others})] if others else []
    problems += [Problem("V246", place, {"names": given})] if given else []
    return Table(frame.mask(frame.map(lambda cell: cell.strip() == "")), tuple(problems))
