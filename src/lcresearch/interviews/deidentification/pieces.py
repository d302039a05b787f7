"""All texts of a corpus or project that may hold names: taken out to be looked through, and put back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import PurePath
from typing import Any

import pandas as pd

from lcresearch.interviews.codebook.model import TEXTS, Code, Codebook
from lcresearch.interviews.codebook.yaml_file import read_yaml_codebook, shipped_codebooks
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.deidentification.mentions import Piece
from lcresearch.interviews.deidentification.moving import Replaced, replaced
from lcresearch.interviews.document import Document, Turn
from lcresearch.interviews.project import Note, Project
from lcresearch.interviews.refi_qda.cases import NAME

READ_WHOLE = ("text", "note")
"""Kinds of texts in which all rules are used; in the others, such as names of files, only what is sure."""
_SCOPES = ("community", "organisation")


def pieces_of(corpus: Corpus) -> Iterator[Piece]:
    """The texts of a corpus: what is said, names of documents, files and speakers, and attributes."""
    for document in corpus:
        scope = next((str(document.attributes[each]) for each in _SCOPES if document.attributes.get(each)), "")

        def piece(part: str, text: str, where: str, of: Document = document, scope: str = scope) -> Piece:
            return Piece(f"{part}:{of.id}", text, where, of.name, scope, of.id)

        yield piece("text", document.text, "text")
        yield piece("name", spaced(document.name), "name")
        if document.file:
            yield piece("file", spaced(_stem(document.file)), "file")
        for n, speaker in enumerate(_speakers(document)):
            yield piece(f"speaker.{n}", speaker, "speaker")
        for key, value in document.attributes.items():
            if isinstance(value, str):
                yield piece(f"attribute.{key}", spaced(value), "attribute")


def spaced(name: str) -> str:
    """A name of a file with blanks for underscores: as long as it was."""
    return name.replace("_", " ")


def _stem(file: str) -> str:
    return file[: len(file) - len(PurePath(file).suffix)]


def _speakers(document: Document) -> list[str]:
    return list(dict.fromkeys([*document.speakers, *document.roles]))


@dataclass(frozen=True)
class Rewriter:
    """Puts new texts in the place of old ones.

    Attributes
    ----------
    new : mapping of str to Replaced
        By id of the piece.
    dates : str
        What becomes of dates that are no text.
    """

    new: Mapping[str, Replaced]
    dates: str

    def _or_old(self, id: str, old: str) -> str:
        found = self.new.get(id)
        return old if found is None or not len(found.start) else found.text

    def corpus(self, corpus: Corpus) -> Corpus:
        """A corpus without its names; ids of documents stay."""
        taken: set[str] = set()
        documents = []
        for document in corpus:
            name = free(self._or_old(f"name:{document.id}", document.name), taken)
            taken.add(name)
            documents.append(replace(self._document(document), name=name))
        return Corpus(tuple(documents))

    def _document(self, document: Document) -> Document:
        moved = self.new.get(f"text:{document.id}", replaced("", []))
        speakers = {
            speaker: self._or_old(f"speaker.{n}:{document.id}", speaker)
            for n, speaker in enumerate(_speakers(document))
        }
        start, end = moved.moved([turn.start for turn in document.turns], [turn.end for turn in document.turns])
        turns = [
            Turn(int(a), int(b), speakers.get(turn.speaker, ""), turn.begins, turn.ends)
            for turn, a, b in zip(document.turns, start, end, strict=True)
        ]
        stem = self._or_old(f"file:{document.id}", _stem(document.file)) if document.file else ""
        return replace(
            document,
            text=moved.text,
            turns=tuple(turns),
            attributes={key: self._value(document, key, value) for key, value in document.attributes.items()},
            roles={speakers[speaker]: role for speaker, role in document.roles.items()},
            file=f"{stem}{PurePath(document.file).suffix}" if document.file else "",
        )

    def _value(self, document: Document, key: str, value: object) -> object:
        if isinstance(value, str):
            coarse = coarse_date_text(value, self.dates)
            return self._or_old(f"attribute.{key}:{document.id}", value) if coarse is None else coarse
        return coarse_value(value, self.dates)

    # projects ------------------------------------------------------------------------------------------------

    def project(self, project: Project) -> Project:
        """A project without its names, made anew: nothing of the file that it was read from stays."""
        return replace(
            project,
            name=self._or_old("project:name", project.name),
            corpus=self.corpus(project.corpus),
            codebook=self._codebook(project.codebook),
            codings=self.moved(project.codings),
            cases=self._cases(project.cases),
            case_selections=self.moved(project.case_selections),
            notes=tuple(self._note(note) for note in project.notes),
            sets=tuple(
                replace(
                    each,
                    name=self._or_old(f"set.name:{each.id}", each.name),
                    description=self._or_old(f"set.description:{each.id}", each.description),
                    documents=tuple(id for id in each.documents if id in project.corpus.by_id),
                )
                for each in project.sets
            ),
            sources=project.sources.iloc[0:0],
            other_codings=project.other_codings.iloc[0:0],
            kept=b"",
            kept_files={},
            evidence=None,
            problems=(),
        )

    def moved(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Selections in a table with ``document, start, end``, at their places in the new texts."""
        places = frame[["start", "end"]].to_numpy(dtype="int64", copy=True)
        for document, rows in frame.groupby("document", sort=False).indices.items():
            start, end = self.new.get(f"text:{document}", replaced("", [])).moved(places[rows, 0], places[rows, 1])
            places[rows, 0], places[rows, 1] = start, end
        return frame.assign(start=places[:, 0], end=places[:, 1])

    def _note(self, note: Note) -> Note:
        return replace(
            note,
            name=self._or_old(f"note.name:{note.id}", note.name),
            text=self._or_old(f"note.text:{note.id}", note.text),
        )

    def _codebook(self, book: Codebook) -> Codebook:
        codes = tuple(self._code(code) for code in book)
        changes = tuple((version, self._or_old(f"change.{n}:", text)) for n, (version, text) in enumerate(book.changes))
        return replace(book, codes=codes, name=self._or_old("codebook:name", book.name), changes=changes, problems=())

    def _code(self, code: Code) -> Code:
        texts: dict[str, Any] = {part: self._or_old(f"code.{part}:{code.id}", getattr(code, part)) for part in TEXTS}
        translations = {
            language: {part: self._or_old(f"code.{language}.{part}:{code.id}", text) for part, text in words.items()}
            for language, words in code.translations.items()
        }
        return replace(code, **texts, translations=translations)

    def _cases(self, cases: pd.DataFrame) -> pd.DataFrame:
        if not len(cases.columns):
            return cases
        columns = {
            column: [self._cell(str(case), str(column), value) for case, value in cases[column].items()]
            for column in cases.columns
        }
        new = pd.DataFrame(columns, index=cases.index)
        return new.astype({name: kind for name, kind in cases.dtypes.items() if _same_kind(cases[name], new[name])})

    def _cell(self, case: str, column: str, value: object) -> object:
        if isinstance(value, str):
            return self._or_old(f"case.{column}:{case}", value)
        return coarse_value(value, self.dates)


