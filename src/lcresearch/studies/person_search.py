"""Finding one person in all files of a study, and what these files become without that person."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchError, Place, Problem, StudyError
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.responses.persons.pseudonyms import KEY_FILE, KeyFile
from lcresearch.responses.persons.spellings import plain_ids
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.responses.platforms import open_export
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.wording import name_key
from lcresearch.studies import removal
from lcresearch.studies.loading import is_there
from lcresearch.studies.model import ResponsesFile, StudyFile

_WHOLE = re.compile(r"([+-]?\d+)[.,]0+")
_BLANK = " \t\r\n\f\v\u00a0\u200b\ufeff"
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
    erasures: dict[Path, list[str]] = field(default_factory=dict)
    removed: dict[str, list[int]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    @cached_property
    def key(self) -> KeyFile:
        """Who is who in this study."""
        return KeyFile(self.folder / KEY_FILE)

    @cached_property
    def original(self) -> str:
        """The id behind what the user typed."""
        return self.key.original(self.person) or normal_id(self.person)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The id, and the pseudonym if there is one."""
        pseudonym = self.key.pseudonym(self.original)
        return (self.original,) if pseudonym is None else (self.original, pseudonym)

    @property
    def near(self) -> list[str]:
        """Other ids in the answers and the key that differ by case, signs or zeros in front only."""
        ids = pd.Series(sorted({*self.seen, *self.key.ids} - {self.original}), dtype="str")
        plain = plain_ids(pd.Series([self.original], dtype="str"))[0]
        return ids[(plain_ids(ids) == plain) & (plain != "")].tolist()

    @property
    def notes(self) -> list[str]:
        """What the user must know besides: names of texts."""
        return [] if self.removed else ["no_answers"]

    def run(self) -> None:
        """Look in answers and key.

        Raises
        ------
        StudyError
            Each file that cannot be written back as it was.
        """
        self.names  # noqa: B018 - before the key forgets the pseudonym
        refused: list[Problem] = []
        for use in {use.file: use for use in self.file.responses}.values():
            if self.file.form is not None and not is_there(self.folder, use.file):
                continue  # answers of a later wave
            try:
                self._answers(use)
            except LcresearchError as error:
                refused += error.problems
        if refused:
            raise StudyError(refused)
        self._key()

    def rows_by_code(self, frame: pd.DataFrame) -> Any:
        """Rows of a table of results that are known to be the person's by another column than the respondent."""
        return np.zeros(len(frame), dtype=bool)

    def is_unclear(self, frame: pd.DataFrame) -> bool:
        """Whether a table of results may hold the person in rows that cannot be told apart."""
        return False

    def remember(self, gone: Withdrawn) -> None:
        """Remember that the person withdrew."""
        gone.add(self.original)

    def column(self, opened: OpenFile, use: ResponsesFile) -> Column | None:
        """The column by which the person is found in a file."""
        return _id_column(opened, use, self.file.respondent or _ROLE)

    @property
    def named(self) -> str:
        """The column or columns that study.yaml names for persons."""
        return ", ".join(self.file.linking.columns) if self.file.linking is not None else self.file.respondent or _ROLE

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
            raise StudyError("S037", where=Place(file=opened.file), column=self.named)
        rows = self.answer_rows(path, opened, column)
        if not rows:
            return
        self.take_out(path, opened, rows, lambda record, delimiter: self.is_answer(record, delimiter, column))
        self.removed[opened.file] = rows
        self.note(path, "rows_removed", len(rows), rows)
        if any(opened.other_sheets.values()):
            self.note(path, "to_check")  # sheets of repeated questions go by the number of the row

    def answer_rows(self, path: Path, opened: OpenFile, column: Column) -> list[int]:
        """The rows of the person in a file with answers."""
        coded = opened.load(frozenset([column.number])).columns[column.number]
        self.seen |= {normal_id(str(value)) for value in coded.values}
        return self.rows_of(path, opened, column)

    def is_answer(self, record: str, delimiter: str, column: Column) -> bool:
        """Whether a record that was found to be an answer of the person can be one."""
        return self.is_mine(record, delimiter, column.number)

    def rows_of(
        self, path: Path, opened: OpenFile, column: Column, wanted: Callable[[str], bool] | None = None
    ) -> list[int]:
        """The rows of the person, counted as a spreadsheet does, also those that reading would leave out.

        With ``wanted`` those of which the cell in the column is wanted, in the place of a name of the person.
        """
        table = opened.load(frozenset([column.number]))
        coded = table.columns[column.number]
        is_wanted = wanted or (lambda cell: normal_id(cell) in self.names)
        mine = np.array([is_wanted(str(value)) for value in coded.values] + [False], dtype=bool)
        found = set(table.row_numbers[mine[coded.codes]].tolist())
        if opened.format == "csv":
            found |= set(self._records(path, opened, column, wanted))
        return sorted(found)

    def _records(self, path: Path, opened: OpenFile, column: Column, wanted: Callable[[str], bool] | None) -> list[int]:
        encoding, delimiter = opened.facts["encoding"], opened.facts["delimiter"]
        with path.open(encoding=encoding, newline="") as stream:
            text = stream.read()
        hidden = _hidden(text)
        numbered = enumerate(removal.records(text, delimiter), start=1 - hidden)
        first, place = opened.above + opened.header_rows, column.number
        if wanted is not None:
            return [n for n, record in numbered if n > first and wanted(cell_of(record, delimiter, place))]
        return [n for n, record in numbered if n > first and self.is_mine(record, delimiter, place)]

    def is_mine(self, record: str, delimiter: str, number: int) -> bool:
        """Whether the cell with this number of a record names the person."""
        if not any(name.replace('"', '""') in record or name in record for name in self.names):
            return False
        return normal_id(cell_of(record, delimiter, number)) in self.names

    def take_out(self, path: Path, opened: OpenFile, rows: list[int], is_mine: Callable[[str, str], bool]) -> None:
        """Change a file to one without these rows, each of which must be the person's.

        Raises
        ------
        StudyError
            S034, when it cannot be written back as it was.
        """
        try:
            self.changes[path] = self._content(path, opened, rows, is_mine)
        except removal.CannotRewriteError as error:
            raise _by_hand(opened.file, rows, error) from error

    def _content(self, path: Path, opened: OpenFile, rows: list[int], is_mine: Callable[[str, str], bool]) -> bytes:
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
            if not is_mine(record, delimiter):
                raise removal.CannotRewriteError("different")  # rows are counted otherwise here than on reading
            return True

        return removal.text_without(content, encoding, delimiter, is_person)

    def _key(self) -> None:
        if self.key.remove(self.original):
            self.changes[self.key.path] = self.key.content().encode("utf-8")
            self.note(self.key.path, "key_removed", 1)


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


def cell_of(record: str, delimiter: str, number: int) -> str:
    """The cell with this number of a record; empty when the record is shorter."""
    cells = next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter), [])
    return cells[number - 1] if len(cells) >= number else ""


def normal_id(text: str) -> str:
    """An id as reading understands it: no blanks around it, ``12.0`` as ``12``."""
    text = text.strip(_BLANK)
    whole = _WHOLE.fullmatch(text)
    return whole.group(1) if whole else text


def _hidden(text: str) -> int:
    """1 when the first record is the line ``sep=;`` that Excel writes and no spreadsheet counts."""
    first = text.lstrip("\ufeffï»¿ÿþ").split("\n", 1)[0].strip("\r\"' ").lower()
    return int(first.startswith("sep=") and len(first) == 5)
