"""A joint display as a page, a workbook or a Word file; the same display gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import docx
import pandas as pd
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from lcresearch.integration.displays.cells import GAP, NUMBERS, QUOTE
from lcresearch.integration.displays.result import JointDisplay
from lcresearch.office_files import office_bytes
from lcresearch.reporting.html import render_page
from lcresearch.reporting.joint_display_words import (
    META,
    Line,
    heads,
    shown_rows,
    sources_in_words,
    table_in_words,
    title_of,
    whole_conclusion,
    word,
    wording_of,
)
from lcresearch.reporting.report_languages import check_languages
from lcresearch.reporting.sections import problem_texts
from lcresearch.reporting.spreadsheets import workbook_bytes
from lcresearch.reporting.wording import Wording

_MUTED = RGBColor(0x55, 0x64, 0x5F)
_WARM = RGBColor(0x8A, 0x3B, 0x12)
_LONGEST = 32_000
"""Characters of a text in a workbook, which can hold a few more."""


def html_of(display: JointDisplay, language: str) -> str:
    """The display as one HTML page that needs nothing else.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    check_languages([language])
    say = wording_of(display, language)
    return render_page(
        "joint_display.html.j2",
        say,
        None,
        words=lambda key, **values: word(say, key, **values),
        display=display,
        title=title_of(display, say),
        lead=word(say, f"lead.{display.kind}"),
        heads=heads(display, say),
        sides=_sides(display, say),
        rows=shown_rows(display, say),
        first=word(say, f"row.{display.kind}"),
        whole=whole_conclusion(display, say),
        notes_texts=problem_texts(display.problems, say),
        sources=sources_in_words(display, say),
        version=version("lcresearch"),
    )


def xlsx_of(display: JointDisplay, language: str) -> bytes:
    """The display as a workbook: in words, and every cell with its numbers and source."""
    check_languages([language])
    say = wording_of(display, language)
    about = {word(say, "display"): title_of(display, say), "": word(say, f"lead.{display.kind}")}
    about |= dict(_marks(display, say))
    about |= {word(say, "whole"): whole_conclusion(display, say).in_one_line()}
    about |= {f"{word(say, 'notes')} {k}": text for k, text in enumerate(problem_texts(display.problems, say), start=1)}
    columns = [name for name in map(str, display.cells) if not name.endswith(("nl", "en")) or name.endswith(language)]
    cells = display.cells[columns].rename(columns={language: "text", f"described_{language}": "described"})
    texts = [name for name in map(str, cells) if name not in (*NUMBERS, "place")]
    cells = cells.assign(**{name: cells[name].str.slice(0, _LONGEST) for name in texts})
    written = pd.DataFrame(
        [(one.row, one.text, one.by, one.on) for one in display.meta_inferences], columns=["row", "text", "by", "on"]
    )
    tables = {"display": table_in_words(display, language), "cells": cells, "conclusions": written}
    return workbook_bytes(tables, about, wrapped=("display",))


def docx_of(display: JointDisplay, language: str) -> bytes:
    """The display as a Word file on its side, with the heads of the table on every page."""
    check_languages([language])
    say = wording_of(display, language)
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Pt(40)
    document.add_heading(title_of(display, say), level=1)
    for short, long in _marks(display, say):
        mark = document.add_paragraph()
        _run(mark, f"{short}. ", bold=True, color=_WARM)
        _run(mark, long, color=_WARM)
    document.add_paragraph(word(say, f"lead.{display.kind}"))
    _table(document, display, say)
    document.add_heading(word(say, "whole"), level=2)
    _write(document.add_paragraph(), whole_conclusion(display, say))
    notes = problem_texts(display.problems, say)
    if notes:
        document.add_heading(word(say, "notes"), level=2)
    for text in notes:
        document.add_paragraph(text, style="List Bullet")
    made = document.add_paragraph()
    _run(made, word(say, "made", version=version("lcresearch")), color=_MUTED)
    return office_bytes(document)


def _table(document: Any, display: JointDisplay, say: Wording) -> None:
    names = [word(say, f"row.{display.kind}"), *(head for _, head in heads(display, say))]
    table = document.add_table(rows=1, cols=len(names))
    table.style = "Table Grid"
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        _run(cell.paragraphs[0], name, bold=True)
    block = ""
    for row in shown_rows(display, say):
        if row.block and row.block != block:
            block = row.block
            cells = table.add_row().cells
            _run(cells[0].merge(cells[-1]).paragraphs[0], block, bold=True)
        cells = table.add_row().cells
        _run(cells[0].paragraphs[0], row.title, bold=True)
        for cell, lines in zip(cells[1:], row.cells, strict=True):
            _fill(cell, lines)


def _fill(cell: Any, lines: Sequence[Line]) -> None:
    for place, line in enumerate(lines):
        _write(cell.add_paragraph() if place else cell.paragraphs[0], line)


def _write(paragraph: Any, line: Line) -> None:
    muted = line.kind in (GAP, "open")
    text = f"“{line.start or line.text}”" if line.kind == QUOTE else line.text
    _run(paragraph, text, italic=muted, color=_MUTED if muted else None)
    if line.beside:
        joined = "\u2002" if line.kind in (QUOTE, META) else " "
        _run(paragraph, f"{joined}({line.beside})", color=_MUTED)


def _run(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, color: RGBColor | None = None) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(8.5)
    if color is not None:
        run.font.color.rgb = color
    paragraph.paragraph_format.space_after = Pt(2)


def _marks(display: JointDisplay, say: Wording) -> list[tuple[str, str]]:
    """Marks that a reader must not miss."""
    found = []
    if display.confidential:
        found.append((word(say, "confidential.short"), word(say, "confidential.long")))
    if display.simulated:
        found.append((say("simulated.short"), say("simulated.long")))
    return found


def _sides(display: JointDisplay, say: Wording) -> list[tuple[str, str, int]]:
    """Heads over columns that stand beside each other on one side: side, words, how many columns."""
    found: list[tuple[str, str, int]] = []
    for side, _ in heads(display, say):
        if found and found[-1][0] == side:
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((side, word(say, f"side.{side}"), 1))
    return found
