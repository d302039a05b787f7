"""Costs and benefits on disk: pages, Word files, tables and a record, in a folder that appears whole."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lcresearch import output_folder
from lcresearch.files import write_whole
from lcresearch.integration.value.result import CommunityValue
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.files_by_language import linked, simulated_line, table_files, write_beside
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.value_page import render_value
from lcresearch.reporting.value_word import value_docx


def save_value(
    result: CommunityValue,
    folder: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    date: datetime.date | None = None,
    force: bool = False,
) -> Path:
    """Write ``value.<language>.html`` and ``.docx``, ``tables/`` (CSV and XLSX) and ``run.json``.

    Tables hold no story that too few people told: those stay in ``result.cycles()``. The same result and date give the
    same bytes, but for Word files.

    Returns
    -------
    Path
        The page in the first language.

    Raises
    ------
    StudyError
        G002, S010, S013, S014: the folder cannot take the output.
    ReportingError
        P002: there are no texts in a language.
    """
    check_languages(languages)
    record = _record(result, date or datetime.date.today())
    provenance = {name: str(record[key]) for name, key in _PROVENANCE.items()}
    names = {language: f"value.{language}.html" for language in languages}
    tables = shared_tables(result)
    about = provenance | simulated_line("this community is invented" if result.content.simulated else "")
    with output_folder.whole_folder(folder, force=force, kind=output_folder.VALUE) as made:
        for language, name in names.items():
            page = render_value(result, language, provenance=provenance, other_reports=linked(names))
            write_whole(made / name, page)
            write_whole(made / f"value.{language}.docx", value_docx(result, language))
        write_beside(table_files(tables, about), made / "tables")
        output_folder.write_record(made, record)
    return folder / next(iter(names.values()))


_PROVENANCE = {"version": "lcresearch", "date": "date", "seed": "seed", "hash": "value"}


def shared_tables(result: CommunityValue) -> dict[str, Any]:
    """The tables of a result without stories that may not be shown, and without pointers into interviews."""
    tables = result.tables()
    cycles = tables["value_cycles"]
    shown = cycles[cycles["shown"].astype(bool)]
    known = set(shown["item"])
    led = shown["leads_to"].map(lambda names: ", ".join(name for name in str(names).split(", ") if name in known))
    return tables | {"value_cycles": shown.assign(leads_to=led).drop(columns=["pointer", "code", "persons", "shown"])}


def _record(result: CommunityValue, date: datetime.date) -> dict[str, Any]:
    declared = result.content.model_dump_json(by_alias=True)
    return {
        "value": hashlib.sha256(declared.encode()).hexdigest(),
        "date": date.isoformat(),
        "lcresearch": version("lcresearch"),
        "software": output_folder.software(),
        "simulated": result.content.simulated,
        "n_draws": result.n_draws,
        "seed": result.seed,
    }
