"""Pages that come with a study and not from an instrument: consent, the groups of the respondent, a self-made code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lcresearch.instruments.forms.model import Answer, Page, Question, Texts
from lcresearch.instruments.forms.settings import LinkingPart
from lcresearch.messages import Messages

CONSENT, REFUSAL = 1, 0
"""Codes of the answers on consent."""
_LETTERS, _HOUSE_NUMBER = 2, 5
_PATTERNS: Mapping[str, str] = {"birth_day": "(0?[1-9]|[12][0-9]|3[01])"}
_LONGEST: Mapping[str, int] = {
    "mother_first_letters": _LETTERS,
    "own_first_letters": _LETTERS,
    "birthplace_first_letters": _LETTERS,
    "birth_day": 2,
    "house_number": _HOUSE_NUMBER,
}
_LONGEST_CODE = 40


def consent_page(column: str, languages: Sequence[str], text: Texts | None = None) -> Page:
    """The page on which people say whether their answers may be used.

    Parameters
    ----------
    column : str
        Name of the question.
    languages : sequence of str
    text : mapping of str to str, optional
        What people agree to; a plain text by default.

    Examples
    --------
    >>> consent_page("toestemming", ["nl"]).questions[0].answers[0].label["nl"]
    'Ja, ik doe mee'
    """
    answers = (
        Answer(CONSENT, _said("form.consent.yes", languages)),
        Answer(REFUSAL, _said("form.consent.no", languages)),
    )
    asked = Question(column, "consent", _said("form.consent.question", languages), answers=answers, required=True)
    about = dict(text) if text else _said("form.consent.text", languages)
    return Page("study_consent", (asked,), _said("form.consent.title", languages), about)


def group_page(groups: Mapping[str, tuple[str, Sequence[str], Texts | None]], languages: Sequence[str]) -> Page:
    """The page on which people say to which groups they belong.

    Parameters
    ----------
    groups : mapping
        Level -> name of the question, names to choose from, and what a group is called by language (None for the name
        of the level).
    languages : sequence of str

    Examples
    --------
    >>> page = group_page({"organisation": ("bedrijf", ["Bakker", "Smit"], None)}, ["nl"])
    >>> page.questions[0].text["nl"], [answer.code for answer in page.questions[0].answers]
    ('Bij welke organisatie werkt u?', ['Bakker', 'Smit'])
    """
    asked = []
    for level, (column, names, title) in groups.items():
        answers = tuple(Answer(name, dict.fromkeys(languages, name)) for name in names)
        asked.append(
            Question(column, "group", _group_question(level, title, languages), answers=answers, required=True)
        )
    return Page("study_groups", tuple(asked), _said("form.groups.title", languages))


def _group_question(level: str, title: Texts | None, languages: Sequence[str]) -> dict[str, str]:
    own = title or {}
    return {
        language: Messages(language)("form.groups.titled", title=own[language])
        if language in own
        else Messages(language)(f"form.groups.{level}")
        for language in languages
    }


def linking_page(columns: Sequence[str], parts: Sequence[LinkingPart], languages: Sequence[str]) -> Page:
    """The page with the code that people make up themselves, so that their answers of several waves stay together.

    Parameters
    ----------
    columns : sequence of str
        As many as there are parts: a question each. One for several parts: people write them behind each other.
    parts : sequence of str
    languages : sequence of str

    Examples
    --------
    >>> page = linking_page(["code"], ["mother_first_letters", "birth_day"], ["nl"])
    >>> print(page.questions[0].help["nl"])
    1. de eerste twee letters van de voornaam van uw moeder
    2. de dag van de maand waarop u jarig bent, met twee cijfers
    Bijvoorbeeld: AN07
    >>> [question.name for question in linking_page(["c1", "c2"], ["own_first_letters", "birth_day"], ["nl"]).questions]
    ['c1', 'c2']
    """
    together = len(columns) == 1 and len(parts) > 1
    asked = [_whole_code(columns[0], parts, languages)] if together else _code_parts(columns, parts, languages)
    return Page("study_code", tuple(asked), _said("form.code.title", languages), _said("form.code.text", languages))


def _code_parts(columns: Sequence[str], parts: Sequence[LinkingPart], languages: Sequence[str]) -> list[Question]:
    return [
        Question(
            column,
            "linking_code",
            _said(f"form.code.{part}.question", languages),
            _said(f"form.code.{part}.help", languages),
            required=True,
            pattern=_PATTERNS.get(part, ""),
            longest=_LONGEST.get(part, _LONGEST_CODE),
        )
        for column, part in zip(columns, parts, strict=True)
    ]


def _whole_code(column: str, parts: Sequence[LinkingPart], languages: Sequence[str]) -> Question:
    steps = {}
    for language in languages:
        say = Messages(language)
        lines = [f"{n}. {say(f'form.code.{part}.short')}" for n, part in enumerate(parts, start=1)]
        example = "".join(say(f"form.code.{part}.example") for part in parts)
        steps[language] = "\n".join([*lines, say("form.code.example", example=example)])
    asked = _said("form.code.question", languages)
    return Question(column, "linking_code", asked, steps, required=True, longest=_LONGEST_CODE)


def _said(key: str, languages: Sequence[str]) -> dict[str, str]:
    return {language: Messages(language)(key) for language in languages}
