"""Finding a person who is known by a self-made code: the rows that linking found to be that person's."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import Place, StudyError
from lcresearch.instruments import Instrument
from lcresearch.responses.form_names import columns_named, with_form_names, with_mapped_names
from lcresearch.responses.persons.withdrawn import Withdrawn
from lcresearch.responses.persons.withdrawn_codes import remember_code, remember_rows, whole_codes
from lcresearch.responses.platforms import PLATFORMS
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.waves.codes import normal_codes
from lcresearch.studies.forms import own_questions
from lcresearch.studies.gathering import Gathering
from lcresearch.studies.lasting_ids import shared_names
from lcresearch.studies.model import ResponsesFile
from lcresearch.studies.person_search import PersonSearch, normal_id

_LASTING = re.compile(r"(?P<group>(?:.*/)?)(?P<code>\w+)@(?P<wave>.*)#0")
_CODES = ("code", "code_1", "code_2", "candidate_code")


@dataclass
class LinkedSearch(PersonSearch):
    """Looks for a person by pseudonym, or by the code that the person made up when nobody else has it."""

    instruments: tuple[Instrument, ...] = ()

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Every row of the study, as :meth:`Gathering.linked_rows` gives them."""
        waves = list(self.file.waves.labels) if self.file.waves is not None else []
        return Gathering(self.file, self.folder, self.instruments, waves).linked_rows()

    @cached_property
    def original(self) -> str:
        """The id behind what the user typed.

        Raises
        ------
        StudyError
            S054, when several persons made up this code.
        """
        known = self.key.original(self.person)
        if known is not None:
            return known
        wanted = _normal_code(self.person)
        found = self.rows.loc[self.rows["code"] == wanted, "respondent"].unique().tolist()
        if not found:  # the rows may have been deleted by hand, with the key still there
            found = [name for name in self.key.ids if (m := _LASTING.fullmatch(name)) and m["code"] == wanted]
        if len(found) > 1:
            raise StudyError("S054", where=Place(file="study.yaml"), person=self.person, n=len(found))
        return str(found[0]) if found else self.person

    @cached_property
    def mine(self) -> pd.DataFrame:
        """The rows of the person."""
        return self.rows[self.rows["respondent"] == self.original]

    @cached_property
    def others(self) -> pd.DataFrame:
        """The rows of everybody else."""
        return self.rows[self.rows["respondent"] != self.original]

    @cached_property
    def same_code(self) -> pd.DataFrame:
        """Rows of others with group and code of the person."""
        return self.others[whole_codes(self.others).isin(whole_codes(self.mine).dropna())]

    @cached_property
    def own_codes(self) -> frozenset[str]:
        """Normalised codes that nobody else in the study has."""
        return frozenset(self.mine["code"].dropna()) - frozenset(self.others["code"].dropna())

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The id, the pseudonym if there is one, and the codes as the person typed them when nobody else has them."""
        pseudonym = self.key.pseudonym(self.original)
        codes = self.mine.loc[self.mine["code"].isin(self.own_codes), "typed"].unique().tolist()
        return (self.original, *([pseudonym] if pseudonym else []), *codes)

    @property
    def near(self) -> list[str]:
        """Nothing: case, blanks and signs in a code do not count anyway."""
        return []

    @property
    def notes(self) -> list[str]:
        """What the user must know besides: names of texts."""
        return super().notes + (["shared_code"] if len(self.same_code) else [])

    def column(self, opened: OpenFile, use: ResponsesFile) -> Column | None:
        """The first column of the code."""
        return next(iter(self._code_columns(opened)), None)

    def answer_rows(self, path: Path, opened: OpenFile, column: Column) -> list[int]:
        """The rows that linking found in a file; those with the same code of which that is not certain are named."""
        files = [Path(use.file.rpartition("#")[0] or use.file).name for use in self.file.responses]
        rows = sorted(self.mine.loc[self.mine["file"] == opened.file, "row"].tolist())
        if rows and files.count(opened.file) > 1:
            raise StudyError("S055", where=Place(file=opened.file), rows=", ".join(map(str, rows)))
        unclear = set(self.same_code.loc[self.same_code["file"] == opened.file, "row"].tolist())
        unclear |= self._rows_left_out(opened)
        if unclear:  # counted as they will be when the rows above them are gone
            left = [row - sum(gone < row for gone in rows) for row in sorted(unclear)]
            self.note(path, "to_check", len(left), left)
        return rows

    def is_answer(self, record: str, delimiter: str, column: Column) -> bool:
        """Whether the code of a row that linking found begins as one of the person's codes does."""
        cells = next(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter), [])
        cell = _normal_code(normal_id(cells[column.number - 1])) if len(cells) >= column.number else ""
        return any(code.startswith(cell) for code in self.mine["code"].fillna("").tolist())

    def rows_by_code(self, frame: pd.DataFrame) -> Any:
        """Rows of a table of results in which a code of the person stands that nobody else has."""
        mine = np.zeros(len(frame), dtype=bool)
        for name in self._code_columns_of(frame):
            mine |= normal_codes(frame[name].astype("str")).isin(self.own_codes).to_numpy(dtype=bool)
        return mine

    def is_unclear(self, frame: pd.DataFrame) -> bool:
        """Whether a code stands in a table of results that the person shares with somebody."""
        shared = frozenset(self.mine["code"].dropna()) - self.own_codes
        columns = self._code_columns_of(frame)
        return any(normal_codes(frame[name].astype("str")).isin(shared).any() for name in columns)

    def remember(self, gone: Withdrawn) -> None:
        """Remember the codes of the person; where others have the same one, or there is none, the rows."""
        if self.mine.empty:
            found = _LASTING.fullmatch(self.original)
            if found:
                code = pd.DataFrame([{"group": found["group"], "code": found["code"]}])
                remember_code(gone, code, [found["wave"]])
            return
        unclear = self.mine["code"].isna() | whole_codes(self.mine).isin(whole_codes(self.same_code))
        if not unclear.all():
            remember_code(gone, self.mine[~unclear], self.mine["wave"].tolist())
        if unclear.any():
            whole = whole_codes(self.rows).isin(whole_codes(self.mine[unclear]).dropna())
            names = shared_names(self.rows[whole], self.rows.loc[whole, "respondent"])
            remember_rows(gone, self.mine[unclear], self.others, names.tolist())

    def _code_columns(self, opened: OpenFile) -> list[Column]:
        """The columns of the code in a file, in order; fewer when some are not there."""
        own, platform = own_questions(self.file), PLATFORMS.get(opened.platform or "")
        wanted = self.file.linking.columns if self.file.linking is not None else ()
        uses = [
            use
            for use in self.file.responses
            if opened.file in (Path(use.file).name, Path(use.file.rpartition("#")[0]).name)
        ]
        opened = with_form_names(opened, (), own, platform.codes if platform is not None else None)
        for use in uses:
            opened, _ = with_mapped_names(opened, dict(use.mapping.items()), wanted)
        named = opened.columns
        return [found[0] for name in wanted if (found := columns_named(named, name))]

    def _code_columns_of(self, frame: pd.DataFrame) -> list[str]:
        """Columns with codes in a table of what linking found."""
        return [name for name in _CODES if name in frame] if {"wave", "wave_1"} & set(frame.columns) else []

    def _rows_left_out(self, opened: OpenFile) -> set[int]:
        """Rows with a code of the person that reading left out, such as those without consent."""
        columns = self._code_columns(opened)
        if not columns or len(columns) < len(self.file.linking.columns if self.file.linking is not None else ()):
            return set()
        table = opened.load(frozenset(column.number for column in columns))
        texts = pd.Series([""] * len(table.row_numbers), dtype="str")
        for column in columns:
            coded = table.columns[column.number]
            values = np.array([*(normal_id(str(value)) for value in coded.values), ""], dtype=object)
            texts = texts + pd.Series(values[coded.codes], dtype="str")
        same = normal_codes(texts).isin(self.mine["code"].dropna()).to_numpy(dtype=bool)
        read = self.rows.loc[self.rows["file"] == opened.file, "row"].tolist()
        return set(table.row_numbers[same].tolist()) - set(read)


def _normal_code(text: str) -> str:
    code = normal_codes(pd.Series([text], dtype="str"))[0]
    return code if isinstance(code, str) else ""
