"""A SQLite file of another program, opened to read only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.codebook.model import Code
from lcresearch.interviews.project import CODING_COLUMNS, no_codings

Row = dict[str, Any]


class Database:
    """Tables of a program, as rows by name of column.

    Parameters
    ----------
    connection : sqlite3.Connection
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}

    def rows(self, table: str, order: str = "rowid") -> list[Row]:
        """All rows of a table; none when it is not there."""
        if table not in self.tables:
            return []
        cursor = self.connection.execute(f'select * from "{table}" order by {order}')
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


@contextmanager
def opened(path: Path, needed: Sequence[str], program: str) -> Iterator[Database]:
    """The database in a file.

    Raises
    ------
    InterviewError
        G001, when it is not there; V054, when it is no database of the program.
    """
    place = Place(file=path.name)
    if not path.is_file():
        raise InterviewError("G001", where=place, path=path.as_posix())
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda content: content.decode("utf-8", "replace")
    try:
        database = Database(connection)
        if not set(needed) <= database.tables:
            raise InterviewError("V054", where=place, program=program)
        yield database
    except sqlite3.DatabaseError:
        raise InterviewError("V054", where=place, program=program) from None
    finally:
        connection.close()


def in_tree_order(codes: Sequence[Code]) -> tuple[Code, ...]:
    """Each code after the one that it belongs to; one that belongs to itself, or to none that is there, at the top."""
    below: dict[str, list[Code]] = {}
    known = {code.id: code for code in codes}
    for code in codes:
        below.setdefault(code.parent if code.parent in known else "", []).append(code)
    found: dict[str, Code] = {}

    def take(parent: str) -> None:
        waiting = list(reversed(below.get(parent, [])))
        while waiting:
            code = waiting.pop()
            found[code.id] = code if parent or code.parent in found else _at_top(code)
            waiting += reversed([each for each in below.get(code.id, []) if each.id not in found])

    take("")
    for code in codes:
        if code.id not in found:  # in a ring
            found[code.id] = _at_top(code)
            take(code.id)
    return tuple(found.values())


def _at_top(code: Code) -> Code:
    return replace(code, parent="")


def coding_frame(rows: Sequence[tuple[str, str, str, int, int, str, str, str]]) -> pd.DataFrame:
    """Codings of a project out of rows; times are in UTC, or in the time of the computer where nothing says so."""
    if not rows:
        return no_codings()
    frame = pd.DataFrame(rows, columns=list(CODING_COLUMNS))
    created = pd.to_datetime(
        frame["created"].where(frame["created"] != ""), utc=True, format="ISO8601", errors="coerce"
    )
    return frame.assign(created=created.astype("datetime64[us, UTC]")).astype(
        {name: "str" for name in CODING_COLUMNS if name not in ("start", "end", "created")}
    )
