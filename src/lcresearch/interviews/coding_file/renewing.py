"""Texts in the place of earlier ones, such as texts without names: no word of the earlier ones is left in the file."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from lcresearch.errors import InterviewError
from lcresearch.interviews.coding_file import values
from lcresearch.interviews.coding_file.changing import DROPPED, Change, note, raise_revision, rows_of
from lcresearch.interviews.coding_file.erasing import overwrite, write_back
from lcresearch.interviews.coding_file.known import known
from lcresearch.interviews.coding_file.opening import connected, named_errors, whole
from lcresearch.interviews.coding_file.rows import document_row, put_texts
from lcresearch.interviews.document import Document
from lcresearch.interviews.project import Project


def describe(change: Change, documents: list[Document]) -> None:
    """Change what is known of texts: name, roles of speakers, attributes; their words and turns stay."""
    for each in documents:
        row = known(change, "documents", each.id)
        new = document_row(each)
        change.put("documents", row | {name: new[name] for name in ("name", "attributes", "roles")})


def renew_texts(path: Path, project: Project, revision: int) -> None:
    """Put a project in the place of the one that the file holds, with the same texts, codes and codings by id.

    Raises
    ------
    InterviewError
        V132: differences were settled in these texts; V287: the file changed since; V289: a text is not in the file;
        V299: others have the file open.
    """
    with connected(path) as connection, named_errors(path):
        with whole(connection):
            _check(connection, project, revision)
            _forget(connection)
            put_texts(connection, list(project.corpus), path)
            for each in project.corpus:
                row = document_row(each)
                names = [name for name in row if name != "id"]
                settings = ", ".join(f'"{name}" = ?' for name in names)
                connection.execute(
                    f"UPDATE documents SET {settings} WHERE id = ?", [*(row[name] for name in names), each.id]
                )
            write_back(connection, project)
            note(connection, "renew_texts", "", "[]")
            raise_revision(connection)
        overwrite(connection, path)


def _check(connection: sqlite3.Connection, project: Project, revision: int) -> None:
    (now,) = connection.execute("SELECT value FROM settings WHERE name = 'revision'").fetchone()
    if int(now) != revision:
        raise InterviewError("V287")
    if next(rows_of(connection, "decisions"), None) is not None:
        raise InterviewError("V132")
    change = Change(connection)
    for each in project.corpus:
        known(change, "documents", each.id)
    (there,) = connection.execute("SELECT count(*) FROM documents").fetchone()
    if int(there) != len(project.corpus):
        raise InterviewError("V287")


def _forget(connection: sqlite3.Connection) -> None:
    """What was said of the earlier words: steps that could be undone, suggestions, texts that were taken out."""
    connection.execute("DELETE FROM texts")  # the new ones come in this transaction
    connection.execute("DELETE FROM suggestions")
    connection.execute("DELETE FROM rejections")
    connection.execute("UPDATE journal SET changes = ?, state = ?", (json.dumps([]), DROPPED))
    connection.execute("UPDATE settings SET value = ? WHERE name = 'corpus_problems'", (values.problems_written(()),))
