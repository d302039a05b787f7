"""Word documents: what is said, by whom, from paragraphs and tables."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from lcresearch.interviews.transcripts.paragraphs import Paragraph
from lcresearch.interviews.transcripts.speakers import is_name, is_remark, is_usual
from lcresearch.interviews.transcripts.times import TIME, seconds
from lcresearch.interviews.transcripts.word_pieces import Piece, read_contents
from lcresearch.interviews.transcripts.word_tables import NO_COLUMNS, columns_of_tables, said_in_row

_SHORT = 40
_STAMP = rf"[\[(]?(?P<time>{TIME})[\])]?"
_TIME_BEHIND = re.compile(rf"(?P<name>.*?)[ \t]+{_STAMP}[ \t]*:?$")
_TIME_BESIDE = re.compile(
    rf"[ \t]*:?[ \t]*(?:{_STAMP}[ \t]*:?[ \t]*(?=\n|$)|[\[(](?P<within>{TIME})[\])][ \t]*:?)",
)


@dataclass(frozen=True)
class WordDocument:
    """What a Word file says.

    Attributes
    ----------
    paragraphs : list of Paragraph
        A speaker where bold letters, a style or a column of a table name one.
    changes : dict of str to int
        ``inserted``, ``deleted``: tracked changes; what was inserted is read, what was deleted is not.
    unread : dict of str to str
        Language -> what else is in the document and was not read, such as text boxes and comments.
    unsure : list of str
        Names in bold that stand there but once, and were not taken as speakers.
    """

    paragraphs: list[Paragraph]
    changes: dict[str, int] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    unsure: list[str] = field(default_factory=list)

    @property
    def has_speakers(self) -> bool:
        """Whether the layout names speakers; else they may stand in the text."""
        return any(paragraph.speaker for paragraph in self.paragraphs)


@dataclass(frozen=True)
class _Label:
    """A name in bold at the beginning of a paragraph, the time beside it, and what is said."""

    name: str
    time: float | None
    said: str


def read_word(path: Path) -> WordDocument:
    """The text of a .docx with the speakers that its layout shows.

    Tables count as a row a turn when one column is short and repeats itself (names) and another holds the text; a
    column of times gives the times. Notes, comments, headers and text boxes are not read, but counted.

    Raises
    ------
    InterviewError
        V064 if it is no Word document, or one that unpacks to more than 200 MB.
    """
    contents = read_contents(path)
    paragraphs, unsure = _paragraphs(contents.pieces)
    return WordDocument(paragraphs, contents.changes, contents.unread, unsure)


def _paragraphs(pieces: list[Piece]) -> tuple[list[Paragraph], list[str]]:
    columns = columns_of_tables(pieces)
    labels = [_label(piece) for piece in pieces]
    speakers, unsure = _speakers_in_bold([label for label in labels if label])
    by_style = {piece.style for piece in pieces if piece.style and is_name(piece.style)}
    by_style = by_style if len(by_style) > 1 else set()
    found = []
    for piece, label in zip(pieces, labels, strict=True):
        if piece.cells:
            found += said_in_row(piece.cells, columns.get(piece.table, NO_COLUMNS))
        elif label and label.name in speakers:
            found.append(Paragraph(label.said, label.name, label.time))
        elif piece.style in by_style and piece.text.strip():
            found.append(Paragraph(piece.text.strip(), piece.style))
        else:
            found.append(Paragraph(piece.text))
    return found, unsure


def _label(piece: Piece) -> _Label | None:
    """The name in bold; a time counts when it ends the line or stands in brackets, since people say times too."""
    bold, rest = piece.text[: piece.bold].strip().rstrip(":").strip(), piece.text[piece.bold :]
    behind = _TIME_BEHIND.fullmatch(bold)
    name, time = (behind["name"].rstrip(" :"), behind["time"]) if behind else (bold, None)
    if not name or len(name) > _SHORT or not is_name(name):
        return None
    beside = _TIME_BESIDE.match(rest) if time is None else None
    if beside:
        time, rest = beside["time"] or beside["within"], rest[beside.end() :]
    return _Label(name, seconds(time) if time else None, rest.lstrip(" :\t\n"))


def _speakers_in_bold(labels: list[_Label]) -> tuple[set[str], list[str]]:
    """Names that come back, that are usual ones, or that have a time beside them as all others have."""
    counts = Counter(label.name for label in labels)
    again = {name for name, n in counts.items() if n > 1}
    timed = {label.name for label in labels if label.time is not None}
    once = {name for name in counts if is_usual(name) or (again <= timed and name in timed)} if again else set()
    speakers = again | once
    unsure = [name for name in counts if name not in speakers and not is_remark(name)]
    return (speakers, unsure) if len(speakers) > 1 else (set(), [])
