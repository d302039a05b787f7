"""A report on disk: pages, tables and figures, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.export import about, export_tables
from lcresearch.reporting.figures import report_figures
from lcresearch.reporting.files_by_language import page_names, table_files, write_beside
from lcresearch.reporting.html import render
from lcresearch.reporting.png import png_file
from lcresearch.reporting.svg import svg_file


def report_names(languages: Sequence[str]) -> dict[str, str]:
    """File name of the report by language: the first one is ``report.html``, others carry their language.

    Parameters
    ----------
    languages : sequence of str

    Returns
    -------
    dict

    Examples
    --------
    >>> report_names(["nl", "en"])
    {'nl': 'report.html', 'en': 'report.en.html'}
    """
    return page_names("report", languages)


def save_report(content: ReportContent, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write the report in each language of the study.

    Parameters
    ----------
    content : ReportContent
        What the report shows.
    folder : path
        Where to write; made when it does not exist.
    force : bool
        Replace files that exist.

    Returns
    -------
    list of Path
        The pages; the first is ``report.html``.

    Raises
    ------
    ReportingError
        G002: a file exists; P002: a language without texts. Nothing was written.

    See also
    --------
    render : The report in memory.
    """
    names = report_names(content.head.languages)
    pages = {name: render(content, language, other_reports=names) for language, name in names.items()}
    return write_beside(pages, Path(folder), force=force)


def save_tables(content: ReportContent, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write the released numbers to ``tables/`` in a folder: a CSV a table, and ``tables.xlsx`` with all of them.

    Parameters
    ----------
    content : ReportContent
        What the report shows.
    folder : path
        Where the folder ``tables`` comes.
    force : bool
        Replace files that exist.

    Returns
    -------
    list of Path

    Raises
    ------
    ReportingError
        G002: a file exists; nothing was written.

    See also
    --------
    export_tables : The tables in memory.
    """
    files = table_files(export_tables(content), about(content))
    return write_beside(files, Path(folder) / "tables", force=force)


def save_figures(
    content: ReportContent, folder: str | Path, *, languages: Sequence[str] | None = None, force: bool = False
) -> list[Path]:
    """Write every figure to ``figures/`` in a folder, with its title in it, as SVG and PNG.

    Names are stable: ``learning_culture-answers.nl.svg``, ``learning_culture-community.nl.png``.

    Parameters
    ----------
    content : ReportContent
        What the report shows.
    folder : path
        Where the folder ``figures`` comes.
    languages : sequence of str, optional
        Languages to draw in; by default those of the study.
    force : bool
        Replace files that exist.

    Returns
    -------
    list of Path

    Raises
    ------
    ReportingError
        G002: a file exists; P002: a language without texts. Nothing was written.

    See also
    --------
    report_figures : The figures in memory.
    """
    files: dict[str, str | bytes] = {}
    for language in languages or content.head.languages:
        for drawing in report_figures(content, language):
            files[f"{drawing.name}.{language}.svg"] = svg_file(drawing)
            files[f"{drawing.name}.{language}.png"] = png_file(drawing)
    return write_beside(files, Path(folder) / "figures", force=force)
