"""What the folder of a literature synthesis holds: settings, records, and the forms of each round."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.synthesis.literature.duplicates import deduplicate
from lcresearch.synthesis.literature.extraction import Extraction
from lcresearch.synthesis.literature.extraction_reading import read_extraction
from lcresearch.synthesis.literature.forms import DECISION_COLUMNS, STAGES, read_decisions, read_resolutions
from lcresearch.synthesis.literature.names import as_names
from lcresearch.synthesis.literature.reading import only, read_records
from lcresearch.synthesis.literature.records import Records
from lcresearch.synthesis.literature.screening import screening_log
from lcresearch.synthesis.literature.tables import named_columns, names_of_columns, read_table
from lcresearch.validation import validated
from lcresearch.yaml_lines import read_yaml

SETTINGS, COUNTS = "literature.yaml", "prisma.yaml"
RECORDS, DOUBTFUL, DUPLICATES, READING_LOG = "records.csv", "doubtful-pairs.csv", "duplicates.csv", "reading-log.csv"
_EXTRACTION = "extraction"
Text = str | dict[str, str]
Word = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w][\w .'-]*$")]


class Settings(BaseModel):
    """What a team agreed on before it began: ``literature.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    screeners: Annotated[list[Word], Field(min_length=2, max_length=2)]
    language: Annotated[str, Field(pattern=r"^(nl|en)$")] = "nl"
    seed: int = 1
    reasons: dict[str, Text] = Field(default_factory=dict)
    themes: dict[str, Text] = Field(default_factory=dict)
    sectors: dict[str, Text] = Field(default_factory=dict)


def read_settings(path: Path) -> Settings:
    """What the team agreed on; a problem of the file with its line."""
    parsed = read_yaml(path)
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise SynthesisError(problems or [Problem("G045", Place(file=path.name, line=1))])
    content, found = validated(Settings, parsed.content)
    problems += [Problem(one.code, Place(file=path.name, line=parsed.line(one.path)), one.values) for one in found]
    if problems or content is None:
        raise SynthesisError(problems)
    return content


class FolderState:
    """Everything in a folder, read again each time.

    A form has rounds: ``extraction.xlsx``, then ``extraction-round-2.xlsx`` for what came later. A round is never
    written over.

    Attributes
    ----------
    settings : Settings
    pairs : DataFrame
        Doubtful pairs, with verdicts where somebody gave one.
    duplicates : Deduplication
    decisions : DataFrame
        Of all screening forms; those of records that were merged away later are left out.
    log : ScreeningLog
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = read_settings(folder / SETTINGS)
        self.pairs = read_pairs(folder / DOUBTFUL)
        there = [path for stage in STAGES for stem in self.stems(stage) for path in self.rounds(stem)]
        decisions = read_decisions(there) if there else pd.DataFrame(columns=DECISION_COLUMNS)
        judged = self.pairs if len(self.pairs) else None
        self.screened = frozenset(decisions["record"])
        self.duplicates = deduplicate(read_records(folder / RECORDS), verdicts=judged, keep=self.screened)
        merged = set(self.duplicates.merged["record"])
        self.decisions = decisions[~decisions["record"].isin(merged)]
        parts = [read_resolutions(path) for stage in STAGES for path in self.rounds(conflicts_stem(stage))]
        settled = pd.concat(parts, ignore_index=True) if parts else None
        settled = None if settled is None else settled[~settled["record"].isin(merged)]
        agreed = self.settings.reasons
        self.log = screening_log(self.duplicates.records, self.decisions, resolutions=settled, reasons=agreed)

    def stems(self, stage: str) -> list[str]:
        """Name of the form of each screener, without its round."""
        return [f"{stage.replace('_', '-')}-{name.replace(' ', '-')}" for name in self.settings.screeners]

    def rounds(self, stem: str) -> list[Path]:
        """The rounds of a form that are there."""
        found: list[Path] = []
        while (path := self._round(stem, len(found) + 1)).exists():
            found.append(path)
        return found

    def next_round(self, stem: str) -> Path:
        """Where the next round of a form comes."""
        return self._round(stem, len(self.rounds(stem)) + 1)

    def _round(self, stem: str, number: int) -> Path:
        return self.folder / (f"{stem}.xlsx" if number == 1 else f"{stem}-round-{number}.xlsx")

    @property
    def reasons(self) -> list[str]:
        """Reasons for exclusion as the form offers them."""
        names = as_names(self.settings.reasons)
        return [words.get(self.settings.language) or key for key, words in names.items()]

    def to_screen(self, stage: str) -> Records:
        """Records that wait at a stage and stand in no form of it."""
        at_stage = self.decisions.loc[self.decisions["stage"] == stage, "record"]
        return _without(self.log.with_status(f"awaiting_{stage}"), set(at_stage))

    def waits(self, stage: str) -> bool:
        """Whether a record waits for screeners."""
        return bool(self.log.outcome["status"].eq(f"awaiting_{stage}").any())

    def to_settle(self, stage: str) -> pd.DataFrame:
        """Conflicts that stand in no form."""
        listed = {record for path in self.rounds(conflicts_stem(stage)) for record in records_in(path)}
        conflicts = self.log.conflicts(stage)
        return conflicts[~conflicts["record"].isin(listed)].reset_index(drop=True)

    def to_extract(self) -> Records:
        """Included records that stand in no extraction form."""
        listed = {record for path in self.rounds(_EXTRACTION) for record in records_in(path)}
        return _without(self.log.included(), listed)

    def extraction(self) -> Extraction:
        """What was noted so far.

        Raises
        ------
        SynthesisError
            Y211: there is no form yet; and what is wrong with one.
        """
        paths = self.rounds(_EXTRACTION)
        if not paths:
            raise SynthesisError("Y211", file=self._round(_EXTRACTION, 1).name)
        themes, sectors = self.settings.themes, self.settings.sectors
        return read_extraction(paths, records=self.log.included(), themes=themes, sectors=sectors)

    def not_extracted(self) -> set[str]:
        """Included records of which nothing is noted yet."""
        return set(self.log.included().frame["record"]) - set(self.extraction().frame["record"])

    def next_step(self) -> str:
        """Key of what comes next."""
        if not self.rounds(self.stems(STAGES[0])[0]) and (self.pairs["verdict"] == "").any():
            return "judge"
        for stage in STAGES:
            if len(self.to_screen(stage)):
                return "proceed"
            if self.waits(stage):
                return "screen"
            if len(self.log.conflicts(stage)):
                return "proceed" if len(self.to_settle(stage)) else "settle"
        if len(self.to_extract()) or not self.rounds(_EXTRACTION):
            return "proceed"
        return "extract" if self.not_extracted() else "report"


def conflicts_stem(stage: str) -> str:
    """Name of the form for conflicts, without its round."""
    return f"conflicts-{stage.replace('_', '-')}"


def read_pairs(path: Path) -> pd.DataFrame:
    """Doubtful pairs; none when there is no such file."""
    if not path.exists():
        return pd.DataFrame({"verdict": pd.Series(dtype=object)})
    return named_columns(read_table(path), {"verdict": ("oordeel",)}, ["verdict"], path.name)


def records_in(path: Path) -> list[str]:
    """Ids of the records in a form."""
    form = named_columns(read_table(path), names_of_columns(["record"]), ["record"], path.name)
    return [str(record) for record in form["record"]]


def _without(records: Records, listed: set[str]) -> Records:
    return only(records, records.frame[~records.frame["record"].isin(listed)])
