"""From paragraphs with speakers, as subtitles and word processors have them, to a text with turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lcresearch.interviews.document import Turn


@dataclass(frozen=True)
class Paragraph:
    """Something said, or a heading.

    Attributes
    ----------
    text : str
        Without the name of the speaker.
    speaker : str
        Empty for a heading or where nobody is named.
    begins, ends : float or None
        Seconds in the recording.
    """

    text: str
    speaker: str = ""
    begins: float | None = None
    ends: float | None = None


def joined(paragraphs: Sequence[Paragraph], between: str = " ") -> list[Paragraph]:
    """Neighbours of the same speaker made one, since programs cut a sentence over several cues.

    Examples
    --------
    >>> joined([Paragraph("Wij", "An", 0, 1), Paragraph("leren.", "An", 1, 2), Paragraph("Ja.", "Bo", 2, 3)])[0]
    Paragraph(text='Wij leren.', speaker='An', begins=0, ends=2)
    """
    found: list[Paragraph] = []
    for each in paragraphs:
        last = found[-1] if found else None
        if last is not None and last.speaker == each.speaker and each.speaker:
            found[-1] = replace(last, text=f"{last.text}{between}{each.text}".strip(), ends=each.ends)
        else:
            found.append(each)
    return found


def as_text(paragraphs: Sequence[Paragraph]) -> tuple[str, tuple[Turn, ...]]:
    """One text in which each speaker stands in front of what is said, with the turns in it.

    Examples
    --------
    >>> text, turns = as_text([Paragraph("Wat leerde je?", "I"), Paragraph("Vragen stellen.", "R")])
    >>> print(text)
    I: Wat leerde je?
    R: Vragen stellen.
    >>> turns[1].start, text[turns[1].start : turns[1].end]
    (21, 'Vragen stellen.')
    """
    pieces: list[str] = []
    turns: list[Turn] = []
    place = 0
    for each in paragraphs:
        label = f"{each.speaker}: " if each.speaker else ""
        pieces.append(f"{label}{each.text}\n")
        if each.speaker and each.text:
            start = place + len(label)
            turns.append(Turn(start, start + len(each.text), each.speaker, each.begins, each.ends))
        place += len(pieces[-1])
    return "".join(pieces).removesuffix("\n"), tuple(turns)
