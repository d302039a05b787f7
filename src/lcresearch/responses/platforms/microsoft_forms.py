"""Exports of Microsoft Forms and Google Forms: one header row with question texts."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from lcresearch.responses.paradata import times
from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.tables import Coding, Column, OpenFile
from lcresearch.responses.wording import plain

# columns of Microsoft Forms in English, Dutch and French
_STARTED = frozenset({"start time", "begintijd", "heure de debut"})
_FINISHED = frozenset({"completion time", "tijd van voltooien", "heure de fin"})
_RESPONSE_ID = "id"
_SYSTEM = frozenset(
    {_RESPONSE_ID, "last modified time", "tijd van laatste wijziging", "heure de la derniere modification"}
    | {"total points", "totaal aantal punten", "quiz feedback", "quizfeedback", "total des points"}
)
_LANGUAGE = frozenset({"language", "taal", "langue"})
_PERSONAL = dict.fromkeys(("email", "e-mail", "adresse de messagerie"), "email") | dict.fromkeys(
    ("name", "naam", "nom"), "name"
)
_QUIZ = re.compile(r"(?:points|feedback|punten|commentaires)\s*[-–]\s*(.+)", re.DOTALL | re.IGNORECASE)
_AT_THE_FRONT = 8


def recognises_microsoft(opened: OpenFile) -> bool:
    """A number and both times at the front, in one of the languages."""
    names = [plain(column.header) for column in opened.columns[:3]]
    return len(names) == 3 and names[0] == "id" and names[1] in _STARTED and names[2] in _FINISHED


def describe_microsoft(opened: OpenFile) -> OpenFile:
    """Give the columns of Forms itself their role, and questions with an equal text their text without the number."""
    headers = {plain(column.header) for column in opened.columns}
    columns = [_of_microsoft(column, headers) for column in opened.columns]
    return dataclasses.replace(opened, columns=_with_own_words(columns))


def _with_own_words(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Forms writes the words at "other, namely" where the answer stands, and does not mark them."""
    return tuple(dataclasses.replace(column, own_words=column.role is None) for column in columns)


def _of_microsoft(column: Column, headers: set[str]) -> Column:
    name, front = plain(column.header), column.number <= _AT_THE_FRONT
    for role, names in (("started", _STARTED), ("finished", _FINISHED), ("language", _LANGUAGE), ("system", _SYSTEM)):
        if front and name in names:
            return dataclasses.replace(column, role=role, response_id=name == _RESPONSE_ID)
    if front and name in _PERSONAL:
        return dataclasses.replace(column, role="system", personal=_PERSONAL[name])
    quiz = _QUIZ.fullmatch(column.header)
    if name in _SYSTEM or (quiz and plain(quiz[1]) in headers):
        return dataclasses.replace(column, role="system")
    first = plain(column.header[:-1])
    if column.header[-1:].isdigit() and first in headers:
        return dataclasses.replace(column, questions=(column.header[:-1],))
    return column


MICROSOFT_FORMS = Platform("microsoft_forms", recognises_microsoft, describe_microsoft)

# columns of Google Forms in English, Dutch, German and French
_TIMESTAMP = frozenset({"timestamp", "tijdstempel", "zeitstempel", "horodateur"})
_GOOGLE_EMAIL = frozenset(
    {"email address", "e-mailadres", "e-mail-adresse", "adresse e-mail", "username", "gebruikersnaam", "nutzername"}
)
_SCORE = frozenset({"score", "total score", "punktzahl", "totale score"})


def recognises_google(opened: OpenFile) -> bool:
    """A time stamp in the first column, and questions, not names, above the others."""
    headers = [column.header for column in opened.columns if column.header]
    stamped = len(headers) > 1 and plain(headers[0]) in _TIMESTAMP
    return stamped and any(" " in header.strip() and plain(header) not in _GOOGLE_EMAIL for header in headers[1:])


def describe_google(opened: OpenFile) -> OpenFile:
    """Give the columns of Forms itself their role, and rows of a grid their own text."""
    columns = [_of_google(column, opened) for column in opened.columns]
    return dataclasses.replace(opened, columns=_with_own_words(columns))


def _of_google(column: Column, opened: OpenFile) -> Column:
    name, front = plain(column.header), column.number <= _AT_THE_FRONT
    if column.number == 1:
        return dataclasses.replace(column, role="finished" if _are_times(opened.sample(1)) else "system")
    if front and name in _GOOGLE_EMAIL:
        return dataclasses.replace(column, role="system", personal="email")
    if front and name in _SCORE:
        return dataclasses.replace(column, role="system")
    question, bracket, row = column.header.removesuffix("]").rpartition("[")
    in_a_grid = bool(question.strip() and bracket and row.strip()) and column.header.endswith("]")
    return dataclasses.replace(column, questions=(row,)) if in_a_grid else column


def _are_times(cells: tuple[str, ...]) -> bool:
    coding = Coding()
    coding.add_cells(cells)
    return bool(times(coding.finish()).notna().all())


GOOGLE_FORMS = Platform("google_forms", recognises_google, describe_google)
