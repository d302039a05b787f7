"""Exports of SurveyMonkey: two header rows, the question above its first column only, an answer or a row below it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from lcresearch.responses.asked import OTHER
from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key, plain

# SurveyMonkey's own columns in English and Dutch; older exports write the names without blanks
_FIRST = "respondent id|respondent-id|id van respondent"
_SECOND = "collector id|collector-id|verzamelprogramma-id|id van verzamelprogramma|verzamelaar-id"
_OWN = {
    "system": f"{_FIRST}|{_SECOND}",
    "started": "start date|date created|begindatum|startdatum|datum gemaakt|aanmaakdatum",
    "finished": "end date|date modified|einddatum|datum gewijzigd|wijzigingsdatum",
}
_PERSONAL = {
    "ip address": "ip_address",
    "ip-adres": "ip_address",
    "email address": "email",
    "e-mailadres": "email",
    "first name": "name",
    "voornaam": "name",
    "last name": "name",
    "achternaam": "name",
}
_CUSTOM = re.compile(r"(?:customdata|aangepastegegevens|aangepastewaarde|customvalue)\d*")
_ANSWER = frozenset(
    {"response", "open-ended response", "antwoord", "open antwoord", "open reactie", "reactie", "respons"}
    | {"antwoord op open vraag", "vrij antwoord", "antwort", "offene antwort"}
)
_OTHER = re.compile(
    r"(?:other|overig|overige|anders|ander|sonstiges?)\b.*|.*\bplease specify\b.*|.*\bnadere toelichting\b.*"
)
# what an export that went through several encodings leaves of a no-break space
_DAMAGED_BLANK = re.compile("(?:åÊ|Œæ|\u00a0)+")


def recognises(opened: OpenFile) -> bool:
    """Whether SurveyMonkey made this file: its first column, with its second one or the second header row."""
    names = [_squeezed(column.header) for column in opened.columns[:2]]
    first, second = map(_squeezed_all, (_FIRST, _SECOND))
    return bool(names) and names[0] in first and (names[-1] in second or _has_two_rows(opened))


def header_rows(opened: OpenFile) -> int:
    """Two, or one in the condensed layout."""
    return 2 if _has_two_rows(opened) else 1


def describe(opened: OpenFile) -> OpenFile:
    """Give each column its question, its row and its role."""
    below = opened.head[1] if opened.header_rows > 1 else ()
    columns: list[Column] = []
    for several in _questions(opened.columns, below):
        columns += _own(several) or _asked(several, below)
    first = columns[0] = dataclasses.replace(columns[0], response_id=True)
    return dataclasses.replace(opened, columns=tuple(columns), tests={first.number: frozenset({first.header})})


def _squeezed(header: str) -> str:
    """A name of SurveyMonkey's own columns without the blanks that older exports leave out."""
    return name_key(header).replace(" ", "")


def _squeezed_all(names: str) -> frozenset[str]:
    return frozenset(map(_squeezed, names.split("|")))


def _has_two_rows(opened: OpenFile) -> bool:
    """Whether the second row belongs to the header.

    Then its first cell is empty, and it has a word for "the answer", or texts below a question that goes on.
    """
    if len(opened.head) < 2 or opened.head[1][0].strip():
        return False
    top, below = opened.head[:2]
    goes_on = any(cell.strip() and not above.strip() for above, cell in zip(top, below, strict=False))
    return goes_on or any(plain(cell) in _ANSWER or _OTHER.fullmatch(plain(cell)) for cell in below)


def _questions(columns: Sequence[Column], below: Sequence[str]) -> Iterator[list[Column]]:
    """The columns of one question after the other: an empty header continues the question before it."""
    numbers: list[int] = []
    for column in columns:
        numbers.append(numbers[-1] if numbers and below and not column.header else column.number)
    for _, several in groupby(columns, key=lambda column: numbers[column.number - 1]):
        yield list(several)


def _own(several: Sequence[Column]) -> list[Column]:
    """A column of SurveyMonkey itself with its role; nothing when it is a question."""
    column = several[0]
    name = _squeezed(column.header)
    if len(several) > 1:
        return []
    for role, names in _OWN.items():
        if name in _squeezed_all(names):
            return [dataclasses.replace(column, role=role)]
    personal = {_squeezed(known): kind for known, kind in _PERSONAL.items()}
    if name in personal or _CUSTOM.fullmatch(name):
        return [dataclasses.replace(column, role="system", personal=personal.get(name))]
    return []


def _asked(several: Sequence[Column], below: Sequence[str]) -> list[Column]:
    """The columns of a question, each with the row or answer that stands below it."""
    text = several[0].header
    clean = _DAMAGED_BLANK.sub(" ", text).strip()
    rows = [below[c.number - 1].strip() if c.number <= len(below) else "" for c in several]
    is_answer = [plain(row) in _ANSWER or not row for row in rows]
    columns = []
    for place, (column, row) in enumerate(zip(several, rows, strict=True)):
        if len(several) == 1 and (is_answer[0] or not below):
            columns.append(dataclasses.replace(column, question=clean))
        elif place == 0 and is_answer[0]:
            columns.append(dataclasses.replace(column, question=clean, names=(text,)))
        elif is_answer[0] or _OTHER.fullmatch(plain(row)):
            columns.append(_written(column, f"{text} [{row}]", (clean,)))
        else:
            columns.append(_row(column, text, clean, row))
    return columns


def _row(column: Column, text: str, clean: str, row: str) -> Column:
    """A row of a table, or one answer of a question with several."""
    label = _DAMAGED_BLANK.sub(" ", row).strip()
    return dataclasses.replace(
        column,
        header=f"{text} [{row}]",
        question=label,
        questions=(f"{clean} {label}",),
        option_of=(clean,),
        option=label,
    )


def _written(column: Column, header: str, bases: tuple[str, ...]) -> Column:
    """The line to fill in: an answer only where it can stand for the option "other, namely"."""
    return dataclasses.replace(column, header=header, option_of=bases, option=OTHER)


SURVEYMONKEY = Platform("surveymonkey", recognises, describe, header_rows)
