"""A literature synthesis in a folder: each step reads what people filled in, and writes the next form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.files import reason_of, write_whole
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.literature.duplicates import Deduplication, deduplicate
from lcresearch.synthesis.literature.extraction_form import extraction_form
from lcresearch.synthesis.literature.extraction_reading import read_extraction
from lcresearch.synthesis.literature.forms import (
    DECISION_COLUMNS,
    STAGES,
    read_decisions,
    read_resolutions,
    screening_form,
    write_conflicts,
)
from lcresearch.synthesis.literature.names import as_names
from lcresearch.synthesis.literature.reading import read_records
from lcresearch.synthesis.literature.result import LiteratureSynthesis, literature_synthesis
from lcresearch.synthesis.literature.screening import ScreeningLog, screening_log
from lcresearch.synthesis.literature.tables import read_table, write_table
from lcresearch.validation import validated
from lcresearch.yaml_lines import read_yaml

SETTINGS, COUNTS = "literature.yaml", "prisma.yaml"
RECORDS, DOUBTFUL, DUPLICATES, READING_LOG = "records.csv", "doubtful-pairs.csv", "duplicates.csv", "reading-log.csv"
EXTRACTION = "extraction.xlsx"
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


@dataclass(frozen=True, repr=False, eq=False)
class LiteratureStatus(Result):
    """How far a synthesis in a folder is.

    Attributes
    ----------
    table : DataFrame
        A form a row: ``step, file, n`` (rows), ``n_done`` (filled in).
    next_step : str
        Key of what comes next: ``judge``, ``screen``, ``settle``, ``extract``, ``proceed`` or ``report``.
    """

    title: ClassVar[str] = "Literature synthesis: how far it is"

    table: pd.DataFrame
    next_step: str

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A form a row."""
        return self.table.copy()

    def glance(self) -> pd.DataFrame:
        """What comes next."""
        return pd.DataFrame([{"next_step": self.next_step}])

    def cautions(self) -> list[str]:
        """What comes next, in words."""
        return [Messages()(f"synthesis.literature.next.{self.next_step}")]


def start(
    sources: str | Path | Sequence[str | Path],
    folder: str | Path,
    *,
    found_by: str | Mapping[str, str] | None = None,
    settings: str | Path | None = None,
    screeners: Sequence[str] = ("A", "B"),
    language: str = "nl",
) -> list[Path]:
    """Begin: read the records, find duplicates, and write what people look at first.

    Parameters
    ----------
    sources : path or several
        Files of records.
    folder : path
        New or empty.
    found_by : str or mapping, optional
        How the records were found, as for :func:`lcresearch.synthesis.read_records`: by name of the file.
    settings : path, optional
        A ``literature.yaml`` made beforehand; otherwise one is written, with room for themes, sectors and reasons.
    screeners : sequence of two str
    language : {"nl", "en"}
        Of the forms.

    Returns
    -------
    list of Path
        ``literature.yaml, records.csv, reading-log.csv, duplicates.csv, doubtful-pairs.csv``.

    Raises
    ------
    SynthesisError
        G002: the folder holds one of these already; and what is wrong with the sources or the settings.
    """
    folder = Path(folder)
    taken = [
        folder / name for name in (SETTINGS, RECORDS, DUPLICATES, DOUBTFUL, READING_LOG) if (folder / name).exists()
    ]
    if taken:
        raise SynthesisError(Problem("G002", values={"path": path.as_posix()}) for path in taken)
    chosen = _settings(Path(settings)) if settings is not None else None
    records = read_records(sources, found_by=found_by)
    found = deduplicate(records)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if settings is not None and chosen is not None:
            text = Path(settings).read_text(encoding="utf-8-sig")
        else:
            names = json.dumps(list(screeners), ensure_ascii=False)
            text = Messages(language)("synthesis.literature.settings", screeners=names, language=language)
        written = [write_whole(folder / SETTINGS, text)]
    except OSError as error:
        raise SynthesisError("G004", path=folder.as_posix(), reason=reason_of(error)) from None
    _settings(folder / SETTINGS)
    written.append(records.write(folder / RECORDS))
    tables = {READING_LOG: records.log, DUPLICATES: found.merged, DOUBTFUL: found.doubtful}
    return written + [write_table(table, folder / name, sheet="table") for name, table in tables.items()]


def status(folder: str | Path) -> LiteratureStatus:
    """How far a synthesis is: which forms there are, how much of each is filled in, and what comes next.

    Raises
    ------
    SynthesisError
        G001: there is no synthesis in this folder; and what is wrong with a form.
    """
    state = _State(Path(folder))
    rows = [("duplicates", DOUBTFUL, len(state.pairs), int((state.pairs["verdict"] != "").sum()))]
    for stage in STAGES:
        for path in state.forms(stage):
            if path.exists():
                form = state.decisions[state.decisions["file"] == path.name]
                rows.append((stage, path.name, len(form), int((form["decision"] != "").sum())))
        conflicts = state.conflicts_path(stage)
        if conflicts.exists():
            n_open = len(state.log.conflicts(stage))
            n = len(read_table(conflicts))
            rows.append((f"conflicts_{stage}", conflicts.name, n, n - n_open))
    if state.extraction_path.exists():
        n = len(read_table(state.extraction_path))
        rows.append(("extraction", EXTRACTION, n, n - len(state.not_extracted())))
    return LiteratureStatus(pd.DataFrame(rows, columns=["step", "file", "n", "n_done"]), state.next_step())


