"""Excel workbooks, read row by row without loading them, within limits that hold against damage and harm."""

from __future__ import annotations

import datetime
import math
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from lcresearch.table_layout import HEAD_ROWS

MAXIMUM_ROWS = 1_048_576
MAXIMUM_UNPACKED = 2 * 2**30
MAXIMUM_SHARED_TEXT = 2**28
BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    DefusedXmlException,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the libraries raise on a workbook that is damaged or made to do harm."""
_ENCRYPTED = b"\xd0\xcf\x11\xe0"


class UnreadableWorkbookError(Exception):
    """A file is no workbook that can be read.

    Attributes
    ----------
    reason : str
        ``empty``; ``locked`` by a password; ``damaged``; ``too_large``, once unpacked.
    detail : str
        What the library said, where ``damaged``.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def check_container(path: Path, most: int | None = None) -> None:
    """Refuse what is no zip file, and what would unpack to more than ``most`` bytes (by default 2 GB).

    Raises
    ------
    UnreadableWorkbookError
    """
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise UnreadableWorkbookError("empty")
    if start == _ENCRYPTED:
        raise UnreadableWorkbookError("locked")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN as error:
        raise UnreadableWorkbookError("damaged", _reason(error)) from error
    shared = sum(member.file_size for member in members if "sharedstrings" in member.filename.lower())
    if sum(member.file_size for member in members) > (most or MAXIMUM_UNPACKED) or shared > MAXIMUM_SHARED_TEXT:
        raise UnreadableWorkbookError("too_large")


@contextmanager
def open_workbook(path: Path) -> Iterator[Any]:
    """The workbook, closed afterwards; what the library raises on a damaged or hostile file becomes one error.

    Raises
    ------
    UnreadableWorkbookError
    """
    try:
        with path.open("rb") as stream:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # on styles and properties that play no part here
                workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            try:
                yield workbook
            finally:
                workbook.close()
    except BROKEN as error:
        raise UnreadableWorkbookError("damaged", _reason(error)) from error


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def sheet_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """Rows as they stand; what the file claims about its own size is not believed."""
    sheet.reset_dimensions()
    yield from islice(sheet.iter_rows(values_only=True), MAXIMUM_ROWS)


def first_rows(sheet: Any, looked_at: int = MAXIMUM_ROWS) -> list[tuple[int, tuple[str, ...]]]:
    """Number and text of the first rows that are not empty, at most :data:`HEAD_ROWS` of them."""
    texts = (tuple((cell_text(cell) or "").strip() for cell in row) for row in islice(sheet_rows(sheet), looked_at))
    filled = ((number, row) for number, row in enumerate(texts, start=1) if any(row))
    return list(islice(filled, HEAD_ROWS))


def cell_text(value: Any) -> str | None:
    """A cell of a binary file as text: ``3.0`` is ``3``, a date is ISO; None when it is empty.

    Examples
    --------
    >>> cell_text(3.0), cell_text(3.5), cell_text(float("nan"))
    ('3', '3.5', None)
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return None
        return str(int(number)) if math.isfinite(number) and number == int(number) else repr(number)
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    return str(value)
