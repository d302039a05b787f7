"""Giving a code to a part of a text, taking it back, and changing from where to where."""

from __future__ import annotations

from datetime import UTC, datetime

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file.changing import Change, Row
from lcresearch.interviews.coding_file.finished import refuse_finished
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.memos import add_note, move_notes, without_thing
from lcresearch.interviews.guids import guid_of, new_guid
from lcresearch.interviews.project import WHOLE_DOCUMENT

_MEANING = ("document", "start", "end", "code", "coder")


def give_code(
    change: Change, document: str, start: int, end: int, code: str, *, coder: str, memo: str, id: str | None
) -> str:
    """Add a coding; the one that is there when it is the same."""
    text = known(change, "documents", document)
    known(change, "coders", coder)
    start, end = place_in(text, start, end)
    wanted = {"document": document, "start": start, "end": end, "code": code, "coder": coder}
    there = change.get("codings", id) if id is not None else None
    if there is not None and any(there[name] != wanted[name] for name in _MEANING):
        raise InterviewError("V294", id=id)
    if not known(change, "codes", code)["codable"] and there is None:
        raise InterviewError("V292", name=change_name(change, "codes", code))
    if there is None:
        same = change.where("codings", 'document = ? AND start = ? AND "end" = ? AND code = ? AND coder = ?',
                            tuple(wanted.values()))  # fmt: skip
        there = next(same, None)
    if there is not None:
        return str(there["id"])
    id = id or new_guid()
    created = int(datetime.now(UTC).timestamp() * 1_000_000)
    change.put("codings", {"id": id, "selection": guid_of("selection", id), "created": created} | wanted)
    if memo.strip():
        add_note(change, "coding", id, memo, coder)
    refuse_finished(change, coder)
    return id


def change_name(change: Change, table: str, id: str) -> str:
    """What people call a code or a document."""
    row = change.get(table, id)
    return str(row["name"]) if row is not None else id


def place_in(text: Row, start: int, end: int) -> tuple[int, int]:
    """A place as it is kept.

    Raises
    ------
    InterviewError
        V291: it lies outside the text, or nothing is in it.
    """
    whole = start == WHOLE_DOCUMENT and end == WHOLE_DOCUMENT
    if not whole and not 0 <= start < end <= text["n_characters"]:
        raise InterviewError("V291", name=text["name"], start=start, end=end, limit=text["n_characters"])
    return int(start), int(end)


def take_back(change: Change, coding: str, *, coder: str) -> None:
    """Drop a coding of this coder, with the memos on it."""
    row = _own(change, coding, coder)
    drop_coding(change, row)
    refuse_finished(change, coder)


def drop_coding(change: Change, row: Row) -> None:
    """Drop a coding, whoever gave it, with the memos on it."""
    change.drop("codings", row["id"])
    without_thing(change, row["id"])
    if row["selection"] and next(change.where("codings", "selection = ?", (row["selection"],)), None) is None:
        without_thing(change, row["selection"])


def set_place(change: Change, coding: str, start: int, end: int, *, coder: str) -> None:
    """Let a coding begin and end elsewhere."""
    row = _own(change, coding, coder)
    start, end = place_in(known(change, "documents", row["document"]), start, end)
    if (start, end) == (row["start"], row["end"]):
        return
    shared = [each for each in change.where("codings", "selection = ?", (row["selection"],)) if each["id"] != coding]
    selection = guid_of("selection", coding, start, end) if shared or not row["selection"] else row["selection"]
    twin = next(
        change.where(
            "codings",
            'document = ? AND start = ? AND "end" = ? AND code = ? AND coder = ? AND id <> ?',
            (row["document"], start, end, row["code"], coder, coding),
        ),
        None,
    )
    if twin is not None:  # the same code at the same place is one coding
        move_notes(change, coding, twin["id"])
        drop_coding(change, row)
    else:
        change.put("codings", row | {"start": start, "end": end, "selection": selection})
    refuse_finished(change, coder)


def _own(change: Change, coding: str, coder: str) -> Row:
    """A coding of this coder.

    Raises
    ------
    InterviewError
        V289: it is not there; V293: it is of somebody else.
    """
    row = known(change, "codings", coding)
    if row["coder"] != coder:
        raise InterviewError("V293")
    return row
