"""A workbook to type answers on paper in: a column a question, a line a form, and only codes that go with it.

``responses.read`` reads it back without a mapping: its columns have the ids of the questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lcresearch.disclosure import neutralise
from lcresearch.instruments.forms.model import Question, Questionnaire
from lcresearch.instruments.forms.paper_layout import version_letters
from lcresearch.instruments.forms.sheets import HEAD, HEAD_FONT, add_sheet
from lcresearch.instruments.forms.wording import label_of, plain_number, words
from lcresearch.messages import Messages
from lcresearch.office_files import office_bytes

_LINES = 1_000
_LONGEST_PROMPT, _LONGEST_TITLE = 250, 32


@dataclass(frozen=True)
class EntryColumn:
    """A column to type in.

    Attributes
    ----------
    name, about : str
        Header, and what is said when somebody points at it.
    codes : tuple of (code, label)
        What may be typed; empty for anything.
    low, high : float or None
        Of a number.
    number : bool
        Whether only a number may be typed.
    """

    name: str
    about: str
    codes: tuple[tuple[int | str, str], ...] = ()
    low: float | None = None
    high: float | None = None
    number: bool = False


def entry_columns(form: Questionnaire, language: str) -> list[EntryColumn]:
    """All columns of the workbook, in the order of the form.

    A question with several answers has a column an answer, ``id_code``; behind an answer with a line to fill in comes
    ``id_code_text``.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> from lcresearch.instruments.forms import questionnaire
    >>> columns = entry_columns(questionnaire([instruments.load("psychological-safety")]), "en")
    >>> [column.name for column in columns[:3]], columns[1].codes[0]
    (['form_number', 'ps01', 'ps02'], (1, 'strongly disagree'))
    """
    say = words(language)
    columns = [EntryColumn("form_number", say("entry_form.number"))]
    letters = version_letters(form)
    if letters:
        columns.append(EntryColumn("form_version", say("entry_form.version"), tuple((each, each) for each in letters)))
    return [*columns, *(column for question in form.questions for column in _columns(question, language, say))]


def _columns(question: Question, language: str, say: Messages) -> Iterator[EntryColumn]:
    text = question.text.get(language, "")
    codes = tuple((answer.code, label_of(question, answer, language)) for answer in question.answers)
    if question.kind == "multiple":
        for code, label in codes:
            about = f"{text}\n{label}\n{say('entry_form.ticked')}"
            yield EntryColumn(f"{question.name}_{code}", about, ((1, label), (0, "–")))
    elif question.kind == "number":
        low, high = question.minimum, question.maximum
        range_of = say("entry_form.any_number")
        if low is not None and high is not None:
            range_of = say("entry_form.number_between", low=plain_number(low), high=plain_number(high))
        listed = [f"{code} = {label}" for code, label in codes]
        yield EntryColumn(question.name, "\n".join([text, range_of, *listed]), codes, low, high, number=True)
    else:
        yield EntryColumn(question.name, text, codes)
    for code, label in codes:
        if code == question.other:
            yield EntryColumn(f"{question.name}_{code}_text", say("entry_form.own_words", label=label))


def entry_workbook(form: Questionnaire, language: str) -> bytes:
    """The workbook with comments in one language."""
    say, columns = words(language), entry_columns(form, language)
    book = Workbook()
    sheet = book.active
    sheet.title = say("entry_form.answers")
    sheet.append([neutralise(column.name) for column in columns])
    for place, column in enumerate(columns, start=1):
        _head(sheet, place, column)
        _allow(sheet, place, column, say)
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = 24
    _codes_sheet(book, columns, say)
    about = book.create_sheet(say("entry_form.about"))
    about.append([neutralise(form.title.get(language, form.id))])
    about.append([say("entry_form.how")])
    about.column_dimensions["A"].width = 90
    about["A1"].font = Font(name="Calibri", bold=True, size=14)
    about["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    return office_bytes(book)


def _head(sheet: Any, place: int, column: EntryColumn) -> None:
    cell = sheet.cell(1, place)
    cell.font, cell.fill = HEAD_FONT, HEAD
    cell.alignment = Alignment(vertical="center")
    cell.comment = Comment(column.about, "lcresearch", width=380, height=140)
    dimension = sheet.column_dimensions[get_column_letter(place)]
    dimension.width = max(9, len(column.name) + 3)
    if not column.number and not all(isinstance(code, int) for code, _ in column.codes or (("", ""),)):
        dimension.number_format = "@"  # so that 07 in a code stays 07


def _allow(sheet: Any, place: int, column: EntryColumn, say: Messages) -> None:
    """Let only codes that go with the question be typed, and show what they mean."""
    rule = _rule(column)
    if rule is None:
        return
    rule.showErrorMessage, rule.showInputMessage = True, True
    rule.error = say("entry_form.wrong")[:_LONGEST_PROMPT]
    rule.promptTitle = column.name[:_LONGEST_TITLE]
    listed = "\n".join(f"{code} = {label}" for code, label in column.codes)
    about = f"{say('entry_form.choose')}:\n{listed}" if listed and not column.number else column.about
    rule.prompt = about[:_LONGEST_PROMPT]
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{_LINES + 1}")
    sheet.add_data_validation(rule)


def _rule(column: EntryColumn) -> DataValidation | None:
    if column.number:
        extra = [float(code) for code, _ in column.codes if isinstance(code, int)]
        if column.low is None or column.high is None:
            return DataValidation(type="decimal", operator="between", formula1="-1E+12", formula2="1E+12")
        low, high = min([column.low, *extra]), max([column.high, *extra])
        return DataValidation(
            type="decimal", operator="between", formula1=plain_number(low), formula2=plain_number(high)
        )
    listed = ",".join(str(code) for code, _ in column.codes)
    simple = listed and len(listed) <= _LONGEST_PROMPT and all("," not in str(code) for code, _ in column.codes)
    return DataValidation(type="list", formula1=f'"{listed.replace(chr(34), chr(34) * 2)}"') if simple else None


def _codes_sheet(book: Workbook, columns: list[EntryColumn], say: Messages) -> None:
    head = [say(f"entry_form.{name}") for name in ("column", "question", "code", "label")]
    rows = [
        (column.name, column.about.split("\n")[0], code, label)
        for column in columns
        for code, label in column.codes or (("", ""),)
    ]
    add_sheet(book, say("entry_form.codes"), head, rows, (16, 70, 9, 44))
