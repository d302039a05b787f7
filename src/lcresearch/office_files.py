"""Files of office programs (XLSX, docx) that are the same to the byte when what is in them is the same."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Protocol

_UNDATED = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


class Saves(Protocol):
    """A document or workbook that can write itself."""

    def save(self, stream: io.BytesIO, /) -> object:
        """Write all of it."""
        ...


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
