"""A validation on disk: pages, tables, machine-readable results and evidence, in a folder that appears whole."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lcresearch import output_folder
from lcresearch.files import write_whole
from lcresearch.measurement import Validation
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.content import Text
from lcresearch.reporting.files_by_language import linked, simulated_line, table_files, write_beside
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.save import report_names
from lcresearch.reporting.validation_page import render_validation


def save_validation(
    found: Validation,
    folder: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    force: bool = False,
    reference: str | None = None,
    group_titles: Mapping[str, Text] | None = None,
    date: datetime.date | None = None,
    keep: Iterable[Path] = (),
) -> Path:
    """Write the report in each language, ``tables/``, ``validation.json``, ``evidence.yaml`` and ``run.json``.

    Parameters
    ----------
    found : Validation
    folder : Path
        It appears whole or not at all.
    languages : sequence of "nl" and "en"
    force : bool
        Replace an earlier validation.
    reference : str, optional
        Where the study can be found, for the evidence.
    group_titles : mapping, optional
        Column of groups -> what one of them is called, by language.
    date : date, optional
        Of the report; today by default. The same result and date give the same bytes.
    keep : iterable of Path
        Files that no output may replace.

    Returns
    -------
    Path
        The report in the first language.

    Raises
    ------
    StudyError
        G002, S010, S013, S014: the folder cannot take the output.
    ReportingError
        P002: there are no texts in a language.
    """
    check_languages(languages)
    record = _record(found, date or datetime.date.today())
    names = report_names(languages)
    provenance = _provenance(record)
    tables = found.tables()
    about = {name: str(value) for name, value in provenance.items()}
    about |= simulated_line("a computer made up all answers" if found.simulated else "")
    with output_folder.whole_folder(folder, force=force, keep=keep, kind=output_folder.VALIDATION) as made:
        for language, name in names.items():
            page = render_validation(
                found, language, provenance=provenance, group_titles=group_titles,
                other_reports=linked(names), reference=reference,
            )  # fmt: skip
            write_whole(made / name, page)
        write_beside(table_files(tables, about), made / "tables")
        write_whole(made / "validation.json", _json(found.to_dict()))
        write_whole(made / "evidence.yaml", found.evidence_yaml(reference=reference))
        output_folder.write_record(made, record)
    return folder / next(iter(names.values()))


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _record(found: Validation, date: datetime.date) -> dict[str, Any]:
    instrument = found.instrument
    return {
        "validation": instrument.id,
        "date": date.isoformat(),
        "lcresearch": version("lcresearch"),
        "software": output_folder.software(),
        "simulated": found.simulated,
        "minimum_cell": found.minimum_cell,
        "inputs": dict(found.sources),
        "instruments": {instrument.id: {"version": instrument.version, "hash": instrument.hash}},
        "seed": found.seed,
    }


def _provenance(record: Mapping[str, Any]) -> dict[str, str]:
    """What the footer of the report prints."""
    inputs = ", ".join(f"{name} ({digest[:12]})" for name, digest in record["inputs"].items())
    instruments = ", ".join(
        f"{name} {one['version']} ({one['hash'][:12]})" for name, one in record["instruments"].items()
    )
    found = {"version": record["lcresearch"], "date": record["date"], "instrument": instruments, "input": inputs}
    return {name: value for name, value in (found | {"seed": str(record["seed"])}).items() if value}
