"""Conditions of a form, in XPath as ODK knows it: who is asked what, and which answers are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lcresearch.instruments.forms.model import Question
from lcresearch.instruments.forms.planned_missing import ShownIn
from lcresearch.instruments.forms.wording import label_of, plain_number, range_in_words, words


def quoted(text: str) -> str:
    """A text within quotation marks that it does not hold itself.

    Examples
    --------
    >>> print(quoted("it's"), quoted("a"))
    "it's" 'a'
    """
    return f'"{text}"' if "'" in text else f"'{text}'"


def reference(name: str) -> str:
    """The answer to a question."""
    return f"${{{name}}}"


def all_of(conditions: Iterable[str]) -> str:
    """True where all of these are; those that are empty say nothing."""
    stated = [condition for condition in conditions if condition]
    return stated[0] if len(stated) == 1 else " and ".join(f"({condition})" for condition in stated)


def got_version(shown: Iterable[ShownIn]) -> str:
    """True for those who got one of these versions."""
    fields = sorted({(each.name, version) for each in shown for version in each.versions})
    return " or ".join(f"{reference(name)} = {version}" for name, version in fields)


def version_drawn(n: int) -> str:
    """One of ``n`` versions, drawn once."""
    return f"once(int(random() * {n}) + 1)"


def chose_other(question: Question) -> str:
    """True when somebody chose the answer with a line to fill in."""
    if question.kind == "multiple":
        return f"selected({reference(question.name)}, '{question.other}')"
    return f"{reference(question.name)} = '{question.other}'"


def right_answers(question: Question) -> str:
    """What an answer must be; empty when any will do."""
    if question.kind == "number":
        return _right_numbers(question)
    if question.kind == "multiple":
        alone = [answer.code for answer in question.answers if answer.missing]
        return all_of(f"not(selected(., '{code}') and count-selected(.) > 1)" for code in alone)
    length = f"string-length(.) <= {question.longest}" if question.longest else ""
    pattern = f"regex(., {quoted(f'^({question.pattern})$')})" if question.pattern else ""
    return all_of([pattern, length])


def _right_numbers(question: Question) -> str:
    low, high = _limits(question)
    within = " and ".join(part for part in (f". >= {low}" if low else "", f". <= {high}" if high else "") if part)
    if not within:
        return ""
    return " or ".join([f"({within})", *(f". = {answer.code}" for answer in question.answers)])


def message_of(question: Question, language: str) -> str:
    """What people read when an answer is not right."""
    say = words(language)
    if question.kind == "number":
        return range_in_words(question, language)
    if question.kind == "multiple":
        alone: Sequence[str] = [label_of(question, answer, language) for answer in question.answers if answer.missing]
        return " ".join(say("form_export.only_answer", label=label) for label in alone)
    return say("form_export.pattern")


def _limits(question: Question) -> tuple[str, str]:
    """Lowest and highest number, as text; empty where there is none."""
    low, high = ("" if limit is None else plain_number(limit) for limit in (question.minimum, question.maximum))
    return low, high
