"""The form for judgements as a workbook: a row an element, with a list to choose from."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lcresearch.disclosure import neutralise
from lcresearch.errors import IntegrationError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.integration.converging.evidence import KEYS
from lcresearch.integration.converging.fingerprints import fingerprint
from lcresearch.integration.converging.judgements import choices
from lcresearch.integration.converging.result import word
from lcresearch.messages import Messages
from lcresearch.office_files import office_bytes
from lcresearch.workbooks import UnreadableWorkbookError, cell_text, check_container, open_workbook, sheet_rows
from lcresearch.yaml_lines import YamlPath

_SHEET = "judgements"
_TO_FILL = ("judgement", "by", "date", "because", "settles")
_TO_READ = ("numbers", "voices", "proposal", "reason")
_COLUMNS = (*KEYS, *_TO_READ, *_TO_FILL, "evidence")
_WIDTHS = {"numbers": 22, "voices": 22, "reason": 60, "because": 40, "by": 20, "evidence": 14, "judgement": 16}
_LARGEST = 20_000_000
_MOST_ROWS = 10_000


def write_workbook(rows: Sequence[Mapping[Any, Any]], path: Path, language: str | None) -> Path:
    """Write rows of a convergence table as a form; cells to fill in are coloured.

    Raises
    ------
    IntegrationError
        G004: the file cannot be written.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _SHEET
    sheet.append(list(_COLUMNS))
    for row in rows:
        sheet.append([neutralise(_cell(row, name, language)) for name in _COLUMNS])
    for place, name in enumerate(_COLUMNS, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 14)
        for cell in sheet[letter]:
            cell.alignment = Alignment(wrap_text=name != "evidence", vertical="top")
            cell.font = Font(bold=cell.row == 1)
            if name in _TO_FILL:
                cell.fill = PatternFill("solid", fgColor="FFF6DF")
                cell.number_format = "@"
    to_choose = DataValidation(type="list", formula1=f'"{",".join(choices(language))}"', allow_blank=True)
    sheet.add_data_validation(to_choose)
    letter = get_column_letter(_COLUMNS.index("judgement") + 1)
    to_choose.add(f"{letter}2:{letter}{max(len(rows), 1) + 1}")
    sheet.freeze_panes = "B2"
    about = book.create_sheet("about")
    for text in ("file_head", "form.fill_in"):
        about.append([Messages(language)(f"integration.convergence.{text}", outcomes=choices(language))])
    about.column_dimensions["A"].width = 100
    try:
        return write_whole(path, office_bytes(book))
    except OSError as error:
        raise IntegrationError("G004", where=Place(file=path.name), path=path.name, reason=reason_of(error)) from None


def _cell(row: Mapping[Any, Any], name: str, language: str | None) -> str:
    if name in ("numbers", "voices"):
        return word(name, row[name], language)
    if name == "proposal":
        return word("outcome", row[name], language)
    if name == "evidence":
        return json.dumps(fingerprint(row), ensure_ascii=False)
    return "" if name in _TO_FILL else str(row[name])


def read_workbook(path: Path) -> tuple[dict[str, Any], dict[YamlPath, int]]:
    """A form that was filled in, as the content of a judgements file, and the row of each judgement.

    Raises
    ------
    IntegrationError
        G001: there is no file; Q138: it is no workbook that can be read, or no such form.
    """
    place = Place(file=path.name)
    if not path.exists():
        raise IntegrationError("G001", where=place, path=path.as_posix())
    try:
        check_container(path, _LARGEST)
        with open_workbook(path) as book:
            sheet = book[_SHEET] if _SHEET in book.sheetnames else book.worksheets[0]
            rows = [row for _, row in zip(range(_MOST_ROWS), sheet_rows(sheet), strict=False)]
    except UnreadableWorkbookError as error:
        raise IntegrationError("Q138", where=place, reason=error.reason) from None
    names = [(cell_text(cell) or "").strip() for cell in rows[0]] if rows else []
    lacking = [name for name in ("element", "judgement", "by", "date", "because", "evidence") if name not in names]
    if lacking:
        raise IntegrationError("Q138", where=place, reason=", ".join(lacking))
    entries: list[dict[str, Any]] = []
    lines: dict[YamlPath, int] = {(): 1}
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(names, row, strict=False))
        if cell_text(cells["element"]) is None:
            continue
        lines["judgements", len(entries)] = number
        entries.append(_entry(cells, Place(file=path.name, row=number)))
    return {"schema": 1, "judgements": entries}, lines


def _entry(cells: Mapping[str, Any], place: Place) -> dict[str, Any]:
    texts = {name: _text(cells.get(name)) for name in (*KEYS, "judgement", "by", "date", "because")}
    try:
        evidence = json.loads(_text(cells["evidence"]))
        if not isinstance(evidence, dict):
            raise ValueError
    except (ValueError, RecursionError):
        raise IntegrationError("Q138", where=place, reason="evidence") from None
    settles = _text(cells.get("settles")).lower() in ("true", "1", "yes", "ja", "x", "waar")
    return texts | {"settles": settles, "evidence": evidence}


def _text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    text = (cell_text(value) or "").strip()
    return text[1:] if text[:1] == "'" and neutralise(text[1:]) == text else text
