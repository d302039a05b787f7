"""The words of a paper, to look for what it says of a number."""

from __future__ import annotations

import html
import re
import unicodedata
from pathlib import Path

from lcresearch.errors import InterviewError
from lcresearch.integration.pointers.cells import NotThereError
from lcresearch.interviews.transcripts.word_pieces import read_contents

LARGEST = 20_000_000
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]{0,2000}>", re.DOTALL | re.IGNORECASE)
_SIGNS = str.maketrans({"−": "-", "–": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "\u00ad": None})
_LEFT_OUT = re.compile(r"\s*(?:\[(?:\.\.\.|…)\]|\((?:\.\.\.|…)\))\s*")


def words_of(path: Path) -> str:
    """All words of a paper on one line.

    Raises
    ------
    NotThereError
        ``file``: it is not there; ``unreadable``: it is too large, or no text.
    """
    if not path.is_file():
        raise NotThereError("file")
    try:
        if path.stat().st_size > LARGEST:
            raise NotThereError("unreadable")
        if path.suffix.lower() == ".docx":
            pieces = read_contents(path).pieces
            return on_one_line(" ".join(" ".join((piece.text, *piece.cells)) for piece in pieces))
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, InterviewError):
        raise NotThereError("unreadable") from None
    if path.suffix.lower() in (".html", ".htm"):
        text = html.unescape(_MARKUP.sub(" ", text))
    return on_one_line(text)


def on_one_line(text: str) -> str:
    """Words with single spaces, plain quotation marks and minus signs.

    Examples
    --------
    >>> on_one_line("an effect\\n of −0.30 sd")
    'an effect of -0.30 sd'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_SIGNS).split())


def stands_in(words: str, text: str) -> bool:
    """Whether printed words stand in a text, in their order; ``[...]`` stands for words that are left out.

    Examples
    --------
    >>> stands_in("we learn [...] together", "There we learn a lot together.")
    True
    >>> stands_in("together [...] we learn", "There we learn a lot together.")
    False
    """
    place, whole = 0, on_one_line(text)
    for part in _LEFT_OUT.split(words):
        wanted = on_one_line(part)
        found = whole.find(wanted, place)
        if found < 0:
            return False
        place = found + len(wanted)
    return True
