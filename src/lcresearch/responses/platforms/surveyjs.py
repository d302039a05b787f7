"""Answers of SurveyJS: what ``survey.data`` holds, kept as JSON, or made into a CSV by another program."""

from __future__ import annotations

import dataclasses
import re

from lcresearch.responses.platforms.platform import Platform
from lcresearch.responses.tables import Column, OpenFile

_OURS = frozenset({"form_mark", "form_start", "form_opened", "form_language", "form_seconds"})
_ROLES = {"form_language": "language", "form_seconds": "seconds"}
_COMMENT = "-Comment"
_ROW = re.compile(r"[^\W\d]\w*[./](\w+)")
_VERSION = "version_"


def recognises(opened: OpenFile) -> bool:
    """The mark of one of our forms; in JSON also a comment beside an answer, or rows of a matrix."""
    headers = [column.header for column in opened.columns]
    if "form_mark" in headers and "form_opened" in headers:
        return True
    answers = {header for header in headers if _COMMENT not in header}
    comments = any(header.removesuffix(_COMMENT) in answers for header in headers if header.endswith(_COMMENT))
    return opened.format == "json" and (comments or any(_ROW.fullmatch(header) for header in headers))


def describe(opened: OpenFile) -> OpenFile:
    """Say of each column which question it is; the rows of a matrix are questions."""
    return dataclasses.replace(opened, columns=tuple(_described(column) for column in opened.columns))


def _described(column: Column) -> Column:
    header = column.header
    if header in _OURS or header.startswith(_VERSION) or header.endswith(_COMMENT):
        return dataclasses.replace(column, role=_ROLES.get(header, "system"))
    row = _ROW.fullmatch(header)
    return dataclasses.replace(column, names=(row[1],)) if row else column


SURVEYJS = Platform("surveyjs", recognises, describe)
