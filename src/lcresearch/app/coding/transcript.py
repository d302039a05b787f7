"""A text as its page shows it: what each speaker says, numbered, and lines that belong to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lcresearch.interviews.document import Document

_LINE = re.compile(r"[^\n]+")
_LABEL = re.compile(r"[\W\d_]*", re.UNICODE)
"""What may stand beside a name in front of a turn without being text: signs, digits of a time."""


@dataclass(frozen=True)
class Piece:
    """Part of a text between two places in code points.

    Attributes
    ----------
    start, end : int
    number : int
        Of the turn; 0 for what no speaker says.
    speaker, role : str
    """

    start: int
    end: int
    number: int = 0
    speaker: str = ""
    role: str = ""


def pieces_of(document: Document) -> list[Piece]:
    """All pieces of a text, in order.

    Examples
    --------
    >>> from lcresearch.interviews.document import Turn
    >>> text = "Gesprek in mei\\nAn: Ja.\\nBo: Nee."
    >>> [(one.number, text[one.start : one.end])
    ...  for one in pieces_of(Document("d", "R1", text, (Turn(19, 22, "An"), Turn(27, 31, "Bo"))))]
    [(0, 'Gesprek in mei'), (1, 'Ja.'), (2, 'Nee.')]
    """
    found: list[Piece] = []
    at = 0
    for number, turn in enumerate(document.turns, start=1):
        found += _lines(document.text, at, turn.start, turn.speaker)
        if document.text[turn.start : turn.end].strip():
            role = document.roles.get(turn.speaker, "")
            found.append(Piece(turn.start, turn.end, number, turn.speaker, role))
        at = max(at, turn.end)
    return found + list(_lines(document.text, at, len(document.text), ""))


def _lines(text: str, start: int, end: int, speaker: str) -> Iterator[Piece]:
    """Lines of a part that no turn holds; the name of who speaks next is left out."""
    for line in _LINE.finditer(text, start, max(start, end)):
        words = line.group()
        label = line.end() == end and bool(speaker) and _LABEL.fullmatch(words.replace(speaker, "", 1)) is not None
        if _LABEL.fullmatch(words) is None and not label:
            yield Piece(line.start(), line.end())
