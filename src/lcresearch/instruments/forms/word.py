"""Forms as Word files: to change the layout of, to print, or to fill in on a screen, where boxes can be clicked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from lcresearch.instruments.forms.model import FormFiles, Questionnaire
from lcresearch.instruments.forms.paper_layout import Asked, Box, PaperForm, Table, paper_forms
from lcresearch.instruments.forms.paper_limits import paper_problems
from lcresearch.instruments.forms.wording import words
from lcresearch.office_files import office_bytes

_BODY, _HEADS, _SMALL = Pt(14), Pt(12), Pt(8.5)
_ACCENT, _QUIET = RGBColor(0x0A, 0x54, 0x4E), RGBColor(0x3D, 0x4A, 0x48)
_WIDTH, _ANSWER, _ROOM = 18.0, 1.88, 4
_BOX = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
_LONGEST_TITLE = 255
"""Of a property of a Word file, in signs."""
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOCALES = {"nl": "nl-NL", "en": "en-GB"}


def write(form: Questionnaire, languages: Sequence[str]) -> FormFiles:
    """A Word file a language, and a version where respondents get different questions.

    Returns
    -------
    FormFiles
        ``.nl.docx``, or ``.nl.A.docx``. Problems as for paper: F070, F071, F072.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> from lcresearch.instruments.forms import questionnaire
    >>> list(write(questionnaire([instruments.load("psychological-safety")]), ["nl", "en"]).files)
    ['.nl.docx', '.en.docx']
    """
    files = {}
    for language in languages:
        for one in paper_forms(form, language):
            version = f".{one.version}" if one.version else ""
            files[f".{language}{version}.docx"] = _document(one)
    return FormFiles(files, tuple(paper_problems(form)))


def _document(form: PaperForm) -> bytes:
    say = words(form.language)
    document = docx.Document()
    _set_up(document, form)
    document.add_heading(_clean(form.title), level=1)
    if form.introduction:
        document.add_paragraph(_clean(form.introduction))
    document.add_heading(say("paper_form.how"), level=2)
    for line in form.how:
        document.add_paragraph(line, style="List Bullet")
    ids = _Ids()
    for page in form.pages:
        if page.title:
            document.add_heading(_clean(page.title), level=2)
        if page.text:
            _keep(document.add_paragraph(_clean(page.text)))
        for block in page.blocks:
            if isinstance(block, Table):
                _add_table(document, block, say("paper_form.statement"), page.title or form.title, ids)
            else:
                _add_question(document, block, ids)
    closing = document.add_paragraph(_clean(form.closing))
    closing.runs[0].bold = True
    for line in (say("paper_form.form_mark", mark=form.mark), *form.sources):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        _run(paragraph, line, size=_SMALL, colour=_QUIET)
    return office_bytes(document)


def _set_up(document: Any, form: PaperForm) -> None:
    """A4, large type, the language of the text, and at the bottom of each page its number and the mark."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = Cm(1.5)
    section.bottom_margin = Cm(2)
    document.core_properties.title = _clean(form.title)[:_LONGEST_TITLE]
    document.core_properties.author = "lcresearch"
    document.core_properties.language = _LOCALES.get(form.language, form.language)
    _style(document, "Normal", _BODY, after=6)
    _style(document, "List Bullet", _BODY, after=3)
    for name, size, before in (("Heading 1", 25, 0), ("Heading 2", 18, 22)):
        _style(document, name, Pt(size), before=before, after=5, colour=_ACCENT if name != "Heading 1" else None)
    _language(document, _LOCALES.get(form.language, form.language))
    say = words(form.language)
    _style(document, "Footer", Pt(11))
    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    footer = section.footer.paragraphs[0]
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    _run(footer, form.mark + "\t", size=_SMALL)
    for word, field in ((say("paper_form.page"), "PAGE"), (say("paper_form.of"), "NUMPAGES")):
        _run(footer, f"{word} " if field == "PAGE" else f" {word} ", size=Pt(11))
        _field(footer, field)


