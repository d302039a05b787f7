"""A logic model on disk: pages, figures and tables beside each other in a folder."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path

from lcresearch.integration import LogicModel
from lcresearch.messages import LANGUAGES
from lcresearch.reporting.files_by_language import Shown, Tables, write_by_language
from lcresearch.reporting.logic_model_figure import logic_model_drawing
from lcresearch.reporting.logic_model_page import render_logic_model
from lcresearch.reporting.png import png_file
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
    drawn = cache(partial(logic_model_drawing, result))
    figures: dict[str, Callable[[str], str | bytes]] = {
        "svg": lambda language: svg_file(drawn(language)),
        "png": lambda language: png_file(drawn(language)),
    }
    shown = Shown("logic_model", partial(render_logic_model, result), figures)
    simulated = "its constructs and results are invented" if result.model.simulated else ""
    tables = Tables("logic_model", result.tables(), {"id": result.model.id}, simulated=simulated)
    return write_by_language([shown], tables, folder, languages, date=date, force=force)
