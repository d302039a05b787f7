"""Excel workbooks (.xlsx, .xlsm), read cell by cell without loading the workbook."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from lcresearch.errors import Place, ResponsesError
from lcresearch.files import file_hash
from lcresearch.responses.formats.blocks import BlockTable
from lcresearch.responses.formats.formulas import without_outcome
from lcresearch.responses.tables import MAXIMUM_COLUMNS, Column, OpenFile, RawTable
from lcresearch.table_layout import HEAD_ROWS, header_position
from lcresearch.validation import did_you_mean
from lcresearch.workbooks import (
    BROKEN,
    UnreadableWorkbookError,
    cell_text,
    check_container,
    first_rows,
    open_workbook,
    sheet_rows,
)

_BLOCK_CELLS = 500_000
_OTHER_SHEETS = 50
_REFUSED = {"empty": "R001", "locked": "R011", "damaged": "R004", "too_large": "R009"}


@dataclass(frozen=True)
class _Top:
    """The top of a sheet: where its header stands, and its first rows from there on."""

    sheet: str
    position: int
    above: int
    rows: tuple[tuple[str, ...], ...]
    sheets: tuple[str, ...]
    other_sheets: dict[str, tuple[str, ...]]


def open_excel(path: Path, sheet: str | None = None, header_rows: int = 1) -> OpenFile:
    """Describe a sheet of a workbook: the one that is named, else the first visible one that has a header.

    Raises
    ------
    ResponsesError
        R001 empty, R004 damaged, R005 no rows below the header, R006 too many columns, R007 most rows are wider than
        the header (found when they are read), R009 a file that unpacks to an unreasonable size, R010 no such sheet,
        R011 protected by a password.
    """
    with _refusing(path):
        check_container(path)
    with _refusing(path), open_workbook(path) as workbook:
        top = _top(path, workbook, sheet)
    where = Place(file=path.name, sheet=top.sheet)
    if not any(map(any, top.rows[header_rows:])):
        raise ResponsesError("R005", where=where)
    headers = _headers(top.rows[:header_rows])
    if len(headers) > MAXIMUM_COLUMNS:
        raise ResponsesError("R006", where=where, n=len(headers), limit=MAXIMUM_COLUMNS)
    below = top.position + header_rows

    def load(wanted: frozenset[int]) -> RawTable:
        return _load(path, top.sheet, below, len(headers), wanted)

    columns = tuple(Column(number, header) for number, header in enumerate(headers, start=1))
    return OpenFile(
        path.name,
        "excel",
        columns,
        load,
        file_hash(path),
        {"sheet": top.sheet},
        head=top.rows,
        header_rows=header_rows,
        above=top.above,
        sheets=top.sheets,
        other_sheets=top.other_sheets,
    )


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """What is wrong with the file as one message of survey exports."""
    try:
        yield
    except UnreadableWorkbookError as error:
        code, where = _REFUSED[error.reason], Place(file=path.name)
        raise ResponsesError(code, where=where, format="Excel", reason=error.detail) from error


def _top(path: Path, workbook: Any, sheet: str | None) -> _Top:
    """The header of the sheet and the rows below it."""
    sheets = {each.title: each for each in workbook.worksheets}
    if sheet is not None and sheet not in sheets:
        where = Place(file=path.name)
        meant = did_you_mean(sheet, sheets)
        raise ResponsesError("R010", where=where, sheet=sheet, known=list(sheets), did_you_mean=meant)
    visible = [each for each in sheets.values() if each.sheet_state == "visible"]
    for candidate in [sheets[sheet]] if sheet is not None else visible:
        rows = first_rows(candidate)
        place = header_position([row for _, row in rows])
        if place is not None:
            first, others = tuple(row for _, row in rows[place:]), _other_headers(sheets, candidate.title)
            return _Top(candidate.title, rows[place][0], place, first, tuple(sheets), others)
    raise ResponsesError("R001", where=Place(file=path.name, sheet=sheet))


def _headers(rows: Sequence[Sequence[str]]) -> list[str]:
    """The first header row, as wide as the widest one: below a question may stand rows that have no header."""
    width = max(place for row in rows for place, cell in enumerate(row, start=1) if cell)
    return [*rows[0][:width], *[""] * (width - len(rows[0]))]


def _other_headers(sheets: dict[str, Any], read: str) -> dict[str, tuple[str, ...]]:
    """Headers of the sheets that are not read, without those that are empty or damaged."""
    found = {}
    for title in [title for title in sheets if title != read][:_OTHER_SHEETS]:
        try:
            rows = [row for _, row in first_rows(sheets[title], HEAD_ROWS)]
        except BROKEN:
            continue
        place = header_position(rows)
        if place is not None:
            found[title] = tuple(name for name in rows[place] if name)
    return found


def _load(path: Path, name: str, below: int, width: int, wanted: frozenset[int]) -> RawTable:
    """The wanted columns; rows with anything beyond the header are left out, since where it belongs cannot be seen."""
    table = BlockTable(wanted)
    first, size = below, max(1, _BLOCK_CELLS // width)
    long: list[int] = []
    with _refusing(path), open_workbook(path) as workbook:
        rows = islice(sheet_rows(workbook[name]), below - 1, None)
        while block := list(islice(rows, size)):
            beyond = {number for number, row in enumerate(block, start=first) if _goes_beyond(row, width)}
            kept = {number: row for number, row in enumerate(block, start=first) if number not in beyond}
            _add(table, kept, width)
            long += sorted(beyond)
            first += len(block)
        loaded = dataclasses.replace(table.finish(), long_rows=np.array(long, dtype=np.int64))
        if len(long) > len(loaded.row_numbers):
            raise _too_wide(path, workbook[name], long[0], width)
        if not _has_empty_cells(loaded):
            return loaded
        return dataclasses.replace(loaded, formulas=without_outcome(workbook[name], wanted, below, first - 1))


def _add(table: BlockTable, rows: Mapping[int, tuple[Any, ...]], width: int) -> None:
    block = [(*row[:width], *(None,) * (width - len(row))) for row in rows.values()]
    columns = [[cell_text(cell) for cell in column] for column in zip(*block, strict=True)]
    if columns:
        table.add(columns, np.array(list(rows), dtype=np.int64))


def _goes_beyond(row: tuple[Any, ...], width: int) -> bool:
    """Whether a row of the table has anything beyond the header; a remark beside an empty row is none of it."""
    return len(row) > width and any(map(_is_filled, row[width:])) and any(map(_is_filled, row[:width]))


def _is_filled(cell: Any) -> bool:
    """Whether a cell holds anything; that it has a colour or a border is nothing."""
    return bool((cell_text(cell) or "").strip())


def _too_wide(path: Path, sheet: Any, number: int, width: int) -> ResponsesError:
    """Most rows have something beyond the header: then the header is not theirs."""
    row = next(islice(sheet_rows(sheet), number - 1, None))
    cells = max(place for place, cell in enumerate(row, start=1) if _is_filled(cell))
    return ResponsesError("R007", where=Place(file=path.name, sheet=sheet.title, row=number), header=width, cells=cells)


def _has_empty_cells(table: RawTable) -> bool:
    return table.n_blank > 0 or any((coded.codes < 0).any() for coded in table.columns.values())
