"""Codings as a table for a spreadsheet."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd

from lcresearch.disclosure.neutralise import neutralise_frame
from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.interviews.file_endings import by_ending
from lcresearch.interviews.project import Project

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CSV, _EXCEL = "csv", "excel"
_KINDS = {".csv": _CSV, ".xlsx": _EXCEL}
COLUMNS = ("document", "start", "end", "code", "coder", "created", "quote")
"""Columns of the table, before the attributes of the documents."""


def coding_table(project: Project) -> pd.DataFrame:
    """One row a coding, in words: :data:`COLUMNS` and the attributes of the document.

    ``code`` is the path of names, ``start`` and ``end`` are characters of the text (-1 where the whole text is coded).
    """
    quotes = project.quotes
    table = pd.DataFrame(
        {
            "document": quotes["document"],
            "start": quotes["start"],
            "end": quotes["end"],
            "code": quotes["path"],
            "coder": quotes["coder"],
            "created": project.codings["created"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "quote": quotes["quote"],
        }
    )
    attributes = project.corpus.attributes
    attributes = attributes[[name for name in attributes.columns if name not in COLUMNS]]
    return table.join(attributes.reindex(project.codings["document"]).reset_index(drop=True))


def write_codings(project: Project, path: str | Path, *, force: bool = False) -> Path:
    """Write one row a coding, with its quote, for a spreadsheet.

    The file holds what people said, word for word: it stays in the house like the interviews themselves. Quotes go
    out only after release, one by one. Text that a spreadsheet would run as a formula gets an apostrophe in front.

    Parameters
    ----------
    project : Project
    path : str or Path
        ``.csv`` (UTF-8 with byte order mark, as Excel wants it) or ``.xlsx``.
    force : bool, default False
        Whether a file that exists is replaced.

    Raises
    ------
    InterviewError
        G002, when the file exists; V035, when the ending is another; G004, when the operating system refuses.
    """
    path = Path(path)
    kind = by_ending(path, _KINDS)
    if path.exists() and not force:
        raise InterviewError("G002", path=path.as_posix())
    table = neutralise_frame(coding_table(project))
    try:
        return write_whole(path, _as_csv(table) if kind == _CSV else _as_excel(table))
    except OSError as error:
        where = Place(file=path.name)
        raise InterviewError("G004", where=where, path=path.as_posix(), reason=reason_of(error)) from None


def _as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig", "replace")


def _as_excel(table: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    clean = table.map(lambda value: _CONTROL.sub("\ufffd", value) if isinstance(value, str) else value)
    with pd.ExcelWriter(content, engine="openpyxl") as writer:
        clean.to_excel(writer, sheet_name="codings", index=False)
        writer.sheets["codings"].freeze_panes = "A2"
    return content.getvalue()
