"""Words that go with questions on every platform: labels of answers, and the lines under a question."""

from __future__ import annotations

from lcresearch.instruments.forms.model import Answer, Question
from lcresearch.messages import Messages


def label_of(question: Question, answer: Answer, language: str) -> str:
    """What people read at an answer: its label, its code when it has none, or both on a scale with few labels.

    Examples
    --------
    >>> ends = (Answer(0, {"en": "not at all"}), Answer(1, {}), Answer(2, {"en": "fully"}))
    >>> [label_of(Question("q", "choice", {}, answers=ends), answer, "en") for answer in ends]
    ['0 – not at all', '1', '2 – fully']
    """
    label = answer.label.get(language, "")
    if not label:
        return str(answer.code)
    numbers_shown = any(not each.missing and not each.label.get(language) for each in question.answers)
    return f"{answer.code} – {label}" if numbers_shown and not answer.missing else label


def lines_under(question: Question, language: str) -> list[str]:
    """What stands under a question: help, what a number counts, and what to fill in for no answer.

    Examples
    --------
    >>> hours = Question("h", "number", {}, answers=(Answer(99, {"en": "I don't know"}, missing=True),),
    ...                  unit={"en": "hours"})
    >>> lines_under(hours, "en")
    ['Fill in a number (hours).', "I don't know? Then fill in 99."]
    """
    lines = [question.help.get(language, "")]
    if question.kind == "number":
        say = Messages(language)
        unit = question.unit.get(language, "")
        lines += [say("form_export.number.unit", unit=unit)] if unit else []
        lines += [_for_no_answer(answer, language) for answer in question.answers]
    return [line for line in lines if line]


def _for_no_answer(answer: Answer, language: str) -> str:
    label = answer.label.get(language, "")
    named = label[:1].upper() + label[1:]
    return Messages(language)("form_export.number.no_answer", label=named, code=str(answer.code))
