"""The data dictionary of REDCap: a row a field."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import count

from lcresearch.instruments.forms.model import Answer, Page, Question, Questionnaire
from lcresearch.instruments.forms.redcap.names import RECORD, field_names, names_of
from lcresearch.instruments.forms.study_pages import CONSENT
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.instruments.forms.wording import label_of, lines_under, plain_number, words

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
"""Columns of a data dictionary, in order."""
(
    NAME,
    FORM,
    HEADER,
    TYPE,
    LABEL,
    CHOICES,
    NOTE,
    VALIDATION,
    LOW,
    HIGH,
    _,
    BRANCHING,
    REQUIRED,
    _,
    _,
    MATRIX,
    _,
    TAGS,
) = COLUMNS
_TYPES = {"multiple": "checkbox", "number": "text", "linking_code": "text", "text": "notes"}
_MOST_IN_A_LIST = 12
_LONGEST_FORM = 50
_SIGNS = str.maketrans({"{": "&#123;", "}": "&#125;", "[": "&#91;", "]": "&#93;", "|": "&#124;"})
"""Signs that REDCap takes for something else: other fields, or the end of an answer."""
_FORMULA = re.compile(r"^[=+\-@]")


def dictionary(form: Questionnaire, language: str) -> list[dict[str, str]]:
    """The rows of a form in one language."""
    return [*_Rows(form, language).all()]


def as_label(text: str) -> str:
    """Plain text as a label of REDCap that shows the same; a spreadsheet takes none for a formula.

    Examples
    --------
    >>> as_label("=1 | [naam]\\n<b>")
    ' =1 &#124; &#91;naam&#93;<br>&lt;b&gt;'
    """
    safe = "<br>".join(html.escape(text, quote=False).translate(_SIGNS).splitlines())
    return f" {safe}" if _FORMULA.match(safe) else safe


class _Rows:
    def __init__(self, form: Questionnaire, language: str) -> None:
        self.form, self.language = form, language
        self.names = field_names(question.name for question in form.questions)
        self.taken = {RECORD, *self.names.values()}
        self.form_name = names_of(form.id)[0][:_LONGEST_FORM].strip("_")
        self.numbers = count(1)

    def all(self) -> Iterator[dict[str, str]]:
        yield self.row(RECORD, "text", "Record ID")
        consent, agreed = self.form.consent, ""
        for page in self.form.pages:
            header = self.header(page)
            for table in in_tables(page.questions):
                matrix = f"table_{next(self.numbers)}" if len(table) > 1 else ""
                for question in table:
                    for row in self.fields(question, agreed, matrix):
                        yield row | {HEADER: header}
                        header = ""
            if consent is not None and consent in page.questions:
                agreed = f"[{self.names[consent.name]}] = '{CONSENT}'"

    def row(self, name: str, kind: str, label: str, **more: str) -> dict[str, str]:
        return {NAME: name, FORM: self.form_name, TYPE: kind, LABEL: label, **more}

    def header(self, page: Page) -> str:
        """What stands above the first question of a page; before the first page the introduction too."""
        parts = [as_label(self.said(page.title)), as_label(self.said(page.text))]
        parts[0] = f"<strong>{parts[0].strip()}</strong>" if parts[0] else ""
        if page is self.form.pages[0]:
            parts.insert(0, as_label(self.said(self.form.introduction)))
        return "<br><br>".join(filter(None, parts))

    def said(self, texts: Mapping[str, str]) -> str:
        return texts.get(self.language, "")

    def fields(self, question: Question, agreed: str, matrix: str) -> Iterator[dict[str, str]]:
        """The field of a question, and the line to fill in that goes with one of its answers."""
        name = self.names[question.name]
        kind = _TYPES.get(question.kind, "radio")
        if question.kind == "group" and len(question.answers) > _MOST_IN_A_LIST:
            kind = "dropdown"
        own = {
            CHOICES: " | ".join(self.choice(question, answer) for answer in question.answers)
            if _has_choices(question)
            else "",
            NOTE: as_label("\n".join(lines_under(question, self.language))),
            BRANCHING: agreed,
            REQUIRED: "y" if question.required else "",
            MATRIX: matrix,
            TAGS: " ".join(_tags(question)),
        }
        yield self.row(name, kind, as_label(self.said(question.text)), **own, **_validation(question))
        if question.other is not None:
            chosen = f"[{name}({question.other})] = '1'" if kind == "checkbox" else f"[{name}] = '{question.other}'"
            line = as_label(words(self.language)("form_export.namely"))
            yield self.row(
                self.free(f"{name}_other"), "text", line, **{BRANCHING: " and ".join(filter(None, (agreed, chosen)))}
            )

    def free(self, name: str) -> str:
        """A name that no field has yet."""
        while name in self.taken:
            name += "_text"
        self.taken.add(name)
        return name

    def choice(self, question: Question, answer: Answer) -> str:
        return f"{question.number_of(answer)}, {as_label(label_of(question, answer, self.language)).strip()}"


def _has_choices(question: Question) -> bool:
    return question.kind not in ("number", "text", "linking_code")


def _tags(question: Question) -> Iterator[str]:
    """Action tags: answers that go with no other, and the length of a text."""
    alone = [str(answer.code) for answer in question.answers if answer.missing]
    if question.kind == "multiple" and alone:
        yield f"@NONEOFTHEABOVE='{','.join(alone)}'"
    if question.longest is not None:
        yield f"@CHARLIMIT='{question.longest}'"


def _validation(question: Question) -> dict[str, str]:
    """Kind and range of a number; the range is made wide enough for the numbers that stand for no answer."""
    if question.kind != "number":
        return {}
    codes = [float(answer.code) for answer in question.answers]
    low = None if question.minimum is None else min([question.minimum, *codes])
    high = None if question.maximum is None else max([question.maximum, *codes])
    ends = {LOW: "" if low is None else plain_number(low), HIGH: "" if high is None else plain_number(high)}
    return {VALIDATION: "number" if question.decimals else "integer"} | ends
