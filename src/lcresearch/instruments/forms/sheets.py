"""Sheets of text in a workbook: a head that stays in sight, wide columns, and nothing that runs as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from lcresearch.disclosure import neutralise
from lcresearch.office_files import set_alike

HEAD = PatternFill("solid", fgColor="0A544E")
"""Behind the names of columns."""
_SENTENCES = Alignment(wrap_text=True, vertical="top")
HEAD_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")


def add_sheet(
    book: Any, title: str, head: Sequence[str], rows: Iterable[Sequence[object]], widths: Sequence[float]
) -> None:
    """Add a sheet with these rows."""
    sheet = book.create_sheet(title)
    for row in (head, *rows):
        sheet.append([neutralise(cell) for cell in row])
    cells = [cell for row in sheet.iter_rows() for cell in row]
    set_alike(cells, alignment=_SENTENCES)
    for cell in cells:
        if isinstance(cell.value, str):
            cell.data_type = "s"
    for cell in sheet[1]:
        cell.font, cell.fill = HEAD_FONT, HEAD
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = "1:1"
