"""A report on disk: pages, tables and figures, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lcresearch.errors import Problem, ReportingError
from lcresearch.reporting.canvas import Drawing
from lcresearch.reporting.content import ReportContent
from lcresearch.reporting.export import about, export_tables
from lcresearch.reporting.figures import report_figures
from lcresearch.reporting.html import render
from lcresearch.reporting.spreadsheets import csv_bytes, workbook_bytes


def report_names(content: ReportContent) -> dict[str, str]:
    """File name of the report by language: the first one is ``report.html``, others ``report.en.html``."""
    first, *others = content.head.languages
    return {first: "report.html"} | {language: f"report.{language}.html" for language in others}


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
        G002: a file exists; nothing was written.
    """
    names = report_names(content)
    pages = {name: render(content, language, other_reports=names).encode() for language, name in names.items()}
    return write_files(pages, folder, force=force)


def save_tables(content: ReportContent, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write the released numbers: a CSV a table, and ``tables.xlsx`` with all of them.

    Raises
    ------
    ReportingError
        G002: a file exists; nothing was written.
    """
    tables = export_tables(content)
    files = {f"{name}.csv": csv_bytes(frame) for name, frame in tables.items()}
    files["tables.xlsx"] = workbook_bytes(tables, about(content))
    return write_files(files, folder, force=force)


def save_figures(content: ReportContent, language: str, folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write every figure of the report as SVG and PNG, with its title in it: ``learning_culture-answers.nl.svg``.

    Raises
    ------
    ReportingError
        G002: a file exists; nothing was written.
    """
    files: dict[str, bytes] = {}
    for drawing in report_figures(content, language):
        files |= _both(drawing, language)
    return write_files(files, folder, force=force)


def _both(drawing: Drawing, language: str) -> dict[str, bytes]:
    name = f"{drawing.name}.{language}"
    return {f"{name}.svg": drawing.svg(), f"{name}.png": drawing.png()}


def write_files(files: Mapping[str, bytes], folder: str | Path, *, force: bool = False) -> list[Path]:
    """Write files whole; without ``force`` refuse when any of them exists, before writing the first."""
    paths = {Path(folder) / name: content for name, content in files.items()}
    if not force:
        existing = [Problem("G002", values={"path": str(path)}) for path in paths if path.exists()]
        if existing:
            raise ReportingError(existing)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path, content in paths.items():
        partial = path.with_name(path.name + ".partial")
        partial.write_bytes(content)
        partial.replace(path)
    return list(paths)
