"""What an XLSForm cannot carry, each as a note for who imports it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lcresearch.errors import Place, Problem
from lcresearch.instruments.forms.model import Question, Questionnaire

_MARKUP = re.compile(
    r"\*\S[^*]*\*|(?<!\w)_\S[^_]*_(?!\w)|^\s*#|\[[^\]]+\]\([^)]+\)|<[A-Za-z/][^>]*>|\$\{", re.MULTILINE
)
"""What these programs show as emphasis, a heading, a link, a tag or the answer to another question."""


def not_carried(form: Questionnaire) -> Iterator[Problem]:
    """What gets lost, or becomes something else."""
    where = Place(file=f"{form.id}.xlsx")
    mixed = [page for page in form.pages if page.randomise and len(page.questions) > 1]
    mixed += [page for page in form.pages if page.instrument in form.randomised_instruments]
    if mixed:
        yield Problem("F055", where, {"names": list(dict.fromkeys(page.instrument or page.name for page in mixed))})
    if form.versions:
        yield Problem("F056", where, {"names": [design.instrument for design in form.versions]})
    marked = [name for name, texts in _texts(form) if any(map(_MARKUP.search, texts.values()))]
    if marked:
        yield Problem("F057", where, {"names": list(dict.fromkeys(marked))})


def _texts(form: Questionnaire) -> Iterator[tuple[str, Mapping[str, str]]]:
    """All that people read, with the name of the question or page where it stands."""
    yield from (("introduction", form.introduction), ("closing", form.closing))
    for page in form.pages:
        yield from ((page.name, page.title), (page.name, page.text))
        yield from (pair for question in page.questions for pair in _of_question(question))


def _of_question(question: Question) -> Iterator[tuple[str, Mapping[str, str]]]:
    said = (question.text, question.help, question.unit, *(answer.label for answer in question.answers))
    yield from ((question.name, texts) for texts in said)
