"""The list of disagreements as a file to fill in while talking, and what was filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.interviews.code_tables.quotes import names_of_codes
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.coding_agreement.disagreements import COLUMNS, KINDS, Disagreements
from lcresearch.interviews.table_files import write_table
from lcresearch.interviews.transcripts.tables import read_table
from lcresearch.messages import LANGUAGES, Messages

ANSWERS = ("outcome", "agreed_code", "agreed_boundaries", "remark")
"""Columns that are filled in."""
KEPT, DROPPED, REPLACED, OPEN = "kept", "dropped", "replaced", "open"
OUTCOMES = (KEPT, DROPPED, REPLACED, OPEN)
Answers = tuple[str, str, str, str]
_WIDTHS = {"before": 34, "text": 60, "after": 34, "code": 32, "other_codes": 32, "agreed_code": 30, "remark": 40}
_WRAPPED = ("before", "text", "after", "code", "boundaries", "other_codes", "remark")
_SHOWN = 20
_TWICE = re.compile(r" \(\d+\)$")
"""Behind the name of a column that stood there already."""


def write_disagreements(
    found: Disagreements, path: str | Path, *, language: str | None = None, force: bool = False
) -> Path:
    """Write the list to discuss, with empty columns for what comes of it.

    In a workbook outcomes are chosen from a list, and a second sheet tells what each means. The file holds what people
    said, word for word: it stays in the house like the interviews themselves. Text that a spreadsheet would run as a
    formula gets an apostrophe in front.

    Parameters
    ----------
    found : Disagreements
        From :func:`~lcresearch.interviews.find_disagreements`.
    path : str or Path
        ``.xlsx`` or ``.csv``.
    language : {"nl", "en"}, optional
        Of headings and outcomes; by default that of the terminal. Either is read back.
    force : bool, default False
        Whether a file that exists is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InterviewError
        G002, when the file exists; V035, when the ending is another; G004, when the operating system refuses.
    """
    say = Messages(language)
    table = found.tidy().assign(**dict.fromkeys(ANSWERS, ""))
    table["kind"] = [say(f"coder_agreement.kind.{kind}") for kind in table["kind"]]
    columns = [*COLUMNS, *ANSWERS]
    headed = table[columns].set_axis([say(f"coder_agreement.column.{name}") for name in columns], axis="columns")
    sheet = say("coder_agreement.sheet.list")
    return write_table(
        headed, path, sheet=sheet, force=force, dress=lambda book: _dress(book, sheet, len(headed), columns, say)
    )


def _dress(book: Any, sheet: str, n_rows: int, columns: list[str], say: Messages) -> None:
    """Widths, wrapped text, a list of outcomes to choose from, and a sheet that explains."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    page = book[sheet]
    for number, name in enumerate(columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = _WIDTHS.get(name, 14)
        if name in _WRAPPED:
            for row in range(2, n_rows + 2):
                page.cell(row, number).alignment = Alignment(wrap_text=True, vertical="top")
    page.auto_filter.ref = page.dimensions
    choices = ",".join(say(f"coder_agreement.outcome.{outcome}") for outcome in OUTCOMES)
    choice = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
    page.add_data_validation(choice)
    letter = get_column_letter(columns.index("outcome") + 1)
    if n_rows:
        choice.add(f"{letter}2:{letter}{n_rows + 1}")
    help_page = book.create_sheet(say("coder_agreement.sheet.help"))
    lines = [(say("coder_agreement.help.start"), "")]
    lines += [(say(f"coder_agreement.kind.{kind}"), say(f"coder_agreement.help.{kind}")) for kind in KINDS]
    lines += [(say(f"coder_agreement.outcome.{each}"), say(f"coder_agreement.help.{each}")) for each in OUTCOMES]
    lines += [(say(f"coder_agreement.column.{name}"), say(f"coder_agreement.help.{name}")) for name in ANSWERS[1:]]
    for line in lines:
        help_page.append(line)
    help_page["A1"].font = Font(bold=True)
    help_page.column_dimensions["A"].width, help_page.column_dimensions["B"].width = 26, 100


def read_outcomes(path: str | Path, found: Disagreements, codebook: Codebook) -> pd.DataFrame:
    """What was filled in, one row a place of the list.

    Parameters
    ----------
    path : str or Path
        The file of :func:`write_disagreements`, filled in; headings and outcomes in either language.
    found : Disagreements
        The list that it was written from.
    codebook : Codebook
        For the codes that were agreed instead.

    Returns
    -------
    DataFrame
        Indexed by ``id``, in the order of the list: ``outcome`` (``kept, dropped, replaced, open``), ``agreed_code``
        (id or empty), ``agreed_boundaries`` (id of a coder, places as ``120-180``, or empty: the widest), ``remark``.
        Rows that were taken out of the file are open.

    Raises
    ------
    InterviewError
        G001, V060 to V063, V240 to V243: a file that cannot be read; V155: it is no such list; V153, V154: all
        rows that cannot be understood, or are not in the list.
    """
    table = _table(Path(path))
    codes = names_of_codes(codebook)
    codes |= {f"'{name}": code for name, code in codes.items()}  # as the list wrote names that look like formulas
    coders = {name.casefold(): coder for coder, name in found.coders.items()}
    known = {
        id: (start, end) for id, start, end in found.table[["id", "start", "end"]].itertuples(index=False, name=None)
    }
    problems: list[Problem] = []
    rows: dict[str, Answers] = {}
    for row, record in zip(table.index, table.to_dict("records"), strict=True):
        where, values = Place(file=Path(path).name, row=row), {str(name): cell for name, cell in record.items()}
        id = _text(values["id"])
        if id not in known or id in rows:
            problems.append(Problem("V154", where, {"id": id or "–", "twice": id in rows}))
            continue
        try:
            rows[id] = _answers(values, codes, coders, known[id])
        except _NotUnderstoodError as error:
            problems.append(Problem("V153", where, {"what": _reason(error.reason), "found": error.found}))
    if problems:
        raise InterviewError(problems[:_SHOWN])
    filled = [rows.get(id, (OPEN, "", "", "")) for id in found.table["id"]]
    return pd.DataFrame(filled, columns=list(ANSWERS), index=pd.Index(found.table["id"], name="id"))


class _NotUnderstoodError(Exception):
    """A cell that says nothing that can be done."""

    def __init__(self, reason: str, found: str) -> None:
        super().__init__(reason, found)
        self.reason, self.found = reason, found


def _answers(
    values: Mapping[str, object], codes: Mapping[str, str], coders: Mapping[str, str], place: tuple[int, int]
) -> Answers:
    said, code, whose, remark = (_text(values.get(name)) for name in ANSWERS)
    outcome = _outcomes().get(said.casefold().rstrip("."))
    if outcome is None and said:
        raise _NotUnderstoodError("outcome", said)
    if code and code not in codes:
        raise _NotUnderstoodError("code", code)
    if outcome is None:
        outcome = REPLACED if code else OPEN
    if outcome == REPLACED and not code:
        raise _NotUnderstoodError("no_code", said)
    if code and outcome != REPLACED:
        raise _NotUnderstoodError("two_answers", f"{said}, {code}")
    whose = whose.removeprefix("'")
    boundaries = whose if overlaps(whose, place) else coders.get(whose.casefold(), "")
    if whose and not boundaries:
        raise _NotUnderstoodError("coder", whose)
    return outcome, codes.get(code, ""), boundaries, remark


def own_boundaries(written: str) -> tuple[int, int] | None:
    """First character and the one after the last, from ``120-180``; None for anything else.

    Examples
    --------
    >>> own_boundaries("120-180"), own_boundaries("180-120"), own_boundaries("An")
    ((120, 180), None, None)
    """
    found = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", written.replace(" ", ""))
    if found is None:
        return None
    start, end = int(found[1]), int(found[2])
    return (start, end) if start < end else None


def overlaps(written: str, place: tuple[int, int]) -> bool:
    """Whether boundaries that were written share text with the place that they are for."""
    found = own_boundaries(written)
    return found is not None and found[0] < place[1] and place[0] < found[1]


def _outcomes() -> dict[str, str]:
    """What may be written -> outcome, in both languages."""
    words = {
        Messages(language)(f"coder_agreement.outcome.{outcome}").casefold(): outcome
        for language in LANGUAGES
        for outcome in OUTCOMES
    }
    return words | {"j": KEPT, "y": KEPT, "n": DROPPED}


def _reason(name: str) -> dict[str, str]:
    return {language: Messages(language)(f"coder_agreement.reason.{name}") for language in LANGUAGES}


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value).strip()


def _table(path: Path) -> pd.DataFrame:
    """The file with the names of columns that this module uses."""
    if not path.is_file():
        raise InterviewError("G001", path=path.as_posix())
    table = read_table(path)
    names = {
        Messages(language)(f"coder_agreement.column.{name}").casefold(): name
        for language in LANGUAGES
        for name in [*COLUMNS, *ANSWERS]
    }
    table = table.rename(columns={column: names.get(str(column).casefold(), column) for column in table})
    written = [names.get(_TWICE.sub("", str(column)).casefold(), column) for column in table]
    missing = [name for name in ("id", "outcome") if written.count(name) != 1]
    if missing:
        raise InterviewError("V155", where=Place(file=path.name), missing=missing)
    return table.dropna(how="all", subset=["id", *[name for name in ANSWERS if name in table]])
