"""Words that go with questions on every platform: labels of answers, and the lines under a question."""

from __future__ import annotations

from lcresearch.instruments.forms.model import Answer, Question
from lcresearch.messages import LANGUAGES, Messages


def words(language: str) -> Messages:
    """What stands beside the questions: in English when the questions are in a language that the package lacks."""
    return Messages(language if language in LANGUAGES else "en")


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
        say = words(language)
        unit = question.unit.get(language, "")
        lines += [say("form_export.number.unit", unit=unit)] if unit else []
        lines += [_for_no_answer(answer, language) for answer in question.answers]
    return [line for line in lines if line]


def _for_no_answer(answer: Answer, language: str) -> str:
    label = answer.label.get(language, "")
    named = label[:1].upper() + label[1:]
    return words(language)("form_export.number.no_answer", label=named, code=str(answer.code))


def plain_number(number: float) -> str:
    """A number as people and programs read it: with no more decimals than it has, and never as a power of ten.

    Examples
    --------
    >>> plain_number(2_500_000.0), plain_number(-0.25), plain_number(7)
    ('2500000', '-0.25', '7')
    """
    return f"{number:.15g}"


def range_in_words(question: Question, language: str) -> str:
    """What a number may be, in a sentence.

    Examples
    --------
    >>> range_in_words(Question("h", "number", {}, minimum=0, maximum=60), "nl")
    'Vul een getal in van 0 tot en met 60.'
    """
    say = words(language)
    low, high = (None if at is None else plain_number(at) for at in (question.minimum, question.maximum))
    if low is not None and high is not None:
        return say("form_export.number.range", low=low, high=high)
    return (
        say("form_export.number.at_least", low=low) if low is not None else say("form_export.number.at_most", high=high)
    )
