"""Questions as elements of a SurveyJS page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lcresearch.instruments.forms.model import Page, Question
from lcresearch.instruments.forms.planned_missing import ShownIn
from lcresearch.instruments.forms.surveyjs.texts import Localised, by_language, localised, said
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.instruments.forms.wording import label_of, lines_under, plain_number

Element = dict[str, Any]
_MOST_COLUMNS = 7
_LINES = 3


def elements_of(page: Page, languages: Sequence[str], shown: Mapping[str, ShownIn]) -> list[Element]:
    """The questions of a page in order; neighbours with the same answers are one matrix.

    A matrix is called after its page and place, ``page_1``; its rows have the names of the questions.
    """
    made: list[Element] = []
    for group in in_tables(page.questions):
        if len(group) > 1 and len(group[0].answers) <= _MOST_COLUMNS:
            name = f"{page.name}_{sum(element['type'] == 'matrix' for element in made) + 1}"
            made.append(_matrix(name, group, languages, shown, mixed=page.randomise))
        else:
            made += [_element(question, languages, shown) for question in group]
    return made


def _matrix(
    name: str, group: Sequence[Question], languages: Sequence[str], shown: Mapping[str, ShownIn], *, mixed: bool
) -> Element:
    first = group[0]
    matrix: Element = {
        "type": "matrix",
        "name": name,
        "title": said("form_export.table", languages),
        "columns": _choices(first, languages),
        "rows": [
            _without_empty(
                {
                    "value": question.name,
                    "text": localised(question.text, languages),
                    "visibleIf": _visible_if(question, shown),
                }
            )
            for question in group
        ],
        "alternateRows": True,
        "hideIfRowsEmpty": True,
        "rowTitleWidth": "220px",
    }
    if mixed:
        matrix["rowOrder"] = "random"
    required = [question.name for question in group if question.required]
    if len(required) == len(group):
        matrix["eachRowRequired"] = True
    elif required:
        matrix["validators"] = [
            {"type": "expression", "expression": " and ".join(f"{{{name}.{row}}} notempty" for row in required)}
        ]
    return matrix


def _element(question: Question, languages: Sequence[str], shown: Mapping[str, ShownIn]) -> Element:
    """A question on its own."""
    below = {language: "\n".join(lines_under(question, language)) for language in languages}
    common: Element = {
        "type": _KINDS[question.kind],
        "name": question.name,
        "title": localised(question.text, languages),
        "description": localised(below, languages),
        "visibleIf": _visible_if(question, shown),
        "isRequired": question.required or None,
    }
    return _without_empty({**common, **_own(question, languages)})


def _own(question: Question, languages: Sequence[str]) -> Element:
    """What only questions of its kind have."""
    if question.kind == "number":
        return {"inputType": "number", "step": _step(question), "validators": _number_rules(question, languages)}
    if question.kind == "text":
        return {"rows": _LINES, "autoGrow": True, "maxLength": question.longest}
    if question.kind == "linking_code":
        return {
            "maxLength": question.longest,
            "validators": _pattern_rules(question, languages),
            "autocomplete": "off",
        }
    return {"choices": _choices(question, languages)}


_KINDS = {
    "choice": "radiogroup",
    "group": "radiogroup",
    "consent": "radiogroup",
    "multiple": "checkbox",
    "number": "text",
    "linking_code": "text",
    "text": "comment",
}


_SEPARATOR = "|"
"""SurveyJS takes what follows it in a value for the words to show; numbers stand for such names of groups."""


def _choices(question: Question, languages: Sequence[str]) -> list[Element]:
    """Answers with their codes; the one with a line to fill in asks for it when it is chosen."""
    made = []
    numbered = any(_SEPARATOR in str(answer.code) for answer in question.answers)
    for answer in question.answers:
        labels = {language: label_of(question, answer, language) for language in languages}
        value = question.number_of(answer) if numbered else answer.code
        choice: Element = {"value": value, "text": localised(labels, languages)}
        if answer.code == question.other:
            choice |= {"showCommentArea": True, "isCommentRequired": False}
        made.append(choice)
    return made


def _number_rules(question: Question, languages: Sequence[str]) -> list[Element]:
    """A number within limits, with no more decimals than asked; or a code for no answer."""
    name, rules = f"{{{question.name}}}", list[str]()
    if question.minimum is not None:
        rules.append(f"{name} >= {plain_number(question.minimum)}")
    if question.maximum is not None:
        rules.append(f"{name} <= {plain_number(question.maximum)}")
    rules.append(f"{name} = round({name}, {question.decimals})")
    codes = [f"{name} = {answer.code}" for answer in question.answers]
    inside = " and ".join(rules)
    allowed = " or ".join([f"{name} empty", f"({inside})", *codes])
    return [{"type": "expression", "expression": allowed, "text": _range_text(question, languages)}]


def _range_text(question: Question, languages: Sequence[str]) -> Localised:
    low, high = question.minimum, question.maximum
    if low is not None and high is not None:
        key = "form_export.number.range"
    elif low is not None:
        key = "form_export.number.at_least"
    else:
        key = "form_export.number.at_most" if high is not None else "paper_form.number"
    limits = {name: plain_number(value) for name, value in (("low", low), ("high", high)) if value is not None}
    return said(key, languages, **limits)


def _pattern_rules(question: Question, languages: Sequence[str]) -> list[Element]:
    if not question.pattern:
        return []
    text = localised(by_language(lambda say: say("form_export.pattern"), languages), languages)
    return [{"type": "regex", "regex": f"^(?:{question.pattern})$", "caseInsensitive": True, "text": text}]


def _step(question: Question) -> float | int:
    return 1 if not question.decimals else 10.0**-question.decimals


def _visible_if(question: Question, shown: Mapping[str, ShownIn]) -> str:
    """Only for who got a version that has the question."""
    if question.name not in shown:
        return ""
    when = shown[question.name]
    return " or ".join(f"{{{when.name}}} = {number}" for number in sorted(when.versions))


def _without_empty(element: Element) -> Element:
    return {name: value for name, value in element.items() if value not in (None, "", [])}
