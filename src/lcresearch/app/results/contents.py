"""What lies in the results of a study: what may be shared, what is for one company, and what stays here."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lcresearch.errors import LcresearchError
from lcresearch.files import file_hash
from lcresearch.output_folder import RECORD
from lcresearch.reporting.company_files import FOLDER as COMPANIES
from lcresearch.reporting.company_files import INDEX
from lcresearch.studies import Study
from lcresearch.studies.packing import EVIDENCE
from lcresearch.studies.run_record import settings_hash
from lcresearch.yaml_lines import MAX_BYTES

RESULTS, PRIVATE = "results", "private"
_NOT_TO_ALL = (PRIVATE, COMPANIES, EVIDENCE)
_LARGEST_RECORD = 4 * MAX_BYTES
_LONGEST_TABLE = 200


@dataclass(frozen=True)
class Contents:
    """The results of a study; names of files count from the folder with results.

    Attributes
    ----------
    folder : Path
    date : str
        Of the run, as its record says; empty when that cannot be read.
    version : str
        Of lcresearch.
    changed : tuple of str
        Files that the results were made from and that changed since, or came in.
    reports : dict of str to str
        Language -> file.
    tables, figures, records, evidence : tuple of str
    companies : dict of str to tuple of str
        Folder of a company -> its files.
    private : tuple of str
        What stays here.
    suppressed : tuple of dict
        Rows of what was suppressed: ``level, wave, reason, n_groups``.
    """

    folder: Path
    date: str
    version: str
    changed: tuple[str, ...]
    reports: dict[str, str]
    tables: tuple[str, ...]
    figures: tuple[str, ...]
    records: tuple[str, ...]
    evidence: tuple[str, ...]
    companies: dict[str, tuple[str, ...]]
    private: tuple[str, ...]
    suppressed: tuple[dict[str, str], ...]

    @property
    def index(self) -> str:
        """The list of company reports for the researcher; empty when there is none."""
        return next((name for name in self.private if name == f"{PRIVATE}/{INDEX}"), "")


def contents(study_folder: Path, study: Study | None) -> Contents | None:
    """What lies in the results; None when there are none.

    Parameters
    ----------
    study_folder : Path
    study : Study or None
        None when study.yaml cannot be read.
    """
    folder = study_folder / RESULTS
    if not (folder / RECORD).is_file() or folder.is_symlink():
        return None
    names = sorted(_files(folder))
    record = _record(folder / RECORD)
    below: dict[str, list[str]] = {}
    for name in names:
        below.setdefault(name.partition("/")[0] if "/" in name else "", []).append(name)
    companies: dict[str, list[str]] = {}
    for name in below.get(COMPANIES, []):
        if name.count("/") == 2:
            companies.setdefault(name.split("/")[1], []).append(name)
    return Contents(
        folder=folder,
        date=str(record.get("date", "")),
        version=str(record.get("lcresearch", "")),
        changed=tuple(_changed(study, record)) if study is not None else (),
        reports=_reports(below.get("", []), study),
        tables=tuple(below.get("tables", [])),
        figures=tuple(below.get("figures", [])),
        records=tuple(name for name in below.get("", []) if name.endswith(".json")),
        evidence=tuple(below.get(EVIDENCE, [])),
        companies={name: tuple(files) for name, files in companies.items()},
        private=tuple(below.get(PRIVATE, [])),
        suppressed=tuple(_suppressed(folder / "tables" / "withheld.csv")),
    )


def to_share(found: Contents) -> list[str]:
    """What may go to everybody: reports, tables, figures and records."""
    return [name for name in _files(found.folder) if name.partition("/")[0] not in _NOT_TO_ALL]


def _files(folder: Path) -> list[str]:
    """Files in a folder and below it, by name; links are not followed, and nothing hidden is named."""
    found: list[str] = []
    places = [folder]
    while places:
        for path in sorted(places.pop().iterdir()):
            if path.name.startswith(".") or path.is_symlink():
                continue
            if path.is_dir():
                places.append(path)
            elif path.is_file():
                found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def _record(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST_RECORD:
            return {}
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _reports(names: list[str], study: Study | None) -> dict[str, str]:
    from lcresearch.reporting import report_names

    languages = study.file.languages if study is not None else ("nl",)
    return {language: name for language, name in report_names(languages).items() if name in names}


def _changed(study: Study, record: dict[str, Any]) -> list[str]:
    inputs = record.get("inputs")
    if not isinstance(inputs, dict):
        return []
    found, same = [], record.get("settings") == settings_hash(study.file)
    for path in dict.fromkeys(study.inputs):
        if same and path.name == study.file_name and path.parent == study.folder:
            continue
        if not path.is_file() or path.is_dir():
            continue
        name = path.relative_to(study.folder).as_posix() if path.is_relative_to(study.folder) else path.name
        if name in inputs and inputs[name] != file_hash(path):
            found.append(name)
    read = [use.file for use in study.file.responses if (study.folder / use.file).is_file()]
    return [*found, *(name for name in read if name not in inputs and name not in found)]


def _suppressed(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [dict(row) for _, row in zip(range(_LONGEST_TABLE), csv.DictReader(stream), strict=False)]
    except (OSError, ValueError, csv.Error):
        return []
    return [{str(key): str(value or "") for key, value in row.items()} for row in rows]


def readable(folder: Path) -> Study | None:
    """The study, or None when its study.yaml has faults."""
    from lcresearch import studies

    try:
        return studies.load(folder)
    except LcresearchError:
        return None
