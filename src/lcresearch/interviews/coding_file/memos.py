"""Memos on the project, on texts, codes and codings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

import pandas as pd

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file import values
from lcresearch.interviews.coding_file.changing import Change, Row, check_version, rows_of
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.guids import guid_of, new_guid

ABOUT = {"document": "documents", "code": "codes", "coding": "codings"}
"""Kinds that a memo can be written about here -> their table; also ``project``, which has none."""
COLUMNS = ("memo", "on_kind", "on_id", "name", "text", "author", "version")


def set_memo(change: Change, kind: str, id: str, text: str, *, coder: str, version: int | None) -> None:
    """Write, replace or (with an empty text) take away what a coder says of one thing."""
    if kind not in (*ABOUT, "project"):
        raise InterviewError("V141", name="on_kind", found=str(kind), known=[*ABOUT, "project"])
    known(change, "coders", coder)
    if kind != "project":
        known(change, ABOUT[kind], id)
    row = memo_of(notes_about(change, id), kind, id, coder)
    check_version(row, version)
    if row is None and text.strip():
        add_note(change, kind, id, text, coder)
    elif row is not None and not text.strip():
        change.drop("notes", row["id"])
    elif row is not None and row["text"] != text:
        change.put("notes", row | {"text": text, "version": row["version"] + 1})


def add_note(change: Change, kind: str, id: str, text: str, coder: str) -> None:
    """A memo of a coder on one thing."""
    own = guid_of("memo", kind, id, coder)
    own = own if change.get("notes", own) is None else new_guid()
    about = values.written([[kind, id]])
    change.put("notes", {"id": own, "name": "", "text": text, "about": about, "author": coder, "version": 1})


def memo_of(rows: Iterable[Row], kind: str, id: str, coder: str) -> Row | None:
    """The memo of a coder on one thing alone."""
    return next((row for row in rows if row["author"] == coder and values.read(row["about"]) == [[kind, id]]), None)


def notes_about(change: Change, id: str) -> Iterator[Row]:
    """Memos that name a thing."""
    for row in list(change.where("notes", "instr(about, ?) > 0", (values.written(id),))):
        if any(each == id for _, each in values.read(row["about"])):
            yield row


def without_thing(change: Change, id: str) -> None:
    """A thing went: memos on it alone go too, others stay with what else they are about."""
    for row in list(notes_about(change, id)):
        about = [pair for pair in values.read(row["about"]) if pair[1] != id]
        if about:
            change.put("notes", row | {"about": values.written(about), "version": row["version"] + 1})
        else:
            change.drop("notes", row["id"])


def move_notes(change: Change, old: str, new: str) -> None:
    """Memos on one thing are on another from now on."""
    for row in list(notes_about(change, old)):
        pairs = [[kind, new if id == old else id] for kind, id in values.read(row["about"])]
        unique = [pair for place, pair in enumerate(pairs) if pair not in pairs[:place]]
        change.put("notes", row | {"about": values.written(unique), "version": row["version"] + 1})


def memo_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """One row a memo and thing that it is about."""
    found = []
    for row in rows:
        for kind, id in values.read(row["about"]) or [["", ""]]:
            found.append((row["id"], kind, id, row["name"], row["text"], row["author"], row["version"]))
    kinds = dict.fromkeys(COLUMNS, "str") | {"version": "int64"}
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(kinds)


def memos_on(connection: sqlite3.Connection, codings: pd.DataFrame) -> list[str]:
    """For each coding what its coder wrote on it."""
    wanted = set(codings["coding"])
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows_of(connection, "notes", "instr(about, '\"coding\"') > 0") if wanted else ():
        for kind, id in values.read(row["about"]):
            if kind == "coding" and id in wanted:
                found.setdefault((id, row["author"]), []).append(row["text"])
    return ["\n\n".join(found.get(pair, [])) for pair in zip(codings["coding"], codings["coder"], strict=True)]