def proceed(folder: str | Path) -> list[Path]:
    """Write the forms of the next step; nothing when people must first fill in others (:func:`status` says which).

    Returns
    -------
    list of Path
        The new forms: for screeners, for conflicts, or for extraction. Forms that are there are never replaced.

    Raises
    ------
    SynthesisError
        What is wrong with a form, all problems together.
    """
    state = _State(Path(folder))
    settings, log = state.settings, state.log
    for stage, records in zip(STAGES, (log.records, log.for_full_text()), strict=True):
        forms = state.forms(stage)
        if not forms[0].exists():
            return [
                screening_form(
                    records, path, screener=name, stage=stage, reasons=state.reasons(), seed=settings.seed,
                    language=settings.language,
                )
                for path, name in zip(forms, settings.screeners, strict=True)
            ]  # fmt: skip
        if log.outcome["status"].eq(f"awaiting_{stage}").any():
            return []
        conflicts = log.conflicts(stage)
        if len(conflicts):
            path = state.conflicts_path(stage)
            return [] if path.exists() else [write_conflicts(conflicts, path, language=settings.language)]
    if state.extraction_path.exists():
        return []
    form = extraction_form(
        log.included(), state.extraction_path, themes=list(settings.themes), sectors=list(settings.sectors),
        language=settings.language,
    )  # fmt: skip
    return [form]


def finish(folder: str | Path) -> LiteratureSynthesis:
    """The result, from everything in the folder; ``prisma.yaml`` in it adds counts that no form knows.

    Raises
    ------
    SynthesisError
        G001: a form is not there yet; and what is wrong with any of them.
    """
    state = _State(Path(folder))
    settings = state.settings
    extraction = read_extraction(
        state.extraction_path, records=state.log.included(), themes=settings.themes, sectors=settings.sectors
    )
    counts = Path(folder) / COUNTS
    return literature_synthesis(state.duplicates, state.log, extraction, counts=counts if counts.exists() else None)


def _settings(path: Path) -> Settings:
    parsed = read_yaml(path)
    problems = list(parsed.problems)
    if not isinstance(parsed.content, dict):
        raise SynthesisError(problems or [Problem("G045", Place(file=path.name, line=1))])
    content, found = validated(Settings, parsed.content)
    problems += [Problem(one.code, Place(file=path.name, line=parsed.line(one.path)), one.values) for one in found]
    if problems or content is None:
        raise SynthesisError(problems)
    return content


class _State:
    """What a folder holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = _settings(folder / SETTINGS)
        self.pairs = read_table(folder / DOUBTFUL) if (folder / DOUBTFUL).exists() else pd.DataFrame({"verdict": []})
        records = read_records(folder / RECORDS)
        judged = self.pairs if len(self.pairs) else None
        self.duplicates: Deduplication = deduplicate(records, verdicts=judged)
        self.decisions = self._decisions()
        self.log = self._log()

    @property
    def extraction_path(self) -> Path:
        """The extraction form."""
        return self.folder / EXTRACTION

    def reasons(self) -> list[str]:
        """Reasons for exclusion as the form offers them."""
        names = as_names(self.settings.reasons)
        return [words.get(self.settings.language) or key for key, words in names.items()]

    def forms(self, stage: str) -> list[Path]:
        """The form of each screener."""
        names = [name.replace(" ", "-") for name in self.settings.screeners]
        return [self.folder / f"{stage.replace('_', '-')}-{name}.xlsx" for name in names]

    def conflicts_path(self, stage: str) -> Path:
        """The form for conflicts."""
        return self.folder / f"conflicts-{stage.replace('_', '-')}.xlsx"

    def _decisions(self) -> pd.DataFrame:
        there = [path for stage in STAGES for path in self.forms(stage) if path.exists()]
        return read_decisions(there) if there else pd.DataFrame(columns=DECISION_COLUMNS)

    def _log(self) -> ScreeningLog:
        there = [path for stage in STAGES if (path := self.conflicts_path(stage)).exists()]
        resolutions = pd.concat([read_resolutions(path) for path in there], ignore_index=True) if there else None
        return screening_log(
            self.duplicates.records, self.decisions, resolutions=resolutions, reasons=self.settings.reasons
        )

    def not_extracted(self) -> set[Any]:
        """Included records of which nothing is noted yet."""
        found = read_extraction(self.extraction_path)
        noted = found.frame[(found.frame["theme"] != "") & (found.frame["direction"] != "")]
        return set(self.log.included().frame["record"]) - set(noted["record"])

    def next_step(self) -> str:
        """Key of what comes next."""
        if not self.forms(STAGES[0])[0].exists():
            return "judge" if (self.pairs["verdict"] == "").any() else "proceed"
        for stage in STAGES:
            if not self.forms(stage)[0].exists():
                return "proceed"
            if self.log.outcome["status"].eq(f"awaiting_{stage}").any():
                return "screen"
            if len(self.log.conflicts(stage)):
                return "settle" if self.conflicts_path(stage).exists() else "proceed"
        if not self.extraction_path.exists():
            return "proceed"
        return "extract" if self.not_extracted() else "report"
