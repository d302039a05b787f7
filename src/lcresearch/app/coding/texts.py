"""The texts that somebody codes: which, in which state, how far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lcresearch.app.coding.blind import FINISHED
from lcresearch.interviews.coding_file import CodingFile


@dataclass(frozen=True)
class TextToCode:
    """One text in the list.

    Attributes
    ----------
    id, name : str
    mine : bool
        Whether it was given to this coder.
    state : str
        ``assigned`` (nothing done yet), ``started`` or ``finished``.
    n_codings : int
        Of this coder.
    far : int
        Per cent of the text up to the end of the last coding of this coder.
    n_turns, n_speakers, n_characters : int
    """

    id: str
    name: str
    mine: bool
    state: str
    n_codings: int
    far: int
    n_turns: int
    n_speakers: int
    n_characters: int


def texts_of(file: CodingFile, me: str) -> list[TextToCode]:
    """All texts, those of this coder first."""
    own = file.codings(coders=[me])
    counts = Counter(own["document"].tolist())
    ends: dict[str, int] = {}
    for text, end in zip(own["document"].tolist(), own["end"].tolist(), strict=True):
        ends[text] = max(ends.get(text, 0), int(end))
    assignments = file.assignments()
    given = assignments[assignments["coder"] == me]
    states = dict(zip(given["document"].tolist(), given["state"].tolist(), strict=True))
    found = []
    for row in file.documents().to_dict("records"):
        one, length = str(row["document"]), max(int(row["n_characters"]), 1)
        n = counts[one]
        state = str(states.get(one, "started" if n else "assigned"))
        far = 100 if state == FINISHED else round(100 * ends.get(one, 0) / length)
        sizes = (int(row[name]) for name in ("n_turns", "n_speakers", "n_characters"))
        found.append(TextToCode(one, str(row["name"]), one in states, state, n, far, *sizes))
    return sorted(found, key=lambda each: not each.mine)


def neighbours(texts: list[TextToCode], document: str) -> tuple[TextToCode | None, TextToCode | None]:
    """The text before and after one, among those of the coder when it is one of these."""
    here = next(one for one in texts if one.id == document)
    row = [one for one in texts if one.mine == here.mine]
    at = row.index(here)
    return row[at - 1] if at else None, row[at + 1] if at + 1 < len(row) else None
