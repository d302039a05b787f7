"""A short mark by which a form on paper, or a file of answers, is known again."""

from __future__ import annotations

import dataclasses
import hashlib
import json

from lcresearch.instruments.forms.model import Questionnaire

_DIGITS = 8


def form_mark(form: Questionnaire) -> str:
    """Eight hexadecimal digits of the SHA-256 of all that is asked: words, codes, order and versions.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> from lcresearch.instruments.forms import questionnaire
    >>> voice = instruments.load("psychological-safety")
    >>> form_mark(questionnaire([voice])) == form_mark(questionnaire([voice], short_form=[voice.id]))
    False
    """
    asked = {name: part for name, part in dataclasses.asdict(form).items() if name != "scales"}
    content = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:_DIGITS]
