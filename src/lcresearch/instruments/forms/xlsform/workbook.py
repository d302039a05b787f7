"""An XLSForm as a workbook that people can read and change as well."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lcresearch.instruments.forms.xlsform.sheets import Row, Sheets
from lcresearch.office_files import office_bytes, set_alike

_ORDER = ("type", "list_name", "name", "label", "hint", "required", "relevant", "appearance", "constraint")
_WIDE, _NARROW = 60, 18
_HEAD, _HEAD_FONT = PatternFill("solid", fgColor="1F3B57"), Font(bold=True, color="FFFFFF")
_GROUP = PatternFill("solid", fgColor="E3ECF4")
_SENTENCES = Alignment(wrap_text=True, vertical="top")


def workbook(sheets: Sheets) -> bytes:
    """All sheets, with a fixed head and a shade on rows that begin or end a page."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        _fill(book.create_sheet(name), rows)
    return office_bytes(book)


def _fill(sheet: Worksheet, rows: Sequence[Row]) -> None:
    columns = _columns(rows)
    for place, column in enumerate(columns, start=1):
        head = sheet.cell(1, place, column)
        head.font, head.fill = _HEAD_FONT, _HEAD
        texts = column.split("::")[0] in ("label", "hint", "constraint_message", "form_title")
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE if texts else _NARROW
    plain, shaded = list[Cell](), list[Cell]()
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            cell = sheet.cell(number, place)
            if row.get(column):
                cell.value = row[column]
                cell.data_type = "s"  # a text, also when it starts as a formula does
            (shaded if row.get("type", "").endswith("_group") else plain).append(cell)
    set_alike(plain, alignment=_SENTENCES)
    set_alike(shaded, alignment=_SENTENCES, fill=_GROUP)
    sheet.freeze_panes = "A2"


def _columns(rows: Sequence[Row]) -> list[str]:
    """Names of columns that hold anything: those that people look for first, then the others as they come."""
    found = list(dict.fromkeys(column for row in rows for column in row))
    place = {name: n for n, name in enumerate(_ORDER)}
    return sorted(found, key=lambda column: place.get(column.split("::")[0], len(place)))
