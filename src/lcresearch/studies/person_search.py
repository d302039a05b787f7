"""Finding one person in all files of a study, and what these files become without that person."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchError, Place, Problem, StudyError
from lcresearch.files import reason_of
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile
from lcresearch.responses.platforms import open_export
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key
from lcresearch.studies import removal
from lcresearch.studies.model import ResponsesFile, StudyFile

TRANSCRIPTS = "interviews"
_WHOLE = re.compile(r"([+-]?\d+)[.,]0+")
_BLANK = " \t\r\n\f\v\u00a0\u200b\ufeff"
_SEARCHED = (".txt", ".md", ".csv", ".tsv", ".vtt", ".srt", ".docx")
_SHORTEST = 3
_ROWS_NAMED = 10
_ROLE = "respondent"


@dataclass
class PersonSearch:
    """Looks for a person in all files of a study, and works out what these must become."""

    folder: Path
    file: StudyFile
    person: str
    actions: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[Path, bytes | None] = field(default_factory=dict)
    removed: dict[str, list[int]] = field(default_factory=dict)

    @cached_property
    def key(self) -> KeyFile:
        """Who is who in this study."""
        return KeyFile(self.folder / KEY_FILE)

    @cached_property
    def original(self) -> str:
        """The id behind what the user typed."""
        return self.key.original(self.person) or _normal(self.person)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The id, and the pseudonym if there is one."""
        pseudonym = self.key.pseudonym(self.original)
        return (self.original,) if pseudonym is None else (self.original, pseudonym)

    def run(self) -> None:
        """Look in answers, key, results and transcripts.

        Raises
        ------
        StudyError
            Each file that cannot be written back as it was.
        """
        refused: list[Problem] = []
        for use in {use.file: use for use in self.file.responses}.values():
            try:
                self._answers(use)
            except LcresearchError as error:
                refused += error.problems
        if refused:
            raise StudyError(refused)
        self._key()
        self._results()
        self._transcripts()

    def column(self, opened: OpenFile, use: ResponsesFile) -> Column | None:
        """The column by which the person is found in a file."""
        return _id_column(opened, use, self.file.respondent or _ROLE)

    def note(self, path: Path, action: str, n: int = 0, rows: list[int] | None = None) -> None:
        """Write down what is done with a file."""
        listed = ", ".join(map(str, (rows or [])[:_ROWS_NAMED])) + (" …" if rows and len(rows) > _ROWS_NAMED else "")
        name = path.relative_to(self.folder).as_posix() if path.is_relative_to(self.folder) else path.name
        self.actions.append({"file": name, "action": action, "n": n, "rows": listed})

    def _answers(self, use: ResponsesFile) -> None:
        """One file with answers. A workbook of which several sheets are read is changed sheet after sheet."""
        path = self.folder / use.file
        try:
            opened = open_export(path, use.platform)
        except LcresearchError as error:
            if [problem.code for problem in error.problems] == ["R005"]:
                return  # a header without answers: nobody is in it
            raise
        path = path if path.is_file() else path.with_name(path.name.rpartition("#")[0])
        column = self.column(opened, use)
        if column is None:
            raise StudyError("S037", where=Place(file=opened.file), column=self.file.respondent)
        rows = self.rows_of(path, opened, column)
        if not rows:
            return
        try:
            self.changes[path] = self._content(path, opened, column, rows)
        except removal.CannotRewriteError as error:
            raise _by_hand(opened.file, rows, error) from error
        self.removed[opened.file] = rows
        self.note(path, "rows_removed", len(rows), rows)
        if any(opened.other_sheets.values()):
            self.note(path, "to_check")  # sheets of repeated questions go by the number of the row

    def rows_of(self, path: Path, opened: OpenFile, column: Column) -> list[int]:
        """The rows of the person, counted as a spreadsheet does, also those that reading would leave out."""
        table = opened.load(frozenset([column.number]))
        coded = table.columns[column.number]
        mine = np.array([_normal(str(value)) in self.names for value in coded.values] + [False], dtype=bool)
        found = set(table.row_numbers[mine[coded.codes]].tolist())
        if opened.format == "csv":
            found |= set(self._records(path, opened, column))
        return sorted(found)

    def _records(self, path: Path, opened: OpenFile, column: Column) -> list[int]:
        encoding, delimiter = opened.facts["encoding"], opened.facts["delimiter"]
        with path.open(encoding=encoding, newline="") as stream:
            text = stream.read()
        hidden = _hidden(text)
        numbered = enumerate(removal.records(text, delimiter), start=1 - hidden)
        first = opened.above + opened.header_rows
        return [n for n, record in numbered if n > first and self.is_mine(record, delimiter, column.number)]

    def is_mine(self, record: str, delimiter: str, number: int) -> bool:
        """Whether the cell with this number of a record names the person."""
        if not any(name.replace('"', '""') in record or name in record for name in self.names):
            return False
        cells = next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter), [])
        return len(cells) >= number and _normal(cells[number - 1]) in self.names

    def _content(self, path: Path, opened: OpenFile, column: Column, rows: list[int]) -> bytes:
        if opened.format == "excel":
            if path in self.changes:
                raise removal.CannotRewriteError("sheets")
            return removal.workbook_without(path, opened.facts["sheet"], rows)
        if opened.format == "parquet":
            return removal.parquet_without(path, rows)
        if opened.format in ("spss", "stata"):
            return removal.statistical_without(path, rows)
        if opened.format != "csv":
            raise removal.CannotRewriteError("format", opened.format)
        encoding, delimiter, content = opened.facts["encoding"], opened.facts["delimiter"], path.read_bytes()
        hidden, gone = _hidden(content[:20].decode("latin-1").replace("\x00", "")), set(rows)

        def is_person(number: int, record: str) -> bool:
            if number - hidden not in gone:
                return False
            if not self.is_mine(record, delimiter, column.number):
                raise removal.CannotRewriteError("different")  # rows are counted otherwise here than on reading
            return True

        return removal.text_without(content, encoding, delimiter, is_person)

    def _key(self) -> None:
        if self.key.remove(self.original):
            self.changes[self.key.path] = self.key.content().encode("utf-8")
            self.note(self.key.path, "key_removed", 1)

    def _results(self) -> None:
        """Rows of the person under ``private/`` in the results of this study."""
        for record in sorted(self.folder.glob("*/run.json")):
            for path in sorted((record.parent / "private").glob("*.parquet")) if self._is_ours(record) else ():
                frame = pd.read_parquet(path)
                rows = np.flatnonzero(self._mine(frame))
                if len(rows):
                    self.changes[path] = removal.parquet_without(path, (rows + 2).tolist())
                    self.note(path, "rows_removed", len(rows))

    def _is_ours(self, record: Path) -> bool:
        try:
            content = json.loads(record.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return False
        return isinstance(content, dict) and content.get("study") == self.file.id

    def _mine(self, frame: pd.DataFrame) -> Any:
        """Rows in which a cell is the person's id or pseudonym, and lines of a log on rows that are taken out."""
        mine = np.zeros(len(frame), dtype=bool)
        for name in frame.columns:
            if not pd.api.types.is_numeric_dtype(frame[name].dtype):
                mine |= frame[name].astype("str").isin(self.names).to_numpy(dtype=bool)
        if {"file", "row"} <= set(frame.columns):
            for file, rows in self.removed.items():
                mine |= ((frame["file"] == file) & frame["row"].isin(rows)).fillna(False).to_numpy(dtype=bool)
        return mine

    def _transcripts(self) -> None:
        """Rows of tables with the columns respondent and file, the files these name, and other places of the id."""
        folder = self.folder / TRANSCRIPTS
        if not folder.is_dir():
            return
        for table in sorted(folder.glob("*.csv")):
            self._table(table)
        wanted = [name for name in self.names if len(name) >= _SHORTEST]
        pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in wanted)) if wanted else None
        for path in sorted(folder.rglob("*")):
            searched = path.is_file() and path.suffix.lower() in _SEARCHED and path not in self.changes
            if pattern is not None and searched and pattern.search(_text(path)):
                self.note(path, "to_check")

    def _table(self, table: Path) -> None:
        try:
            opened = open_export(table, "table")
        except LcresearchError:
            return
        columns = {name_key(column.header): column for column in opened.columns}
        if not {_ROLE, "file"} <= columns.keys():
            return
        rows = self.rows_of(table, opened, columns[_ROLE])
        if not rows:
            return
        loaded = opened.load(frozenset([columns["file"].number]))
        coded = loaded.columns[columns["file"].number]
        named = zip(loaded.row_numbers.tolist(), coded.codes.tolist(), strict=True)
        files = [str(coded.values[code]) for row, code in named if row in set(rows) and code >= 0]
        try:
            self.changes[table] = self._content(table, opened, columns[_ROLE], rows)
        except removal.CannotRewriteError as error:
            raise _by_hand(table.name, rows, error) from error
        self.note(table, "rows_removed", len(rows), rows)
        for path in map(table.parent.joinpath, dict.fromkeys(files)):
            self._transcript(path, table.parent)

    def _transcript(self, path: Path, folder: Path) -> None:
        """Delete a transcript, but never a file outside the folder of transcripts."""
        inside = path.resolve().is_relative_to(folder.resolve()) and path.suffix.lower() != ".yaml"
        if inside and path.is_file() and not path.is_symlink():
            self.changes[path] = None
            self.note(path, "file_deleted")
        elif path.exists():
            self.note(path, "to_check")


