"""What no form on paper can do, whatever program makes it."""

from __future__ import annotations

from collections.abc import Iterator

from lcresearch.errors import Place, Problem
from lcresearch.instruments.forms.model import Questionnaire
from lcresearch.instruments.forms.paper_layout import version_letters

_NAMED = 10


def paper_problems(form: Questionnaire) -> Iterator[Problem]:
    """F070 no random order, F071 versions to hand out in turn, F072 nothing that insists on an answer."""
    where = Place(file=form.id)
    mixed = [page.name for page in form.pages if page.randomise]
    if mixed or form.randomised_instruments:
        yield Problem("F070", where, {"pages": list(dict.fromkeys([*form.randomised_instruments, *mixed]))})
    letters = version_letters(form)
    if letters:
        yield Problem("F071", where, {"versions": list(letters)})
    required = [question.name for question in form.questions if question.required]
    if required:
        yield Problem("F072", where, {"n": len(required), "questions": required[:_NAMED]})
