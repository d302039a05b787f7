"""Who speaks where in a plain text: names in front of what is said, or on a line of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from lcresearch.interviews.document import Turn
from lcresearch.interviews.transcripts.times import TIME, seconds

_LONGEST_LABEL = 40
_MOST_WORDS = 5
_IN_NAMES = frozenset(
    "van de der den het 't te ten ter in op el la di du von und en and bij aan of".split()  # noqa: SIM905
)
_USUAL = re.compile(
    r"(?:i|v|q|r|a|p|s|m|int|res|resp|mod|interviewer|interviewster|interviewee|respondent|geïnterviewde|vraag|antwoord"
    r"|spreker|speaker|deelnemer|participant|onderzoeker|moderator|gespreksleider|begeleider|docent|student|leerling)"
    r"(?:[ ._-]?\d{1,3}[a-z]?)?",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?i:let op|n\.?b\.?|p\.?s\.?|noot|note|opmerking|remark|thema|theme|onderwerp|topic|titel|title|datum|date"
    r"|locatie|location|plaats|place|duur|duration|tijd|time|tijdstip|opname|recording|project|bestand|file|bron|source|versie"
    r"|version|transcript(?:ie|eur)?|respondentnummer|code|functie|leeftijd|afkortingen|sprekers|speakers)"
    r"(?:\s+[a-z].*)?",
)
_ASKING = re.compile(
    r"(?:i|v|q|int|mod|interviewer|interviewster|vraag|onderzoeker|moderator|gespreksleider)[ ._-]?\d{0,3}",
    re.IGNORECASE,
)


def _stamp(name: str) -> str:
    """A time with or without brackets, as a named part of a pattern."""
    return rf"[\[(]?(?P<{name}>{TIME})[\])]?"


_SHORT = rf"[^\s:\[\]\d][^:\n\[\]]{{0,{_LONGEST_LABEL - 1}}}?"
_LINE = re.compile(
    rf"^[ \t]*(?:{_stamp('before')}[ \t]*[-–—]?[ \t]*)?"
    rf"(?:\[(?P<bracket>[^\]\n:]{{1,40}})\](?:[ \t]+{_stamp('past')}(?=[ \t]*:?[ \t]*$))?[ \t]*:?"
    rf"|(?P<label>{_SHORT})[ \t]*(?:{_stamp('after')}[ \t]*)?:(?!\S)"
    rf"|(?P<alone>{_SHORT})(?:[ \t]+{_stamp('beside')})?[ \t]*$)",
    re.MULTILINE,
)
_VIA = re.compile(r"^(?:Van|From)(?: {2,}|\t)")
"""What Zoom writes in front of a name."""
_ONLY_TIME = re.compile(rf"^[ \t]*{_stamp('time')}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class _Mark:
    """A place where a speaker may begin.

    Attributes
    ----------
    line, start : int
        Where the line begins, and where what is said begins.
    label : str
    time : float or None
    kind : {"bracket", "label", "capitals", "timed"}
    stamped : bool
        Whether the time stands on the same line.
    """

    line: int
    start: int
    label: str
    time: float | None
    kind: str
    stamped: bool


@dataclass(frozen=True)
class Speakers:
    """Who speaks in a text.

    Attributes
    ----------
    turns : tuple of Turn
    unsure : list of str
        Names that stand in the place of a speaker but once: they were not taken as one.
    """

    turns: tuple[Turn, ...]
    unsure: list[str]


def find_turns(text: str, known: Collection[str] = ()) -> tuple[Turn, ...]:
    """The turns that :func:`find_speakers` finds."""
    return find_speakers(text, known).turns


def find_speakers(text: str, known: Collection[str] = ()) -> Speakers:
    r"""Turns of the speakers of a text, and names that may be of speakers too.

    A speaker is a name that stands in front of a colon or in square brackets at the beginning of a line, or in capitals
    or beside a time on a line of its own; at least twice, unless it is a usual one (``I:``, ``Respondent 2:``), it is
    in ``known``, or it has a time beside it as all others have. What stands before the first speaker belongs to nobody.

    Parameters
    ----------
    text : str
        With lines that end in a line feed.
    known : collection of str
        Names of speakers that the user gave.

    Examples
    --------
    >>> found = find_speakers("Opname 3\nI: Wat leerde je?\nPiet: Vragen stellen.\nAn: Ja.\nI: Mooi.\nPiet: Ja.")
    >>> [turn.speaker for turn in found.turns], found.unsure
    (['I', 'Piet', 'I', 'Piet'], ['An'])
    """
    marks = _marks(text)
    counts = Counter((mark.kind, mark.label) for mark in marks)
    sure = [mark for mark in marks if mark.label in known or _is_sure(mark, counts[mark.kind, mark.label])]
    stamped = {mark.kind for mark in sure} - {mark.kind for mark in sure if not mark.stamped}
    certain = set(sure)
    accepted = [
        mark for mark in marks if mark in certain or (mark.stamped and mark.kind in stamped and is_name(mark.label))
    ]
    names = {mark.label for mark in accepted}
    unsure = [
        mark.label
        for mark in marks
        if mark.label not in names and mark.kind != "capitals" and is_name(mark.label) and not is_remark(mark.label)
    ]
    if len(accepted) < 2 and not any(mark.label in known for mark in accepted):
        return Speakers((), list(dict.fromkeys(unsure)))
    return Speakers(tuple(_turns(text, accepted)), list(dict.fromkeys(unsure)))


def _is_sure(mark: _Mark, n: int) -> bool:
    """A usual name, or one that comes back; sounds in brackets, such as ``[laughs]``, are no names."""
    if mark.kind == "bracket" and not is_name(mark.label):
        return False
    return n > 1 or (mark.kind in ("label", "bracket") and is_usual(mark.label))


def is_usual(label: str) -> bool:
    """Whether a label is one that transcripts use for somebody who speaks, such as ``R2``."""
    return _USUAL.fullmatch(label) is not None


def is_remark(label: str) -> bool:
    """Whether what stands in front of a colon announces something, such as ``Let op`` or ``Datum``.

    Examples
    --------
    >>> is_remark("Let op"), is_remark("Fatima")
    (True, False)
    """
    return _REMARK.fullmatch(label) is not None


def is_asking(speaker: str) -> bool:
    """Whether a name is one that transcripts use for who asks.

    Examples
    --------
    >>> is_asking("Interviewer 1"), is_asking("R")
    (True, False)
    """
    return _ASKING.fullmatch(speaker) is not None


def _marks(text: str) -> list[_Mark]:
    times = {found.end(): seconds(found["time"]) for found in _ONLY_TIME.finditer(text)}
    marks = []
    for found in _LINE.finditer(text):
        kind, label = _kind(found, text)
        if not kind:
            continue
        stamp = found["before"] or found["after"] or found["beside"] or found["past"]
        above = times.get(found.start() - 1)
        marks.append(_Mark(found.start(), found.end(), label, seconds(stamp) if stamp else above, kind, bool(stamp)))
    return marks


def _kind(found: re.Match[str], text: str) -> tuple[str, str]:
    if found["bracket"]:
        return "bracket", found["bracket"].strip()
    if found["label"]:
        label = _VIA.sub("", found["label"]).strip()
        return ("label", label) if is_name(label) else ("", "")
    label = found["alone"].strip()
    if found["before"] or found["beside"]:
        return ("timed", label) if is_name(label) else ("", "")
    capitals = label.isupper() and sum(map(str.isalpha, label)) > 1 and len(label.split()) <= _MOST_WORDS
    said_below = text[found.end() + 1 : found.end() + 2].strip() != ""
    return ("capitals", label) if capitals and said_below else ("", "")


def is_name(label: str) -> bool:
    """Whether words begin with a capital or a digit, but for small words inside names.

    Examples
    --------
    >>> is_name("Jan van der Berg"), is_name("Dus ik zei toen"), is_name("deelnemer 3")
    (True, False, True)
    """
    if _USUAL.fullmatch(label):
        return True
    words = re.split(r"[\s,/-]+", re.sub(r"\(.*?\)", "", label).strip())
    if len(words) > _MOST_WORDS:
        return False
    small = [word for word in words if word and not (word[0].isupper() or word[0].isdigit())]
    return all(word.lower() in _IN_NAMES for word in small) and len(small) < len(words)


def _turns(text: str, marks: list[_Mark]) -> list[Turn]:
    """From each mark to the next, without blanks around; times in between lines belong to nobody."""
    found = []
    for mark, follows in zip(marks, [*marks[1:], None], strict=True):
        piece = text[mark.start : follows.line if follows else len(text)]
        if follows:
            piece = _without_time_at_the_end(piece)
        start = mark.start + len(piece) - len(piece.lstrip())
        end = mark.start + len(piece.rstrip())
        ends = follows.time if follows else None
        if start < end:
            found.append(Turn(start, end, mark.label, mark.time, ends))
    return found


def _without_time_at_the_end(piece: str) -> str:
    """A line that holds only a time, just before the next speaker, is the time of that speaker."""
    body = piece.rstrip("\n")
    last = body.rfind("\n")
    return piece[: last + 1] if last >= 0 and _ONLY_TIME.fullmatch(body[last + 1 :]) else piece
