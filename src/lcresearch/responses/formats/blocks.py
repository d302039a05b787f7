"""Coding a table that comes in blocks of rows, and leaving out its blank rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.responses.tables import Coding, RawTable
from lcresearch.workbooks import cell_text

_LISTED = 1_000


@dataclass
class BlockTable:
    """Collects the wanted columns of a table block by block."""

    wanted: frozenset[int]
    codings: dict[int, Coding] = field(init=False)
    row_numbers: list[npt.NDArray[np.int64]] = field(default_factory=list)
    blank_rows: list[npt.NDArray[np.int64]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.codings = {number: Coding() for number in sorted(self.wanted)}

    def add(self, columns: Sequence[Sequence[Any] | npt.NDArray[Any]], row_numbers: npt.NDArray[np.int64]) -> None:
        """Add a block: every column of the file (so that a blank row can be told), and the rows it stands in."""
        filled = np.zeros(len(row_numbers), dtype=bool)
        for number, cells in enumerate(columns, start=1):
            if number not in self.wanted and filled.all():
                continue
            codes, values = _factorized(cells)
            filled |= codes >= 0
            if number in self.wanted:
                self.codings[number].add(values, codes)
        for coding in self.codings.values():
            coding.keep_of_last(filled)
        self.row_numbers.append(row_numbers[filled])
        self.blank_rows.append(row_numbers[~filled])

    def finish(self) -> RawTable:
        """The table without its blank rows."""
        rows, blank = _joined(self.row_numbers), _joined(self.blank_rows)
        columns = {number: coding.finish() for number, coding in self.codings.items()}
        return RawTable(columns, rows, blank[:_LISTED], len(blank))


def _factorized(cells: Sequence[Any] | npt.NDArray[Any]) -> tuple[npt.NDArray[Any], list[str | None]]:
    """Codes and distinct texts of a block; blank texts are -1."""
    array = cells if isinstance(cells, np.ndarray) else _objects(cells)
    codes, values = pd.factorize(array)
    texts = [cell_text(value) for value in values.tolist()]
    filled = np.array([bool(text and text.strip()) for text in texts] + [False])
    return np.where(filled[codes], codes, -1), texts


def _objects(cells: Sequence[Any]) -> npt.NDArray[Any]:
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def _joined(parts: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
