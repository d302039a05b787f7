"""Design principles on disk: a page and a Word file in each language, and all tables."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import docx

from lcresearch.integration import DesignPrinciples
from lcresearch.messages import LANGUAGES
from lcresearch.office_files import office_bytes
from lcresearch.reporting.files_by_language import Shown, Tables, write_by_language
from lcresearch.reporting.html import render_page
from lcresearch.reporting.principles_views import cautions, map_table, points, principle_views, words_in
from lcresearch.reporting.wording import Wording, page_wording, provenance_rows


def write_design_principles(
    result: DesignPrinciples,
    folder: str | Path,
    languages: Sequence[str] = LANGUAGES,
    *,
    date: datetime.date | None = None,
    force: bool = False,
) -> list[Path]:
    """Write the page and a Word file in each language, and all tables as XLSX.

    Parameters
    ----------
    result : DesignPrinciples
    folder : path
        Made when it does not exist; other files in it stay.
    languages : sequence of "nl" and "en"
        The page in the first is ``design_principles.html``.
    date : date, optional
        Of the page; today by default.
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
    shown = Shown("design_principles", partial(render_principles, result), {"docx": partial(principles_docx, result)})
    simulated = "these principles are invented" if result.content.simulated else ""
    tables = Tables("design_principles", result.tables(), {"id": result.content.id}, simulated=simulated)
    return write_by_language([shown], tables, folder, languages, date=date, force=force)


def render_principles(
    result: DesignPrinciples,
    language: str,
    *,
    provenance: Mapping[str, str] | None = None,
    other_reports: Mapping[str, str] | None = None,
) -> str:
    """The page in one language as a whole HTML page; the same result gives the same bytes.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    say, words = _wording(result, language, provenance), words_in(language)
    return render_page(
        "principles.html.j2",
        say,
        other_reports,
        words=words,
        title=say.text(result.content.title),
        lead=say.text(result.content.description) if result.content.description else "",
        simulated=result.content.simulated,
        points=points(result, words),
        views=principle_views(result, say),
        map=map_table(result, say),
        rules=list(result.rules.in_words(language).values()),
        cautions=cautions(result, language),
        provenance=provenance_rows(say),
    )


def principles_docx(result: DesignPrinciples, language: str) -> bytes:
    """The principles as a Word file, to go on writing in."""
    say, words = _wording(result, language), words_in(language)
    document = docx.Document()
    document.add_heading(say.text(result.content.title), level=1)
    if result.content.simulated:
        document.add_paragraph(words("simulated"))
    for text in points(result, words):
        document.add_paragraph(text)
    for one in principle_views(result, say):
        document.add_heading(one.title, level=2)
        document.add_paragraph(f"{words('page.status')}: {one.status_text}. {one.reason}")
        document.add_paragraph(f"{words('page.occasion')}: {one.occasions}. {words('page.goal')}: {one.goals}.")
        made = document.add_table(rows=len(one.parts), cols=2)
        made.style = "Table Grid"
        for row, cells in zip(made.rows, one.parts, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        if one.judgement:
            document.add_paragraph(f"{words('page.judgement')}: {one.judgement}")
        document.add_heading(words("page.for"), level=3)
        for text in one.backing or [words("page.none_listed")]:
            document.add_paragraph(text, style="List Bullet")
        document.add_heading(words("page.against"), level=3)
        for text in one.against or [one.nothing_against]:
            document.add_paragraph(text, style="List Bullet")
    document.add_heading(words("page.notes"), level=2)
    for text in [*result.rules.in_words(language).values(), *cautions(result, language)]:
        document.add_paragraph(text, style="List Bullet")
    return office_bytes(document)


def _wording(result: DesignPrinciples, language: str, provenance: Mapping[str, str] | None = None) -> Wording:
    content = result.content
    return page_wording(content.title, language, description=content.description, provenance=provenance)
