"""Whether answers are answers to this form: nothing that was not asked, no value out of the list, no huge text."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lcresearch.app.collecting.asked import Asked, Field

CONSENT = 1
"""Answer of who takes part, as in :mod:`lcresearch.instruments.forms.study_pages`, which is slow to load."""
COMMENT = "-Comment"
MARK, LANGUAGE, SECONDS, START, OPENED = "form_mark", "form_language", "form_seconds", "form_start", "form_opened"
_LONGEST_OTHER = 500
_MOST_SECONDS = 1e10
_KEPT_SIGNS = "\n\r\t"
Answers = Mapping[str, Any]


def read_json(body: bytes) -> Any:
    """What was sent, or None when it is no JSON that could come from a form."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> Any:
    raise ValueError(name)


def faults(asked: Asked, answers: Any, drawn: Mapping[str, int]) -> list[str]:
    """Names of fields that this form does not have, or that hold what no form gives; empty for a good draft.

    Parameters
    ----------
    asked : Asked
    answers : object
        As ``survey.data`` of SurveyJS; anything at all, since anybody can send it.
    drawn : mapping of str to int
        The versions that this person got.

    Examples
    --------
    >>> asked = Asked("m", ["nl"], None, {"a": Field("choice", [1, 2], "table"), "b": Field("text", longest=5)}, {})
    >>> faults(asked, {"table": {"a": 2}, "b": "kort"}, {})
    []
    >>> faults(asked, {"table": {"a": 3, "x": 1}, "b": "te lang", "c": 1}, {})
    ['table', 'b', 'c']
    """
    if not isinstance(answers, dict):
        return [""]
    return [str(name)[:100] for name, value in answers.items() if not _fits(asked, name, value, drawn)]


def unfinished(asked: Asked, answers: Answers, drawn: Mapping[str, int]) -> list[str]:
    """Questions that keep answers from being sent in: required and open, or out of the limits that the form sets.

    Examples
    --------
    >>> asked = Asked("m", ["nl"], "ok", {"ok": Field("consent", [1, 0], required=True),
    ...               "n": Field("number", maximum=10, required=True)}, {})
    >>> unfinished(asked, {"ok": 1}, {}), unfinished(asked, {"ok": 1, "n": 11}, {}), unfinished(asked, {"ok": 0}, {})
    (['n'], ['n'], [])
    """
    if refuses(asked, answers):
        return []
    given = flat(asked, answers)
    return [
        name
        for name, one in asked.fields.items()
        if one.asked_of(drawn) and ((one.required and name not in given) or not within(one, given.get(name)))
    ]


def refuses(asked: Asked, answers: Answers) -> bool:
    """Whether somebody said not to take part."""
    return asked.consent is not None and asked.consent in answers and answers[asked.consent] != CONSENT


def agrees(asked: Asked, answers: Answers) -> bool:
    """Whether somebody said to take part; where that was not asked nobody did."""
    return asked.consent is not None and answers.get(asked.consent) == CONSENT


def flat(asked: Asked, answers: Answers) -> dict[str, Any]:
    """Answers by the name of the question, rows of tables too."""
    found = {}
    for name, one in asked.fields.items():
        holder = answers.get(one.matrix, {}) if one.matrix else answers
        if name in holder:
            found[name] = holder[name]
    return found


def within(one: Field, value: Any) -> bool:
    """Whether a number or text is within the limits of the form; what people typed so far need not be."""
    if value is None:
        return True
    if one.kind == "number":
        if value in one.codes:
            return True
        low = one.minimum is None or value >= one.minimum
        high = one.maximum is None or value <= one.maximum
        return low and high and math.isclose(value, round(value, one.decimals), abs_tol=1e-9)
    if one.pattern:
        return re.fullmatch(one.pattern, value, re.IGNORECASE) is not None
    return True


def _fits(asked: Asked, name: str, value: Any, drawn: Mapping[str, int]) -> bool:
    if name in asked.fields and asked.fields[name].matrix is None:
        one = asked.fields[name]
        return one.asked_of(drawn) and _is_value(one, value)
    if name.endswith(COMMENT):
        about = asked.fields.get(name.removesuffix(COMMENT))
        return about is not None and bool(about.codes) and _is_text(value, _LONGEST_OTHER)
    if name in asked.versions:
        return bool(type(value) is int and value == drawn.get(name))
    if name in _OWN:
        return _is_own(asked, name, value)
    return _is_table(asked, name, value, drawn)


_OWN = frozenset({MARK, LANGUAGE, SECONDS, START, OPENED})


def _is_own(asked: Asked, name: str, value: Any) -> bool:
    """Fields that the form fills in itself."""
    if name == MARK:
        return bool(value == asked.mark)
    if name == LANGUAGE:
        return value in ("", *asked.languages)
    return _is_number(value) and 0 <= value <= _MOST_SECONDS


def _is_table(asked: Asked, name: str, value: Any, drawn: Mapping[str, int]) -> bool:
    if not isinstance(value, dict) or not any(one.matrix == name for one in asked.fields.values()):
        return False
    return all(
        row in asked.fields
        and asked.fields[row].matrix == name
        and asked.fields[row].asked_of(drawn)
        and _is_value(asked.fields[row], each)
        for row, each in value.items()
    )


def _is_value(one: Field, value: Any) -> bool:
    if one.kind == "number":
        return _is_number(value)
    if one.kind in ("text", "linking_code"):
        return _is_text(value, one.longest)
    if one.kind == "multiple":
        return isinstance(value, list) and len(value) <= len(one.codes) and all(_is_chosen(one, each) for each in value)
    if one.kind == "choice" and one.matrix is None:
        return _is_chosen(one, value)
    return _is_code(one, value)


def _is_chosen(one: Field, value: Any) -> bool:
    """One of the answers; SurveyJS puts it in an object with what was written on its line, where it has one."""
    if not isinstance(value, dict):
        return _is_code(one, value)
    comment = value.get("comment", "")
    whole = value.keys() <= {"value", "comment"} and _is_code(one, value.get("value"))
    return whole and _is_text(comment, _LONGEST_OTHER)


def _is_code(one: Field, value: Any) -> bool:
    """One of the answers; true and 1.0 are equal to 1 in Python, and no answers."""
    return type(value) in (int, str) and any(type(code) is type(value) and code == value for code in one.codes)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < 1e15 and math.isfinite(value)


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and not any(_broken_signs(value))


def _broken_signs(text: str) -> Iterator[bool]:
    """Signs that no keyboard gives and no file should hold: half pairs and controls."""
    return ("\ud800" <= sign <= "\udfff" or (sign < " " and sign not in _KEPT_SIGNS) for sign in text)
