"""What an XLSForm cannot carry, each as a note for who imports it."""

from __future__ import annotations

from collections.abc import Iterator

from lcresearch.errors import Place, Problem
from lcresearch.instruments.forms.model import Questionnaire


def not_carried(form: Questionnaire) -> Iterator[Problem]:
    """What gets lost, or becomes something else."""
    where = Place(file=f"{form.id}.xlsx")
    mixed = [page for page in form.pages if page.randomise and len(page.questions) > 1]
    mixed += [page for page in form.pages if page.instrument in form.randomised_instruments]
    if mixed:
        yield Problem("F055", where, {"names": list(dict.fromkeys(page.instrument or page.name for page in mixed))})
    if form.versions:
        yield Problem("F056", where, {"names": [design.instrument for design in form.versions]})
