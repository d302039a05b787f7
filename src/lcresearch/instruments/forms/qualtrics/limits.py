"""What the files for Qualtrics cannot carry, each as a note for who imports them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lcresearch.errors import Place, Problem
from lcresearch.instruments.forms.model import Question, Questionnaire
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.messages import LANGUAGES, Messages

_NAMED = 8


def not_in_survey_file(form: Questionnaire, languages: Sequence[str]) -> list[Problem]:
    """What a survey file cannot carry."""
    where = Place(file=f"{form.id}.qsf")
    mixed = [
        page.title.get(languages[0], "") or page.name
        for page in form.pages
        if page.randomise and len(groups := in_tables(page.questions)) > 1 and any(len(group) > 1 for group in groups)
    ]
    wide = [question.name for question in form.questions if _accepts_too_much(question)]
    unchecked = [question.name for question in form.questions if question.pattern or question.longest]
    return _notes(where, {"F040": wide, "F041": mixed, "F042": unchecked})


def not_in_text(form: Questionnaire, languages: Sequence[str]) -> list[Problem]:
    """What a text file cannot carry beside that, in one note."""
    tables = [rows for page in form.pages for rows in in_tables(page.questions) if len(rows) > 1]
    mixed = [name for name in form.randomised_instruments if _n_pages(form, name) > 1]
    found: dict[str, Iterable[str]] = {
        "order": [*mixed, *(page.name for page in form.pages if page.randomise and len(page.questions) > 1)],
        "versions": [design.instrument for design in form.versions],
        "consent": [question.name for question in form.questions if question.kind == "consent"],
        "checks": [question.name for question in form.questions if question.required or question.kind == "number"],
        "other": [question.name for question in form.questions if question.other is not None],
        "groups": [question.name for question in form.questions if question.kind == "group"],
        "rows": [rows[0].name for rows in tables],
        "languages": languages[1:],
    }
    what = {language: "; ".join(_in_words(found, language)) for language in LANGUAGES}
    return [Problem("F043", Place(file=f"{form.id}.{languages[0]}.txt"), {"what": what})] if any(what.values()) else []


def _in_words(found: Mapping[str, Iterable[str]], language: str) -> Iterable[str]:
    say = Messages(language)
    for key, names in found.items():
        if named := _named(names):
            yield say(f"form_export.not_in_text.{key}", names=named)


def _n_pages(form: Questionnaire, instrument: str) -> int:
    return sum(page.instrument == instrument for page in form.pages)


def _accepts_too_much(question: Question) -> bool:
    """Whether a code for no answer lies outside the numbers that can be right."""
    low, high = question.minimum, question.maximum
    codes = [answer.code for answer in question.answers if question.kind == "number" and isinstance(answer.code, int)]
    return any((low is not None and code < low) or (high is not None and code > high) for code in codes)


def _notes(where: Place, found: dict[str, list[str]]) -> list[Problem]:
    return [Problem(code, where, {"names": _named(names)}) for code, names in found.items() if names]


def _named(names: Iterable[str]) -> list[str]:
    """The first names; three dots for the others."""
    listed = list(dict.fromkeys(names))
    return [*listed[:_NAMED], *(["…"] if len(listed) > _NAMED else [])]
