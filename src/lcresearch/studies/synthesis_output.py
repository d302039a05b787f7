"""From evidence packages on disk to a folder with the results of a programme."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import lcresearch
from lcresearch import output_folder, reporting
from lcresearch.files import file_hash, write_whole
from lcresearch.messages import Messages
from lcresearch.reporting.spreadsheets import csv_bytes, workbook_bytes
from lcresearch.studies.analysis import Progress
from lcresearch.synthesis import Synthesis, synthesize
from lcresearch.synthesis.programme import read_programme
from lcresearch.synthesis.programme.reading import FILE_NAME


@dataclass(frozen=True, repr=False, eq=False)
class SynthesisOutput:
    """A synthesis, and where it was written.

    Attributes
    ----------
    result : Synthesis
    folder : Path
    """

    result: Synthesis
    folder: Path

    def text(self) -> str:
        """The result for a terminal, and where the rest is."""
        page = self.folder / "report.html"
        where = page if page.exists() else self.folder
        return f"{self.result.summary()}\n\n{Messages()('cli.synthesized', path=str(where))}"

    def __repr__(self) -> str:
        return f"<SynthesisOutput of {len(self.result.packages)} packages>"


def synthesize_to(
    packages: Sequence[str | Path],
    programme: str | Path,
    output: str | Path,
    *,
    force: bool = False,
    date: datetime.date | None = None,
    progress: Progress | None = None,
) -> SynthesisOutput:
    """Put evidence packages together and write report, tables, ``synthesis.json`` and ``run.json``.

    Parameters
    ----------
    packages : sequence of path
        Zip files, or folders that hold them.
    programme : path
        The programme.yaml by which they were packed, or its folder.
    output : path
        Folder for the results; it appears whole or not at all.
    force : bool
        Replace an earlier synthesis there. What changed since is in the result.
    date : date, optional
        Today by default.
    progress : callable, optional
        Called with each step in words and the share that is done.

    Raises
    ------
    SynthesisError
        As :func:`lcresearch.synthesis.synthesize`.
    StudyError
        G002, S010, S013, S014: the folder cannot take the output.
    """
    folder, say = Path(output), Messages()
    files = _files(packages)
    plan = Path(programme) / FILE_NAME if Path(programme).is_dir() else Path(programme)
    keep = [*files, plan]
    output_folder.check_free(folder, force=force, keep=keep, kind=output_folder.SYNTHESIS)
    earlier = folder / "synthesis.json"
    _tell(progress, say("study.step.synthesizing"), 0.05)
    result = synthesize(files, plan, earlier=earlier if earlier.is_file() else None)
    record = _record(result, files, plan, date or datetime.date.today())
    with output_folder.whole_folder(folder, force=force, keep=keep, kind=output_folder.SYNTHESIS) as made:
        _tell(progress, say("study.step.reporting"), 0.6)
        _save_report(result, made, read_programme(plan).languages)
        _tell(progress, say("study.step.tables"), 0.9)
        _save_tables(result, made, record)
        result.save(made / "synthesis.json")
        output_folder.write_record(made, record)
    _tell(progress, say("study.step.done"), 1.0)
    return SynthesisOutput(result, folder)


def _files(packages: Sequence[str | Path]) -> list[Path]:
    """All zip files, those of folders too; a file that stands there twice counts once."""
    found: dict[Path, Path] = {}
    for one in map(Path, packages):
        for path in sorted(one.glob("*.zip")) if one.is_dir() else [one]:
            found.setdefault(path.resolve(), path)
    return list(found.values())


def _save_report(result: Synthesis, folder: Path, languages: Sequence[str]) -> None:
    save_report: Any = getattr(reporting, "save_synthesis", None)
    if save_report is not None:
        save_report(result, folder, languages)


def _save_tables(result: Synthesis, folder: Path, record: dict[str, Any]) -> None:
    tables = {name: _plain(frame) for name, frame in result.tables().items()}
    target = folder / "tables"
    target.mkdir(exist_ok=True)
    for name, frame in tables.items():
        if not (target / f"{name}.csv").exists():
            write_whole(target / f"{name}.csv", csv_bytes(frame))
    if not (target / "tables.xlsx").exists():
        about = {name: str(record[name]) for name in ("synthesis", "date", "lcresearch", "simulated")}
        write_whole(target / "tables.xlsx", workbook_bytes(tables, about))


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A table in which several values of a cell stand as one text."""
    listed = [name for name in frame if frame[name].map(lambda value: isinstance(value, list | tuple | dict)).any()]
    return frame.assign(**{str(name): frame[name].map(_as_text) for name in listed})


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {one}" for name, one in value.items())
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _record(result: Synthesis, files: Sequence[Path], plan: Path, date: datetime.date) -> dict[str, Any]:
    return {
        "synthesis": result.programme.id,
        "date": date.isoformat(),
        "lcresearch": lcresearch.__version__,
        "software": output_folder.software(),
        "simulated": result.simulated,
        "programme_digest": result.programme_digest,
        "inputs": {plan.name: file_hash(plan)} | {path.name: file_hash(path) for path in files},
    }


def _tell(progress: Progress | None, step: str, share: float) -> None:
    if progress is not None:
        progress(step, share)
