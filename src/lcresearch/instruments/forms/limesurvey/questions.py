"""Questions as LimeSurvey puts them: a letter for the type, sub-questions, answers and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lcresearch.errors import Place, Problem
from lcresearch.instruments.forms.limesurvey.codes import LONGEST_ANSWER
from lcresearch.instruments.forms.limesurvey.texts import as_html, in_languages
from lcresearch.instruments.forms.model import Answer, Question
from lcresearch.instruments.forms.wording import label_of, lines_under, plain_number, range_in_words, words

Texts = Mapping[str, str]
THEMES = {
    "F": "arrays/array",
    "L": "listradio",
    "!": "list_dropdown",
    "M": "multiplechoice",
    "N": "numerical",
    "S": "shortfreetext",
    "T": "longfreetext",
    "X": "boilerplate",
    "*": "equation",
}
"""Letter of a type -> its theme in LimeSurvey 4 and later."""
_MOST_IN_A_LIST = 12
_ANSWER_CODE = re.compile(rf"[A-Za-z0-9]{{1,{LONGEST_ANSWER}}}")


@dataclass(frozen=True)
class Row:
    """A sub-question: a row of a table, or an option of a question with several answers."""

    code: str
    text: Texts
    relevance: str = "1"


@dataclass(frozen=True)
class Entry:
    """A question of LimeSurvey.

    Attributes
    ----------
    code, type : str
        The letter of the type is one of :data:`THEMES`.
    text, help : mapping of str to str
        HTML by language.
    relevance : str
        Expression that says who is asked.
    mandatory, other : bool
        ``other`` adds a line to fill in.
    pattern : str
        Regular expression between slashes; empty when any text will do.
    rows : tuple of Row
    answers : tuple of (str, mapping)
        Code and label by language, in order.
    attributes : mapping of str to str
    worded : mapping of str to mapping of str to str
        Attributes that are texts, by language.
    """

    code: str
    type: str
    text: Texts
    help: Texts = field(default_factory=dict)
    relevance: str = "1"
    mandatory: bool = False
    other: bool = False
    pattern: str = ""
    rows: tuple[Row, ...] = ()
    answers: tuple[tuple[str, Texts], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    worded: Mapping[str, Texts] = field(default_factory=dict)


def check_codes(question: Question) -> Iterator[Problem]:
    """F030 for each code of an answer that LimeSurvey does not take: a minus sign, or more than five digits."""
    if question.kind == "number":
        return
    for answer in question.answers:
        if not _ANSWER_CODE.fullmatch(str(question.number_of(answer))):
            yield Problem("F030", Place(item=question.name), {"code": str(answer.code), "n": LONGEST_ANSWER})


def table_entry(
    code: str,
    rows: Sequence[tuple[Question, str, str]],
    relevance: str,
    languages: Sequence[str],
    *,
    shuffled: bool,
    random_group: str,
) -> Entry:
    """Questions with the same answers as one table; ``rows`` are questions with their code and relevance."""
    first = rows[0][0]
    return Entry(
        code,
        "F",
        {language: as_html(words(language)("form_export.table")) for language in languages},
        relevance=relevance,
        mandatory=first.required,
        rows=tuple(Row(one, in_languages(question.text, languages), shown) for question, one, shown in rows),
        answers=_answers(first, first.answers, languages),
        attributes=_filled({"random_order": "1" if shuffled else "", "random_group": random_group}),
    )


def question_entry(
    question: Question, code: str, relevance: str, languages: Sequence[str], *, random_group: str
) -> Entry:
    """A question that stands alone."""
    listed = [answer for answer in question.answers if question.other is None or answer.code != question.other]
    attributes, worded = _limits(question, languages)
    kind = _type(question)
    if question.other is not None:
        named = next(answer for answer in question.answers if answer.code == question.other)
        worded["other_replace_text"] = _labels(question, named, languages)
    if kind == "M":
        nothing = [str(question.number_of(answer)) for answer in listed if answer.missing]
        attributes["exclude_all_others"] = ";".join(nothing)
    return Entry(
        code,
        kind,
        in_languages(question.text, languages),
        {language: "<br />".join(map(as_html, lines_under(question, language))) for language in languages},
        relevance,
        question.required,
        question.other is not None,
        f"/^({question.pattern})$/" if question.pattern else "",
        tuple(Row(one, label) for one, label in _answers(question, listed, languages)) if kind == "M" else (),
        _answers(question, listed, languages) if kind in "L!" else (),
        _filled({**attributes, "random_group": random_group}),
        worded,
    )


def equation(code: str, expression: str, languages: Sequence[str]) -> Entry:
    """A value that LimeSurvey computes and nobody sees."""
    return Entry(code, "*", dict.fromkeys(languages, expression), attributes={"hidden": "1"})


def _type(question: Question) -> str:
    if question.kind == "multiple":
        return "M"
    if question.kind == "number":
        return "N"
    if question.kind in ("text", "linking_code"):
        return "T" if question.kind == "text" else "S"
    return "!" if question.kind == "group" and len(question.answers) > _MOST_IN_A_LIST else "L"


def _answers(
    question: Question, answers: Sequence[Answer], languages: Sequence[str]
) -> tuple[tuple[str, dict[str, str]], ...]:
    return tuple((str(question.number_of(answer)), _labels(question, answer, languages)) for answer in answers)


def _labels(question: Question, answer: Answer, languages: Sequence[str]) -> dict[str, str]:
    return {language: as_html(label_of(question, answer, language)) for language in languages}


def _limits(question: Question, languages: Sequence[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Attributes that keep answers within limits, and the words that LimeSurvey shows with them."""
    if question.kind != "number":
        return {"maximum_chars": "" if question.longest is None else str(question.longest)}, {}
    worded = {"suffix": in_languages(question.unit, languages)} if question.unit else {}
    whole = {"num_value_int_only": "" if question.decimals else "1"}
    ends = {"min": question.minimum, "max": question.maximum}
    allowed = [answer.code for answer in question.answers if not _within(answer.code, question)]
    if not allowed:
        return whole | {
            f"{end}_num_value_n": "" if at is None else plain_number(at) for end, at in ends.items()
        }, worded
    inside = [f"self {'>=' if end == 'min' else '<='} {plain_number(at)}" for end, at in ends.items() if at is not None]
    choices = ["is_empty(self)", f"({' and '.join(inside)})", *(f"self == {code}" for code in allowed)]
    worded["em_validation_q_tip"] = {language: as_html(range_in_words(question, language)) for language in languages}
    return whole | {"em_validation_q": " or ".join(choices)}, worded


def _within(code: int | str, question: Question) -> bool:
    """Whether a number for no answer lies within the limits of the question."""
    low, high = question.minimum, question.maximum
    return (low is None or float(code) >= low) and (high is None or float(code) <= high)


def _filled(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value != ""}
