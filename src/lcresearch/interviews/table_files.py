"""Tables for a spreadsheet, in which no text runs as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.disclosure.neutralise import neutralise_frame
from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.interviews.file_endings import by_ending

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST_IN_A_CELL = 32_000
_KINDS = {".csv": "csv", ".xlsx": "excel"}


def write_table(
    table: pd.DataFrame,
    path: str | Path,
    *,
    sheet: str,
    force: bool = False,
    dress: Callable[[Any], None] | None = None,
) -> Path:
    """Write a table whole or not at all.

    Text that a spreadsheet would run as a formula gets an apostrophe in front. In a workbook control characters become
    U+FFFD, and text that no cell can hold is cut, with three dots.

    Parameters
    ----------
    table : DataFrame
    path : str or Path
        ``.csv`` (UTF-8 with byte order mark, as Excel wants it) or ``.xlsx``.
    sheet : str
        Name of the sheet.
    force : bool, default False
        Whether a file that exists is replaced.
    dress : callable, optional
        Takes the workbook of openpyxl before it is saved.

    Raises
    ------
    InterviewError
        G002, when the file exists; V035, when the ending is another; G004, when the operating system refuses.
    """
    path = Path(path)
    kind = by_ending(path, _KINDS)
    if path.exists() and not force:
        raise InterviewError("G002", path=path.as_posix())
    safe = neutralise_frame(table)
    try:
        return write_whole(path, _as_csv(safe) if kind == "csv" else _as_excel(safe, sheet, dress))
    except OSError as error:
        where = Place(file=path.name)
        raise InterviewError("G004", where=where, path=path.as_posix(), reason=reason_of(error)) from None


def _as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig", "replace")


def _as_excel(table: pd.DataFrame, sheet: str, dress: Callable[[Any], None] | None) -> bytes:
    content = io.BytesIO()
    with pd.ExcelWriter(content, engine="openpyxl") as writer:
        table.map(_cell).to_excel(writer, sheet_name=sheet, index=False)
        writer.sheets[sheet].freeze_panes = "A2"
        if dress is not None:
            dress(writer.book)
    return content.getvalue()


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub("\ufffd", value.encode("utf-8", "replace").decode("utf-8"))
    return text if len(text) <= _MOST_IN_A_CELL else text[:_MOST_IN_A_CELL] + "..."
