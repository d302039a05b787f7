"""Undo and redo: each coder takes back their own steps, the last first, also after a restart."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file.changing import (
    DONE,
    UNDONE,
    Change,
    Row,
    RowChange,
    changes_in,
    note,
    raise_revision,
)
from lcresearch.interviews.coding_file.finished import refuse_finished
from lcresearch.interviews.coding_file.opening import writing

FOR_GOOD = ("assign", "unassign", "finish", "reopen", "add_coder", "undo", "redo", "withdraw")
"""Steps that undo passes over: they are agreements between people, or have an opposite of their own."""
_LISTED = ", ".join(f"'{what}'" for what in FOR_GOOD)


def undo(path: Path, coder: str) -> str | None:
    """Take back the last step of a coder.

    Returns
    -------
    str or None
        What it was; None when there is nothing left.

    Raises
    ------
    InterviewError
        V286, when others have built on it since; V290, when it is in a text that the coder finished.
    """
    return _turn(path, coder, "undo", DONE, "DESC", UNDONE)


def redo(path: Path, coder: str) -> str | None:
    """Do again what a coder undid last; as :func:`undo`."""
    return _turn(path, coder, "redo", UNDONE, "ASC", DONE)


def _turn(path: Path, coder: str, what: str, state: str, order: str, after: str) -> str | None:
    if not coder:
        return None
    with writing(path) as connection:
        step = _next(connection, coder, state, order)
        if step is None:
            return None
        n, said, changes = step
        change = Change(connection)
        rows = [(table, id, now, then) if what == "redo" else (table, id, then, now)
                for table, id, now, then in changes]  # fmt: skip
        for table, id, expected, wanted in rows if what == "redo" else rows[::-1]:
            _put_back(change, table, id, expected, wanted)
        refuse_finished(change, coder)
        _refuse_dangling(change)
        connection.execute("UPDATE journal SET state = ? WHERE n = ?", (after, n))
        note(connection, what, coder, change.content, of=n)
        raise_revision(connection)
        return said


def next_steps(connection: sqlite3.Connection, coder: str) -> tuple[str | None, str | None]:
    """What undo and redo would turn, in this order."""
    found = (_next(connection, coder, DONE, "DESC"), _next(connection, coder, UNDONE, "ASC")) if coder else (None, None)
    return (None if found[0] is None else found[0][1], None if found[1] is None else found[1][1])


def _next(
    connection: sqlite3.Connection, coder: str, state: str, order: str
) -> tuple[int, str, list[RowChange]] | None:
    found = connection.execute(
        f"SELECT n, what, changes FROM journal WHERE coder = ? AND state = ? AND what NOT IN ({_LISTED}) "
        f"ORDER BY n {order} LIMIT 1",
        (coder, state),
    ).fetchone()
    if found is None:
        return None
    n, what, changes = found
    return int(n), str(what), changes_in(changes)


def _put_back(change: Change, table: str, id: str, expected: Row | None, wanted: Row | None) -> None:
    """Give a row its other content, when nobody changed it in between."""
    now = change.get(table, id)
    if _apart_from_version(now) != _apart_from_version(expected):
        raise InterviewError("V286")
    if wanted is None:
        change.drop(table, id)
    elif "version" in wanted and now is not None:
        change.put(table, wanted | {"version": max(int(now["version"]), int(wanted["version"])) + 1})
    else:
        change.put(table, wanted)


def _apart_from_version(row: Row | None) -> Row | None:
    return None if row is None else {name: value for name, value in row.items() if name != "version"}


def _refuse_dangling(change: Change) -> None:
    """Refuse to take away what somebody wrote a memo about since."""
    gone = {id for (table, id), (_, after) in change.rows.items() if after is None and table != "notes"}
    for id in gone:
        about = json.dumps(id, ensure_ascii=True)
        if next(change.where("notes", "instr(about, ?) > 0", (about,)), None) is not None:
            raise InterviewError("V286")
