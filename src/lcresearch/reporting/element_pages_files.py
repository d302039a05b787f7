"""The pages of elements on disk, with their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch.files import write_whole
from lcresearch.integration.elements.result import ElementsOfBothKinds
from lcresearch.reporting import files_by_language
from lcresearch.reporting.element_pages import render_element_pages
from lcresearch.reporting.element_pages_content import ElementPages
from lcresearch.reporting.spreadsheets import flat_frame

NAME = "elements"
TABLE = "elements_both_kinds"


def page_names(languages: Iterable[str]) -> dict[str, str]:
    """File name of the pages by language: the first is ``elements.html``.

    Examples
    --------
    >>> page_names(["nl", "en"])
    {'nl': 'elements.html', 'en': 'elements.en.html'}
    """
    return files_by_language.page_names(NAME, list(languages))


def save_element_pages(content: ElementPages, folder: Path) -> dict[str, Path]:
    """Write the pages in each language of the programme.

    Returns
    -------
    dict
        Language -> file.
    """
    names = page_names(content.head.languages)
    others = files_by_language.linked(names)
    return {
        language: write_whole(folder / name, render_element_pages(content, language, other_reports=others))
        for language, name in names.items()
    }


def save_element_tables(both: ElementsOfBothKinds, folder: Path, about: Mapping[str, str], *, minimum: int = 3) -> None:
    """Write ``elements_both_kinds.csv`` and ``.xlsx``, and a CSV each of the tables behind it.

    Parameters
    ----------
    both : ElementsOfBothKinds
    folder : Path
    about : mapping of str to str
        Lines of the first sheet.
    minimum : int
        Fewer cases than this in a combination are left out.
    """
    few = both.terms["n_cases"].astype(float) < minimum if len(both.terms) else pd.Series(dtype=bool)
    terms = both.terms.assign(n_cases=both.terms["n_cases"].astype(float).mask(few, np.nan))
    tables = {
        TABLE: both.table.assign(**{f"advice_{name}": both.advice[name] for name in ("source", "nl", "en")}),
        "combinations": terms,
        "necessity": both.necessity,
        "convergence": both.convergence,
        "mechanisms": both.mechanisms,
        "quotes": both.quotes,
        "gaps": both.gaps,
    }
    shown = {name: flat_frame(table) for name, table in tables.items() if len(table)}
    for name, content in files_by_language.table_files(shown, about, workbook=TABLE).items():
        write_whole(folder / name, content)
