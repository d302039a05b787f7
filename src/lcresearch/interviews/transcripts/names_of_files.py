"""Names of files and texts as they are compared: systems write accents and capitals in different ways."""

from __future__ import annotations

import unicodedata

_ENDINGS = ("docx", "txt", "vtt", "srt", "md", "qdpx", "qde", "csv", "xlsx")


def file_key(name: str) -> str:
    """Without folders; capitals, blanks around it, and the way in which accents are composed make no difference.

    Examples
    --------
    >>> file_key("Map/Cafe\\u0301.TXT") == file_key("caf\\u00e9.txt")
    True
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", last).casefold())


def stem_of(name: str) -> str:
    """Without folders and the ending of a transcript.

    Examples
    --------
    >>> stem_of("map/Interview 1.docx"), stem_of("Interview 1.2")
    ('Interview 1', 'Interview 1.2')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = last.rpartition(".")
    return stem if dot and ending.lower() in _ENDINGS else last
