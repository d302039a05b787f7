"""Finding a person who is known by a self-made code: the rows that linking found to be that person's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from lcresearch.errors import Place, StudyError
from lcresearch.instruments import Instrument
from lcresearch.responses.tables import Column, OpenFile
from lcresearch.responses.waves.codes import normal_codes
from lcresearch.responses.wording import name_key
from lcresearch.studies.gathering import Gathering
from lcresearch.studies.model import ResponsesFile
from lcresearch.studies.person_search import PersonSearch


@dataclass
class LinkedSearch(PersonSearch):
    """Looks for a person by pseudonym, or by the code that the person made up when nobody else has it."""

    instruments: tuple[Instrument, ...] = ()

    @cached_property
    def rows(self) -> pd.DataFrame:
        """``respondent`` (the id that lasts), ``code``, ``file, row`` of every row of the study."""
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
        wanted = normal_codes(pd.Series([self.person], dtype="str"))[0]
        found = self.rows.loc[normal_codes(self.rows["code"]) == wanted, "respondent"].unique().tolist()
        if len(found) > 1:
            raise StudyError("S054", where=Place(file="study.yaml"), person=self.person, n=len(found))
        return str(found[0]) if found else self.person

    @cached_property
    def mine(self) -> pd.DataFrame:
        """The rows of the person."""
        return self.rows[self.rows["respondent"] == self.original]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The id, the pseudonym if there is one, and the codes as the person typed them."""
        pseudonym = self.key.pseudonym(self.original)
        codes = self.mine["code"].dropna().unique().tolist()
        return (self.original, *([pseudonym] if pseudonym else []), *codes)

    def column(self, opened: OpenFile, use: ResponsesFile) -> Column | None:
        """The first column of the code."""
        linking = self.file.linking
        wanted = name_key(linking.columns[0]) if linking is not None else ""
        return next((column for column in opened.columns if name_key(column.header) == wanted), None)

    def rows_of(self, path: Path, opened: OpenFile, column: Column) -> list[int]:
        """The rows that linking found in a file; in a table of transcripts those with the id."""
        files = [Path(use.file.rpartition("#")[0] or use.file).name for use in self.file.responses]
        if opened.file not in files:
            return super().rows_of(path, opened, column)
        rows = sorted(self.mine.loc[self.mine["file"] == opened.file, "row"].tolist())
        if rows and files.count(opened.file) > 1:
            raise StudyError("S055", where=Place(file=opened.file), rows=", ".join(map(str, rows)))
        return rows

    def is_mine(self, record: str, delimiter: str, number: int) -> bool:
        """A row is the person's because linking says so, whatever stands in one column of a code."""
        return True
