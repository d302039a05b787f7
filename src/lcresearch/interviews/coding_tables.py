"""Codings as a table for a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lcresearch.interviews.project import Project
from lcresearch.interviews.table_files import write_table

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

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InterviewError
        G002, when the file exists; V035, when the ending is another; G004, when the operating system refuses.
    """
    return write_table(coding_table(project), path, sheet="codings", force=force)
