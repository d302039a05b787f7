"""One change of a coding file: rows before and after, kept in the journal so that it can be undone and told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file.opening import reading, writing
from lcresearch.interviews.coding_file.schema import COLUMNS

Row = dict[str, Any]
RowChange = tuple[str, str, Row | None, Row | None]
"""Table, id, and the row before and after."""
DONE, UNDONE, DROPPED = "done", "undone", "dropped"
"""States of a step: it stands; it was undone and can be done again; it was undone and something else came after."""


def moment() -> str:
    """The time in UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass
class Change:
    """Rows that one call puts and drops.

    Attributes
    ----------
    connection : sqlite3.Connection
        In a transaction.
    rows : dict
        Table and id -> the row before and after, None where it is not there.
    """

    connection: sqlite3.Connection
    rows: dict[tuple[str, str], tuple[Row | None, Row | None]] = field(default_factory=dict)

    def get(self, table: str, id: str) -> Row | None:
        """A row by its id."""
        return next(self.where(table, "id = ?", (id,)), None)

    def where(self, table: str, condition: str = "1", values: Sequence[object] = ()) -> Iterator[Row]:
        """Rows under a condition that this program wrote, in their order."""
        yield from rows_of(self.connection, table, condition, values)

    def put(self, table: str, row: Row) -> Row:
        """Add a row, or replace the one with its id, whose place in the order it then takes."""
        before = self.get(table, row["id"])
        row = {"n": before["n"] if before is not None else None} | row
        names = [name for name in COLUMNS[table] if not (name == "n" and row["n"] is None)]
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        settings = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in ("id", "n"))
        cursor = self.connection.execute(
            f'INSERT INTO "{table}" ({listed}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {settings}',
            [row[name] for name in names],
        )
        if row["n"] is None:
            row["n"] = cursor.lastrowid
        after = {name: row[name] for name in COLUMNS[table]}
        if before != after:
            self._note(table, row["id"], before, after)
        return after

    def drop(self, table: str, id: str) -> None:
        """Take a row out."""
        before = self.get(table, id)
        if before is not None:
            self.connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (id,))
            self._note(table, id, before, None)

    def _note(self, table: str, id: str, before: Row | None, after: Row | None) -> None:
        first = self.rows[table, id][0] if (table, id) in self.rows else before
        self.rows[table, id] = (first, after)

    def ids(self, table: str) -> list[str]:
        """Ids of the rows of a table that were changed."""
        return [id for each, id in self.rows if each == table]

    @property
    def content(self) -> str:
        """The rows as the journal keeps them."""
        return json.dumps(
            [[table, id, before, after] for (table, id), (before, after) in self.rows.items() if before != after]
        )


def rows_of(
    connection: sqlite3.Connection, table: str, condition: str = "1", values: Sequence[object] = ()
) -> Iterator[Row]:
    """Rows of a table in their order, by name of column."""
    columns = COLUMNS[table]
    listed = ", ".join(f'"{name}"' for name in columns)
    order = "position, n" if table == "codes" else "n"
    for row in connection.execute(f'SELECT {listed} FROM "{table}" WHERE {condition} ORDER BY {order}', values):
        yield dict(zip(columns, row, strict=True))


@contextmanager
def changing(path: Path, what: str, coder: str) -> Iterator[Change]:
    """A change that is on disk, with its step in the journal, when this ends; nothing where nothing changed.

    Parameters
    ----------
    path : Path
    what : str
        The kind of step, such as ``code`` or ``change_code``.
    coder : str
        Id of who does it; empty for nobody in particular, and then it cannot be undone.
    """
    with writing(path) as connection:
        change = Change(connection)
        yield change
        if change.content != "[]":
            connection.execute("UPDATE journal SET state = ? WHERE coder = ? AND state = ?", (DROPPED, coder, UNDONE))
            note(connection, what, coder, change.content)
            raise_revision(connection)


@contextmanager
def looking(path: Path) -> Iterator[Change]:
    """Rows of one moment, to look at only."""
    with reading(path) as connection:
        yield Change(connection)


def note(
    connection: sqlite3.Connection, what: str, coder: str, changes: str, *, state: str = DONE, of: int | None = None
) -> None:
    """A step in the journal."""
    connection.execute(
        'INSERT INTO journal ("when", coder, what, state, of, changes) VALUES (?, ?, ?, ?, ?, ?)',
        (moment(), coder, what, state, of, changes),
    )


def changes_in(content: str) -> list[RowChange]:
    """Changes as the journal keeps them.

    Raises
    ------
    InterviewError
        V283: it is something else.
    """
    try:
        return [_understood(each) for each in json.loads(content)]
    except (ValueError, TypeError, RecursionError):
        raise InterviewError("V283") from None


def _understood(change: Any) -> RowChange:
    match change:
        case [str(table), str(id), None | dict(), None | dict()] if table in COLUMNS:
            rows = [row for row in change[2:] if row is not None]
            if all(set(row) == set(COLUMNS[table]) and row["id"] == id for row in rows):
                return table, id, change[2], change[3]
    raise ValueError("no change of a row")


def raise_revision(connection: sqlite3.Connection) -> None:
    """Tell those who look that something changed."""
    connection.execute("UPDATE settings SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'")


def check_version(row: Row | None, version: int | None) -> None:
    """Refuse to write over what somebody else changed since it was shown.

    Parameters
    ----------
    row : dict or None
        As it is now; None where nothing is there, which is version 0.
    version : int or None
        As it was shown; None where nothing was shown.

    Raises
    ------
    InterviewError
        V287.
    """
    now = 0 if row is None else int(row["version"])
    if version is not None and version != now:
        raise InterviewError("V287")


def listed(ids: Iterable[str]) -> tuple[str, list[str]]:
    """Marks for as many values, and the values."""
    values = list(ids)
    return ", ".join("?" * len(values)), values
