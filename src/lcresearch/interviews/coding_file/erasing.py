"""Taking texts out of a file for good: no word of them is left in its bytes, nor in what stands beside it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.coding_file.changing import DROPPED, Row, changes_in, note, raise_revision, rows_of
from lcresearch.interviews.coding_file.opening import connected, named_errors, whole
from lcresearch.interviews.coding_file.quoting import Quotes
from lcresearch.interviews.coding_file.rows import (
    code_of,
    code_row,
    document_of,
    project_of,
    put_files,
    rows_of_project,
    settings_of,
)
from lcresearch.interviews.coding_file.schema import COLUMNS
from lcresearch.interviews.coding_file.suggesting import content_of, understood
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document
from lcresearch.interviews.program_name import program_name
from lcresearch.interviews.project import Note, Project
from lcresearch.interviews.refi_qda.log import Log
from lcresearch.interviews.refi_qda.package import Package
from lcresearch.interviews.refi_qda.reading import read_package
from lcresearch.interviews.refi_qda.writing import project_package

_SEARCHED = (".txt", ".md")
"""Files in which words of a text can be found."""
_PATIENCE = 10.0
"""Seconds that erasing waits for others to let go of what stood in the file before."""


@dataclass(frozen=True)
class Erased:
    """What went out of a file.

    Attributes
    ----------
    documents : tuple of str
        Names of the texts, those that were removed before among them.
    n_codings, n_memos : int
    n_quotes : int
        Memos, codes and decisions on other things in which words of these texts were replaced by ``[…]``.
    files : tuple of str
        Files of the package of another program that are kept, and cannot be searched: pictures, recordings.
    """

    documents: tuple[str, ...]
    n_codings: int
    n_memos: int
    n_quotes: int
    files: tuple[str, ...]


def removed_documents(connection: sqlite3.Connection) -> list[Document]:
    """Texts that were taken out and can still be brought back by undo, without their words."""
    there = {row["id"] for row in rows_of(connection, "documents")}
    found: dict[str, Document] = {}
    for (changes,) in connection.execute(
        "SELECT changes FROM journal WHERE instr(changes, '[\"documents\",') > 0 ORDER BY n"
    ):
        for table, id, before, after in changes_in(changes):
            row = before or after
            if table == "documents" and id not in there and row is not None:
                found[id] = document_of(row, "")
    return list(found.values())


def erase(path: Path, documents: Collection[str]) -> Erased:
    """As :meth:`CodingFile.erase`."""
    with connected(path) as connection, named_errors(path):
        with whole(connection):
            erased = _erase_rows(connection, set(documents), path)
        overwrite(connection, path)
    return erased


def overwrite(connection: sqlite3.Connection, path: Path) -> None:
    """Write the file anew without the pages that were let go, and empty what stands beside it."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)  # by which VACUUM works
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise
            busy = 1
        if not busy:
            return
        if time.monotonic() > until:
            raise InterviewError("V299", where=Place(file=path.name))
        time.sleep(0.05)


def _erase_rows(connection: sqlite3.Connection, gone: set[str], path: Path) -> Erased:
    before = project_of(connection)
    names = [each.name for each in before.corpus if each.id in gone]
    names += [each.name for each in removed_documents(connection)]
    texts = dict(connection.execute("SELECT id, text FROM texts"))
    stays = {each.id for each in before.corpus} - gone
    quotes = Quotes([text for id, text in texts.items() if id not in stays], [texts[id] for id in stays])
    after = _without_words(_without(before, gone), quotes)
    after = _kept_without(after, path, quotes)
    _forget(connection, quotes, stays)
    write_back(connection, after)
    note(connection, "withdraw", "", "[]")
    raise_revision(connection)
    return Erased(
        documents=tuple(names),
        n_codings=len(before.codings) - len(after.codings),
        n_memos=len(before.notes) - len(after.notes),
        n_quotes=quotes.n_replaced,
        files=tuple(sorted(each for each in after.kept_files if not each.lower().endswith(_SEARCHED))),
    )


def _without(project: Project, gone: set[str]) -> Project:
    """The project without these texts and all that is about them alone."""
    out = project.codings["document"].isin(gone)
    things = gone | set(project.codings["coding"][out])
    things |= set(project.codings["selection"][out]) - set(project.codings["selection"][~out])
    of_cases = pd.concat([project.case_documents, project.case_selections])
    cases = _cases_of(of_cases, gone)
    things |= cases

    def stays(frame: pd.DataFrame) -> pd.DataFrame:
        mine = frame["document"].isin(gone) | frame["case"].isin(cases)
        return frame[~mine].reset_index(drop=True) if mine.any() else frame

    return replace(
        project,
        corpus=Corpus(tuple(each for each in project.corpus if each.id not in gone)),
        codings=project.codings[~out].reset_index(drop=True),
        cases=project.cases[~project.cases.index.isin(list(cases))] if cases else project.cases,
        case_documents=stays(project.case_documents),
        case_selections=stays(project.case_selections),
        notes=tuple(each for each in project.notes if not any(id in things for _, id in each.on)),
        sets=tuple(
            replace(each, documents=tuple(id for id in each.documents if id not in gone)) for each in project.sets
        ),
        sources=project.sources[~project.sources.index.isin(list(gone))],
        problems=(),
    )