def _style(
    document: Any, name: str, size: Pt, *, before: float = 0, after: float = 0, colour: RGBColor | None = None
) -> None:
    style = document.styles[name]
    style.font.name, style.font.size = "Arial", size
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:hAnsi"), "Arial")
    fonts.set(qn("w:cs"), "Arial")
    style.font.color.rgb = colour or RGBColor(0x11, 0x11, 0x11)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _language(document: Any, locale: str) -> None:
    properties = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = properties.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(qn("w:val"), locale)


def _field(paragraph: Any, name: str) -> None:
    run = _run(paragraph, "", size=Pt(11))
    for kind, text in (("begin", None), (None, name), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text
        run._r.append(element)


def _add_question(document: Any, asked: Asked, ids: _Ids) -> None:
    """A question with its answers, kept together on one page."""
    head = document.add_paragraph()
    head.paragraph_format.space_before = Pt(10)
    head.paragraph_format.left_indent, head.paragraph_format.first_line_indent = Cm(1), Cm(-1)
    head.paragraph_format.tab_stops.add_tab_stop(Cm(1))
    _run(head, f"{asked.number}\t", bold=True, colour=_ACCENT)
    _run(head, asked.text, bold=True)
    _run(head, f"  {asked.name}", size=_SMALL, colour=_QUIET)
    _keep(head)
    paragraphs = [_indented(document, asked.advice)] if asked.advice else []
    for paragraph in paragraphs:
        paragraph.runs[0].font.color.rgb = _QUIET
    if asked.room == "number":
        paragraphs.append(_write_here(document, "____________  ", asked.unit))
    if asked.room == "characters":
        _character_boxes(document, asked.characters)
    if asked.room == "lines":
        paragraphs += [_line(document) for _ in range(_ROOM)]
    paragraphs += [_box_line(document, asked, box, ids) for box in asked.boxes]
    if asked.after:
        paragraphs.append(_indented(document, asked.after))
    for paragraph in paragraphs[:-1]:
        _keep(paragraph)


def _indented(document: Any, text: str) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(1)
    _run(paragraph, text)
    return paragraph


def _write_here(document: Any, room: str, unit: str) -> Any:
    return _indented(document, room + unit)


def _line(document: Any) -> Any:
    """An empty line to write on, over the whole width."""
    paragraph = _indented(document, "\t")
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
    paragraph.paragraph_format.space_before = Pt(9)
    return paragraph


def _box_line(document: Any, asked: Asked, box: Box, ids: _Ids) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(2), Cm(-1)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(2))
    paragraph.paragraph_format.space_after = Pt(4)
    _box(paragraph, f"{asked.number}. {asked.text}: {box.label}", f"{asked.name}_{box.code}", ids)
    _run(paragraph, f"\t{box.label}")
    if box.write:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
        _run(paragraph, " \t")
    return paragraph


class _Ids:
    """Numbers of boxes: Word asks for one that no other has."""

    def __init__(self) -> None:
        self._last = 1_000

    def next(self) -> int:
        """The next number."""
        self._last += 1
        return self._last


def _box(paragraph: Any, title: str, tag: str, ids: _Ids) -> None:
    """A box that can be ticked with a pen or clicked; screen readers read its title."""
    element = parse_xml(
        f'<w:sdt {nsdecls("w")} {_BOX}><w:sdtPr><w:rPr><w:sz w:val="34"/></w:rPr><w:alias/><w:tag/>'
        f'<w:id w:val="{ids.next()}"/><w14:checkbox><w14:checked w14:val="0"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:rPr>'
        '<w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic" w:hint="eastAsia"/>'
        '<w:sz w:val="34"/></w:rPr><w:t>\u2610</w:t></w:r></w:sdtContent></w:sdt>'
    )
    for name, text in (("alias", title), ("tag", tag)):
        element.find(f".//{qn(f'w:{name}')}").set(qn("w:val"), _clean(text)[:64])
    paragraph._p.append(element)


