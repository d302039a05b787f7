"""Formulas that a workbook keeps without their outcome: such a cell reads as empty, but something stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.xml.functions import iterparse

_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s/>]")
_LONGEST_TAG = 32
_CHUNK = 2**20


def without_outcome(sheet: Any, wanted: frozenset[int], first: int, last: int) -> dict[int, npt.NDArray[np.int64]]:
    """Rows with a formula and no stored outcome, by number of the column; columns without any are left out.

    A formula whose stored outcome is an empty text, as in ``=IF(A2="", "", A2)``, is not one of them.

    Parameters
    ----------
    sheet : openpyxl worksheet, opened with ``read_only=True``
    wanted : frozenset of int
        Columns to look at; the first is 1.
    first, last : int
        Rows to look at, both included.
    """
    with sheet._get_source() as stream:
        if not _has_formulas(stream):
            return {}
    found: dict[int, list[int]] = {}
    with sheet._get_source() as stream:
        for row, column in _cells_without_outcome(stream):
            if first <= row <= last and column in wanted:
                found.setdefault(column, []).append(row)
    return {column: np.array(rows, dtype=np.int64) for column, rows in sorted(found.items())}


def _has_formulas(stream: IO[bytes]) -> bool:
    """A look at the bytes, which costs a fraction of reading the cells: few exports have any formula."""
    kept = b""
    while chunk := stream.read(_CHUNK):
        if _FORMULA.search(kept + chunk):
            return True
        kept = chunk[-_LONGEST_TAG:]
    return False


def _cells_without_outcome(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Row and column of each; cells that do not say where they stand follow the one before."""
    row = column = 0
    for event, element in iterparse(stream, events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if tag == "row" and event == "start":
            row, column = int(float(element.get("r", row + 1))), 0
        elif tag == "row":
            element.clear()
        elif tag == "c" and event == "end":
            place = element.get("r")
            row, column = coordinate_to_tuple(place) if place else (row, column + 1)
            if _lacks_outcome(element):
                yield row, column


def _lacks_outcome(cell: Any) -> bool:
    parts = {part.tag.rpartition("}")[2]: part for part in cell}
    if "f" not in parts:
        return False
    stored = parts.get("v")
    return stored is None or not (stored.text or cell.get("t") == "str")
