"""Making a coding file of a project, whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of
from lcresearch.interviews.coding_file.changing import DONE, Change, note
from lcresearch.interviews.coding_file.opening import named_errors, protect
from lcresearch.interviews.coding_file.rows import put_files, put_texts, rows_of_project, settings_of
from lcresearch.interviews.coding_file.schema import APPLICATION, ENDING, TABLES, VERSION
from lcresearch.interviews.project import Project
from lcresearch.interviews.refi_qda.checks import project_problems

_BESIDE = ("-wal", "-shm", "-journal")


def write_new(path: Path, project: Project, *, force: bool) -> None:
    """A new file with a project in it; it takes its name when all is on disk.

    Raises
    ------
    InterviewError
        G002: there is a file already; V035: another ending; V036 to V039: the project does not hold together; V285,
        V288: a text that cannot be kept; G004: the operating system refuses.
    """
    place = Place(file=path.name)
    if path.suffix.lower() != ENDING:
        raise InterviewError("V035", where=place, known=[ENDING])
    if path.exists() and not force:
        raise InterviewError("G002", path=path.as_posix())
    problems = project_problems(project)
    if problems:
        raise InterviewError(problems)
    partial = path.with_name(path.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        _fill(partial, path, project)
        take_place(partial, path)
    except OSError as error:
        raise InterviewError("G004", where=place, path=path.as_posix(), reason=reason_of(error)) from None
    finally:
        for ending in ("", *_BESIDE):
            partial.with_name(partial.name + ending).unlink(missing_ok=True)


def take_place(partial: Path, path: Path) -> None:
    """Give a file that is whole its name; what stands beside a coding file that it replaces goes with that one."""
    beside = [path.with_name(path.name + ending) for ending in _BESIDE if path.suffix.lower() == ENDING]
    if path.exists() and any(each.exists() for each in beside):
        with named_errors(path), closing(sqlite3.connect(path, timeout=5.0, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for each in beside:
        each.unlink(missing_ok=True)
    partial.replace(path)


def _fill(partial: Path, path: Path, project: Project) -> None:
    with named_errors(path):
        connection = sqlite3.connect(partial, isolation_level=None)
        try:
            protect(connection)
            connection.execute(f"PRAGMA application_id={APPLICATION}")
            connection.execute(f"PRAGMA user_version={VERSION}")
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                connection.execute(table)
            put_project(connection, project, path)
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()


def put_project(connection: sqlite3.Connection, project: Project, path: Path) -> None:
    """A project in tables that are empty, with the first step of the journal."""
    settings = settings_of(project) | {"revision": "1"}
    connection.executemany("INSERT INTO settings (name, value) VALUES (?, ?)", settings.items())
    put_texts(connection, list(project.corpus), path)
    put_files(connection, project)
    change = Change(connection)
    for table, rows in rows_of_project(project).items():
        for row in rows:
            change.put(table, row)
    note(connection, "create", "", "[]", state=DONE)
