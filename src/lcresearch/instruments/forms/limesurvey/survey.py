"""From a form to what LimeSurvey asks: groups of questions, sub-questions, answers, settings and expressions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from lcresearch.errors import FormError, Place, Problem
from lcresearch.instruments.forms.limesurvey.codes import free_code, question_codes
from lcresearch.instruments.forms.limesurvey.questions import (
    Entry,
    check_codes,
    equation,
    question_entry,
    table_entry,
)
from lcresearch.instruments.forms.limesurvey.texts import as_title, in_languages
from lcresearch.instruments.forms.model import Page, Question, Questionnaire
from lcresearch.instruments.forms.planned_missing import shown_in, version_field
from lcresearch.instruments.forms.study_pages import CONSENT, REFUSAL
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.messages import Messages

Texts = Mapping[str, str]
_LONGEST_TITLE = 200
_REFUSED = ("form.consent.title", "form.consent.thanks")
_FIRST_NUMBER, _NUMBERS = 100_000, 900_000


@dataclass(frozen=True)
class Group:
    """Questions of one page.

    Attributes
    ----------
    name, description : mapping of str to str
        HTML by language.
    relevance : str
        Expression that says who gets the page; "1" for everybody.
    randomization : str
        Pages with the same name come in another order for each respondent; empty for a page that stays.
    entries : tuple of Entry
    """

    name: Texts
    description: Texts
    relevance: str
    randomization: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Survey:
    """A whole survey.

    Attributes
    ----------
    number : int
        LimeSurvey gives it another one when it is taken.
    title, welcome, end : mapping of str to str
        HTML by language.
    languages : tuple of str
        The base language first.
    groups : tuple of Group
    """

    number: int
    title: Texts
    languages: tuple[str, ...]
    groups: tuple[Group, ...]
    welcome: Texts = field(default_factory=dict)
    end: Texts = field(default_factory=dict)


def survey_of(form: Questionnaire, languages: Sequence[str]) -> tuple[Survey, tuple[Problem, ...]]:
    """A form as a survey of LimeSurvey, and what the reader must know about it.

    Raises
    ------
    FormError
        F030, for every code of an answer that LimeSurvey does not take.
    """
    wrong = [problem for question in form.questions for problem in check_codes(question)]
    if wrong:
        raise FormError(wrong)
    making = _Making(form, tuple(languages))
    groups = tuple(making.groups())
    number = int(hashlib.sha256(form.id.encode()).hexdigest(), 16) % _NUMBERS + _FIRST_NUMBER
    survey = Survey(
        number,
        {language: as_title(form.title.get(language, form.id), _LONGEST_TITLE) for language in languages},
        tuple(languages),
        groups,
        in_languages(form.introduction, languages),
        in_languages(form.closing, languages),
    )
    return survey, tuple(making.problems())


class _Making:
    """The parts of one survey, with the codes of all its questions."""

    def __init__(self, form: Questionnaire, languages: tuple[str, ...]) -> None:
        self.form, self.languages = form, languages
        self.codes = question_codes(question.name for question in form.questions)
        self.taken = set(self.codes.values())
        self.drawn = {version_field(design.instrument): self.new_code("version") for design in form.versions}
        self.n_versions = {version_field(design.instrument): len(design.versions) for design in form.versions}
        self.shown = shown_in(form)
        self.mixtures: dict[str, str] = {}
        self.in_several_tables: list[str] = []

    def new_code(self, stem: str) -> str:
        """A code that no question has yet."""
        code = free_code(stem, self.taken)
        self.taken.add(code)
        return code

    def mixture(self, name: str) -> str:
        """The name under which pages, or tables of a page, are shuffled; LimeSurvey keeps 20 characters of it."""
        return self.mixtures.setdefault(name, f"mix{len(self.mixtures) + 1}")

    def groups(self) -> Iterator[Group]:
        """A group for each page; whoever gives no consent gets no later one."""
        consent, relevance = self.form.consent, "1"
        for n, page in enumerate(self.form.pages):
            entries = [*self.entries(page), *(self.equations() if n == 0 else ())]
            mixed = page.instrument in self.form.randomised_instruments
            yield Group(
                {language: as_title((page.title or self.form.title).get(language, "")) for language in self.languages},
                in_languages(page.text, self.languages),
                relevance,
                self.mixture(page.instrument or "") if mixed else "",
                tuple(entries),
            )
            if consent is not None and consent in page.questions:
                relevance = f'{self.codes[consent.name]}.NAOK == "{CONSENT}"'
        if consent is not None:
            yield self.thanks(consent)

    def thanks(self, consent: Question) -> Group:
        """What is said to who does not take part."""
        said = {key: {language: Messages(language)(key) for language in self.languages} for key in _REFUSED}
        title, text = (in_languages(said[key], self.languages) for key in _REFUSED)
        relevance = f'{self.codes[consent.name]}.NAOK == "{REFUSAL}"'
        return Group(
            title, dict.fromkeys(self.languages, ""), relevance, "", (Entry(self.new_code("note"), "X", text),)
        )

    def entries(self, page: Page) -> Iterator[Entry]:
        """The questions of a page; neighbours with the same answers in one table."""
        tables = [one for table in in_tables(page.questions) for one in _by_required(table)]
        random = self.mixture(page.name) if page.randomise and len(tables) > 1 else ""
        if random and any(len(table) > 1 for table in tables):
            self.in_several_tables.append(page.title.get(self.languages[0], page.name))
        for table in tables:
            codes = [self.codes[question.name] for question in table]
            relevances = [self.relevance(question) for question in table]
            if len(table) > 1:
                rows = list(zip(table, codes, relevances, strict=True))
                table_code, asked = self.new_code("table"), self.relevance(*table)
                yield table_entry(table_code, rows, asked, self.languages, shuffled=page.randomise, random_group=random)
            else:
                yield question_entry(table[0], codes[0], relevances[0], self.languages, random_group=random)

    def relevance(self, *questions: Question) -> str:
        """Who is asked at least one of these questions of an instrument: everybody, or who got a version with one."""
        limits = [self.shown[question.name] for question in questions if question.name in self.shown]
        numbers = sorted({number for limit in limits for number in limit.versions})
        if len(limits) < len(questions) or len(numbers) == self.n_versions[limits[0].name]:
            return "1"
        return " or ".join(f"{self.drawn[limits[0].name]}.NAOK == {number}" for number in numbers)

    def equations(self) -> list[Entry]:
        """A hidden number for each planned-missing design, drawn once for each respondent."""
        designs = [(self.drawn[version_field(one.instrument)], len(one.versions)) for one in self.form.versions]
        return [
            equation(code, f"{{if(is_empty({code}), rand(1, {n}), {code})}}", self.languages) for code, n in designs
        ]

    def problems(self) -> Iterator[Problem]:
        """What the reader must know."""
        renamed = [f"{name} ({code})" for name, code in self.codes.items() if code != name]
        if renamed:
            yield Problem("F031", values={"platform": "LimeSurvey", "n": len(renamed), "names": renamed})
        for page in self.in_several_tables:
            yield Problem("F032", values={"page": page})
        for question in self.form.questions:
            if question.kind == "number" and question.decimals:
                yield Problem("F033", Place(item=question.name), {"n": question.decimals})


def _by_required(table: Sequence[Question]) -> list[tuple[Question, ...]]:
    """Runs of questions that are all required, or all not: LimeSurvey requires whole tables."""
    return [tuple(run) for _, run in groupby(table, key=lambda question: question.required)]
