"""The columns of answers to a form, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lcresearch.instruments.forms.model import Answer, Question, Questionnaire, Texts
from lcresearch.instruments.forms.planned_missing import ShownIn, shown_in
from lcresearch.instruments.forms.wording import label_of
from lcresearch.messages import LANGUAGES, Messages


@dataclass(frozen=True)
class Variable:
    """A column of the answers.

    Attributes
    ----------
    name : str
    question : Question
        What was asked; several columns for a question with several answers.
    label : mapping of str to str
        The question, and for a question with several answers the answer behind it.
    categories : tuple of Answer
    universe : mapping of str to str
        Who was asked.
    """

    name: str
    question: Question
    label: Texts
    categories: tuple[Answer, ...] = ()
    universe: Texts = field(default_factory=dict)

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.question.kind not in ("text", "linking_code", "group")


def variables_of(form: Questionnaire, languages: Sequence[str]) -> list[Variable]:
    """All columns in order; a question with several answers has one an answer, ``id_code``."""
    shown, asked_consent = shown_in(form), False
    found: list[Variable] = []
    for question in form.questions:
        universe = _universe(question, shown.get(question.name), languages, asked_consent)
        found += list(_of(question, universe, languages))
        asked_consent = asked_consent or question.kind == "consent"
    return found


def said(key: str, languages: Sequence[str], **values: object) -> dict[str, str]:
    """A text of the catalogue by language; English for a language that the catalogue lacks."""
    return {one: Messages(one if one in LANGUAGES else "en")(key, **values) for one in languages}


def _of(question: Question, universe: Texts, languages: Sequence[str]) -> Iterator[Variable]:
    labels = {answer.code: {one: label_of(question, answer, one) for one in languages} for answer in question.answers}
    text = {one: question.text.get(one, "") for one in languages}
    if question.kind != "multiple":
        categories = tuple(Answer(answer.code, labels[answer.code], answer.missing) for answer in question.answers)
        yield Variable(question.name, question, text, categories, universe)
        return
    chosen = (Answer(1, said("codebook.chosen", languages)), Answer(0, said("codebook.not_chosen", languages)))
    for answer in question.answers:
        label = {one: f"{text[one]} [{labels[answer.code][one]}]" for one in languages}
        yield Variable(f"{question.name}_{answer.code}", question, label, chosen, universe)


def _universe(question: Question, shown: ShownIn | None, languages: Sequence[str], consented: bool) -> dict[str, str]:
    """Who was asked, in words."""
    who = said("codebook.consented" if consented else "codebook.everyone", languages)
    if shown is None:
        return who
    numbers = ", ".join(map(str, sorted(shown.versions)))
    got = said("codebook.version", languages, numbers=numbers, instrument=question.instrument or "")
    return {one: f"{who[one]}; {got[one]}" if consented else got[one] for one in languages}
