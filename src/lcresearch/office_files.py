"""Files of office programs (XLSX, docx) that are the same to the byte when what is in them is the same."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from openpyxl.cell import Cell

_UNDATED = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


class Saves(Protocol):
    """A document or workbook that can write itself."""

    def save(self, stream: io.BytesIO, /) -> object:
        """Write all of it."""
        ...


def set_alike(cells: Iterable[Cell], **style: object) -> None:
    """Give cells of a workbook, which have no style yet, one style; openpyxl looks each up anew when it is set apart.

    Parameters
    ----------
    cells : iterable of Cell
    **style
        Attributes of a cell: ``alignment``, ``fill``, ``font``.
    """
    first = None
    for cell in cells:
        if first is None:
            first = cell
            for name, value in style.items():
                setattr(cell, name, value)
        else:
            cell._style = copy(first._style)


def office_bytes(document: Saves) -> bytes:
    """A document or workbook as a file, without the moment at which it was made."""
    buffer = io.BytesIO()
    document.save(buffer)
    return undated(buffer.getvalue())


def undated(content: bytes) -> bytes:
    """The same Office file (XLSX, docx) without the moment at which it was made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            new.writestr(zipfile.ZipInfo(name, _UNDATED), part, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
