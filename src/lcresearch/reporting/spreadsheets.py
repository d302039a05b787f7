"""The numbers of a report as files: a CSV a table, and one XLSX with all of them.

The CSV files are for programs: UTF-8 without a byte order mark, commas, decimal points, unrounded. The XLSX is for
people: it opens in any locale with numbers as numbers. Text that a spreadsheet could take for a formula is made
harmless in both. The same tables give the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lcresearch.disclosure import neutralise, neutralise_frame
from lcresearch.office_files import office_bytes, set_alike
from lcresearch.reporting.wording import clean, is_missing

_WIDEST = 60
_BOLD = Font(bold=True)
_SENTENCES = Alignment(wrap_text=True, vertical="top")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as CSV.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"group": ["=1+1", "west"], "mean": [-0.5, 3.25]}))
    b"group,mean\\n'=1+1,-0.5\\nwest,3.25\\n"
    """
    return _csv(safe_frame(frame))


def _csv(safe: pd.DataFrame) -> bytes:
    return safe.to_csv(index=False, lineterminator="\n").encode("utf-8")


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The table as both formats hold it: without control characters, and no text that is taken for a formula.

    Examples
    --------
    >>> safe_frame(pd.DataFrame({"group": ["=1+1", "west"]}))["group"].tolist()
    ["'=1+1", 'west']
    """
    return neutralise_frame(_cleaned(frame))


def csv_and_workbook(
    tables: Mapping[str, pd.DataFrame], about: Mapping[str, str], workbook: str
) -> dict[str, str | bytes]:
    """Tables as files by name: a CSV each, and one XLSX with all of them; each table is made safe once for both."""
    safe = {name: safe_frame(frame) for name, frame in tables.items()}
    files: dict[str, str | bytes] = {f"{name}.csv": _csv(frame) for name, frame in safe.items()}
    return files | {f"{workbook}.xlsx": _workbook(safe, about, ())}


def workbook_bytes(
    tables: Mapping[str, pd.DataFrame], about: Mapping[str, str], *, wrapped: Collection[str] = ()
) -> bytes:
    """All tables as one XLSX, with a first sheet that says what they are.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        A sheet each, by name.
    about : mapping of str to str
        Lines of the first sheet: name and value.
    wrapped : collection of str
        Sheets of which cells hold sentences, which run over several lines.
    """
    return _workbook({name: safe_frame(frame) for name, frame in tables.items()}, about, wrapped)


def _workbook(safe: Mapping[str, pd.DataFrame], about: Mapping[str, str], wrapped: Collection[str]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    first = book.create_sheet("about")
    for name, value in about.items():
        first.append([neutralise(clean(name)), neutralise(clean(value))])
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 24, _WIDEST
    for cell in first["B"]:
        cell.alignment = _SENTENCES
    for name, frame in safe.items():
        sheet = book.create_sheet(name[:31])
        _fill(sheet, frame)
        if name in wrapped:
            _wrap(sheet)
    return office_bytes(book)


def flat_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Lists and mappings in cells as text.

    Examples
    --------
    >>> flat_frame(pd.DataFrame({"terms": [("a*b", "c"), ()]}))["terms"].tolist()
    ['a*b; c', '']
    """
    nested = [name for name in frame if frame[name].map(lambda cell: isinstance(cell, list | tuple | dict)).any()]
    return frame.assign(**{str(name): frame[name].map(_as_text) for name in nested})


def _as_text(cell: object) -> object:
    if isinstance(cell, Mapping):
        return "; ".join(f"{name}: {value}" for name, value in cell.items())
    return "; ".join(map(str, cell)) if isinstance(cell, list | tuple) else cell


def _cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """Text without control characters, which neither format can hold."""
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{str(name): frame[name].map(_clean_text).astype(object) for name in texts})


def _clean_text(value: Any) -> Any:
    if is_missing(value):
        return None
    return value if isinstance(value, bool) else _first_kept(str(value))


def _first_kept(text: str) -> str:
    """Cleaned text; a leading tab or line end stays visible to the guard against formulas."""
    return ("'" if text[:1] in "\t\r\n" and text[:1] else "") + clean(text)


def _fill(sheet: Worksheet, frame: pd.DataFrame) -> None:
    columns = [_cells(frame.iloc[:, place]) for place in range(frame.shape[1])]
    sheet.append([str(name) for name in frame])
    for row in zip(*columns, strict=True):
        sheet.append(row)
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for cell in sheet[1]:
        cell.font = _BOLD
    for place, name in enumerate(frame):
        width = max(len(str(name)), *map(_length, frame.iloc[:, place])) if len(frame) else len(str(name))
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(width + 2, _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _cells(column: pd.Series[Any]) -> list[Any]:
    """Values of Python, and None where there is none."""
    return [None if lacks else _plain(value) for value, lacks in zip(column, column.isna(), strict=True)]


def _length(value: Any) -> int:
    return len(f"{value:.3f}" if isinstance(value, float) else str(value))


def _wrap(sheet: Worksheet) -> None:
    rows = list(sheet.iter_rows())
    for alike in (rows[:1], rows[1:]):
        set_alike((cell for row in alike for cell in row), alignment=_SENTENCES)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
