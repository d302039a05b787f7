"""A literature synthesis on disk: pages, figures and tables, in a folder that appears whole."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from lcresearch import output_folder
from lcresearch.files import write_whole
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.content import Text
from lcresearch.reporting.evidence_map_figure import evidence_map_drawing
from lcresearch.reporting.files_by_language import linked, made_now, table_files, write_beside
from lcresearch.reporting.literature_page import render_literature
from lcresearch.reporting.png import png_file
from lcresearch.reporting.prisma_figure import prisma_drawing
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.save import report_names
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
    names, tables, provenance = report_names(languages), found.tables(), made_now(date)
    with output_folder.whole_folder(folder, force=force, kind=output_folder.LITERATURE) as made:
        for language, name in names.items():
            page = render_literature(
                found, language, title=title, description=description, provenance=provenance,
                other_reports=linked(names),
            )  # fmt: skip
            write_whole(made / name, page)
        _figures(found, made / "figures", languages)
        write_beside(table_files(tables, provenance), made / "tables")
        output_folder.write_record(made, _record(provenance, tables))
    return folder / next(iter(names.values()))


def _figures(found: LiteratureSynthesis, folder: Path, languages: Sequence[str]) -> None:
    folder.mkdir()
    for language in languages:
        for drawing in (prisma_drawing(found.flow, language), evidence_map_drawing(found.map, language)):
            write_whole(folder / f"{drawing.name}.{language}.svg", svg_file(drawing))
            write_whole(folder / f"{drawing.name}.{language}.png", png_file(drawing))


def _record(provenance: Mapping[str, str], tables: Mapping[str, object]) -> dict[str, object]:
    return {
        "literature": sorted(tables),
        "date": provenance["date"],
        "lcresearch": provenance["version"],
        "software": output_folder.software(),
    }
