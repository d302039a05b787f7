"""A logic model on disk: pages, figures and tables beside each other in a folder."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from lcresearch.integration import LogicModel
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.logic_model_figure import logic_model_drawing
from lcresearch.reporting.logic_model_page import render_logic_model
from lcresearch.reporting.png import png_file
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.save import write_beside
from lcresearch.reporting.spreadsheets import workbook_bytes
from lcresearch.reporting.svg import svg_file


def write_logic_model(
    result: LogicModel,
    folder: str | Path,
    languages: Sequence[str] = LANGUAGES,
    *,
    date: datetime.date | None = None,
    force: bool = False,
) -> list[Path]:
    """Write the page in each language, the figure as SVG and PNG, and all tables as XLSX.

    Parameters
    ----------
    result : LogicModel
    folder : path
        Made when it does not exist; other files in it stay.
    languages : sequence of "nl" and "en"
        The page in the first is ``logic_model.html``.
    date : date, optional
        Of the page; today by default. The same result and date give the same bytes.
    force : bool
        Replace files that exist.

    Returns
    -------
    list of Path
        The pages first.

    Raises
    ------
    ReportingError
        G002: a file exists; P002: a language without texts. Nothing was written.
    """
    check_languages(languages)
    made_on = (date or datetime.date.today()).isoformat()
    provenance = {"version": version("lcresearch"), "date": made_on}
    pages = page_names("logic_model", languages)
    files: dict[str, str | bytes] = {
        name: render_logic_model(
            result, language, provenance=provenance, other_reports=pages if len(pages) > 1 else None
        )
        for language, name in pages.items()
    }
    for language in languages:
        drawing = logic_model_drawing(result, language)
        files[f"logic_model.{language}.svg"] = svg_file(drawing)
        files[f"logic_model.{language}.png"] = png_file(drawing)
    files["logic_model.xlsx"] = workbook_bytes(result.tables(), {"id": result.model.id, **provenance})
    return write_beside(files, Path(folder), force=force)


def page_names(name: str, languages: Sequence[str]) -> dict[str, str]:
    """File name of a page by language: the first has none in it.

    Examples
    --------
    >>> page_names("logic_model", ["nl", "en"])
    {'nl': 'logic_model.html', 'en': 'logic_model.en.html'}
    """
    return {language: f"{name}.{language}.html" if n else f"{name}.html" for n, language in enumerate(languages)}
