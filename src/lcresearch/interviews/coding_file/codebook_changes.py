"""Changes of the codebook: every one is kept with what was there before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lcresearch.errors import InterviewError
from lcresearch.interviews.codebook.model import Code
from lcresearch.interviews.coding_file import values
from lcresearch.interviews.coding_file.changing import Change, Row, check_version
from lcresearch.interviews.coding_file.coding import drop_coding
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.memos import move_notes, without_thing
from lcresearch.interviews.coding_file.rows import code_of, code_row
from lcresearch.interviews.guids import new_guid


def add_code(change: Change, code: Code, before: str | None) -> str:
    """A new code, as the last below its parent, or in front of one that is there.

    The same code with the same id again changes nothing.
    """
    id = code.id or new_guid()
    there = change.get("codes", id)
    if there is not None:
        if (there["name"], there["parent"] or "") != (code.name, code.parent):
            raise InterviewError("V294", id=id)
        return id
    if code.parent:
        known(change, "codes", code.parent)
    _refuse_name(change, code.name, code.parent, id)
    change.put("codes", code_row(replace(code, id=id), _position(change, code.parent, before)))
    return id


def change_code(change: Change, id: str, version: int | None, parts: dict[str, Any]) -> None:
    """Other words, colour or search phrases of a code; parts that are None stay."""
    row = known(change, "codes", id)
    check_version(row, version)
    code = replace(code_of(row), **{name: value for name, value in parts.items() if value is not None})
    _refuse_name(change, code.name, code.parent, id)
    new = code_row(code, row["position"], row["version"])
    if any(new[name] != row[name] for name in ("name", "content")):
        change.put("codes", new | {"version": row["version"] + 1})


def move_code(change: Change, id: str, parent: str, version: int | None, before: str | None) -> None:
    """A code elsewhere in the tree, with all that is below it."""
    row = known(change, "codes", id)
    check_version(row, version)
    above: str | None = parent or None
    while above is not None:
        if above == id:
            raise InterviewError("V296", name=row["name"])
        above = known(change, "codes", above)["parent"]
    _refuse_name(change, row["name"], parent, id)
    position = _position(change, parent, before, leaving=id)
    if (row["parent"], row["position"]) != (parent or None, position):
        new = row | {"parent": parent or None, "position": position, "version": row["version"] + 1}
        change.put("codes", new)


def merge_codes(change: Change, id: str, into: str, version: int | None) -> None:
    """One code of two: codings, memos and codes below go to the other, and it is gone."""
    row, target = known(change, "codes", id), known(change, "codes", into)
    check_version(row, version)
    if id == into:
        raise InterviewError("V296", name=row["name"])
    if target["parent"] == id:
        move_code(change, into, row["parent"] or "", None, before=id)
    _children_to(change, id, into)
    place = 'document = ? AND start = ? AND "end" = ? AND code = ? AND coder IS ?'
    for coding in list(change.where("codings", "code = ?", (id,))):
        values_ = (coding["document"], coding["start"], coding["end"], into, coding["coder"])
        twin = next(change.where("codings", place, values_), None)
        if twin is None:
            change.put("codings", coding | {"code": into})
        else:
            move_notes(change, coding["id"], twin["id"])
            drop_coding(change, coding)
    move_notes(change, id, into)
    _in_decisions(change, id, into)
    _in_sets(change, id, into)
    _in_links(change, id, into)
    change.drop("codes", id)


def remove_code(change: Change, id: str, version: int | None, *, with_codings: bool) -> None:
    """A code out of the codebook; codes below it go to the one above it."""
    row = known(change, "codes", id)
    check_version(row, version)
    codings = list(change.where("codings", "code = ?", (id,)))
    if codings and not with_codings:
        raise InterviewError("V295", name=row["name"], n=len(codings))
    for coding in codings:
        drop_coding(change, coding)
    _children_to(change, id, row["parent"] or "")
    without_thing(change, id)
    _in_decisions(change, id, "")
    _in_sets(change, id, "")
    _in_links(change, id, "")
    change.drop("codes", id)


def _children_to(change: Change, id: str, parent: str) -> None:
    for child in list(change.where("codes", "parent = ?", (id,))):
        change.put("codes", child | {"parent": parent or None, "version": child["version"] + 1})


def _in_decisions(change: Change, old: str, new: str) -> None:
    """Decisions on a code that goes are on the other; without another they go too."""
    for row in list(change.where("decisions", "code = ? OR agreed_code = ?", (old, old))):
        if new:
            codes = {name: new if row[name] == old else row[name] for name in ("code", "agreed_code")}
            change.put("decisions", row | codes | {"version": row["version"] + 1})
        else:
            change.drop("decisions", row["id"])


def _in_sets(change: Change, old: str, new: str) -> None:
    for row in list(change.where("sets", "instr(content, ?) > 0", (values.written(old),))):
        content = values.read(row["content"])
        codes = tuple(dict.fromkeys(new if each == old else each for each in content["codes"]))
        content["codes"] = tuple(each for each in codes if each)
        change.put("sets", row | {"content": values.written(content)})


def _in_links(change: Change, old: str, new: str) -> None:
    """Codes that count for one that goes."""
    for row in list(change.where("codes", "instr(content, ?) > 0", (values.written(old),))):
        code = code_of(row)
        if code.maps_to == old:
            other = "" if new == code.id else new
            change.put("codes", code_row(replace(code, maps_to=other), row["position"], row["version"] + 1))


def _refuse_name(change: Change, name: str, parent: str, id: str) -> None:
    """Refuse a code without a name, or with that of another below the same code."""
    if not name.strip():
        raise InterviewError("V297")
    same = change.where("codes", "parent IS ? AND id <> ?", (parent or None, id))
    if any(row["name"].casefold().split() == name.casefold().split() for row in same):
        raise InterviewError("V298", name=name)


def _position(change: Change, parent: str, before: str | None, leaving: str = "") -> float:
    """A place in the order: behind all below the parent, or in front of one of these."""
    rows: list[Row] = [row for row in change.where("codes") if row["id"] != leaving]
    if before is None:
        return max((row["position"] for row in rows), default=0.0) + 1.0
    known(change, "codes", before)
    at = next((place for place, row in enumerate(rows) if row["id"] == before), len(rows))
    after = rows[at]["position"] if at < len(rows) else 1.0
    return float(((rows[at - 1]["position"] if at else after - 2.0) + after) / 2)
