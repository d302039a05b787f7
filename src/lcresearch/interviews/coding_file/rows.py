"""A project as rows of a coding file, and the project that rows make."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import InterviewError, Place
from lcresearch.interviews.codebook.model import Code, Codebook
from lcresearch.interviews.coding_file import values
from lcresearch.interviews.coding_file.changing import Row, rows_of
from lcresearch.interviews.coding_file.schema import LONGEST
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.programs.database import in_tree_order
from lcresearch.interviews.project import CODING_COLUMNS, CodeSet, Note, Project
from lcresearch.interviews.refi_qda.notes import coder_frame

FRAMES = ("cases", "case_documents", "case_selections", "sources", "other_codings")
_PART = 8 * 1024**2
_APART = ("id", "name", "parent")
"""Of a code, what has a column of its own."""
CodingTuple = tuple[int, str, str, str, int, int, str, str | None, int | None]


def document_row(document: Document) -> Row:
    """What is known of a text, without its words."""
    turns = [[each.start, each.end, each.speaker, each.begins, each.ends] for each in document.turns]
    return {
        "id": document.id,
        "name": document.name,
        "file": document.file,
        "n_characters": len(document.text),
        "turns": values.written(turns),
        "attributes": values.written(dict(document.attributes)),
        "roles": values.written(dict(document.roles)),
    }


def document_of(row: Row, text: str) -> Document:
    """A text with what is known of it."""
    return Document(
        id=row["id"],
        name=row["name"],
        text=text,
        turns=tuple(Turn(int(start), int(end), str(who), begins, ends)
                    for start, end, who, begins, ends in values.read(row["turns"])),
        attributes=_mapping(row["attributes"]),
        roles=_mapping(row["roles"]),
        file=row["file"],
    )  # fmt: skip


def _mapping(text: str) -> dict[str, Any]:
    found = values.read(text)
    if not isinstance(found, dict):
        raise ValueError("not a mapping")
    return found


def code_row(code: Code, position: float, version: int = 1) -> Row:
    """A code with what is said of it."""
    content = {name: value for name, value in asdict(code).items() if name not in _APART}
    return {
        "id": code.id,
        "position": float(position),
        "parent": code.parent or None,
        "name": code.name,
        "content": values.written(content),
        "version": version,
    }


_OF_A_CODE = {each.name for each in fields(Code)} - set(_APART)


def code_of(row: Row) -> Code:
    """The code in a row."""
    content = _mapping(row["content"])
    return Code(
        id=row["id"],
        name=row["name"],
        parent=row["parent"] or "",
        **{name: value for name, value in content.items() if name in _OF_A_CODE},
    )


def note_row(note: Note, version: int = 1) -> Row:
    """A memo."""
    about = values.written([list(each) for each in note.on])
    return {
        "id": note.id,
        "name": note.name,
        "text": note.text,
        "about": about,
        "author": note.author,
        "version": version,
    }


def note_of(row: Row) -> Note:
    """The memo in a row."""
    about = tuple((str(kind), str(id)) for kind, id in values.read(row["about"]))
    return Note(row["id"], row["name"], row["text"], about, row["author"])


def coding_rows(codings: pd.DataFrame) -> Iterator[Row]:
    """Codings, a row each."""
    created = codings["created"]
    if not pd.api.types.is_datetime64_any_dtype(created.dtype):
        created = pd.to_datetime(created, utc=True)
    missing = created.isna().tolist()
    if created.dt.tz is None:
        created = created.dt.tz_localize("UTC")
    micro = created.dt.tz_convert("UTC").dt.as_unit("us").astype("int64").tolist()
    columns = [codings[name].tolist() for name in ("coding", "selection", "document", "start", "end", "code", "coder")]
    for number, (id, selection, document, start, end, code, coder) in enumerate(zip(*columns, strict=True)):
        yield {
            "id": str(id),
            "selection": selection if isinstance(selection, str) else "",
            "document": document,
            "start": int(start),
            "end": int(end),
            "code": code,
            "coder": coder if isinstance(coder, str) and coder else None,
            "created": None if missing[number] else micro[number],
        }


def coding_frame_of(rows: list[CodingTuple]) -> pd.DataFrame:
    """Codings as a project has them."""
    frame = pd.DataFrame(rows, columns=["n", *CODING_COLUMNS])
    missing = frame["created"].isna()
    moments = frame["created"].where(~missing, 0).astype("int64").astype("datetime64[us]").dt.tz_localize("UTC")
    kinds = dict.fromkeys(CODING_COLUMNS, "str") | {"start": "int64", "end": "int64"}
    kinds["created"] = "datetime64[us, UTC]"
    frame = frame.assign(coder=frame["coder"].fillna(""), created=moments.where(~missing))
    return frame[list(CODING_COLUMNS)].astype(kinds)


def rows_of_project(project: Project) -> dict[str, list[Row]]:
    """Rows of all tables that a project fills, texts and files apart."""
    coders = project.coders["name"].fillna("").astype(str).to_dict() if "name" in project.coders else {}
    codings = list(coding_rows(project.codings))
    coders |= {str(row["coder"]): "" for row in codings if row["coder"] is not None and row["coder"] not in coders}
    return {
        "documents": [document_row(each) for each in project.corpus],
        "coders": [{"id": str(id), "name": name} for id, name in coders.items()],
        "codes": [code_row(code, place) for place, code in enumerate(project.codebook, start=1)],
        "codings": codings,
        "notes": [note_row(each) for each in project.notes],
        "sets": [{"id": each.id, "content": values.written(asdict(each))} for each in project.sets],
        "frames": [{"id": name, "content": values.frame_written(getattr(project, name))} for name in FRAMES],
    }


def settings_of(project: Project) -> dict[str, str]:
    """What is said of a project as a whole."""
    book = project.codebook
    return {
        "name": values.written(project.name),
        "origin": values.written(project.origin),
        "codebook": values.written([book.name, book.version, book.language, list(book.changes)]),
        "codebook_problems": values.problems_written(book.problems),
        "corpus_problems": values.problems_written(project.corpus.problems),
        "problems": values.problems_written(project.problems),
        "evidence": values.evidence_written(project.evidence),
    }


def put_texts(connection: sqlite3.Connection, documents: Collection[Document], path: Path) -> None:
    """Words of documents; a text stays as it is under its id.

    Raises
    ------
    InterviewError
        V288: a text that is longer than a file may hold; V294: other words under the same id.
    """
    for document in documents:
        if len(document.text.encode("utf-8", "surrogatepass")) >= LONGEST:
            raise InterviewError("V288", where=Place(file=path.name), name=document.name, limit=LONGEST // 1024**2)
        there = connection.execute("SELECT text FROM texts WHERE id = ?", (document.id,)).fetchone()
        if there is not None and there[0] != document.text:
            raise InterviewError("V294", where=Place(file=path.name), id=document.id)
        if there is None:
            connection.execute("INSERT INTO texts (id, text) VALUES (?, ?)", (document.id, document.text))


KEPT = ""
"""Name under which the project file of another program is kept."""


def put_files(connection: sqlite3.Connection, project: Project) -> None:
    """The project file that it came from, and the files of its package, in parts."""
    connection.execute("DELETE FROM files")
    for name, content in [(KEPT, project.kept), *project.kept_files.items()]:
        for part, start in enumerate(range(0, max(len(content), 1), _PART)):
            connection.execute(
                "INSERT INTO files (name, part, content) VALUES (?, ?, ?)",
                (name, part, sqlite3.Binary(content[start : start + _PART])),
            )


def files_of(connection: sqlite3.Connection) -> dict[str, bytes]:
    """Name -> content of what was kept."""
    found: dict[str, list[bytes]] = {}
    for name, content in connection.execute("SELECT name, content FROM files ORDER BY rowid"):
        found.setdefault(str(name), []).append(bytes(content))
    return {name: b"".join(parts) for name, parts in found.items()}


def codebook_of(connection: sqlite3.Connection) -> Codebook:
    """Codes in the order of their tree."""
    settings = dict(connection.execute("SELECT name, value FROM settings"))
    name, version, language, changes = values.read(settings["codebook"])
    codes = [code_of(row) for row in rows_of(connection, "codes")]
    return Codebook(
        codes=in_tree_order(codes),
        name=name,
        version=version,
        language=language,
        changes=tuple((str(one), str(what)) for one, what in changes),
        problems=values.problems_read(settings["codebook_problems"]),
    )


def codings_of(
    connection: sqlite3.Connection, document: str | None = None, coders: Collection[str] | None = None
) -> pd.DataFrame:
    """Codings, of one document or of all, by some coders or by all."""
    conditions = ["1"]
    found: list[str] = []
    if document is not None:
        conditions.append("document = ?")
        found.append(document)
    if coders is not None:
        conditions.append(f"coder IN ({', '.join('?' * len(coders))})")
        found += list(coders)
    rows = connection.execute(
        f'SELECT n, id, selection, document, start, "end", code, coder, created FROM codings '
        f"WHERE {' AND '.join(conditions)} ORDER BY n",
        found,
    ).fetchall()
    return coding_frame_of(rows)


def project_of(
    connection: sqlite3.Connection, coders: Collection[str] | None = None, *, with_files: bool = True
) -> Project:
    """Everything in a file as a project; what is kept of another program may be left where it is."""
    settings = {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM settings")}
    texts = dict(connection.execute("SELECT id, text FROM texts"))
    documents = [document_of(row, texts[row["id"]]) for row in rows_of(connection, "documents")]
    frames = {row["id"]: values.frame_read(row["content"]) for row in rows_of(connection, "frames")}
    kept = files_of(connection) if with_files else {}
    return Project(
        name=values.read(settings["name"]),
        corpus=Corpus(tuple(documents), values.problems_read(settings["corpus_problems"])),
        codebook=codebook_of(connection),
        codings=codings_of(connection, coders=coders),
        coders=coder_frame({row["id"]: row["name"] for row in rows_of(connection, "coders")}),
        notes=tuple(note_of(row) for row in rows_of(connection, "notes")),
        sets=tuple(_set_of(row) for row in rows_of(connection, "sets")),
        origin=values.read(settings["origin"]),
        kept=kept.pop(KEPT, b""),
        kept_files=kept,
        evidence=values.evidence_read(settings["evidence"]),
        problems=values.problems_read(settings["problems"]),
        **{name: frames[name] for name in FRAMES if name in frames},
    )


def _set_of(row: Row) -> CodeSet:
    content = _mapping(row["content"])
    return replace(CodeSet(row["id"], ""), **{name: value for name, value in content.items() if name != "id"})
