"""Opening a coding file that a stranger may have made: nothing in it runs, and only what we made is let in."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.coding_file.schema import APPLICATION, LONGEST, VERSION, Part, expected

_HEAD = b"SQLite format 3\x00"
_WAIT = 20.0
"""Seconds that a call waits for another that is writing."""
_INTERNAL = "sqlite_"


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection on which nothing can be written, that sees one moment of the file.

    Raises
    ------
    InterviewError
        As :func:`connected`.
    """
    with connected(path) as connection, named_errors(path):
        connection.execute("PRAGMA query_only=ON")
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection in a transaction of its own: what was written is on disk when this ends, or all of it is undone.

    Raises
    ------
    InterviewError
        As :func:`connected`; V286: others have built on what would go.
    """
    with connected(path) as connection, named_errors(path), whole(connection):
        yield connection


@contextmanager
def whole(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction: all that was written in it is on disk when this ends, or nothing is."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a coding file, in which neither views, triggers nor functions of the file can do anything.

    Raises
    ------
    InterviewError
        G001: there is no such file; V280: it is no coding file; V281: made by a later version; V282: something else
        was put into it; V283: it is damaged; V284: it is locked or cannot be written.
    """
    _look_at_head(path)
    with named_errors(path):
        connection = _connection(path)
        try:
            protect(connection)
            _check_schema(connection, path)
            yield connection
        finally:
            connection.close()


def _look_at_head(path: Path) -> None:
    place = Place(file=path.name)
    if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe: who opens it waits for ever
        raise InterviewError("V280", where=place)
    try:
        with path.open("rb") as stream:
            head = stream.read(72)
    except FileNotFoundError:
        raise InterviewError("G001", where=place, path=path.as_posix()) from None
    except OSError as error:
        raise InterviewError("V284", where=place, reason=error.strerror or str(error)) from None
    if not head.startswith(_HEAD) or int.from_bytes(head[68:72], "big") != APPLICATION:
        raise InterviewError("V280", where=place)


def _connection(path: Path) -> sqlite3.Connection:
    writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    alone = not path.with_name(path.name + "-wal").exists()
    query = "mode=rw" if writable else "mode=ro&immutable=1" if alone else "mode=ro"
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?{query}", uri=True, timeout=_WAIT, isolation_level=None, check_same_thread=False
    )


def protect(connection: sqlite3.Connection) -> None:
    """Settings under which a file can do no harm and loses nothing."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    if sys.version_info >= (3, 12):  # on an older one the schema is looked at all the same
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
    for pragma in (
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "mmap_size=0",
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse what is not exactly what this program makes."""
    place = Place(file=path.name)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise InterviewError("V281", where=place, found=version, known=VERSION)
    rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_schema").fetchall()
    found = {Part(str(kind), str(name), str(sql)) for kind, name, sql in rows if not str(name).startswith(_INTERNAL)}
    strange = [
        str(name) for kind, name, sql in rows if str(name).startswith(_INTERNAL) and kind not in ("table", "index")
    ]
    wanted = expected()
    if found != wanted or strange or version != VERSION:
        names = sorted({part.name for part in found ^ wanted} | set(strange))
        raise InterviewError("V282", where=place, names=names[:5] or ["–"])


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """What the database says, as a problem with a code."""
    place = Place(file=path.name)
    try:
        yield
    except sqlite3.IntegrityError:
        raise InterviewError("V286", where=place) from None
    except sqlite3.OperationalError as error:
        damaged = "malformed" in str(error) or "decode" in str(error).lower()
        if damaged:
            raise InterviewError("V283", where=place) from None
        raise InterviewError("V284", where=place, reason=str(error)) from None
    except sqlite3.DatabaseError:
        raise InterviewError("V283", where=place) from None
    except UnicodeDecodeError:
        raise InterviewError("V283", where=place) from None
    except UnicodeEncodeError:
        raise InterviewError("V285", where=place) from None
