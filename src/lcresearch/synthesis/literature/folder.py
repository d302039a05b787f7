"""A literature synthesis in a folder: each step reads what people filled in, and writes the next form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.files import reason_of, write_whole
from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.literature.duplicates import deduplicate
from lcresearch.synthesis.literature.extraction_form import extraction_form
from lcresearch.synthesis.literature.folder_state import (
    COUNTS,
    DOUBTFUL,
    DUPLICATES,
    READING_LOG,
    RECORDS,
    SETTINGS,
    FolderState,
    conflicts_stem,
    read_settings,
    records_in,
)
from lcresearch.synthesis.literature.forms import STAGES, screening_form, write_conflicts
from lcresearch.synthesis.literature.reading import only, read_records
from lcresearch.synthesis.literature.records import as_records
from lcresearch.synthesis.literature.result import LiteratureSynthesis, literature_synthesis
from lcresearch.synthesis.literature.tables import read_table, write_table


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
    if settings is not None:
        read_settings(Path(settings))
    records = read_records(sources, found_by=found_by)
    found = deduplicate(records)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if settings is not None:
            text = Path(settings).read_text(encoding="utf-8-sig")
        else:
            names = json.dumps(list(screeners), ensure_ascii=False)
            text = Messages(language)("synthesis.literature.settings", screeners=names, language=language)
        written = [write_whole(folder / SETTINGS, text)]
    except OSError as error:
        raise SynthesisError("G004", path=folder.as_posix(), reason=reason_of(error)) from None
    read_settings(folder / SETTINGS)
    written.append(records.write(folder / RECORDS))
    tables = {READING_LOG: records.log, DUPLICATES: found.merged, DOUBTFUL: found.doubtful}
    return written + [write_table(table, folder / name, sheet="table") for name, table in tables.items()]


def add(
    sources: str | Path | Sequence[str | Path],
    folder: str | Path,
    *,
    found_by: str | Mapping[str, str] | None = None,
) -> list[Path]:
    """Add records of a later search; those that are there keep their ids, forms and decisions.

    Duplicates are sought among all of them, and a record that is screened already is kept over a new one.
    :func:`proceed` then writes a next round of each form.

    Parameters
    ----------
    sources : path or several
    folder : path
    found_by : str or mapping, optional
        As for :func:`start`.

    Returns
    -------
    list of Path
        The files that were written anew: ``records.csv, reading-log.csv, duplicates.csv, doubtful-pairs.csv``; in the
        last the verdicts that were given stay.

    Raises
    ------
    SynthesisError
        G001: there is no synthesis in this folder; and what is wrong with the sources or a form.
    """
    folder = Path(folder)
    state = FolderState(folder)
    old, new = read_records(folder / RECORDS), read_records(sources, found_by=found_by)
    rows = [*old.frame.to_dict("records"), *new.frame.assign(record="").to_dict("records")]
    both = only(old, as_records([{str(name): value for name, value in row.items()} for row in rows]))
    found = deduplicate(both, verdicts=state.pairs if len(state.pairs) else None, keep=state.screened)
    pairs = pd.concat([state.pairs, found.doubtful]).drop_duplicates(["record_1", "record_2"])
    before = [read_table(folder / READING_LOG)] if (folder / READING_LOG).exists() else []
    tables = {READING_LOG: pd.concat([*before, new.log]), DUPLICATES: found.merged, DOUBTFUL: pairs}
    written = [both.write(folder / RECORDS, force=True)]
    return written + [write_table(table, folder / name, sheet="table", force=True) for name, table in tables.items()]


def status(folder: str | Path) -> LiteratureStatus:
    """How far a synthesis is: which forms there are, how much of each is filled in, and what comes next.

    Raises
    ------
    SynthesisError
        G001: there is no synthesis in this folder; and what is wrong with a form.
    """
    state = FolderState(Path(folder))
    rows = [("duplicates", DOUBTFUL, len(state.pairs), int((state.pairs["verdict"] != "").sum()))]
    for stage in STAGES:
        decided = state.decisions[state.decisions["decision"] != ""]
        for path in (path for stem in state.stems(stage) for path in state.rounds(stem)):
            n = int((state.decisions["file"] == path.name).sum())
            rows.append((stage, path.name, n, int((decided["file"] == path.name).sum())))
        still = set(state.log.conflicts(stage)["record"])
        for path in state.rounds(conflicts_stem(stage)):
            listed = records_in(path)
            rows.append(
                (f"conflicts_{stage}", path.name, len(listed), len([one for one in listed if one not in still]))
            )
    for path in state.rounds("extraction"):
        listed = records_in(path)
        noted = set(listed) - state.not_extracted()
        rows.append(("extraction", path.name, len(listed), len([one for one in listed if one in noted])))
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
    state = FolderState(Path(folder))
    settings = state.settings
    for stage in STAGES:
        records = state.to_screen(stage)
        if len(records):
            return [
                screening_form(
                    records, state.next_round(stem), screener=name, stage=stage, reasons=state.reasons,
                    seed=settings.seed, language=settings.language,
                )
                for stem, name in zip(state.stems(stage), settings.screeners, strict=True)
            ]  # fmt: skip
        conflicts = state.to_settle(stage)
        if state.waits(stage):
            return []
        if len(conflicts):
            return [write_conflicts(conflicts, state.next_round(conflicts_stem(stage)), language=settings.language)]
        if len(state.log.conflicts(stage)):
            return []
    records = state.to_extract()
    if not len(records) and state.rounds("extraction"):
        return []
    form = extraction_form(
        records, state.next_round("extraction"), themes=list(settings.themes), sectors=list(settings.sectors),
        language=settings.language,
    )  # fmt: skip
    return [form]


def finish(folder: str | Path) -> LiteratureSynthesis:
    """The result, from everything in the folder; ``prisma.yaml`` in it adds counts that no form knows.

    Raises
    ------
    SynthesisError
        Y211: there is no extraction form yet; G001: another form is not there; and what is wrong with any of them.
    """
    state = FolderState(Path(folder))
    counts = Path(folder) / COUNTS
    given = counts if counts.exists() else None
    return literature_synthesis(state.duplicates, state.log, state.extraction(), counts=given)
