"""Reporting checklists on disk: a page and a Word file in each language, the list as XLSX, and a form for authors."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT

from lcresearch.integration.checklists.result import COLUMNS, Checklist
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.office_files import office_bytes
from lcresearch.reporting.files_by_language import Shown, Tables, write_by_language
from lcresearch.reporting.html import render_page
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.wording import clean, page_wording, provenance_rows

_FOLDER = "integration.checklists"
_ANSWERS = {"filled": "yes", "partly": "care", "needs author": "unknown", "not applicable": "none"}
"""Status -> class of its badge on the page."""


@dataclass(frozen=True)
class ItemView:
    """One item in words; ``section`` is empty where it is that of the item above."""

    section: str
    number: str
    topic: str
    badge: str
    status: str
    text: str
    place: str
    add: str


def write_checklists(
    checklists: Sequence[Checklist],
    folder: str | Path,
    languages: Sequence[str] = LANGUAGES,
    *,
    date: datetime.date | None = None,
    force: bool = False,
) -> list[Path]:
    """Write ``checklist_<name>.html`` and ``.<language>.docx`` of each list, and ``checklists.xlsx`` with all of them.

    Parameters
    ----------
    checklists : sequence of Checklist
    folder : path
        Made when it does not exist; other files in it stay.
    languages : sequence of "nl" and "en"
        Pages in the first have no language in their name.
    date : date, optional
        Of the pages; today by default. The same lists and date give the same bytes.
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
    shown = [Shown(f"checklist_{one.name}", partial(render_checklist, one), {"docx": partial(checklist_docx, one)})
             for one in checklists]  # fmt: skip
    sheets = {f"{one.name}.{language}": one.frame(language) for one in checklists for language in languages}
    simulated = "the data behind these lists are invented" if any(one.simulated for one in checklists) else ""
    tables = Tables("checklists", sheets, {}, wrapped=tuple(sheets), simulated=simulated)
    return write_by_language(shown, tables, folder, languages, date=date, force=force)


def render_checklist(
    result: Checklist,
    language: str,
    *,
    provenance: Mapping[str, str] | None = None,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The list in one language as a whole HTML page; the same result gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    say = page_wording(result.titles, language, provenance=provenance)
    return render_page(
        "checklist.html.j2",
        say,
        other_reports,
        title=say.text(result.titles),
        simulated=result.simulated,
        heads=_heads(say.messages),
        items=item_views(result, language),
        counts=result.counts(language),
        notes_below=[clean(text) for text in result.notes(language)],
        provenance=provenance_rows(say),
    )


def item_views(result: Checklist, language: str) -> list[ItemView]:
    """Items in one language."""
    views, above = [], ""
    statuses = result.table["status"].tolist()
    for row, status in zip(result.frame(language).to_dict("records"), statuses, strict=True):
        texts = {name: clean(row[name]) for name in COLUMNS}
        section = clean(row["section"])
        views.append(ItemView(section="" if section == above else section, badge=_ANSWERS[status], **texts))
        above = section
    return views


def checklist_docx(result: Checklist, language: str) -> bytes:
    """The list as a Word file, to go on writing in; the same result gives the same bytes."""
    say = Messages(language)
    document = docx.Document()
    _landscape(document)
    document.add_heading(clean(result.titles[say.language]), level=1)
    document.add_paragraph(result.counts(language))
    heads, items = _heads(say), item_views(result, language)
    table = document.add_table(rows=len(items) + 1, cols=len(COLUMNS))
    table.style = "Table Grid"
    _fill(table.rows[0], [heads[name] for name in COLUMNS])
    for row, one in zip(table.rows[1:], items, strict=True):
        _fill(row, [getattr(one, name) for name in COLUMNS])
    for text in result.notes(language):
        document.add_paragraph(clean(text), style="List Bullet")
    return office_bytes(document)


def _landscape(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _fill(row: Any, texts: Sequence[str]) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        cell.text = text


def _heads(say: Messages) -> dict[str, str]:
    return {name: say(f"{_FOLDER}.head.{name}") for name in COLUMNS}
