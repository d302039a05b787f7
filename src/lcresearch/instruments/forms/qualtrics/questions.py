"""Questions of a survey file: what stands in the payload of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lcresearch.instruments.forms.model import Answer, Question
from lcresearch.instruments.forms.planned_missing import ShownIn
from lcresearch.instruments.forms.qualtrics.logic import got_version
from lcresearch.instruments.forms.qualtrics.texts import Said, description, in_html, question_html
from lcresearch.instruments.forms.wording import label_of, lines_under, plain_number

Payload = dict[str, Any]
RANDOM_ORDER: Payload = {"Advanced": None, "TotalRandSubset": "", "Type": "All"}


@dataclass(frozen=True)
class Setting:
    """What all questions of a survey share.

    Attributes
    ----------
    languages : tuple of str
        The first is that of the survey.
    shown : mapping of str to ShownIn
        Questions that not everybody is asked.
    """

    languages: tuple[str, ...]
    shown: Mapping[str, ShownIn]


def language_code(language: str) -> str:
    """How Qualtrics names a language: NL, EN."""
    return language.upper()


def choice_ids(question: Question) -> dict[int | str, str]:
    """Code of an answer -> number of the choice: the code itself, or its place when a code is zero or no number."""
    codes = [answer.code for answer in question.answers]
    if all(isinstance(code, int) and code > 0 for code in codes):
        return {code: str(code) for code in codes}
    return {code: str(place) for place, code in enumerate(codes, start=1)}


def text_block(qid: str, tag: str, said: Said, setting: Setting) -> Payload:
    """A text between questions."""
    payload = _basis(qid, tag, ("DB", "TB", None), said, setting)
    return {**payload, "ChoiceOrder": [], "Validation": {"Settings": {"Type": "None"}}}


def question_payload(qid: str, tag: str, question: Question, setting: Setting) -> Payload:
    """A question that stands by itself."""
    said = _question_said(question)
    if question.answers and question.kind != "number":
        payload = _choice(qid, tag, question, said, setting)
    else:
        selector = "ML" if question.kind == "text" else "SL"
        payload = _basis(qid, tag, ("TE", selector, None), said, setting) | {
            "Validation": _number_validation(question) if question.kind == "number" else _validation(question.required),
            "SearchSource": {"AllowFreeResponse": "false"},
        }
    return payload | _display_logic([question], setting)


def table_payload(
    qid: str, tag: str, rows: Sequence[Question], said: Said, setting: Setting, *, mixed: bool
) -> Payload:
    """Questions with the same answers as a table: the rows are its choices, the answers its columns."""
    first, base = rows[0], setting.languages[0]
    ids = choice_ids(first)
    numbers = {str(place): row for place, row in enumerate(rows, start=1)}
    choices = {number: _row(row, setting, alone=len(rows) == 1) for number, row in numbers.items()}
    columns = {ids[answer.code]: {"Display": in_html(label_of(first, answer, base))} for answer in first.answers}
    payload = _basis(qid, tag, ("Matrix", "Likert", "SingleAnswer"), said, setting)
    payload["Configuration"] |= {
        "TextPosition": "inline",
        "ChoiceColumnWidth": 25,
        "RepeatHeaders": "none",
        "WhiteSpace": "OFF",
        "MobileFirst": True,
    }
    payload |= {
        "Choices": choices,
        "ChoiceOrder": list(numbers),
        "Answers": columns,
        "AnswerOrder": list(columns),
        "ChoiceDataExportTags": {number: row.name for number, row in numbers.items()},
        "Validation": _validation(all(row.required for row in rows)),
        "NextChoiceId": len(rows) + 1,
        "NextAnswerId": _next(columns),
    }
    payload |= _codes(first, ids, base)
    payload |= {"Randomization": dict(RANDOM_ORDER)} if mixed else {}
    for language in setting.languages[1:]:
        payload["Language"][language_code(language)] |= {
            "Choices": {number: {"Display": in_html(row.text[language])} for number, row in numbers.items()},
            "Answers": {ids[a.code]: {"Display": in_html(label_of(first, a, language))} for a in first.answers},
        }
    return payload | _display_logic(rows, setting)


def _question_said(question: Question) -> Said:
    return lambda language: question_html(question.text.get(language, ""), lines_under(question, language))


def _basis(qid: str, tag: str, kind: tuple[str, str, str | None], said: Said, setting: Setting) -> Payload:
    """What every question has."""
    base, *others = setting.languages
    payload: Payload = {
        "QuestionText": said(base),
        "DefaultChoices": False,
        "DataExportTag": tag,
        "QuestionID": qid,
        "QuestionType": kind[0],
        "Selector": kind[1],
        "DataVisibility": {"Private": False, "Hidden": False},
        "Configuration": {"QuestionDescriptionOption": "UseText"},
        "QuestionDescription": description(said(base)),
        "Validation": _validation(False),
        "GradingData": [],
        "Language": {language_code(other): {"QuestionText": said(other)} for other in others} or [],
        "NextChoiceId": 4,
        "NextAnswerId": 1,
    }
    return payload if kind[2] is None else payload | {"SubSelector": kind[2]}


def _choice(qid: str, tag: str, question: Question, said: Said, setting: Setting) -> Payload:
    base, ids = setting.languages[0], choice_ids(question)
    selector = "MAVR" if question.kind == "multiple" else "SAVR"
    choices = {ids[answer.code]: _option(question, answer, base) for answer in question.answers}
    payload = _basis(qid, tag, ("MC", selector, "TX"), said, setting)
    payload |= {
        "Choices": choices,
        "ChoiceOrder": list(choices),
        "Validation": _validation(question.required),
        "NextChoiceId": _next(choices),
    }
    payload |= _codes(question, ids, base)
    for language in setting.languages[1:]:
        labels = {ids[a.code]: {"Display": in_html(label_of(question, a, language))} for a in question.answers}
        payload["Language"][language_code(language)]["Choices"] = labels
    return payload


def _option(question: Question, answer: Answer, language: str) -> Payload:
    option: Payload = {"Display": in_html(label_of(question, answer, language))}
    if answer.code == question.other:
        option |= {"TextEntry": "true", "TextEntrySize": "Medium"}
    if answer.missing and question.kind == "multiple":
        option["ExclusiveAnswer"] = True
    return option


def _codes(question: Question, ids: Mapping[int | str, str], language: str) -> Payload:
    """What stands in the data for each answer, its name there, and which are no answer."""
    coded: Payload = {
        "RecodeValues": {ids[answer.code]: str(question.number_of(answer)) for answer in question.answers},
        "VariableNaming": {ids[answer.code]: label_of(question, answer, language) for answer in question.answers},
    }
    no_answer = {ids[answer.code]: "No" for answer in question.answers if answer.missing}
    return coded | ({"AnalyzeChoices": no_answer} if no_answer else {})


def _row(question: Question, setting: Setting, *, alone: bool) -> Payload:
    row: Payload = {"Display": in_html(question.text[setting.languages[0]])}
    shown = setting.shown.get(question.name)
    return row if shown is None or alone else row | {"DisplayLogic": got_version([shown])}


def _display_logic(questions: Sequence[Question], setting: Setting) -> Payload:
    """When not everybody is asked any of these questions: who is."""
    shown = [setting.shown[question.name] for question in questions if question.name in setting.shown]
    return {"DisplayLogic": got_version(shown)} if len(shown) == len(questions) else {}


def _validation(required: bool) -> Payload:
    return {"Settings": {"ForceResponse": "ON" if required else "OFF", "ForceResponseType": "ON", "Type": "None"}}


def _number_validation(question: Question) -> Payload:
    """Numbers only, from the lowest to the highest that can be filled in, codes for no answer included."""
    codes = [float(answer.code) for answer in question.answers if isinstance(answer.code, int)]
    low = None if question.minimum is None else min([question.minimum, *codes])
    high = None if question.maximum is None else max([question.maximum, *codes])
    return {
        "Settings": {
            "ForceResponse": "ON" if question.required else "OFF",
            "ForceResponseType": "ON",
            "Type": "ContentType",
            "MinChars": "1",
            "ContentType": "ValidNumber",
            "ValidDateType": "DateWithFormat",
            "ValidPhoneType": "ValidUSPhone",
            "ValidZipType": "ValidUSZip",
            "ValidNumber": {"Min": _plain(low), "Max": _plain(high), "NumDecimals": str(question.decimals)},
        }
    }


def _plain(number: float | None) -> str:
    return "" if number is None else plain_number(number)


def _next(choices: Mapping[str, object]) -> int:
    return max(map(int, choices), default=0) + 1
