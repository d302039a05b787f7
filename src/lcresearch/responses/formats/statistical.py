"""Files of SPSS (.sav, .zsav) and Stata (.dta): values with labels, question texts and declared missing values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from lcresearch.errors import Place, ResponsesError
from lcresearch.files import file_hash
from lcresearch.responses.formats.blocks import BlockTable
from lcresearch.responses.formats.response_sets import joining, with_sets
from lcresearch.responses.tables import MAXIMUM_COLUMNS, Column, OpenFile, RawTable
from lcresearch.table_layout import HEAD_ROWS
from lcresearch.workbooks import cell_text

_BLOCK_CELLS = 20_000_000
_FIRST_ROW = 2


def open_spss(path: Path) -> OpenFile:
    """Describe an SPSS file; its user-missing values are kept as declared by the file."""
    with path.open("rb") as stream:
        start = stream.read(12)
    if start == b"ENCRYPTEDSAV":
        raise ResponsesError("R011", where=Place(file=path.name))
    return _open(path, "spss", "SPSS", pyreadstat.read_sav)


def open_stata(path: Path) -> OpenFile:
    """Describe a Stata file; its extended missing values (``.a`` to ``.z``) are kept as declared by the file."""
    return _open(path, "stata", "Stata", pyreadstat.read_dta)


def _open(path: Path, kind: str, name: str, reader: Any) -> OpenFile:
    if path.stat().st_size == 0:
        raise ResponsesError("R001", where=Place(file=path.name))
    read = partial(_read, path, name, reader)
    _, meta = read(metadataonly=True)
    if len(meta.column_names) > MAXIMUM_COLUMNS:
        where = Place(file=path.name)
        raise ResponsesError("R006", where=where, n=len(meta.column_names), limit=MAXIMUM_COLUMNS)
    frame, _ = read(row_limit=HEAD_ROWS)
    if frame.empty:
        raise ResponsesError("R005", where=Place(file=path.name))
    _, full = read(metadataonly=True, user_missing=True)
    letters = _letters(read) if kind == "stata" else {}
    stored = [_column(number, header, full, letters) for number, header in enumerate(full.column_names, start=1)]
    columns = with_sets(stored, getattr(full, "mr_sets", None) or {})

    def load(wanted: frozenset[int]) -> RawTable:
        return _load(read, len(stored), wanted)

    cells = [[cell_text(cell) or "" for cell in frame[name].tolist()] for name in frame.columns]
    head = tuple(zip(*cells, strict=True))
    facts = {"encoding": str(meta.file_encoding or "")}
    return OpenFile(path.name, kind, columns, joining(load, columns), file_hash(path), facts, head=head)


def _read(path: Path, name: str, reader: Any, **options: Any) -> tuple[pd.DataFrame, Any]:
    """Read with the encoding that the file names, else as Windows-1252; dates that no calendar has stay numbers."""
    attempts: tuple[dict[str, Any], ...] = ({}, {"encoding": "windows-1252"}, {"disable_datetime_conversion": True})
    for attempt in attempts:
        try:
            result: tuple[pd.DataFrame, Any] = reader(str(path), **attempt, **options)
            return result
        except (pyreadstat.ReadstatError, UnicodeDecodeError, OverflowError, ValueError, OSError) as error:
            reason = str(error)
    raise ResponsesError("R004", where=Place(file=path.name), format=name, reason=reason[:200])


def _letters(read: Any) -> Mapping[str, list[str]]:
    """Stata's extended missing values that occur, by column."""
    _, meta = read(user_missing=True)
    found: Mapping[str, list[str]] = meta.missing_user_values
    return found


def _column(number: int, header: str, meta: Any, letters: Mapping[str, list[str]]) -> Column:
    labels = {cell_text(value) or "": str(label) for value, label in meta.variable_value_labels.get(header, {}).items()}
    declared = [(limit["lo"], limit["hi"]) for limit in meta.missing_ranges.get(header, [])]
    ranges = tuple((float(low), float(high)) for low, high in declared if not isinstance(low, str))
    texts = frozenset(low.strip() for low, _ in declared if isinstance(low, str)) | frozenset(letters.get(header, []))
    question = (meta.column_names_to_labels.get(header) or "").strip() or None
    return Column(number, header.strip(), question, labels, ranges, texts)


def _load(read: Any, n_columns: int, wanted: frozenset[int]) -> RawTable:
    table = BlockTable(wanted)
    size, start = max(1_000, _BLOCK_CELLS // n_columns), 0
    while True:
        frame, _ = read(user_missing=True, row_offset=start, row_limit=size)
        rows = np.arange(start + _FIRST_ROW, start + _FIRST_ROW + len(frame), dtype=np.int64)
        if len(frame):
            table.add([frame.iloc[:, place].to_numpy() for place in range(n_columns)], rows)
        start += len(frame)
        if len(frame) < size:
            return table.finish()
