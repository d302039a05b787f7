"""Exports of Qualtrics: CSV, TSV and Excel with two or three header rows, and SPSS files."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.tables import Column, OpenFile

_IMPORT_ID = re.compile(r"""['"]ImportId['"]\s*:\s*['"]([^'"]{1,200})['"]""")
_QUESTION_ID = re.compile(r"(?:\d+_)?QID\d")
_HYPHENS = re.compile(r"QID\d+(?:#\d+)?-")
_PART = re.compile(r"(.*)[-_]([^-_]+)")
_TEXT = re.compile(r"[-_]TEXT$")
_LINE = re.compile(r"(.+)_[^_]+_TEXT")
_DERIVED = re.compile(r"_TEXT_|[-_]DO(?:[-_]|$)|_(?:FIRST_CLICK|LAST_CLICK|PAGE_SUBMIT|CLICK_COUNT)$", re.IGNORECASE)
_TIMING = re.compile(r"_(?:First Click|Last Click|Page Submit|Click Count)$|_DO(?:_[^_]+)?$")
_BUILT_IN = re.compile(r"Q_[A-Z][A-Za-z]{3}")
_NO_ANSWER = (-99.0, -99.0)

# names of Qualtrics' own columns and ids of their third row, without case and signs -> role, kind of personal data
_OWN: dict[str, tuple[str, str | None]] = {
    "startdate": ("started", None),
    "enddate": ("finished", None),
    "durationinseconds": ("seconds", None),
    "duration": ("seconds", None),
    "finished": ("completed", None),
    "progress": ("progress", None),
    "userlanguage": ("language", None),
    "ipaddress": ("system", "ip_address"),
    "recipientlastname": ("system", "name"),
    "recipientfirstname": ("system", "name"),
    "recipientemail": ("system", "email"),
    "locationlatitude": ("system", "coordinates"),
    "locationlongitude": ("system", "coordinates"),
    "status": ("system", None),
    "recordeddate": ("system", None),
    "responseid": ("system", None),
    "recordid": ("system", None),
    "responseset": ("system", None),
    "responsesetid": ("system", None),
    "externalreference": ("system", None),
    "externaldatareference": ("system", None),
    "locationaccuracy": ("system", None),
    "distributionchannel": ("system", None),
}
_OWN_LEGACY: dict[str, tuple[str, str | None]] = _OWN | {
    "name": ("system", "name"),
    "emailaddress": ("system", "email"),
}
_SIGNS = frozenset({"responseid", "recordid"})
_TIMED = ("started", "finished", "seconds", "progress")
_FEWEST_OWN = 5
# what times and ids of answers have and the texts above them have not
_OF_AN_ANSWER = re.compile(r"\d|^R_")

# Status is a sum: 1 preview, 2 made up by Qualtrics, 4 imported, 8 possible spam, 16 offline, 32 employee experience
_STATUS_TESTS = frozenset(str(status) for status in range(64) if status & 3) | {"Survey Preview", "Survey Test"}
_STATUS_SPAM = frozenset(str(status) for status in range(64) if status & 8 and not status & 3) | {"Spam"}
_TESTS = {"status": _STATUS_TESTS, "distributionchannel": frozenset({"preview", "test"})}


def _key(name: str) -> str:
    """A name of a column of Qualtrics itself: small letters, without what older exports put before it."""
    return re.sub(r"[^a-z]", "", re.sub(r"^(?:panel|Location)-", "", name).casefold())


def _row(opened: OpenFile, number: int) -> list[str]:
    """A row of the head, as long as the header."""
    row = list(opened.head[number]) if number < len(opened.head) else []
    return (row + [""] * len(opened.columns))[: len(opened.columns)]


def _import_ids(row: Iterable[str]) -> list[str]:
    found = (_IMPORT_ID.search(cell) for cell in row)
    return [match[1] if match else "" for match in found]


def _has_import_ids(row: Sequence[str]) -> bool:
    return sum(map(bool, _import_ids(row))) >= max(1, sum(map(bool, row)) // 2)


def _legacy(opened: OpenFile) -> bool:
    """Whether names are V1, V2 and so on above the names of Qualtrics' own columns."""
    own = {_key(text) for column, text in zip(opened.columns, _row(opened, 1), strict=True) if column.header[:1] == "V"}
    return opened.format in ("csv", "excel") and {"responseid", "responseset"} <= own


def recognises(opened: OpenFile) -> bool:
    """A row of import ids, the names that Qualtrics gives to its own columns, or V1, V2 above these names."""
    if opened.format in ("csv", "excel") and any(_has_import_ids(_row(opened, place)) for place in (1, 2)):
        return True
    own = {_key(column.header) for column in opened.columns} & _OWN.keys()
    return (len(own) >= _FEWEST_OWN and bool(own & _SIGNS)) or _legacy(opened)


def header_rows(opened: OpenFile) -> int:
    """Three rows; two in older exports; one when somebody removed the others. A row of import ids is the last."""
    if _legacy(opened):
        return 2
    for place in (2, 1):
        if _has_import_ids(_row(opened, place)):
            return place + 1
    keys = [_key(column.header) for column in opened.columns]
    told = [n for n, key in enumerate(keys) if key in _SIGNS or _OWN.get(key, ("",))[0] in _TIMED]
    rows = 1
    while rows < 3 and rows < len(opened.head):
        row = _row(opened, rows)
        cells = [row[place] for place in told if row[place]]
        if not cells or any(_OF_AN_ANSWER.search(cell) for cell in cells):
            break
        rows += 1
    return rows


def describe(opened: OpenFile) -> OpenFile:
    """Say of each column which question it asks, or which row or option of one, and which are Qualtrics' own."""
    texts, ids, legacy = _header_texts(opened)
    names = texts if legacy else [column.header for column in opened.columns]
    own = _OWN_LEGACY if legacy else _OWN
    roles = [_role(name, import_id, own) for name, import_id in zip(names, ids, strict=True)]
    parts = _parts(opened.columns, texts, ids, roles, legacy)
    lines = {found[1] for column in opened.columns if (found := _LINE.fullmatch(column.header))}
    columns, channels = [], {}
    for place, column in enumerate(opened.columns):
        role, personal = roles[place]
        if role is not None:
            numbers = bool(_SIGNS & {_key(names[place]), _key(ids[place])})
            columns.append(dataclasses.replace(column, role=role, personal=personal, response_id=numbers))
            channels[_key(names[place])] = column.number
        else:
            columns.append(_question(column, texts[place], parts.get(place), column.header in lines))
    tests = {channels[name]: values for name, values in _TESTS.items() if name in channels}
    marks = {channels["status"]: {"spam": _STATUS_SPAM}} if "status" in channels else {}
    return dataclasses.replace(opened, columns=tuple(columns), tests=tests, marks=marks)


def _header_texts(opened: OpenFile) -> tuple[list[str], list[str], bool]:
    """Question texts and import ids of the columns (empty where there are none), and whether names are V1, V2."""
    nothing = [""] * len(opened.columns)
    if not opened.header_rows:
        return [column.question or "" for column in opened.columns], nothing, False
    texts, ids = nothing, nothing
    for place in range(1, opened.header_rows):
        row = _row(opened, place)
        if _has_import_ids(row):
            ids = _import_ids(row)
        else:
            texts = row
    return texts, ids, _legacy(opened)


def _role(name: str, import_id: str, own: Mapping[str, tuple[str, str | None]]) -> tuple[str | None, str | None]:
    """What Qualtrics uses a column for, and what it says about a person; None for a question or embedded data."""
    if _QUESTION_ID.match(import_id):
        return ("system", None) if _DERIVED.search(import_id) else (None, None)
    if _TIMING.search(name) or _BUILT_IN.match(name):
        return "system", None
    return own.get(_key(import_id), own.get(_key(name), (None, None)))


@dataclass(frozen=True)
class _Part:
    """Of a column that is a row, field or option of a question: the text above it and its own, and both names."""

    question: str
    own: str
    tag: str
    own_tags: tuple[str, ...]
    separator: str


def _parts(
    columns: Sequence[Column],
    texts: Sequence[str],
    ids: Sequence[str],
    roles: Sequence[tuple[str | None, str | None]],
    legacy: bool,
) -> dict[int, _Part]:
    """Columns that share a question, by place: the part of their texts that is equal is that of the question."""
    separator = "-" if legacy or any(_HYPHENS.match(import_id) for import_id in ids) else " - "
    groups: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        name = ids[place] if _QUESTION_ID.match(ids[place]) else column.header
        found = _PART.fullmatch(name)
        if roles[place][0] is None and found and not _TEXT.search(name) and not _TEXT.search(column.header):
            groups.setdefault(found[1], []).append(place)
    parts = {}
    for places in groups.values():
        shared = _shared_start([texts[place] for place in places]) if len(places) > 1 else texts[places[0]]
        cut = shared.rfind(separator)
        tag = _shared_start([columns[place].header for place in places])
        if cut > 0 and (len(places) > 1 or separator != "-"):
            for place in places:
                own = texts[place][cut + len(separator) :]
                own_tags = _own_tags(columns[place].header, len(tag)) if len(places) > 1 and ids[place] else ()
                parts[place] = _Part(shared[:cut], own, tag.rpartition("_")[0], own_tags, separator)
    return parts


def _own_tags(header: str, shared: int) -> tuple[str, ...]:
    """What may be the tag of a row behind that of its question, which is part of the ``shared`` first signs."""
    ends = (place + 1 for place, sign in enumerate(header[:shared]) if sign == "_")
    return tuple(header[end:] for end in ends if header[end : end + 1].isalpha())


def _shared_start(texts: Sequence[str]) -> str:
    """The longest text with which all begin."""
    first, last = min(texts), max(texts)
    end = next((place for place, sign in enumerate(first) if last[place : place + 1] != sign), len(first))
    return first[:end]


def _question(column: Column, text: str, part: _Part | None, has_text: bool) -> Column:
    """A column with the texts and names that it may be known by.

    Behind the question of a choice with a line to fill in Qualtrics puts "Selected Choice", in the language of the
    user: ``has_text`` says that there is such a line.
    """
    text = text or column.question or ""
    column = dataclasses.replace(column, question=text or None, missing=(*column.missing, _NO_ANSWER))
    if _TEXT.search(column.header):
        return column
    if part is None:
        head = text.rpartition(" - ")[0]
        return dataclasses.replace(column, questions=(head,)) if head and has_text else column
    return dataclasses.replace(
        column,
        names=part.own_tags,
        questions=(part.own,),
        option_of=(part.tag, *_heads(part.question, part.separator)),
        option=part.own,
    )


def _heads(question: str, separator: str) -> tuple[str, ...]:
    """A question with what may stand above it (a table) or behind it ("Selected Choice") left out in turn."""
    before, after = question.rpartition(separator)[::2]
    return (question, after, before) if before else (question,)


QUALTRICS = Platform("qualtrics", recognises, describe, header_rows)
