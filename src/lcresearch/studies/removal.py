"""Taking rows out of a file of answers, with everything else in it as it was.

Each function gives the new content of a file as bytes and writes nothing in place. What cannot be written back without
losing something is refused, with what would be lost.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pa_parquet
import pyreadstat
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.cell_range import CellRange

_FIRST_ROW = 2
# parts of a workbook that openpyxl leaves out or that may hold a copy of the rows
_NOT_KEPT = re.compile(
    r"xl/(charts|chartsheets|media|pivot\w*|externalLinks|slicers?\w*|queryTables|threadedComments|persons|activeX|"
    r"embeddings|ctrlProps|model|timelines?\w*|drawings/drawing|vbaProject|connections)",
    re.IGNORECASE,
)
_SPSS = ("variable_value_labels", "missing_ranges", "variable_measure", "variable_display_width")
_STATA = ("variable_value_labels",)
_ALWAYS = ("column_names", "column_names_to_labels", "original_variable_types", "file_label", "notes")


class CannotRewriteError(Exception):
    """A file cannot be written back with everything else as it was.

    Attributes
    ----------
    why : str
        What is in the way: a text ``privacy.cannot.WHY``.
    found : str
        What was found of it.
    """

    def __init__(self, why: str, found: str = "") -> None:
        self.why, self.found = why, found
        super().__init__(why, found)


def text_without(content: bytes, encoding: str, delimiter: str, is_person: Callable[[int, str], bool]) -> bytes:
    """A text file without some of its records; all other bytes stay, in whatever encoding, quotes and line ends.

    Parameters
    ----------
    content : bytes
    encoding : str
        ``utf-16`` stands for the byte order that the file itself gives.
    delimiter : str
    is_person : callable
        Called with the number of each record, the first is 1, and its text; true for those to take out.
    """
    if encoding == "utf-16":
        encoding = "utf-16-le" if content.startswith(b"\xff\xfe") else "utf-16-be"
    text = content.decode(encoding, "replace")
    if text.encode(encoding, "replace") != content:
        raise CannotRewriteError("encoding", encoding)
    kept = [record for number, record in enumerate(records(text, delimiter), start=1) if not is_person(number, record)]
    return "".join(kept).encode(encoding)


def records(text: str, delimiter: str) -> Iterator[str]:
    """The records of a text with delimiters, each with its line end; a line end between quotation marks ends none.

    Examples
    --------
    >>> list(records('a,b\\n"x\\ny",2\\n', ","))
    ['a,b\\n', '"x\\ny",2\\n']
    """
    begun: list[str] = []
    inside = False
    for line in io.StringIO(text, newline=""):
        begun.append(line)
        inside = _inside_after(line, delimiter, inside) if inside or '"' in line else False
        if not inside:
            yield "".join(begun)
            begun = []
    if begun:
        yield "".join(begun)


def _inside_after(line: str, delimiter: str, inside: bool) -> bool:
    """Whether a quotation is open at the end of a line; a mark opens one only at the start of a cell."""
    place = 0
    while (place := line.find('"', place)) >= 0:
        if not inside:
            inside = place == 0 or line[place - 1] in (delimiter, "\ufeff")
        elif line[place + 1 : place + 2] == '"':
            place += 1
        else:
            inside = False
        place += 1
    return inside


def workbook_without(path: Path, sheet: str, rows: list[int]) -> bytes:
    """A workbook without some rows of one sheet; the other sheets, tables and links stay."""
    with zipfile.ZipFile(path) as archive:
        lost = sorted({match.group(1) for name in archive.namelist() if (match := _NOT_KEPT.match(name))})
    if lost:
        raise CannotRewriteError("parts", ", ".join(lost))
    try:
        workbook = openpyxl.load_workbook(path)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise CannotRewriteError("program", str(error)[:100]) from error
    if any(cell.data_type == "f" for each in workbook.worksheets for row in each.iter_rows() for cell in row):
        raise CannotRewriteError("formulas")
    page = workbook[sheet]
    if any(merged.max_row >= min(rows) for merged in page.merged_cells.ranges):
        raise CannotRewriteError("merged")
    before = _values(workbook)
    for row in sorted(rows, reverse=True):
        page.delete_rows(row)
    for cell in (cell for line in page.iter_rows() for cell in line if cell.hyperlink is not None):
        cell.hyperlink.ref = cell.coordinate  # links go with their row
    for table in page.tables.values():
        table.ref = _shorter(table.ref, rows)
        if table.autoFilter is not None:
            table.autoFilter.ref = _shorter(table.autoFilter.ref, rows)
    if page.auto_filter.ref:
        page.auto_filter.ref = _shorter(page.auto_filter.ref, rows)
    stream = io.BytesIO()
    workbook.save(stream)
    expected = before | {sheet: [row for n, row in enumerate(before[sheet], start=1) if n not in set(rows)]}
    if _values(openpyxl.load_workbook(io.BytesIO(stream.getvalue()))) != expected:
        raise CannotRewriteError("different")
    return stream.getvalue()


def _values(workbook: Any) -> dict[str, list[tuple[Any, ...]]]:
    return {page.title: list(page.iter_rows(min_row=1, min_col=1, values_only=True)) for page in workbook.worksheets}


def _shorter(area: str, rows: list[int]) -> str:
    """A range of cells after rows inside or above it were taken out."""
    left, top, right, bottom = range_boundaries(area)
    above, inside = sum(row < top for row in rows), sum(top <= row <= bottom for row in rows)
    bottom = max(top, bottom - inside)
    return str(CellRange(min_col=left, min_row=top - above, max_col=right, max_row=bottom - above).coord)


def parquet_without(path: Path, rows: list[int]) -> bytes:
    """A Parquet file without some rows; the first one is row 2, as below a header."""
    stored = pa_parquet.ParquetFile(path)
    with stored:
        table = stored.read()
        compression = stored.metadata.row_group(0).column(0).compression if stored.metadata.num_row_groups else "SNAPPY"
    kept = np.ones(len(table), dtype=bool)
    kept[np.array(rows) - _FIRST_ROW] = False
    stream = io.BytesIO()
    pa_parquet.write_table(table.filter(kept), stream, compression=compression.replace("UNCOMPRESSED", "NONE"))
    return stream.getvalue()


def statistical_without(path: Path, rows: list[int]) -> bytes:
    """A file of SPSS or Stata without some rows; labels, missing values and formats are compared afterwards."""
    spss = path.suffix.lower() != ".dta"
    reader = pyreadstat.read_sav if spss else pyreadstat.read_dta
    options: dict[str, Any] = {"user_missing": True, "disable_datetime_conversion": True}
    frame, meta = reader(str(path), **options)
    if getattr(meta, "mr_sets", None):
        raise CannotRewriteError("sets")
    expected = frame.drop(index=frame.index[np.array(rows) - _FIRST_ROW]).reset_index(drop=True)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / f"answers{path.suffix.lower()}"
        try:
            (_write_spss if spss else _write_stata)(expected, written, meta)
            found, again = reader(str(written), **options)
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, TypeError, OverflowError) as error:
            raise CannotRewriteError("program", str(error)[:100]) from error
        for name in (*_ALWAYS, *(_SPSS if spss else _STATA)):
            if (getattr(meta, name, None) or None) != (getattr(again, name, None) or None):
                raise CannotRewriteError("property", name)
        if not _same(expected, found):
            raise CannotRewriteError("different")
        return written.read_bytes()


def _same(expected: pd.DataFrame, found: pd.DataFrame) -> bool:
    if len(expected) == 0:
        return len(found) == 0
    return expected.astype(object).where(expected.notna(), None).equals(found.astype(object).where(found.notna(), None))


def _write_spss(frame: pd.DataFrame, path: Path, meta: Any) -> None:
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=meta.file_label or "",
        column_labels=meta.column_names_to_labels,
        compress=path.suffix.lower() == ".zsav",
        note=meta.notes or None,
        variable_value_labels=meta.variable_value_labels,
        missing_ranges=meta.missing_ranges,
        variable_display_width=meta.variable_display_width,
        variable_measure=meta.variable_measure,
        variable_format=meta.original_variable_types,
    )


def _write_stata(frame: pd.DataFrame, path: Path, meta: Any) -> None:
    pyreadstat.write_dta(
        frame,
        str(path),
        file_label=meta.file_label or "",
        column_labels=meta.column_names_to_labels,
        variable_value_labels=meta.variable_value_labels,
        missing_user_values=meta.missing_user_values or None,
        variable_format=meta.original_variable_types,
    )