def _id_column(opened: OpenFile, use: ResponsesFile, respondent: str) -> Column | None:
    """The column with the ids of persons: by the mapping of the file, else by its name."""
    mapped = [header for header, role in use.mapping.items() if role == _ROLE]
    for name in (*mapped, respondent):
        for column in opened.columns:
            if column.header == name.strip() or name.strip() == f"#{column.number}":
                return column
    return next((column for column in opened.columns if name_key(column.header) == name_key(respondent)), None)


def _by_hand(file: str, rows: list[int], error: removal.CannotRewriteError) -> StudyError:
    """What the user must do with a file that this program cannot write back."""
    reason = {language: Messages(language)(f"privacy.cannot.{error.why}", found=error.found) for language in LANGUAGES}
    return StudyError("S034", where=Place(file=file), rows=", ".join(map(str, rows)), reason=reason)


def _normal(text: str) -> str:
    """An id as reading understands it: no blanks around it, ``12.0`` as ``12``."""
    text = text.strip(_BLANK)
    whole = _WHOLE.fullmatch(text)
    return whole.group(1) if whole else text


def _hidden(text: str) -> int:
    """1 when the first record is the line ``sep=;`` that Excel writes and no spreadsheet counts."""
    first = text.lstrip("\ufeffï»¿ÿþ").split("\n", 1)[0].strip("\r\"' ").lower()
    return int(first.startswith("sep=") and len(first) == 5)


def _text(path: Path) -> str:
    """The text of a transcript, as far as it can be searched."""
    try:
        if path.suffix.lower() == ".docx":
            with zipfile.ZipFile(path) as archive:
                return re.sub(r"<[^<>]*>", "", archive.read("word/document.xml").decode("utf-8", "replace"))
        return path.read_bytes().decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise StudyError("S036", reason=reason_of(error) if isinstance(error, OSError) else str(error)) from error
