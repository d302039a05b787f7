"""A form as it stands on paper: numbered questions, tables of neighbours with the same answers, room to write.

The printed form and the Word file are both made of it, so that they ask the same in the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import lcm
from string import ascii_uppercase
from typing import Literal

from lcresearch.instruments.forms.form_mark import form_mark
from lcresearch.instruments.forms.model import Question, Questionnaire, Texts
from lcresearch.instruments.forms.tables import in_tables
from lcresearch.instruments.forms.wording import label_of, plain_number, words
from lcresearch.messages import Messages

_MOST_COLUMNS, _LONGEST_WORD, _WIDTH_OF_HEADS = 7, 9, 54
_MOST_CHARACTERS, _SOME_CHARACTERS = 12, 8
_MOST_VERSIONS = len(ascii_uppercase)

Room = Literal["", "number", "lines", "characters"]


@dataclass(frozen=True)
class Box:
    """A box to tick, with what stands beside it; ``write`` when there is a line to fill in behind it."""

    code: int | str
    label: str
    write: bool = False


@dataclass(frozen=True)
class Asked:
    """One question on paper.

    Attributes
    ----------
    name, number : str, int
        Id of the question, and its place in the form.
    text, help, hint : str
        The question, the line under it, and what to do; the last two may be empty.
    boxes : tuple of Box
    room : str
        What there is to write in: a box for a number, lines for a text, or a box for each character.
    unit : str
        Behind a number.
    characters : int
        How many boxes for characters.
    after : str
        What stands under the answers.
    """

    name: str
    number: int
    text: str
    help: str = ""
    hint: str = ""
    boxes: tuple[Box, ...] = ()
    room: Room = ""
    unit: str = ""
    characters: int = 0
    after: str = ""

    @property
    def advice(self) -> str:
        """Help and hint together; each has its own line when the help has several."""
        return ("\n" if "\n" in self.help else " ").join(filter(None, (self.help, self.hint)))


@dataclass(frozen=True)
class Table:
    """Neighbours with the same answers: a line each, a column an answer."""

    heads: tuple[Box, ...]
    rows: tuple[Asked, ...]


@dataclass(frozen=True)
class PaperPage:
    """Questions under one heading; ``title`` is empty when the form says it already."""

    title: str
    text: str
    blocks: tuple[Asked | Table, ...]


@dataclass(frozen=True)
class PaperForm:
    """One version of a form in one language.

    Attributes
    ----------
    language, title, introduction, closing : str
    how : tuple of str
        How to fill it in.
    pages : tuple of PaperPage
    version : str
        A letter; empty when everybody gets the same questions.
    mark : str
        What stands at the bottom of each page, so that answers can be traced to this form.
    sources : tuple of str
        The instruments with version and hash.
    """

    language: str
    title: str
    introduction: str
    how: tuple[str, ...]
    pages: tuple[PaperPage, ...]
    closing: str
    version: str
    mark: str
    sources: tuple[str, ...]


def version_letters(form: Questionnaire) -> tuple[str, ...]:
    """A letter for each version of a planned-missing design; none when everybody gets the same questions."""
    numbers = [len(one.versions) for one in form.versions if one.versions]
    return tuple(ascii_uppercase[: min(lcm(*numbers), _MOST_VERSIONS)]) if numbers else ()


def paper_forms(form: Questionnaire, language: str) -> tuple[PaperForm, ...]:
    """All versions of a form in one language; one when everybody gets the same questions.

    With several planned-missing instruments the first version has the first of each, the second the second, and so on.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> from lcresearch.instruments.forms import questionnaire
    >>> elements = instruments.load("working-elements")
    >>> made = paper_forms(questionnaire([elements], planned_missing=[elements.id]), "en")
    >>> [one.version for one in made], len(made[0].pages[0].blocks[0].rows)
    (['A', 'B', 'C'], 6)
    """
    letters = version_letters(form)
    return tuple(_paper_form(form, language, place, letters) for place in range(max(len(letters), 1)))


def _paper_form(form: Questionnaire, language: str, place: int, letters: Sequence[str]) -> PaperForm:
    say = words(language)
    left_out = _left_out(form, place)
    version = letters[place] if letters else ""
    pages: list[PaperPage] = []
    number, title = 1, _in(form.title, language)
    for page in form.pages:
        asked = [question for question in page.questions if question.name not in left_out]
        blocks = tuple(_blocks(asked, language, number))
        number += len(asked)
        heading = _in(page.title, language)
        if blocks:
            pages.append(PaperPage("" if heading == title else heading, _in(page.text, language), blocks))
    named = say("paper_form.version", name=version) if version else ""
    mark = " · ".join(filter(None, [form.id, language, named, form_mark(form)]))
    return PaperForm(
        language=language,
        title=title,
        introduction=_in(form.introduction, language),
        how=tuple(say(f"paper_form.{name}") for name in ("tick", "mistake", "name")),
        pages=tuple(pages),
        closing=_in(form.closing, language) or say("paper_form.end"),
        version=version,
        mark=mark,
        sources=tuple(
            say("paper_form.source", id=id, version=released, hash=hash[:12]) for id, released, hash in form.instruments
        ),
    )


def _left_out(form: Questionnaire, place: int) -> set[str]:
    """Questions of planned-missing instruments that this version does not ask."""
    left_out: set[str] = set()
    for design in form.versions:
        if design.versions:
            asked = set(design.versions[place % len(design.versions)])
            left_out |= {name for version in design.versions for name in version} - asked
    return left_out


def _blocks(asked: Sequence[Question], language: str, first: int) -> Iterator[Asked | Table]:
    number = first
    for together in in_tables(asked):
        numbered = [_asked(question, place, language) for place, question in enumerate(together, start=number)]
        number += len(together)
        if len(together) > 1 and _fits_above_columns(together[0], language):
            yield Table(_boxes(together[0], language), tuple(numbered))
        else:
            yield from numbered


def _fits_above_columns(question: Question, language: str) -> bool:
    """Whether the answers can be read above columns: few, and no word is wider than a column."""
    labels = [label_of(question, answer, language).split() for answer in question.answers]
    longest = [max(map(len, words), default=1) for words in labels]
    return 1 < len(labels) <= _MOST_COLUMNS and max(longest) <= _LONGEST_WORD and sum(longest) <= _WIDTH_OF_HEADS


def _asked(question: Question, number: int, language: str) -> Asked:
    say = words(language)
    room, hint = _room(question), _hint(question, say)
    return Asked(
        name=question.name,
        number=number,
        text=_in(question.text, language),
        help=_in(question.help, language),
        hint=hint,
        boxes=_boxes(question, language),
        room=room,
        unit=_in(question.unit, language),
        characters=_characters(question) if room == "characters" else 0,
        after=say("paper_form.stop") if question.kind == "consent" else "",
    )


def _room(question: Question) -> Room:
    if question.kind == "number":
        return "number"
    if question.kind == "linking_code":
        return "characters"
    return "lines" if question.kind == "text" else ""


def _characters(question: Question) -> int:
    wanted = question.longest or _SOME_CHARACTERS
    return wanted if wanted <= _MOST_CHARACTERS else _MOST_CHARACTERS


def _hint(question: Question, say: Messages) -> str:
    if question.kind == "multiple":
        return say("paper_form.several")
    if question.kind == "linking_code":
        return say("paper_form.characters")
    if question.kind == "number":
        if question.minimum is None or question.maximum is None:
            return say("paper_form.number")
        low, high = (plain_number(value) for value in (question.minimum, question.maximum))
        return say("paper_form.number_between", low=low, high=high)
    return ""


def _boxes(question: Question, language: str) -> tuple[Box, ...]:
    return tuple(
        Box(answer.code, label_of(question, answer, language), answer.code == question.other)
        for answer in question.answers
    )


def _in(texts: Texts, language: str) -> str:
    return texts.get(language, "")
