"""Prose that people go on writing in, such as a letter, as a Word file: from a small part of Markdown.

What is known: ``#`` and ``##`` headings, paragraphs, ``-`` and ``1.`` lists, tables with a header row, ``**bold**`` and
``code`` between backticks. What is still to be filled in, ``[vul in: ...]`` or ``[fill in: ...]``, becomes yellow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import docx
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from lcresearch.office_files import office_bytes

Kind = Literal["heading", "paragraph", "bullet", "numbered", "table"]
Style = Literal["plain", "bold", "code", "fill_in"]
_MARKS = re.compile(r"(\*\*.+?\*\*|`[^`]+`|\[(?:vul in|fill in): [^\]]+\])")
_NUMBERED, _BULLET, _HEADING = re.compile(r"^\d+\. "), "- ", re.compile(r"^(#{1,3}) ")
_FONT, _SIZE = "Arial", 10.5
_TEXT_WIDTH = 16.2
"""Of a line, in centimetres."""
_NARROWEST, _WIDEST_CELL = 7, 48
"""Of a column, in signs, when the width is dealt out."""


def prose_docx(text: str, language: str) -> bytes:
    """A Word file of a text in Markdown.

    Parameters
    ----------
    text : str
    language : str
        For the spelling check of the word processor.

    Examples
    --------
    >>> prose_docx("# Brief\\n\\nBeste [vul in: naam],", "nl")[:2]
    b'PK'
    """
    document = docx.Document()
    _style(document, language)
    for block in blocks(text):
        _add(document, block)
    return office_bytes(document)


def blocks(text: str) -> Iterator[list[str]]:
    """Lines that belong together: a heading, a paragraph, a list, or a table.

    Examples
    --------
    >>> list(blocks("# A\\nb\\nc\\n\\n- d\\n- e"))
    [['# A'], ['b', 'c'], ['- d', '- e']]
    """
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        if block and (not stripped or kind_of(stripped) != kind_of(block[0])):
            yield block
            block = []
        if _HEADING.match(stripped):
            yield [stripped]
        elif stripped:
            block.append(stripped)


def kind_of(line: str) -> Kind:
    """What a block is, by its first line.

    Examples
    --------
    >>> [kind_of(line) for line in ("## Why", "- first", "1. first", "| a | b |", "Dear all,")]
    ['heading', 'bullet', 'numbered', 'table', 'paragraph']
    """
    if _HEADING.match(line):
        return "heading"
    if line.startswith("|"):
        return "table"
    return "numbered" if _NUMBERED.match(line) else "bullet" if line.startswith(_BULLET) else "paragraph"


def marked(text: str) -> Iterator[tuple[Style, str]]:
    """Pieces of a line with how they are marked.

    Examples
    --------
    >>> list(marked("Run **now**: `lcresearch run`"))
    [('plain', 'Run '), ('bold', 'now'), ('plain', ': '), ('code', 'lcresearch run')]
    """
    for part in _MARKS.split(text):
        if part.startswith("**"):
            yield "bold", part[2:-2]
        elif part.startswith("`"):
            yield "code", part[1:-1]
        elif _MARKS.fullmatch(part):
            yield "fill_in", part
        elif part:
            yield "plain", part


def table_parts(lines: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """The header of a table, empty when its first row has no word, and the rows under it.

    Examples
    --------
    >>> table_parts(["| a | b |", "| --- | --- |", "| 1 | 2 |"])
    (['a', 'b'], [['1', '2']])
    """
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    header, *body = [row for n, row in enumerate(rows) if n != 1]
    return (header if any(header) else []), body


def _add(document: Any, block: Sequence[str]) -> None:
    kind = kind_of(block[0])
    if kind == "heading":
        marks, _, heading = block[0].partition(" ")
        _runs(document.add_heading("", level=len(marks)), heading)
    elif kind == "table":
        _table(document, block)
    elif kind == "paragraph":
        _runs(document.add_paragraph(), " ".join(block))
    else:
        style = "List Number" if kind == "numbered" else "List Bullet"
        for line in block:
            _runs(document.add_paragraph(style=style), line.split(" ", 1)[1])


def _runs(paragraph: Any, text: str) -> None:
    for style, part in marked(text):
        run = paragraph.add_run(part)
        if style == "bold":
            run.bold = True
        elif style == "code":
            run.font.name = "Consolas"
        elif style == "fill_in":
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _table(document: Any, lines: Sequence[str]) -> None:
    header, body = table_parts(lines)
    shown = [header, *body] if header else body
    table = document.add_table(rows=len(shown), cols=len(shown[0]))
    table.style = "Table Grid"
    table.autofit = False
    widths = _widths(shown)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for place, (cells, row) in enumerate(zip(table.rows, shown, strict=True)):
        for cell, value, width in zip(cells.cells, row, widths, strict=True):
            cell.width = Cm(width)
            _runs(cell.paragraphs[0], value)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            for run in cell.paragraphs[0].runs:
                run.bold = run.bold or (place == 0 and bool(header)) or None
        if place == 0 and header:
            cells._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()


def _widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Widths of columns in centimetres, by their longest cells.

    Examples
    --------
    >>> [round(width, 1) for width in _widths([["week", "wat"], ["1", "x" * 41]])]
    [2.4, 13.8]
    """
    longest = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    signs = [min(max(n, _NARROWEST), _WIDEST_CELL) for n in longest]
    return [_TEXT_WIDTH * n / sum(signs) for n in signs]


def _style(document: Any, language: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(_SIZE)
    normal.paragraph_format.space_after = Pt(6)
    tongue = OxmlElement("w:lang")
    tongue.set(qn("w:val"), {"nl": "nl-NL", "en": "en-GB"}[language])
    normal.element.get_or_add_rPr().append(tongue)
    for level in (1, 2, 3):
        heading = document.styles[f"Heading {level}"]
        heading.font.name = _FONT
        heading.font.color.rgb = None
        heading.element.rPr.rFonts.set(qn("w:asciiTheme"), "")
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            heading.element.rPr.rFonts.attrib.pop(qn(f"w:{theme}"), None)
