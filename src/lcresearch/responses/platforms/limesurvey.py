"""Exports of LimeSurvey: csv, Excel, R, SPSS and survey archives, with codes, texts or both as headings."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from lcresearch.errors import Place, ResponsesError
from lcresearch.instruments.forms.limesurvey.codes import codes_of
from lcresearch.responses.asked import OTHER
from lcresearch.responses.formats.limesurvey_archive import FORMAT as ARCHIVE
from lcresearch.responses.platforms.limesurvey_headings import (
    Heading,
    has_code_and_text,
    has_row_code,
    parse,
    parse_text,
)
from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key

# LimeSurvey's own columns: as codes, and as texts in English, Dutch and German of several versions
_IDS = "response id|answer id|respons id|antwoord id|reactie id|antwort id|antwort-id"
_OWN = {
    "finished": "submitdate|date submitted|datum verstuurd|datum ingestuurd|datum ingezonden|datum abgeschickt"
    "|datum abgesendet",
    "started": "startdate|date started|startdatum|datum gestart|begindatum|datum gestartet",
    "language": "startlanguage|start language|begin taal|begintaal|starttaal|start-sprache|startsprache",
    "seconds": "interviewtime|total time|totale tijd|gesamtzeit",
    "system": f"id|{_IDS}|lastpage|last page|laatste pagina|letzte seite|seed|zufallsstartwert"
    "|datestamp|date last action|datum laatste actie|datum letzte aktivität|datum letzte aktion"
    "|token|access code|toegangscode|zugangscode|zugangsschlüssel|refurl|referrer url|verwijzende url"
    "|weiterleitungs-url|ipaddr|ip address|ip-adres|ip-adresse|firstname|lastname|email",
}
_RESPONSE_IDS = frozenset({"id", *_IDS.split("|")})
_ROLES = {name: role for role, names in _OWN.items() for name in names.split("|")}
_PERSONAL = dict.fromkeys(("ipaddr", "ip address", "ip-adres", "ip-adresse"), "ip_address") | {
    "firstname": "name",
    "lastname": "name",
    "email": "email",
}
# names that nothing but LimeSurvey gives to columns; two of them are a proof
_SIGNS = frozenset(
    {"submitdate", "lastpage", "startlanguage", "datestamp", "date submitted", "last page", "start language"}
    | {"date last action", "datum verstuurd", "laatste pagina", "begin taal", "begintaal", "starttaal"}
    | {"datum laatste actie", "datum abgeschickt", "letzte seite", "start-sprache", "startsprache"}
)
_FEWEST_SIGNS = 2
_TIMES = (
    "group time",
    "question time",
    "groepstijd",
    "vraagtijd",
    "gruppenzeit",
    "fragezeit",
    "grouptime",
    "filecount",
)
_STRUCTURE = frozenset({"class", "type/scale", "name", "relevance", "text"})


def recognises(opened: OpenFile) -> bool:
    """Whether LimeSurvey wrote this file: by its own columns, or by codes of sub-questions in brackets."""
    if opened.format == ARCHIVE or _is_structure(opened):
        return True
    headers = [column.header for column in opened.columns if column.header]
    names = [name_key(_first_code(header)) for header in headers]
    if len(_SIGNS.intersection(names)) >= _FEWEST_SIGNS or sum(map(has_row_code, headers)) >= _FEWEST_SIGNS:
        return True
    return bool(names) and names[0] in _IDS.split("|") and any(header.endswith("]") for header in headers)


def describe(opened: OpenFile) -> OpenFile:
    """Give each column its role, or the names and texts by which an item can be found.

    Raises
    ------
    ResponsesError
        R101 for the structure of a survey as tab-separated text.
    """
    if _is_structure(opened):
        raise ResponsesError("R101", where=Place(file=opened.file))
    headers = [column.header for column in opened.columns if column.header]
    code_and_text = all(map(has_code_and_text, headers))
    columns: list[Column] = []
    seen: set[str] = set()
    names = [name_key(_first_code(column.header) if code_and_text else column.header) for column in opened.columns]
    first_time = _first_time(names)
    for place, (column, name) in enumerate(zip(opened.columns, names, strict=True)):
        if place > first_time or name.startswith(_TIMES):
            columns.append(dataclasses.replace(column, role="system"))
        elif place == first_time or (name not in seen and _ROLES.get(name, "seconds") != "seconds"):
            own = dataclasses.replace(column, role=_ROLES[name], personal=_PERSONAL.get(name))
            columns.append(dataclasses.replace(own, response_id=name in _RESPONSE_IDS))
        else:
            columns.append(_described(column, parse(column.header, code_and_text=code_and_text)))
        seen.add(name)
    return dataclasses.replace(opened, columns=tuple(columns))


def _first_time(names: Sequence[str]) -> int:
    """Place of the total time, which only times of groups and questions follow; behind all columns when not saved."""
    for place, name in enumerate(names):
        if _ROLES.get(name) == "seconds" and all(
            n.startswith(_TIMES) or n.endswith("time") for n in names[place + 1 :]
        ):
            return place
    return len(names)


def _first_code(header: str) -> str:
    """``submitdate`` of ``submitdate. Date submitted``; any other header as it is."""
    code, _, text = header.partition(". ")
    return code if text and name_key(code) in _ROLES else header


def _is_structure(opened: OpenFile) -> bool:
    """A survey as tab-separated text, for import into LimeSurvey."""
    return {name_key(column.header) for column in opened.columns} >= _STRUCTURE


def _described(column: Column, heading: Heading) -> Column:
    """A column of a question."""
    texts = [heading] if heading.question else []
    written = [text for text in (column.question, *column.questions) if text]
    single = heading.code and not heading.row
    texts += [Heading(question=text) if single else parse_text(text) for text in written]
    kinds = {heading.kind, *(text.kind for text in texts if not heading.row)}
    stems = tuple(dict.fromkeys(text.question for text in texts if text.question))
    bases = (*([heading.code] if heading.code else []), *stems)
    if "remark" in kinds:
        return dataclasses.replace(column, question=None, questions=())
    if "other" in kinds:
        return dataclasses.replace(column, question=None, questions=(), option_of=bases, option=OTHER)
    rows = tuple(dict.fromkeys(text.row_text for text in texts if text.row_text))
    joined = tuple(dict.fromkeys(f"{text.question} {text.row_text}" for text in texts if text.row_text))
    is_row = bool(heading.row or rows)
    asked = [*rows, *joined] if is_row else list(stems)
    return dataclasses.replace(
        column,
        question=asked[0] if asked else None,
        names=tuple(_names(heading)),
        questions=tuple(asked[1:]),
        option_of=bases if is_row else (),
        option=_option(heading, rows) if is_row else None,
    )


def _option(heading: Heading, rows: Sequence[str]) -> str:
    """The answer that a column of a question with several answers stands for: its text, else its code."""
    return rows[0] if rows else heading.row


def _names(heading: Heading) -> list[str]:
    """Ids that an item may have whose column has this heading, the longest first."""
    if not heading.code:
        return []
    if not heading.row:
        return [f"{heading.code}_{heading.scale}" if heading.scale else heading.code]
    row = f"{heading.row}_{heading.scale}" if heading.scale else heading.row
    return list(dict.fromkeys([f"{heading.code}_{row}", row, heading.row]))


LIMESURVEY = Platform("limesurvey", recognises, describe, codes=codes_of)
