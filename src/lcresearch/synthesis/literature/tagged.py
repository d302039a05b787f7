"""Files with a tag a line: RIS, and what PubMed and Web of Science write."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lcresearch.responses.log import Log
from lcresearch.responses.tables import shown

_RIS = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*)|$)")
_MEDLINE = re.compile(r"([A-Z]{2,4}) {0,2}- (.*)")
_WEB_OF_SCIENCE = re.compile(r"([A-Z][A-Z0-9])(?: (.*)|$)")
_LOOKED_AT = 400
_SHOWN = 5


@dataclass(frozen=True)
class Tagged:
    """How the lines of a kind of file look.

    Attributes
    ----------
    name : str
    line : Pattern
        Of a line with a tag: the tag and its value.
    start : str
        Tag that begins a record.
    end : str or None
        Tag that ends it; None where the next record, or the end of the file, does.
    each_line : frozenset of str
        Tags of which every further line is a value of its own.
    """

    name: str
    line: re.Pattern[str]
    start: str
    end: str | None
    each_line: frozenset[str] = frozenset()


RIS = Tagged("ris", _RIS, "TY", "ER")
MEDLINE = Tagged("pubmed", _MEDLINE, "PMID", None)
WEB_OF_SCIENCE = Tagged("web_of_science", _WEB_OF_SCIENCE, "PT", "ER", frozenset({"AU", "AF", "CR", "C1", "BA", "BF"}))


@dataclass
class Entry:
    """The tags of one record as they stand in the file, in order, and the line on which it begins."""

    line: int
    tags: list[tuple[str, str]] = field(default_factory=list)

    def values(self, *names: str) -> list[str]:
        """All values of the first of these tags that has any."""
        for name in names:
            found = [value for tag, value in self.tags if tag == name and value]
            if found:
                return found
        return []


def kind_of(text: str) -> Tagged | None:
    """Which kind of tagged file a text is; None when it is none of them.

    Examples
    --------
    >>> kind_of("TY  - JOUR").name, kind_of("PMID- 12").name, kind_of("FN Clarivate\\nPT J").name, kind_of("title;year")
    ('ris', 'pubmed', 'web_of_science', None)
    """
    lines = [line.strip() for line in text.splitlines()[:_LOOKED_AT] if line.strip()]
    if any(_RIS.match(line) and line.startswith("TY") for line in lines):
        return RIS
    if any(line.startswith("PMID") and _MEDLINE.match(line) for line in lines):
        return MEDLINE
    if lines and (lines[0].startswith("FN ") or re.match(r"PT [A-Z]$", lines[0])):
        return WEB_OF_SCIENCE
    return RIS if sum(bool(_RIS.match(line)) for line in lines) > len(lines) / 2 else None


def entries(text: str, kind: Tagged, log: Log) -> list[Entry]:
    """The records of a file; what stands outside of records, and records that are never closed, go into the log."""
    reading = _Reading(kind, log, bare=not any(line.startswith(kind.start) for line in text.splitlines()))
    for number, line in enumerate(text.splitlines(), start=1):
        reading.take(number, line)
    reading.close(None)
    reading.tell()
    return reading.found


class _Reading:
    """Puts line after line where it belongs. ``bare``: no record of this file has a tag that begins it."""

    def __init__(self, kind: Tagged, log: Log, *, bare: bool) -> None:
        self.kind, self.log, self.bare = kind, log, bare
        self.found: list[Entry] = []
        self.open: Entry | None = None
        self.outside: list[tuple[int, str]] = []

    def take(self, number: int, line: str) -> None:
        """One line of the file."""
        match = self.kind.line.fullmatch(line.rstrip()) if not line[:1].isspace() else None
        tag, value = (match[1], (match[2] or "").strip()) if match else ("", line.strip())
        if tag == self.kind.start:
            self.close(number)
            self.open = Entry(number, [(tag, value)])
        elif self.open is None and not (tag and self.bare and tag != self.kind.end):
            if value and tag not in ("EF", "FN", "VR", self.kind.end):
                self.outside.append((number, line))
        elif self.open is None:
            self.open = Entry(number, [(tag, value)])
        elif tag and tag == self.kind.end:
            self.found.append(self.open)
            self.open = None
        elif tag:
            self.open.tags.append((tag, value))
        elif value:
            self._more(value)

    def _more(self, value: str) -> None:
        """A line without a tag goes on with the value before it."""
        record = self.open
        if record is None:
            return
        tag, before = record.tags[-1]
        if tag in self.kind.each_line:
            record.tags.append((tag, value))
        else:
            record.tags[-1] = (tag, f"{before} {value}".strip())

    def close(self, number: int | None) -> None:
        """End the open record where the next one begins, or the file ends; a missing end is told."""
        if self.open is None:
            return
        if self.kind.end is not None:
            values = {"end": self.kind.end, "next": "–" if number is None else str(number)}
            self.log.add("Y094", "changed", row=self.open.line, **values)
        self.found.append(self.open)
        self.open = None

    def tell(self) -> None:
        """Lines outside of records, in one line of the log."""
        if self.outside:
            some = "; ".join(f"{number}: {shown(line, 40)}" for number, line in self.outside[:_SHOWN])
            self.log.add("Y095", "skipped", row=self.outside[0][0], n=len(self.outside), lines=some)
