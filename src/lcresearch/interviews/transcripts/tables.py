"""Small tables beside transcripts: CSV or a workbook, all cells as text."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError, Place
from lcresearch.text_encoding import UnreadableTextError, scan

_UNREADABLE = {"empty": "V060", "not_text": "V061", "damaged": "V062"}


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
    """A table of text; empty cells are missing.

    Raises
    ------
    InterviewError
        V060 to V062, or V063 where rows are longer than the header.
    """
    if path.suffix.lower() == ".xlsx":
        return pd.read_excel(path, dtype=str)
    text = read_text(path).removeprefix("\ufeff")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    rows = [row for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter) if any(row)]
    names = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            raise InterviewError("V063", where=Place(file=path.name, row=number), header=len(names), cells=len(row))
    padded = [[*row, *[""] * len(names)][: len(names)] for row in rows[1:]]
    frame = pd.DataFrame(padded, columns=names, dtype=object)
    return frame.mask(frame.map(lambda cell: cell.strip() == ""))
