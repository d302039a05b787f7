"""A synthesis on disk: pages, tables, figures and the machine-readable result, in a folder that appears whole."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from lcresearch import output_folder
from lcresearch.files import write_whole
from lcresearch.reporting.files_by_language import linked, simulated_line, table_files, write_beside
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.save import report_names
from lcresearch.reporting.spreadsheets import flat_frame
from lcresearch.reporting.synthesis_content import SynthesisContent, synthesis_content
from lcresearch.reporting.synthesis_forest import ReportForests, report_forests
from lcresearch.reporting.synthesis_page import render_synthesis
from lcresearch.reporting.synthesis_wording import titles_with_outcome
from lcresearch.reporting.wording import Wording

if TYPE_CHECKING:
    from lcresearch.synthesis import Synthesis

MOST_LEFT_OUT = 120
"""With more consortia times elements, leaving out each consortium in turn takes too long to be done unasked."""


def save_synthesis(
    result: Synthesis,
    folder: str | Path,
    *,
    languages: Sequence[str] | None = None,
    force: bool = False,
    anonymous_consortia: bool = True,
    leave_one_out: pd.DataFrame | bool | None = None,
    inputs: Mapping[str, str] | None = None,
    date: datetime.date | None = None,
    keep: Iterable[Path] = (),
) -> Path:
    """Write the report in each language, ``tables/``, ``figures/``, ``synthesis.json`` and ``run.json``.

    Parameters
    ----------
    result : Synthesis
    folder : path
        It appears whole or not at all.
    languages : sequence of "nl" and "en", optional
        By default those of the programme.
    force : bool
        Replace an earlier synthesis.
    anonymous_consortia : bool
        In figures and in tables of effects consortia stand under a number, in an order that says nothing: the report
        compares elements, and names beside effects would be read as a ranking. This is a courtesy, not a secret:
        ``synthesis.json`` keeps the names, as a later synthesis needs them. Tables of packages name all consortia.
    leave_one_out : DataFrame or bool
        What :meth:`Synthesis.leave_one_out` gave; True computes it here, False leaves it out of the report. By default
        it is computed where that takes less than about half a minute.
    inputs : mapping, optional
        File -> SHA-256 of the packages and the programme, for the appendix and ``run.json``.
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

    See also
    --------
    lcresearch.synthesis.synthesize : Makes the result.
    """
    folder = Path(folder)
    chosen = check_languages(languages if languages is not None else result.programme.languages)
    output_folder.check_free(folder, force=force, keep=keep, kind=output_folder.SYNTHESIS)
    record = synthesis_record(result, inputs=inputs, date=date, anonymous_consortia=anonymous_consortia)
    if leave_one_out is None:
        leave_one_out = len(result.packages) * len(result.working_elements.table) <= MOST_LEFT_OUT
    if isinstance(leave_one_out, bool):
        leave_one_out = result.leave_one_out(list(result.packages["consortium"])) if leave_one_out else None
    content = synthesis_content(
        result,
        anonymous=anonymous_consortia,
        leave_one_out=leave_one_out,
        provenance=_provenance(record),
        inputs=inputs,
    )
    names = report_names(chosen)
    with output_folder.whole_folder(folder, force=force, keep=keep, kind=output_folder.SYNTHESIS) as made:
        (made / "figures").mkdir()
        for language, name in names.items():
            say = Wording(content.head, language)
            forests = report_forests(content, titles_with_outcome(content.elements, say), say)
            page = render_synthesis(content, language, other_reports=linked(names), forests=forests)
            write_whole(made / name, page)
            _write_figures(forests, made / "figures", language)
        _write_tables(content, made / "tables", record)
        result.save(made / "synthesis.json")
        output_folder.write_record(made, record)
    return folder / next(iter(names.values()))


def synthesis_record(
    result: Synthesis,
    *,
    inputs: Mapping[str, str] | None = None,
    date: datetime.date | None = None,
    anonymous_consortia: bool = True,
) -> dict[str, Any]:
    """What ``run.json`` holds: the programme, versions, hashes of inputs, and what was put together."""
    packages = result.packages
    return {
        "synthesis": result.programme.id,
        "programme_digest": result.programme_digest,
        "declared": result.programme.declared,
        "date": (date or datetime.date.today()).isoformat(),
        "lcresearch": version("lcresearch"),
        "software": output_folder.software(),
        "simulated": bool(result.simulated),
        "anonymous_consortia": anonymous_consortia,
        "inputs": dict(inputs or {}),
        "packages": [
            {"consortium": str(name), "release": int(release)}
            for name, release in zip(packages["consortium"], packages["release"], strict=True)
        ],
    }


def _provenance(record: Mapping[str, Any]) -> dict[str, str]:
    """What the footer of the report prints."""
    found = {"version": f"lcresearch {record['lcresearch']}", "date": record["date"]}
    found |= {"programme": record["synthesis"], "digest": record["programme_digest"][:16]}
    return found


def _write_tables(content: SynthesisContent, folder: Path, record: Mapping[str, Any]) -> None:
    tables = dict(content.tables) | {"packages": content.packages}
    tables |= {} if content.leave_one_out is None else {"leave_one_out": content.leave_one_out}
    tables |= {} if content.changes is None else {"changes": content.changes}
    tables = {name: flat_frame(table) for name, table in tables.items() if len(table)}
    if content.head.simulated:
        tables = {name: table.assign(simulated=True) for name, table in tables.items()}
    about = {"programme": record["synthesis"], "version": record["lcresearch"], "date": record["date"]}
    about |= simulated_line("a computer made up all data" if content.head.simulated else "")
    write_beside(table_files(tables, about), folder)


def _write_figures(forests: ReportForests, folder: Path, language: str) -> None:
    for forest in forests.all():
        write_whole(folder / f"{forest.name}.{language}.svg", forest.svg())
        write_whole(folder / f"{forest.name}.{language}.png", forest.png())
