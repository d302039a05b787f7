"""One step of a coder as the page sends it, done in the file; the same step sent twice counts once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lcresearch.app.coding.positions import TextPositions
from lcresearch.errors import AppError, LcresearchError
from lcresearch.interviews.coding_file import CodingFile

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_GONE, _CHANGED_MEANWHILE = "V289", "V287"
LONGEST_MEMO = 20_000


def take_step(file: CodingFile, document: str, me: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Do a step: ``code``, ``uncode``, ``resize`` or ``memo``; gives the revision after it.

    Raises
    ------
    AppError
        W103, for a place that is not in the text; W104, when it is no step.
    InterviewError
        What the file refuses.
    """
    doing = {"code": _code, "uncode": _uncode, "resize": _resize, "memo": _memo}.get(_text(sent, "kind"))
    if doing is None:
        raise AppError("W104")
    found = doing(file, document, me, sent)
    return found | {"revision": file.revision}


def _code(file: CodingFile, document: str, me: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    start, end = _place(file, document, sent)
    return {"coding": file.code(document, start, end, _text(sent, "code"), coder=me, id=_id(sent))}


def _uncode(file: CodingFile, document: str, me: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    try:
        file.uncode(_text(sent, "coding"), coder=me)
    except LcresearchError as error:
        if [one.code for one in error.problems] != [_GONE]:
            raise  # what is gone already needs no second time
    return {}


def _resize(file: CodingFile, document: str, me: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    start, end = _place(file, document, sent)
    file.resize(_text(sent, "coding"), start, end, coder=me)
    return {}


def _memo(file: CodingFile, document: str, me: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    kind, on, text = _text(sent, "on_kind"), _text(sent, "on_id"), _text(sent, "text")
    version = sent.get("version")
    if not isinstance(version, int) or len(text) > LONGEST_MEMO:
        raise AppError("W104")
    try:
        file.set_memo(kind, on, text, coder=me, version=version)
    except LcresearchError as error:
        same = _written(file, kind, on, me)[0] == text
        if [one.code for one in error.problems] != [_CHANGED_MEANWHILE] or not same:
            raise
    return {"version": _written(file, kind, on, me)[1]}


def _written(file: CodingFile, kind: str, on: str, me: str) -> tuple[str, int]:
    """The memo of a coder on one thing, and its version; 0 without one."""
    memos = file.memos()
    own = memos[(memos["on_kind"] == kind) & (memos["on_id"] == on) & (memos["author"] == me)]
    return ("", 0) if own.empty else (str(own["text"].iloc[0]), int(own["version"].iloc[0]))


def _place(file: CodingFile, document: str, sent: Mapping[str, Any]) -> tuple[int, int]:
    units: list[Any] = [sent.get("start"), sent.get("end")]
    if not all(type(one) is int and abs(one) < 2**40 for one in units):
        raise AppError("W104")
    start, end = TextPositions(file.document(document).text).points(units).tolist()
    return int(start), int(end)


def _text(sent: Mapping[str, Any], name: str) -> str:
    found = sent.get(name)
    if not isinstance(found, str):
        raise AppError("W104")
    return found


def _id(sent: Mapping[str, Any]) -> str:
    found = _text(sent, "coding")
    if not _ID.fullmatch(found):
        raise AppError("W104")
    return found
