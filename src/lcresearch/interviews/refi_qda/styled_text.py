"""The words of a Word document, where a project has no plain text."""

from __future__ import annotations

import io
import zipfile
import zlib

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.refi_qda.safe_xml import parse_xml

_MAX_BODY = 256 * 1024**2
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def words_of_docx(content: bytes, file: str) -> str | None:
    """Paragraphs of a ``.docx``, one a line, also those in tables; None when it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("word/document.xml") as stream:
            body = stream.read(_MAX_BODY + 1)
        if len(body) > _MAX_BODY:
            return None
        root = parse_xml(body, Place(file=file))
    except (zipfile.BadZipFile, KeyError, zlib.error, EOFError, NotImplementedError, RuntimeError, InterviewError):
        return None
    paragraphs: list[list[str]] = []
    for element in root.iter(f"{_W}p", f"{_W}t", *_TEXT):
        if element.tag == f"{_W}p":
            paragraphs.append([])
        elif paragraphs:
            paragraphs[-1].append(_TEXT.get(element.tag) or element.text or "")
    return "\n".join("".join(words) for words in paragraphs)