def _same_kind(old: pd.Series, new: pd.Series) -> bool:
    """Whether a column holds what it held: no dates were made coarser in it."""
    try:
        return bool(old.astype(object).equals(new.astype(object))) or old.dtype == "str"
    except (TypeError, ValueError):
        return False


def project_pieces(project: Project) -> Iterator[Piece]:
    """The texts of a project beside those of its corpus: notes, cases, sets, codes."""
    yield from pieces_of(project.corpus)
    yield Piece("project:name", project.name, "project", project.name)
    for note in project.notes:
        documents = [id for kind, id in note.on if kind == "document"]
        document = documents[0] if len(documents) == 1 else ""
        yield Piece(f"note.name:{note.id}", spaced(note.name), "name", note.name, document=document)
        yield Piece(f"note.text:{note.id}", note.text, "note", note.name, document=document)
    of_case = dict(zip(project.case_documents["case"], project.case_documents["document"], strict=True))
    for case, row in project.cases.iterrows():
        for column, value in row.items():
            if isinstance(value, str):
                label = str(row.get(NAME, ""))
                yield Piece(f"case.{column}:{case}", value, "case", label, document=str(of_case.get(case, "")))
    for each in project.sets:
        yield Piece(f"set.name:{each.id}", each.name, "set", each.name)
        yield Piece(f"set.description:{each.id}", each.description, "note", each.name)
    yield from _codebook_pieces(project.codebook)


def _codebook_pieces(book: Codebook) -> Iterator[Piece]:
    """The texts of a codebook, but for those that stand so in a codebook of the package."""
    known = _shipped_texts()
    yield from (each for each in _all_codebook_pieces(book) if each.text not in known)


@cache
def _shipped_texts() -> frozenset[str]:
    """What everybody can read: it names nobody."""
    books = [read_yaml_codebook(path) for path in shipped_codebooks().values()]
    return frozenset(piece.text for book in books for piece in _all_codebook_pieces(book))


def _all_codebook_pieces(book: Codebook) -> Iterator[Piece]:
    yield Piece("codebook:name", book.name, "code", book.name)
    for n, (_, text) in enumerate(book.changes):
        yield Piece(f"change.{n}:", text, "code", book.name)
    for code in book:
        for part in TEXTS:
            yield Piece(f"code.{part}:{code.id}", getattr(code, part), "code", code.name)
        for language, words in code.translations.items():
            for part, text in words.items():
                yield Piece(f"code.{language}.{part}:{code.id}", text, "code", code.name)


def coarse_value(value: object, dates: str) -> object:
    """A date that is no text, made coarser as text; other values as they are."""
    if isinstance(value, datetime.date) and not pd.isna(value) and dates != "keep":
        return {"month": f"{value:%Y-%m}", "year": f"{value:%Y}"}.get(dates)
    return value


def coarse_date_text(text: str, dates: str) -> str | None:
    """An attribute that is a date in figures (``2026-03-10``), made coarser; None when it is none."""
    try:
        found = datetime.date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return {"month": f"{found:%Y-%m}", "year": f"{found:%Y}", "replace": ""}.get(dates)


def free(name: str, taken: set[str]) -> str:
    """A name that is not taken."""
    n, found = 1, name
    while found in taken:
        n += 1
        found = f"{name} ({n})"
    return found
