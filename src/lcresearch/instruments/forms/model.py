"""A form: what one respondent is asked, in order, whatever program puts the questions.

Writers of each platform take a :class:`Questionnaire` and nothing else, so that every platform asks the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lcresearch.errors import Problem

Texts = Mapping[str, str]
"""One text by language."""
Kind = Literal["choice", "multiple", "number", "text", "consent", "linking_code", "group"]
"""How a question is answered; the last three come with the study and not from an instrument."""


@dataclass(frozen=True)
class Answer:
    """An answer to choose from.

    Attributes
    ----------
    code : int or str
        What stands in the data; a text for a group, such as a firm.
    label : mapping of str to str
        By language.
    missing : bool
        Whether it counts as no answer, such as "weet ik niet".
    """

    code: int | str
    label: Texts
    missing: bool = False


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    name : str
        Column of the answers: the id of the item.
    kind : str
        choice (one answer), multiple, number, text, consent (1 yes or 0 no), linking_code (a text), or group (one
        answer).
    text : mapping of str to str
        The question by language.
    help : mapping of str to str
        A line under it; empty when there is none.
    answers : tuple of Answer
        Those that count first, then those that are no answer.
    response_scale : str or None
        Name under which neighbours with the same answers can stand in one table; unique within the form.
    other : int or None
        The code that goes with a line to fill in.
    required : bool
    minimum, maximum : float or None
        Of a number.
    decimals : int
        Of a number.
    unit : mapping of str to str
        What the number counts; empty when there is nothing to say.
    instrument : str or None
        Id of the instrument; None for a question of the study itself.
    pattern : str
        Regular expression that a text must match as a whole; empty when any text will do.
    longest : int or None
        Most characters of a text.
    """

    name: str
    kind: Kind
    text: Texts
    help: Texts = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    response_scale: str | None = None
    other: int | None = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    unit: Texts = field(default_factory=dict)
    instrument: str | None = None
    pattern: str = ""
    longest: int | None = None

    def number_of(self, answer: Answer) -> int:
        """The number that stands for an answer where a platform takes no texts as codes.

        Its code, or of a group its place in the list, from 1. Readers turn that number into the name again.

        Examples
        --------
        >>> firm = Question("firm", "group", {}, answers=(Answer("Bakker", {}), Answer("Smit", {})))
        >>> [firm.number_of(answer) for answer in firm.answers]
        [1, 2]
        """
        return answer.code if isinstance(answer.code, int) else self.answers.index(answer) + 1


@dataclass(frozen=True)
class Page:
    """Questions that stand together.

    Attributes
    ----------
    name : str
        Identifier, unique within the form.
    questions : tuple of Question
    title, text : mapping of str to str
        Heading and what is said under it, by language; empty when there is none.
    randomise : bool
        Whether each respondent gets the questions in another order.
    instrument : str or None
        The instrument that it belongs to. Pages of one instrument are neighbours.
    """

    name: str
    questions: tuple[Question, ...]
    title: Texts = field(default_factory=dict)
    text: Texts = field(default_factory=dict)
    randomise: bool = False
    instrument: str | None = None


@dataclass(frozen=True)
class Versions:
    """A planned-missing design: each respondent gets one version of the questions of an instrument, at random.

    Attributes
    ----------
    instrument : str
    versions : tuple of tuple of str
        The questions of each version; questions of the instrument that stand in none are asked of everybody.
    """

    instrument: str
    versions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ScoredScale:
    """How answers to a form become a score.

    Attributes
    ----------
    name : str
        Column of the score.
    instrument : str
    title : mapping of str to str
    items, reversed_items : tuple of str
        Questions of the form that it is made of; those of which agreeing means less of what it measures.
    method : str
        mean, sum, weighted or index.
    weights : mapping of str to float
        By question, for the method weighted; empty for others.
    minimum_answered : int
        Fewest answers that still give a score.
    minimum, maximum : float
        Lowest and highest score; infinite where there is no limit, or where it depends on what is left out of a sum.
    """

    name: str
    instrument: str
    title: Texts
    items: tuple[str, ...]
    reversed_items: tuple[str, ...]
    method: str
    weights: Mapping[str, float]
    minimum_answered: int
    minimum: float
    maximum: float


@dataclass(frozen=True)
class Questionnaire:
    """A whole form.

    Attributes
    ----------
    id : str
        Small letters, digits and hyphens; also the name of files.
    title : mapping of str to str
    languages : tuple of str
        All texts are there in each; the first is the one that the form opens in.
    pages : tuple of Page
        In order.
    introduction, closing : mapping of str to str
        Before the first and after the last question; empty when there is none.
    randomised_instruments : tuple of str
        Instruments whose pages come in another order for each respondent.
    versions : tuple of Versions
        Planned-missing designs.
    instruments : tuple of (id, version, hash)
        What the questions come from.
    scales : tuple of ScoredScale
        What the answers are scored to; nothing of it is shown to respondents.
    """

    id: str
    title: Texts
    languages: tuple[str, ...]
    pages: tuple[Page, ...]
    introduction: Texts = field(default_factory=dict)
    closing: Texts = field(default_factory=dict)
    randomised_instruments: tuple[str, ...] = ()
    versions: tuple[Versions, ...] = ()
    instruments: tuple[tuple[str, str, str], ...] = ()
    scales: tuple[ScoredScale, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    @property
    def consent(self) -> Question | None:
        """The question on consent: whoever does not answer 1 is asked nothing that stands on a later page."""
        return next((question for question in self.questions if question.kind == "consent"), None)


@dataclass(frozen=True)
class FormFiles:
    """What a writer makes of a form.

    Attributes
    ----------
    files : mapping of str to bytes
        Content by what comes after the id in the name of the file, such as ``.lss`` or ``.nl.docx``; main file first.
    problems : tuple of Problem
        Each thing that this format cannot carry, as a note or warning; empty when it carries all.
    """

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...] = ()
