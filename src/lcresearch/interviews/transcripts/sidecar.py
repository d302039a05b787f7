"""What is known of each interview: a table beside the texts, a row a file or a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import InterviewError, Place, Problem, nearest
from lcresearch.interviews.document import Document
from lcresearch.interviews.transcripts.names_of_files import file_key, stem_of
from lcresearch.interviews.transcripts.tables import open_table, own_names

NAMES_OF_FILES = ("file", "bestand", "bestandsnaam", "filename", "document", "transcript", "interview")
NAMES_OF_RESPONDENTS = ("respondent", "participant", "deelnemer", "respondentnummer")
_KNOWN = {
    "respondent": NAMES_OF_RESPONDENTS,
    "organisation": ("organisation", "organization", "organisatie", "bedrijf", "company", "firm"),
    "community": ("community", "learning_community", "leergemeenschap"),
    "consortium": ("consortium",),
    "wave": ("wave", "meetmoment", "t"),
    "date": ("date", "datum"),
    "role": ("role", "rol", "functie"),
}
_SHOWN = 20

Attributes = dict[str, dict[str, object]]


def file_column(frame: pd.DataFrame) -> str | None:
    """The column that names files, if there is one."""
    return next((str(name) for name in frame.columns if str(name).strip().lower() in NAMES_OF_FILES), None)


def names_files(cells: pd.Series[str], files: Sequence[Path]) -> bool:
    """Whether a column holds the name of at least one of these files, with or without its ending."""
    known = {key for file in files for key in (file_key(file.name), file_key(stem_of(file.name)))}
    given = {str(cell) for cell in cells.dropna()}
    return any(file_key(cell) in known or file_key(stem_of(cell)) in known for cell in given)


def attributes_of(
    table: str | Path | pd.DataFrame, documents: Sequence[Document], *, strict: bool = True
) -> tuple[Attributes, list[Problem]]:
    """Id of a document -> what the table says of it; and what does not fit.

    A row belongs to the file that it names, else to a file of that name with another ending, else to the text of that
    name inside a project or a table of answers. What a row says of one text goes before what another says of its
    file. Columns with a usual Dutch or English name get the name of the design (``bedrijf`` becomes ``organisation``).

    Parameters
    ----------
    table : str, Path or DataFrame
    documents : sequence of Document
    strict : bool
        Raise V066; else it is among the problems, and the rows that say it twice are not used.

    Raises
    ------
    InterviewError
        V065 if no column names the files, V066 if a file stands in two rows; and what
        :func:`~lcresearch.interviews.transcripts.tables.open_table` raises.
    """
    frame, place, problems = _frame(table)
    column = file_column(frame)
    if column is None:
        raise InterviewError("V065", where=place, found=list(map(str, frame.columns)), known=list(NAMES_OF_FILES[:4]))
    rest, said = _named_alike(frame.drop(columns=column), place)
    problems += said
    records = {
        row: {str(name): value for name, value in record.items() if not _is_missing(value)}
        for row, record in zip(rest.index, rest.to_dict("records"), strict=True)
    }
    cells = dict(zip(frame.index, frame[column], strict=True))
    nameless = [row for row, cell in cells.items() if _is_missing(cell) and records[row]]
    problems += [Problem("V247", Place(file=place.file, row=row)) for row in nameless]
    names = {row: str(cell).strip() for row, cell in cells.items() if not _is_missing(cell)}
    match = _Match(documents)
    match.all_of(names)
    if match.twice:
        problem = Problem("V066", place, {"files": sorted(match.twice)})
        if strict:
            raise InterviewError(problem)
        problems.append(problem)
    problems += [
        Problem("V067", Place(file=place.file, row=row), {"file": name, "nearest": match.nearest(name)})
        for row, name in match.unknown
    ]
    found: Attributes = {}
    for rows in (match.of_files, match.of_texts):
        for document, row in rows.items():
            found[document] = found.get(document, {}) | records[row]
    return found, problems


def without_row(documents: Sequence[Document], known: Mapping[str, object]) -> list[Problem]:
    """One line a file of which no text, or not every text, stands in a table of attributes."""
    problems = []
    for file in dict.fromkeys(document.file for document in documents):
        own = [document for document in documents if document.file == file]
        missing = [document.name for document in own if document.id not in known]
        if len(missing) == len(own):
            problems.append(Problem("V068", Place(file=file or own[0].name)))
        elif missing:
            problems.append(Problem("V249", Place(file=file), {"n": len(missing), "names": missing[:_SHOWN]}))
    return problems


@dataclass
class _Match:
    """Which row is about which document."""

    documents: Sequence[Document]
    of_files: dict[str, int] = field(default_factory=dict)
    of_texts: dict[str, int] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    unknown: list[tuple[int, str]] = field(default_factory=list)

    def all_of(self, names: Mapping[int, str]) -> None:
        """Exact names of files first, so that ``a.docx`` and ``a.vtt`` can be told apart."""
        files, stems, texts = self._keys()
        rest = {row: name for row, name in names.items() if file_key(name) not in files}
        for row, name in names.items():
            if row not in rest:
                self._claim(self.of_files, files[file_key(name)], row, name)
        exactly = set(self.of_files)
        among = {each for ids in files.values() if len(ids) > 1 for each in ids}
        for row, name in rest.items():
            stem = file_key(stem_of(name))
            free = [each for each in stems.get(stem, ()) if each not in exactly]
            named = texts.get(file_key(name)) or texts.get(stem)
            if free:
                self._claim(self.of_files, free, row, name)
            elif named and not (exactly - among) & set(named):
                self._claim(self.of_texts, named, row, name)
            else:
                self.unknown.append((row, name))

    def _keys(self) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]]]:
        """Names of files, files without their ending, and texts -> ids of documents."""
        files: dict[str, list[str]] = {}
        stems: dict[str, list[str]] = {}
        texts: dict[str, list[str]] = {}
        for each in self.documents:
            texts.setdefault(file_key(each.name), []).append(each.id)
            if each.file:
                files.setdefault(file_key(each.file), []).append(each.id)
                stems.setdefault(file_key(stem_of(each.file)), []).append(each.id)
        return files, stems, texts

    def _claim(self, level: dict[str, int], ids: Sequence[str], row: int, name: str) -> None:
        if any(each in level for each in ids):
            self.twice.add(stem_of(name))
            return
        level.update(dict.fromkeys(ids, row))

    def nearest(self, name: str) -> str:
        """The name that was probably meant."""
        known = {file_key(own): own for each in self.documents for own in (stem_of(each.file), each.name) if own}
        found = nearest(file_key(stem_of(name)), known)
        return known[found] if found else "–"


def _frame(table: str | Path | pd.DataFrame) -> tuple[pd.DataFrame, Place, list[Problem]]:
    if not isinstance(table, pd.DataFrame):
        read = open_table(Path(table))
        return read.frame, Place(file=Path(table).name), list(read.problems)
    names, _ = own_names([str(name) for name in table.columns])
    return table.set_axis(names, axis=1).set_axis(range(2, len(table) + 2), axis=0), Place(), []


def _is_missing(cell: Any) -> bool:
    return bool(pd.isna(cell)) if pd.api.types.is_scalar(cell) else cell is None


def _named_alike(frame: pd.DataFrame, place: Place) -> tuple[pd.DataFrame, list[Problem]]:
    """Columns by the names of the design; of two that mean the same the first gets it."""
    usual = {word: name for name, words in _KNOWN.items() for word in words}
    names: dict[str, str] = {}
    problems = []
    for name in map(str, frame.columns):
        lowered = name.strip().lower().replace(" ", "_")
        wanted = usual.get(lowered, lowered)
        if wanted in names.values():
            first = next(own for own, given in names.items() if given == wanted)
            kept = name if name not in names.values() else f"{name} (2)"
            problems.append(Problem("V248", place, {"first": first, "second": name, "name": wanted, "kept": kept}))
            wanted = kept
        names[name] = wanted
    return frame.rename(columns=names), problems
