"""One text: an interview, a group conversation, or an answer to an open question."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Turn:
    """What one speaker says until another begins.

    Attributes
    ----------
    start, end : int
        Code points in the text of the document, end exclusive; the name of the speaker in front lies outside.
    speaker : str
        As the document names the speaker; empty when it does not.
    begins, ends : float or None
        Seconds in the recording.
    """

    start: int
    end: int
    speaker: str = ""
    begins: float | None = None
    ends: float | None = None


@dataclass(frozen=True)
class Document:
    """A text with its speakers and where it comes from.

    Attributes
    ----------
    id : str
        A GUID, lower case without braces; stays when the text is de-identified or renamed.
    name : str
        As people call it: the name of the file without its ending, unless something else is said.
    text : str
        Lines end in a line feed; there is no byte order mark. Positions in it are code points.
    turns : tuple of Turn
        In order; empty when the text has no speakers.
    attributes : mapping of str to value
        Of the case: ``respondent, organisation, community, consortium, wave, date`` and whatever a study adds.
    roles : mapping of str to str
        Speaker -> role, for example ``interviewer``.
    file : str
        Name of the file that it was read from; empty when there was none.
    """

    id: str
    name: str
    text: str
    turns: tuple[Turn, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    @property
    def speakers(self) -> list[str]:
        """Names of speakers in the order in which they begin."""
        return list(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8: two documents with the same text have the same."""
        return text_hash(self.text)

    def quote(self, start: int, end: int) -> str:
        """The text between two places."""
        return self.text[start:end]


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
