"""A file as a project, when what is in it holds together, and what tells two contents apart."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection
from pathlib import Path

from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.interviews.coding_file.opening import reading
from lcresearch.interviews.coding_file.rows import project_of
from lcresearch.interviews.coding_file.schema import COLUMNS
from lcresearch.interviews.document import Turn
from lcresearch.interviews.project import Project
from lcresearch.interviews.refi_qda.checks import project_problems

_HASHED = ("documents", "coders", "codes", "codings", "notes", "sets", "frames")
_NOT_HASHED = ("n", "position", "version")


_SEEN: set[tuple[str, int, int]] = set()
"""Files that this process looked through, by name and number on the disk."""


def look_through_once(path: Path) -> None:
    """Look through a file when this process meets it for the first time; each time at its head and its tables.

    Raises
    ------
    InterviewError
        As :func:`checked_project`.
    """
    with reading(path):
        status = path.stat()
        mark = (str(path.resolve()), status.st_dev, status.st_ino)
    if mark not in _SEEN:
        checked_project(path, with_files=False)
        _SEEN.add(mark)


def checked_project(path: Path, coders: Collection[str] | None = None, *, with_files: bool = True) -> Project:
    """Everything in a file, looked at as what a stranger may have written.

    Raises
    ------
    InterviewError
        V283: the file is damaged, or what is in it does not hold together; with V036 to V039 where these say how.
    """
    place = Place(file=path.name)
    with reading(path) as connection:
        try:
            _check_pages(connection, place)
            project = project_of(connection, coders, with_files=with_files)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OverflowError):
            raise InterviewError("V283", where=place) from None
        lengths = dict(connection.execute("SELECT id, n_characters FROM documents"))
    problems = project_problems(project)
    wrong = any(lengths[each.id] != len(each.text) or _beyond(each.turns, len(each.text)) for each in project.corpus)
    if problems or wrong:
        raise InterviewError([Problem("V283", place), *problems])
    return project


def _check_pages(connection: sqlite3.Connection, place: Place) -> None:
    """Refuse a file with pages that are not whole, or with rows that name what is not there."""
    whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    if not whole or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise InterviewError("V283", where=place)


def _beyond(turns: Collection[Turn], length: int) -> bool:
    return any(not 0 <= turn.start <= turn.end <= length for turn in turns)


def content_hash(path: Path) -> str:
    """SHA-256 of texts, codes, codings and whatever else a project holds, in their order.

    Raises
    ------
    InterviewError
        As opening a file.
    """
    digest = hashlib.sha256()
    with reading(path) as connection:
        for name, value in connection.execute("SELECT name, value FROM settings WHERE name <> 'revision' ORDER BY 1"):
            digest.update(_line(name, value))
        for id, text in connection.execute(
            "SELECT texts.id, texts.text FROM texts JOIN documents ON documents.id = texts.id ORDER BY documents.n"
        ):
            digest.update(_line(id, text))
        for table in _HASHED:
            names = [name for name in COLUMNS[table] if name not in _NOT_HASHED]
            listed = ", ".join(f'"{name}"' for name in names)
            order = "position, n" if table == "codes" else "n"
            for row in connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY {order}'):
                digest.update(_line(table, *row))
        for name, part, content in connection.execute("SELECT name, part, content FROM files ORDER BY 1, 2"):
            digest.update(_line("file", name, part, hashlib.sha256(content).hexdigest()))
    return digest.hexdigest()


def _line(*parts: object) -> bytes:
    return json.dumps(parts, ensure_ascii=True).encode() + b"\n"
