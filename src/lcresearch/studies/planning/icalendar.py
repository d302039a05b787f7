"""The calendar as a file that calendar programs open (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lcresearch.messages import Messages
from lcresearch.studies.planning.calendar import events, what

if TYPE_CHECKING:
    from lcresearch.studies.planning.result import ShortCyclePlan

_OCTETS = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar_file(plan: ShortCyclePlan, language: str) -> bytes:
    """All events as whole days, with lines folded at 75 octets and ended by CR LF, as RFC 5545 asks.

    The same plan gives the same bytes: the stamp is the first day of the plan.

    Examples
    --------
    >>> import datetime
    >>> from lcresearch.studies.planning import plan_short_cycle
    >>> plan = plan_short_cycle(
    ...     goal="learning_culture", weeks=8, firms=3, people=8, start=datetime.date(2027, 1, 4), n_sims=50
    ... )
    >>> calendar_file(plan, "nl").decode().splitlines()[:2]
    ['BEGIN:VCALENDAR', 'VERSION:2.0']
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lcresearch//short-cycle//EN", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALNAME:{escaped(plan.name[language])}", *_events(plan, language), "END:VCALENDAR"]
    return b"".join(folded(line) + b"\r\n" for line in lines)


def _events(plan: ShortCyclePlan, language: str) -> Iterator[str]:
    say = Messages(language)
    stamp = plan.start.replace("-", "") + "T000000Z"
    for n, one in enumerate(events(plan)):
        named = hashlib.sha256(f"{plan.id} {n} {one.key} {one.day} {one.wave}".encode()).hexdigest()[:24]
        text = f"{plan.name[language]} · {say(f'short_cycle.event.{one.key}.who')}"
        yield "BEGIN:VEVENT"
        yield f"UID:{named}@lcresearch.invalid"
        yield f"DTSTAMP:{stamp}"
        yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{one.until + datetime.timedelta(days=1):%Y%m%d}"
        yield f"SUMMARY:{escaped(what(plan, one, say))}"
        yield f"DESCRIPTION:{escaped(text)}"
        yield "TRANSP:TRANSPARENT"
        yield "END:VEVENT"


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line break get a backslash (RFC 5545, section 3.3.11).

    Examples
    --------
    >>> print(escaped("Smit, De Vries; en meer"))
    Smit\\, De Vries\\; en meer
    """
    return text.translate(_ESCAPED)


def folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, later ones after a space; no character is cut in half (section 3.1).

    Examples
    --------
    >>> [len(piece) for piece in folded("é" * 60).split(b"\\r\\n")]
    [74, 47]
    """
    pieces: list[bytes] = [b""]
    for character in line:
        octets = character.encode("utf-8")
        room = _OCTETS if len(pieces) == 1 else _OCTETS - 1
        if len(pieces[-1]) + len(octets) > room:
            pieces.append(b"")
        pieces[-1] += octets
    return b"\r\n ".join(pieces)
