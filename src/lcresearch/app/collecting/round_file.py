"""The file of a round: one SQLite database with the form, the codes and the answers so far.

It holds no names, no addresses and no times. Tables have no row numbers, so that their order is that of random keys and
tells nothing of who answered when. What is taken out is overwritten (``secure_delete``).
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lcresearch.app.collecting.codes import OF_PERSON, code_hash, new_code

_TABLES = """
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE draft (
  id BLOB PRIMARY KEY, back TEXT NOT NULL, back_hash BLOB NOT NULL UNIQUE, personal INTEGER NOT NULL,
  drawn TEXT NOT NULL, answers TEXT NOT NULL, page INTEGER NOT NULL, n INTEGER NOT NULL, save TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE key (hash BLOB PRIMARY KEY, draft BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX key_of_draft ON key (draft);
CREATE TABLE slip (hash BLOB PRIMARY KEY, code TEXT NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE sent (id BLOB PRIMARY KEY, answers TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE done (hash BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE drawn (field TEXT NOT NULL, version INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (field, version));
"""


@dataclass(frozen=True)
class Round:
    """One time that a form is open.

    Attributes
    ----------
    wave : str or None
        The wave whose answers these are.
    wave_column : str or None
        Column in which study.yaml expects it.
    languages : list of str
    code : str
        That all people in the room type; empty where each has a slip.
    keeps_unfinished : bool
        Whether answers that were not sent in count too, of those who agreed to take part.
    day : str
        Of opening, as 2026-11-26.
    file : str
        Where the answers go.
    host : str
        Address of this computer on the network.
    port : int
    title : dict of str to str
        By language.
    thanks, refusal : dict of str to str
        What people read after sending in, and after saying no.
    """

    wave: str | None
    wave_column: str | None
    languages: list[str]
    code: str
    keeps_unfinished: bool
    day: str
    file: str
    host: str
    port: int
    title: dict[str, str] = field(default_factory=dict)
    thanks: dict[str, str] = field(default_factory=dict)
    refusal: dict[str, str] = field(default_factory=dict)

    @property
    def personal(self) -> bool:
        """Whether each person has a code of their own."""
        return not self.code


@dataclass(frozen=True)
class Counts:
    """How far a round is: people who began, of them those who sent in, and slips that were not used."""

    started: int
    sent: int
    slips: int
    unused: int


def connect(path: Path) -> sqlite3.Connection:
    """Open the file of a round; what was committed survives a crash and a power cut."""
    made = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute("PRAGMA synchronous=FULL")
    made.execute("PRAGMA secure_delete=ON")
    return made


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, open for as long as the block takes; a file that is not there is not made."""
    if not path.is_file():
        raise FileNotFoundError(2, os.strerror(2), str(path))
    with closing(connect(path)) as connection:
        yield connection


def create(path: Path, one: Round, parts: Mapping[str, Any]) -> None:
    """Make the file of a round.

    Parameters
    ----------
    path : Path
        Must not exist.
    one : Round
    parts : mapping
        What is kept beside it: survey, theme and asked.
    """
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    with closing(sqlite3.connect(partial, isolation_level=None)) as connection:
        connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
        connection.execute("BEGIN")
        for name, value in {"round": asdict(one), **parts}.items():
            keep(connection, name, value)
        connection.execute("COMMIT")
    partial.rename(path)


def keep(connection: sqlite3.Connection, name: str, value: Any) -> None:
    """Keep a value under a name."""
    text = json.dumps(value, ensure_ascii=False)
    connection.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, text))


def kept(connection: sqlite3.Connection, name: str) -> Any:
    """The value under a name, or None."""
    found = connection.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
    return None if found is None else json.loads(found[0])


def round_of(connection: sqlite3.Connection) -> Round:
    """The round of this file."""
    return Round(**kept(connection, "round"))


def counts(connection: sqlite3.Connection) -> Counts:
    """How far it is."""
    drafts, sent, slips, unused = connection.execute(
        "SELECT (SELECT count(*) FROM draft), (SELECT count(*) FROM sent), (SELECT count(*) FROM slip), "
        "(SELECT count(*) FROM slip WHERE state = 'unused')"
    ).fetchone()
    return Counts(drafts + sent, sent, slips, unused)


def add_slips(connection: sqlite3.Connection, n: int) -> None:
    """Make codes that each work for one questionnaire."""
    codes = [new_code(OF_PERSON) for _ in range(n)]
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO slip VALUES (?, ?, 'unused')", [(code_hash(code), code) for code in codes])
    connection.execute("COMMIT")


def unused_slips(connection: sqlite3.Connection) -> list[str]:
    """Codes that nobody used yet, in an order that says nothing."""
    return [code for (code,) in connection.execute("SELECT code FROM slip WHERE state = 'unused' ORDER BY hash")]


def remove(path: Path) -> None:
    """Take the file away, with what belongs to it."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
