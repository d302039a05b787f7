"""A literature synthesis on disk: pages, figures and tables, in a folder that appears whole."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from lcresearch import output_folder
from lcresearch.files import write_whole
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.content import Text
from lcresearch.reporting.evidence_map_figure import evidence_map_drawing
from lcresearch.reporting.literature_page import render_literature
from lcresearch.reporting.png import png_file
from lcresearch.reporting.prisma_figure import prisma_drawing
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.save import report_names
from lcresearch.reporting.spreadsheets import csv_bytes, workbook_bytes
from lcresearch.reporting.svg import svg_file
from lcresearch.synthesis import LiteratureSynthesis


def save_literature(
    found: LiteratureSynthesis,
    folder: str | Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    title: Text | None = None,
    description: Text | None = None,
    date: datetime.date | None = None,
    force: bool = False,
) -> Path:
    """Write the report in each language, ``figures/`` (SVG and PNG), ``tables/`` and ``run.json``.

    Parameters
    ----------
    found : LiteratureSynthesis
    folder : path
        It appears whole or not at all.
    languages : sequence of "nl" and "en"
    title, description : mapping of str to str, optional
        By language.
    date : date, optional
        Of the report; today by default. The same result and date give the same bytes.
    force : bool
        Replace an earlier report.

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
    folder = Path(folder)
    made_on = (date or datetime.date.today()).isoformat()
    names, tables = report_names(languages), found.tables()
    provenance = {"version": version("lcresearch"), "date": made_on}
    with output_folder.whole_folder(folder, force=force, kind=output_folder.LITERATURE) as made:
        for language, name in names.items():
            page = render_literature(
                found, language, title=title, description=description, provenance=provenance,
                other_reports=names if len(names) > 1 else {},
            )  # fmt: skip
            write_whole(made / name, page)
        _figures(found, made / "figures", languages)
        (made / "tables").mkdir()
        for name, frame in tables.items():
            write_whole(made / "tables" / f"{name}.csv", csv_bytes(frame))
        write_whole(made / "tables" / "tables.xlsx", workbook_bytes(tables, provenance))
        output_folder.write_record(made, _record(made_on, tables))
    return folder / next(iter(names.values()))


def _figures(found: LiteratureSynthesis, folder: Path, languages: Sequence[str]) -> None:
    folder.mkdir()
    for language in languages:
        for drawing in (prisma_drawing(found.flow, language), evidence_map_drawing(found.map, language)):
            write_whole(folder / f"{drawing.name}.{language}.svg", svg_file(drawing))
            write_whole(folder / f"{drawing.name}.{language}.png", png_file(drawing))


def _record(made_on: str, tables: Mapping[str, object]) -> dict[str, object]:
    return {
        "literature": sorted(tables),
        "date": made_on,
        "lcresearch": version("lcresearch"),
        "software": output_folder.software(),
    }