def _add_table(document: Any, table: Table, first: str, title: str, ids: _Ids) -> None:
    """A line a question and a column an answer; the heading comes back on each page, no line is cut in two."""
    made = document.add_table(rows=1, cols=len(table.heads) + 1)
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _describe(made, title)
    widths = [Cm(_WIDTH - _ANSWER * len(table.heads)), *[Cm(_ANSWER)] * len(table.heads)]
    for place, text in enumerate((first, *(head.label for head in table.heads))):
        cell = made.rows[0].cells[place]
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
        _run(cell.paragraphs[0], text, size=_HEADS, colour=_QUIET if place == 0 else None)
    _row_property(made.rows[0], "w:tblHeader")
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for asked in table.rows:
        cells = made.add_row().cells
        _statement(cells[0], asked)
        for head, cell in zip(table.heads, cells[1:], strict=True):
            _box(cell.paragraphs[0], f"{asked.number}. {asked.text}: {head.label}", f"{asked.name}_{head.code}", ids)
    for row in made.rows:
        _row_property(row, "w:cantSplit")
        _finish_row(row, widths)
    for place in {0, 1, len(made.rows) - 2}:
        for cell in made.rows[place].cells:
            for paragraph in cell.paragraphs:
                _keep(paragraph)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _statement(cell: Any, asked: Asked) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.95), Cm(-0.95)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(0.95))
    _run(paragraph, f"{asked.number}\t", bold=True, colour=_ACCENT)
    _run(paragraph, asked.text)
    _run(paragraph, f"  {asked.name}", size=_SMALL, colour=_QUIET)
    if asked.help:
        _run(cell.add_paragraph(), asked.help, colour=_QUIET)


def _describe(table: Any, title: str) -> None:
    properties = table._tbl.tblPr
    for name in ("w:tblCaption", "w:tblDescription"):
        element = OxmlElement(name)
        element.set(qn("w:val"), _clean(title))
        properties.append(element)
    borders = parse_xml(
        f'<w:tblBorders {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:color="8A9794"/>'
        '<w:insideH w:val="single" w:sz="6" w:color="8A9794"/></w:tblBorders>'
    )
    properties.insert(1, borders)


def _row_property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _finish_row(row: Any, widths: Sequence[Any]) -> None:
    for place, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
        cell.width = width
        if place:
            cell.vertical_alignment = cell.vertical_alignment or WD_CELL_VERTICAL_ALIGNMENT.CENTER
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        for side in cell.paragraphs:
            side.paragraph_format.space_before = side.paragraph_format.space_after = Pt(3)
        margins = parse_xml(
            f'<w:tcMar {nsdecls("w")}><w:left w:w="{0 if place == 0 else 20}" w:type="dxa"/>'
            f'<w:right w:w="{80 if place == 0 else 20}" w:type="dxa"/></w:tcMar>'
        )
        cell._tc.get_or_add_tcPr().append(margins)


def _character_boxes(document: Any, n: int) -> None:
    table = document.add_table(rows=1, cols=n)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.LEFT, False
    for column in table.columns:
        column.width = Cm(1.05)
    table._tbl.tblPr.append(parse_xml(f'<w:tblInd {nsdecls("w")} w:w="567" w:type="dxa"/>'))
    for cell in table.rows[0].cells:
        cell.width = Cm(1.05)
    table.rows[0].height = Cm(1.2)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _run(paragraph: Any, text: str, *, bold: bool = False, size: Any = None, colour: RGBColor | None = None) -> Any:
    run = paragraph.add_run(_clean(text))
    run.bold = bold or None
    run.font.size = size
    if colour is not None:
        run.font.color.rgb = colour
    return run


def _keep(paragraph: Any) -> None:
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.keep_together = True


def _clean(text: str) -> str:
    """Text without signs that a Word file cannot hold."""
    return _NOT_IN_XML.sub("", text)
