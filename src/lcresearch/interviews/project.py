"""A coded project: who coded which part of which text with which code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.text.position_rules import RuleEvidence

CODING_COLUMNS = ("coding", "selection", "document", "start", "end", "code", "coder", "created")
"""Columns of the codings. ``coding`` and ``selection`` are GUIDs (two codings may share a selection), ``document``,
``code`` and ``coder`` ids, ``start`` and ``end`` code points (end exclusive; both -1 where the whole document is
coded), ``created`` a time in UTC or missing."""
WHOLE_DOCUMENT = -1


@dataclass(frozen=True)
class Note:
    """A memo.

    Attributes
    ----------
    id, name, text : str
    on : tuple of (str, str)
        What it is about: kind (``project, code, document, selection, coding, case``) and id.
    author : str
        Id of the coder, or empty.
    """

    id: str
    name: str = ""
    text: str = ""
    on: tuple[tuple[str, str], ...] = ()
    author: str = ""


@dataclass(frozen=True)
class CodeSet:
    """Codes, documents or notes that somebody put together (a group in ATLAS.ti, a document group in MAXQDA)."""

    id: str
    name: str
    description: str = ""
    codes: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False, eq=False)
class Project:
    """Texts, codes and codings; made by :func:`~lcresearch.interviews.read_project`.

    Attributes
    ----------
    name : str
    corpus : Corpus
    codebook : Codebook
    codings : DataFrame
        One row a coding, with the columns :data:`CODING_COLUMNS`. Suggestions of a model are not among them.
    coders : DataFrame
        Indexed by id: ``name``.
    cases : DataFrame
        Indexed by id: ``name`` and a column a variable.
    case_documents : DataFrame
        ``case, document``: which texts belong to which case.
    case_selections : DataFrame
        ``case, document, start, end``: parts of texts that belong to a case, such as what one person says in a group.
    sources : DataFrame
        Indexed by id, one row a source of the file that it was read from: ``kind`` (``text, picture, pdf, audio,
        video``), ``name``, ``path`` and ``read`` (whether its text, or one that belongs to it, is in the corpus).
    other_codings : DataFrame
        ``coding, source, code, coder, created``: codings of pictures, recordings, places on the page of a PDF, and
        texts that were not there. They are counted and kept, and not read further.
    notes : tuple of Note
    sets : tuple of CodeSet
    origin : str
        The program that wrote it.
    kept : bytes
        The project file as that program wrote it; what is not modelled here is written back from it. Empty when the
        project was made here.
    kept_files : dict of str to bytes
        Files of the package by the name of their entry: texts as they came, styled text, pictures, recordings.
    evidence : RuleEvidence or None
        How the program that wrote it counted positions, and how sure that is.
    problems : tuple of Problem
        Where the file deviates from the standard, and what was made of it.
    """

    name: str
    corpus: Corpus
    codebook: Codebook
    codings: pd.DataFrame
    coders: pd.DataFrame
    cases: pd.DataFrame = field(default_factory=pd.DataFrame)
    case_documents: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["case", "document"]))
    case_selections: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["case", "document", "start", "end"])
    )
    notes: tuple[Note, ...] = ()
    sets: tuple[CodeSet, ...] = ()
    sources: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["kind", "name", "path", "read"]))
    other_codings: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["coding", "source", "code", "coder", "created"])
    )
    origin: str = ""
    kept: bytes = b""
    kept_files: Mapping[str, bytes] = field(default_factory=dict)
    evidence: RuleEvidence | None = None
    problems: tuple[Problem, ...] = ()

    @cached_property
    def quotes(self) -> pd.DataFrame:
        """The codings with words for ids: ``document, start, end, path, coder, quote``."""
        names = {document.id: document.name for document in self.corpus}
        paths = {code.id: self.codebook.path(code.id) for code in self.codebook}
        found = self.codings
        texts = [
            self.corpus.by_id[document].text
            if start == WHOLE_DOCUMENT
            else self.corpus.by_id[document].quote(start, end)
            for document, start, end in zip(found["document"], found["start"], found["end"], strict=True)
        ]
        return pd.DataFrame(
            {
                "document": found["document"].map(names),
                "start": found["start"],
                "end": found["end"],
                "path": found["code"].map(paths),
                "coder": found["coder"].map(self.coders["name"]),
                "quote": texts,
            }
        )

    @property
    def log(self) -> pd.DataFrame:
        """One row a problem: ``code, level, place, message``."""
        return Corpus(problems=self.problems).log

    def __repr__(self) -> str:
        return (
            f"<Project {self.name!r}: {len(self.corpus)} documents, {len(self.codebook)} codes, "
            f"{len(self.codings)} codings by {self.codings['coder'].nunique()} coders>"
        )


def no_codings() -> pd.DataFrame:
    """An empty table of codings with the right types."""
    kinds = dict.fromkeys(CODING_COLUMNS, "str") | {"start": "int64", "end": "int64"}
    kinds["created"] = "datetime64[us, UTC]"
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
