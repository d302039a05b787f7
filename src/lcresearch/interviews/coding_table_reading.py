"""Codings from a table: by place in the text, or by words that occur in it once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import InterviewError, Place, Problem, nearest
from lcresearch.interviews.code_tables.quotes import names_of_codes
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.corpus import Corpus
from lcresearch.interviews.document import Document
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CODING_COLUMNS, WHOLE_DOCUMENT, Project, no_codings
from lcresearch.interviews.transcripts.names_of_files import file_key, stem_of
from lcresearch.interviews.transcripts.sidecar import NAMES_OF_FILES
from lcresearch.interviews.transcripts.tables import open_table
from lcresearch.interviews.written_dates import read_dates

_COLUMNS = {
    "document": NAMES_OF_FILES,
    "code": ("code",),
    "coder": ("coder", "codeur", "user"),
    "start": ("start", "begin"),
    "end": ("end", "einde", "eind"),
    "quote": ("quote", "citaat", "fragment", "text", "tekst"),
    "created": ("created", "datum", "date"),
}
_NEEDED = ("document", "code")
_NOBODY = "?"
_SHOWN = 60
_ROWS_SHOWN = 20


def read_codings(path: str | Path | Sequence[str | Path], corpus: Corpus, codebook: Codebook) -> Project:
    """Put codings of a table, such as a spreadsheet of two coders, to the texts that they belong to.

    Parameters
    ----------
    path : str, Path or several
        ``.csv`` or ``.xlsx`` with a row a coding: ``document`` (name of the file or text), ``code`` (short name, path,
        id, or a name that only one code has) and ``coder``; and ``start`` and ``end`` (characters, end exclusive; -1
        for the whole text), or ``quote``: words of the text that occur in it once. With both, the words are compared.
        ``created`` (or ``datum``) is a date as 2026-02-13 or 13-02-2026.
        What :func:`~lcresearch.interviews.write_codings` writes is read back.
    corpus : Corpus
    codebook : Codebook

    Returns
    -------
    Project
        With the codings that could be placed. ``project.log`` names each row that could not, and why.

    Raises
    ------
    InterviewError
        G001, V060 to V063, V240 to V243: a file that cannot be read; V210: a column is missing; all problems
        of the rows, when not one could be placed.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from lcresearch.interviews import Code
    >>> file = Path(mkdtemp()) / "codings.csv"
    >>> _ = file.write_text("document,coder,quote,code\\nR1,An,leren van fouten,mistakes\\n", encoding="utf-8")
    >>> corpus = Corpus((Document("1", "R1", "Wij leren van fouten."),))
    >>> read_codings(file, corpus, Codebook((Code("2", "fouten", key="mistakes"),))).quotes["quote"].tolist()
    ['leren van fouten']
    """
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(each) for each in path]
    texts = _texts(corpus)
    names = {unicodedata.normalize("NFC", name): code for name, code in names_of_codes(codebook).items()}
    reading = _Reading(texts, names)
    for file in paths:
        reading.read(file)
    if not reading.rows:
        raise InterviewError(reading.problems or [Problem("V216", Place(file=paths[0].name if paths else None))])
    codings = pd.DataFrame(reading.rows, columns=list(CODING_COLUMNS))
    codings["created"] = pd.to_datetime(codings["created"], utc=True)
    codings = codings.astype(no_codings().dtypes.to_dict())
    coders = dict.fromkeys(reading.coders)
    return Project(
        name=paths[0].stem,
        corpus=corpus,
        codebook=codebook,
        codings=codings,
        coders=pd.DataFrame({"name": list(coders)}, index=[_coder(name) for name in coders]),
        problems=tuple(reading.problems),
    )


def _texts(corpus: Corpus) -> dict[str, Document]:
    """Id, name, file and file without its ending -> text, also as they are compared; names that texts share are out."""
    found: dict[str, Document] = {document.name: document for document in corpus}
    for loosely in (False, True):
        more: dict[str, Document] = {}
        shared: set[str] = set()
        for document in corpus:
            for written in (document.id, document.name, document.file, stem_of(document.file)):
                name = file_key(written) if loosely else written
                if name and more.setdefault(name, document) is not document:
                    shared.add(name)
        found = {name: document for name, document in more.items() if name not in shared} | found
    return found


def _coder(name: str) -> str:
    return guid_of("coder", name)


@dataclass
class _Reading:
    """Rows that were placed, and what is wrong with the others."""

    texts: dict[str, Document]
    codes: dict[str, str]
    rows: list[tuple[object, ...]] = field(default_factory=list)
    coders: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[tuple[object, ...]] = field(default_factory=set)

    def read(self, file: Path) -> None:
        """One table."""
        if not file.exists():
            raise InterviewError("G001", path=str(file))
        table = open_table(file)
        named = _named(table.frame, file)
        self.problems += table.problems
        created = self._dates(named, file)
        nobody = []
        for number, record in zip(named.index, named.to_dict("records"), strict=True):
            cells = {str(name): str(value) for name, value in record.items() if not pd.isna(value)}
            if not cells:
                continue
            nobody += [] if cells.get("coder", "").strip() else [number]
            problem = self._row(cells, created.get(number, pd.NaT))
            if problem is not None:
                self.problems.append(replace(problem, where=Place(file=file.name, row=number)))
        if nobody:
            values = {"n": len(nobody), "rows": nobody[:_ROWS_SHOWN], "name": _NOBODY}
            self.problems.append(Problem("V255", Place(file=file.name), values))

    def _dates(self, named: pd.DataFrame, file: Path) -> dict[int, Any]:
        """Row -> date of the coding; with a line about dates that cannot be read, or in two ways."""
        if "created" not in named:
            return {}
        written = named["created"].dropna().astype(str)
        dates, place = read_dates(written.tolist()), Place(file=file.name, column="created")
        if dates.unread:
            shown = [written.iloc[at][:_SHOWN] for at in dates.unread[:3]]
            self.problems.append(Problem("V253", place, {"n": len(dates.unread), "written": shown}))
        if not dates.sure:
            self.problems.append(Problem("V254", place))
        return dict(zip(written.index, dates.values, strict=True))

    def _row(self, cells: dict[str, str], created: Any) -> Problem | None:
        name, code = cells.get("document", "").strip(), unicodedata.normalize("NFC", cells.get("code", "").strip())
        document = next(
            (
                self.texts[each]
                for each in (name, stem_of(name), file_key(name), file_key(stem_of(name)))
                if each in self.texts
            ),
            None,
        )
        if document is None:
            return Problem("V211", values={"found": name, "nearest": nearest(name, self.texts) or "–"})
        if code not in self.codes:
            return Problem("V212", values={"found": code, "nearest": nearest(code, self.codes) or "–"})
        found = _placed(cells, document)
        if isinstance(found, Problem):
            return found
        coder = cells.get("coder", "").strip() or _NOBODY
        identity = (document.id, *found, self.codes[code], coder)
        if identity in self.seen:
            return Problem("V215")
        self.seen.add(identity)
        self.coders.append(coder)
        selection = guid_of("selection", document.id, *found)
        self.rows.append(
            (guid_of("coding", *identity), selection, document.id, *found, self.codes[code], _coder(coder), created)
        )
        return None


def _named(frame: pd.DataFrame, file: Path) -> pd.DataFrame:
    """The columns by the names used here."""
    lowered = {str(name).strip().lower(): str(name) for name in frame.columns}
    columns = {
        name: lowered[word]
        for name, words in _COLUMNS.items()
        for word in [next((word for word in (name, *words) if word in lowered), "")]
        if word
    }
    missing = [name for name in _NEEDED if name not in columns]
    if "quote" not in columns and not {"start", "end"} <= columns.keys():
        missing.append("quote")
    if missing:
        raise InterviewError(
            "V210", where=Place(file=file.name), missing=missing, found=[str(name) for name in frame.columns]
        )
    return frame[list(columns.values())].set_axis(list(columns), axis=1)


def _placed(cells: dict[str, str], document: Document) -> tuple[int, int] | Problem:
    """Start and end in the text."""
    text, quote = document.text, _plain(cells.get("quote", ""))
    if "start" in cells and "end" in cells:
        try:
            start, end = int(float(cells["start"])), int(float(cells["end"]))
        except ValueError:
            return Problem("V217", values={"start": cells["start"], "end": cells["end"]})
        if (start, end) == (WHOLE_DOCUMENT, WHOLE_DOCUMENT):
            return start, end
        inside = 0 <= start < end <= len(text)
        if inside and (not quote or _same(text[start:end], quote)):
            return start, end
        if not quote:
            return Problem("V217", values={"start": str(start), "end": str(end)})
    if not quote:
        return Problem("V217", values={"start": "–", "end": "–"})
    n = 0
    for said in dict.fromkeys((quote, quote.removeprefix("'"), quote.strip())):
        n = text.count(said) if said else 0
        if n == 1:
            start = text.index(said)
            return start, start + len(said)
        if n > 1:
            return Problem("V214", values={"n": n, "quote": said[:_SHOWN]})
    return Problem("V213", values={"quote": quote[:_SHOWN]})


def _plain(quote: str) -> str:
    """Line ends as texts have them here."""
    return quote.replace("\r\n", "\n").replace("\r", "\n")


def _same(said: str, written: str) -> bool:
    """Whether these are the words; a spreadsheet may have got an apostrophe in front of what looks like a formula."""
    return written in (said, f"'{said}") or written.strip() == said.strip()