def _cases_of(frame: pd.DataFrame, gone: set[str]) -> set[str]:
    """Cases that these texts, and no others, belong to."""
    if not len(frame):
        return set()
    mine = frame["document"].isin(gone)
    return set(frame["case"][mine]) - set(frame["case"][~mine])


def _without_words(project: Project, quotes: Quotes) -> Project:
    """Words of these texts out of what was written about other things."""
    book = project.codebook
    codes = tuple(quotes.out_of_code(code) for code in book)
    notes = tuple(_quiet(each, quotes) for each in project.notes)
    sets = tuple(replace(each, description=quotes.out_of(each.description)) for each in project.sets)
    book = Codebook(codes, book.name, book.version, book.language, book.changes)
    return replace(project, codebook=book, notes=notes, sets=sets)


def _quiet(each: Note, quotes: Quotes) -> Note:
    return replace(each, name=quotes.out_of(each.name), text=quotes.out_of(each.text))


def _kept_without(project: Project, path: Path, quotes: Quotes) -> Project:
    """The project file that it came from, and the files of its package, without these texts."""
    if not project.kept and not project.kept_files:
        return project
    xml, files = project_package(project, None, program_name(), Log(path.name))
    again = read_package(Package(xml, path.name, dict(files)), Log(path.name)).project
    named = {name: content for name, content in files.items() if not quotes.are_in(content)}
    return replace(project, kept=xml, kept_files=named, sources=again.sources, other_codings=again.other_codings)


def _forget(connection: sqlite3.Connection, quotes: Quotes, stays: set[str]) -> None:
    """What only the file knows: journal, assignments, decisions, suggestions."""
    connection.execute("CREATE TEMP TABLE staying (id TEXT PRIMARY KEY)")
    connection.executemany("INSERT INTO staying VALUES (?)", [(id,) for id in stays])
    outside = "document NOT IN (SELECT id FROM staying)"
    for table in ("assignments", "decisions", "codings"):
        connection.execute(f"DELETE FROM {table} WHERE {outside}")
    for table in ("documents", "texts"):
        connection.execute(f"DELETE FROM {table} WHERE id NOT IN (SELECT id FROM staying)")
    connection.execute("DROP TABLE staying")
    for row in list(rows_of(connection, "decisions")):
        remark = quotes.out_of(row["remark"])
        connection.execute("UPDATE decisions SET remark = ? WHERE id = ?", (remark, row["id"]))
    _forget_suggestions(connection, quotes, stays)
    for n, changes in connection.execute("SELECT n, changes FROM journal").fetchall():
        connection.execute(
            "UPDATE journal SET changes = ?, state = ? WHERE n = ?", (_history_only(changes, quotes), DROPPED, n)
        )


def _forget_suggestions(connection: sqlite3.Connection, quotes: Quotes, stays: set[str]) -> None:
    gone: set[str] = set()
    for id, content in connection.execute("SELECT id, content FROM suggestions").fetchall():
        found = understood(content)
        if found is None:
            connection.execute("DELETE FROM suggestions WHERE id = ?", (id,))
            continue
        out = ~found.found["document"].isin(stays)
        gone |= set(found.found["suggestion"][out])
        left = found.found[~out].reset_index(drop=True)
        left = left.assign(because=[quotes.out_of(each) for each in left["because"]]) if "because" in left else left
        texts = {each: mark for each, mark in found.texts.items() if each in stays}
        new = replace(found, found=left, texts=texts, rejected=found.rejected.iloc[:0], problems=())
        connection.execute("UPDATE suggestions SET content = ? WHERE id = ?", (content_of(new), id))
    for row in list(rows_of(connection, "rejections")):
        if row["id"] in gone:
            connection.execute("DELETE FROM rejections WHERE id = ?", (row["id"],))
        else:
            connection.execute("UPDATE rejections SET why = ? WHERE id = ?", (quotes.out_of(row["why"]), row["id"]))


def _history_only(changes: str, quotes: Quotes) -> str:
    """Of a step what it did to the codebook, without words of the texts that go."""
    kept = [
        [table, id, _quiet_row(before, quotes), _quiet_row(after, quotes)]
        for table, id, before, after in changes_in(changes)
        if table == "codes"
    ]
    return json.dumps(kept)


def _quiet_row(row: Row | None, quotes: Quotes) -> Row | None:
    if row is None:
        return None
    return {"n": row["n"]} | code_row(quotes.out_of_code(code_of(row)), row["position"], row["version"])


def write_back(connection: sqlite3.Connection, project: Project) -> None:
    """The project in the place of what was there; rows keep their order, and codings and codes their versions."""
    for table, rows in rows_of_project(project).items():
        if table == "documents":
            continue  # their rows stayed as they were
        wanted = {row["id"]: row for row in rows}
        for row in list(rows_of(connection, table)):
            new = wanted.get(row["id"])
            if new is None:
                connection.execute(f'DELETE FROM "{table}" WHERE id = ?', (row["id"],))
                continue
            names = [name for name in COLUMNS[table] if name in new and name not in ("id", "position", "version")]
            settings = ", ".join(f'"{name}" = ?' for name in names)
            connection.execute(
                f'UPDATE "{table}" SET {settings} WHERE id = ?', [*(new[name] for name in names), row["id"]]
            )
    for name, value in settings_of(project).items():
        connection.execute("UPDATE settings SET value = ? WHERE name = ?", (value, name))
    put_files(connection, project)
