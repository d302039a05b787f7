"""Exports of KoboToolbox, Ona and ODK: group names before the question, answers with a column each, repeats."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lcresearch.errors import Place, ResponsesError
from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key

_SYSTEM = frozenset(
    {"today", "_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_tags", "_index"}
    | {"__version__", "_version_", "_version", "_duration", "_total_media", "_media_count", "_media_all_received"}
    | {"instanceid", "rootuuid", "instancename", "formhub/uuid", "_attachments", "_xform_id_string", "_edited"}
    | {"audit", "_bamboo_dataset_id", "_parent_table_name", "_submission__id", "_submission__uuid"}
    | {"submissiondate", "key", "submitterid", "attachmentspresent", "attachmentsexpected", "status"}
    | {"reviewstate", "edits", "formversion"}
)
_RESPONSE_IDS = frozenset({"_id", "_uuid", "instanceid", "key"})
_PERSONAL = {
    "_submitted_by": "username",
    "username": "username",
    "submittername": "username",
    "deviceid": "device_id",
    "simserial": "device_id",
    "subscriberid": "device_id",
    "imei": "device_id",
    "phonenumber": "phone",
    "_geolocation": "coordinates",
}
_TIMES = {"start": "started", "end": "finished"}
_PLACE = re.compile(r"_.+_(?:latitude|longitude|altitude|precision)|.+-(?:Latitude|Longitude|Altitude|Accuracy)")

# names that nothing else gives to columns
_KOBO_SIGNS = frozenset(
    {"_id", "_uuid", "_submission_time", "_validation_status", "_submitted_by", "__version__", "_xform_id_string"}
    | {"meta/instanceid", "meta.instanceid", "meta-instanceid", "_index"}
)
_ODK_SIGNS = frozenset({"submissiondate", "key", "meta-instanceid", "instanceid", "submitterid", "formversion"})
_GROUP_OF_KOBO = re.compile(r"group_[a-z]{2}\d[a-z]{2}\d{2}[/.-]")
_FEWEST_SIGNS = 2
_REPEAT_KEYS = frozenset({"_parent_index", "parent_key"})

_NAME = re.compile(r"[^\W\d][\w.-]*(?:/[\w.-]+)*")
_LONGEST, _MOST_SLASHES = 1_000, 20
_REPEATED = re.compile(r"\[\d+\]/")
_NOT_FILLED = "n/a"
_CHOSEN_OR_NOT = frozenset({"0", "1", "true", "false", _NOT_FILLED})
_REJECTED = {
    "_validation_status": frozenset({"validation_status_not_approved", "not approved", "niet goedgekeurd"}),
    "reviewstate": frozenset({"rejected", "hasissues"}),
}


def recognises(opened: OpenFile) -> bool:
    """Two of the columns that KoboToolbox or ODK adds, its names of groups, a table of a repeat, or a form."""
    keys = {name_key(column.header) for column in opened.columns}
    repeats = any(_REPEAT_KEYS & {name_key(name) for name in names} for names in opened.other_sheets.values())
    return (
        len(keys & _KOBO_SIGNS) >= _FEWEST_SIGNS
        or len(keys & _ODK_SIGNS) >= _FEWEST_SIGNS + 1
        or ("_index" in keys and (repeats or "_parent_index" in keys))
        or {"parent_key", "key"} <= keys
        or any(_GROUP_OF_KOBO.match(column.header) for column in opened.columns)
        or _is_form(opened)
    )


def _is_form(opened: OpenFile) -> bool:
    keys = {name_key(column.header) for column in opened.columns}
    return opened.format == "excel" and "survey" in map(name_key, opened.sheets) and {"type", "name"} <= keys


def describe(opened: OpenFile) -> OpenFile:
    """Say of each column which question it asks, or which answer to one, and which are the platform's own.

    Raises
    ------
    ResponsesError
        R111 for a form, R113 for the table of a repeat.
    """
    if _is_form(opened):
        raise ResponsesError("R111", where=Place(file=opened.file))
    keys = [name_key(column.header) for column in opened.columns]
    if _REPEAT_KEYS & set(keys):
        raise ResponsesError("R113", where=Place(file=opened.file, sheet=opened.facts.get("sheet")))
    timed = not _TIMES.keys().isdisjoint(keys)
    own = [_own(column, timed) for column in opened.columns]
    asked = [column for column, ours in zip(opened.columns, own, strict=True) if ours is None]
    layout = _Layout(frozenset(column.header for column in asked), _shared_lefts(asked), _separator(asked))
    columns = [
        ours or _question(column, opened.sample(column.number), layout)
        for column, ours in zip(opened.columns, own, strict=True)
    ]
    marks = {
        column.number: {"rejected": _REJECTED[key]}
        for key, column in zip(keys, opened.columns, strict=True)
        if key in _REJECTED
    }
    return dataclasses.replace(opened, columns=tuple(columns), marks=marks)


@dataclass(frozen=True)
class _Layout:
    """How the names of questions are made up: all of them, what several begin with, and the sign behind a group."""

    headers: frozenset[str]
    lefts: Mapping[str, int]
    separator: str


def _own(column: Column, timed: bool) -> Column | None:
    """A column of the platform itself with its role; None for a question."""
    key = name_key(column.header)
    last = re.split(r"[/.-]", key)[-1] if key.startswith("meta") else key
    if last in _TIMES:
        return dataclasses.replace(column, role=_TIMES[last])
    if last == "_duration" and not timed:
        return dataclasses.replace(column, role="seconds")
    if _PLACE.fullmatch(column.header):
        return dataclasses.replace(column, role="system", personal="coordinates")
    if last in _PERSONAL or last in _SYSTEM:
        personal = _PERSONAL.get(last)
        return dataclasses.replace(column, role="system", personal=personal, response_id=last in _RESPONSE_IDS)
    return None


def _separator(columns: Sequence[Column]) -> str:
    """The sign between the name of a group and that of a question; what stands last in most names decides."""
    names = [column.header for column in columns if _NAME.fullmatch(column.header)]
    found = {sign: sum(sign in name for name in names) for sign in "/.-"}
    if found["/"] and not _only_options(columns):
        return "/"
    return max(".-", key=lambda sign: found[sign])


def _only_options(columns: Sequence[Column]) -> bool:
    """Whether a slash stands only between a question and its answers, as in ODK."""
    headers = {column.header for column in columns}
    return all(column.header.rpartition("/")[0] in headers for column in columns if "/" in column.header)


def _shared_lefts(columns: Sequence[Column]) -> dict[str, int]:
    """What stands before a slash -> number of columns that share it."""
    counts: dict[str, int] = {}
    for column in columns:
        for place in _slashes(column.header):
            left = column.header[:place]
            counts[left] = counts.get(left, 0) + 1
    return counts


def _slashes(text: str) -> list[int]:
    """Where the first slashes stand; names of questions in groups have few."""
    return [place for place, sign in enumerate(text[:_LONGEST]) if sign == "/"][:_MOST_SLASHES]


def _question(column: Column, cells: Sequence[str], layout: _Layout) -> Column:
    """A column with the names and texts that it may be known by; "n/a" is no answer."""
    header = column.header
    missing = column.missing_texts | {_NOT_FILLED}
    column = dataclasses.replace(column, missing_texts=missing, blanks_between=True)
    if _REPEATED.search(header):
        return column
    starts = [header[:place] for place in reversed(_slashes(header))]
    left = joined = next((start for start in starts if start in layout.headers), None)
    if joined is None and {cell.casefold() for cell in cells} <= _CHOSEN_OR_NOT:
        left = next((start for start in starts if layout.lefts[start] > 1), None) or _before_answer(header, layout)
    if joined is None:
        names, questions = _last_names(header, layout.separator), _tails(header, layout.lefts)
        column = dataclasses.replace(column, names=names, questions=questions)
    if left is None:
        return column
    known = (*_last_names(left, layout.separator), left, *_tails(left, layout.lefts))
    return dataclasses.replace(column, option_of=tuple(dict.fromkeys(known)), option=header[len(left) + 1 :])


def _before_answer(header: str, layout: _Layout) -> str | None:
    """The question of ``group.question.answer``, where a slash is not what stands between them."""
    if layout.separator == "/" or not _NAME.fullmatch(header):
        return None
    return header.rpartition(layout.separator)[0] or None


def _last_names(header: str, separator: str) -> tuple[str, ...]:
    """The name of a question without its groups; the header itself when it has none."""
    if not _NAME.fullmatch(header):
        return ()
    return (header.rpartition(separator)[2] if separator in header else header.rpartition("/")[2],)


def _tails(header: str, lefts: Mapping[str, int]) -> tuple[str, ...]:
    """What stands behind the label of a group, when that group has more than one column."""
    return tuple(header[place + 1 :] for place in _slashes(header) if lefts.get(header[:place], 0) > 1)


KOBO = Platform("kobo", recognises, describe)
