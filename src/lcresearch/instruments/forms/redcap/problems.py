"""What REDCap cannot carry of a form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lcresearch.errors import Problem
from lcresearch.instruments.forms.model import Questionnaire
from lcresearch.instruments.forms.redcap.names import field_names


def problems(form: Questionnaire, languages: Sequence[str]) -> Iterator[Problem]:
    """Each thing once, as a note or a warning."""
    if len(languages) > 1:
        yield Problem("F034", values={"languages": list(languages)})
    pages = [page.title.get(languages[0], page.name) for page in form.pages if page.randomise]
    if pages or form.randomised_instruments:
        yield Problem("F035", values={"parts": [*pages, *form.randomised_instruments]})
    for design in form.versions:
        yield Problem("F036", values={"instrument": design.instrument, "n": len(design.versions)})
    unchecked = [
        question.name
        for question in form.questions
        if question.pattern or (question.kind == "number" and question.decimals)
    ]
    if unchecked:
        yield Problem("F037", values={"questions": unchecked})
    wide = [question.name for question in form.questions if question.kind == "number" and question.answers]
    if wide:
        yield Problem("F038", values={"questions": wide})
    if form.closing:
        yield Problem("F039", values={"text": form.closing.get(languages[0], "")})
    renamed = {name: field for name, field in field_names(one.name for one in form.questions).items() if name != field}
    if renamed:
        named = [f"{name} ({field})" for name, field in renamed.items()]
        yield Problem("F031", values={"platform": "REDCap", "n": len(named), "names": named})
