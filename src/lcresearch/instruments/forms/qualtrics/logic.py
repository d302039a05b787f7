"""Conditions of Qualtrics: on the answer to a question, and on embedded data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lcresearch.instruments.forms.planned_missing import ShownIn
from lcresearch.instruments.forms.qualtrics.texts import in_html

Logic = dict[str, Any]


def is_chosen(qid: str, choice: str, question: str, label: str) -> Logic:
    """True when a choice of a question is selected."""
    locator = f"q://{qid}/SelectableChoice/{choice}"
    expression = {
        "LogicType": "Question",
        "QuestionID": qid,
        "QuestionIsInLoop": "no",
        "ChoiceLocator": locator,
        "Operator": "Selected",
        "QuestionIDFromLocator": qid,
        "LeftOperand": locator,
        "Type": "Expression",
        "Description": _described("If", question, label, "Is Selected"),
    }
    return _any_of([expression])


def got_version(shown: Iterable[ShownIn]) -> Logic:
    """True for those who got one of these versions."""
    fields = sorted({(each.name, version) for each in shown for version in each.versions})
    expressions = []
    for place, (field, version) in enumerate(fields):
        word = "Or" if place else "If"
        expression: Logic = {
            "LogicType": "EmbeddedField",
            "LeftOperand": field,
            "Operator": "EqualTo",
            "RightOperand": str(version),
            "Type": "Expression",
            "Description": _described(word, "", field, "Is Equal to", str(version)),
        }
        expressions.append({**expression, "Conjuction": "Or"} if place else expression)  # spelled so by Qualtrics
    return {**_any_of(expressions), "inPage": False}


def _any_of(expressions: Iterable[Logic]) -> Logic:
    numbered = {str(place): expression for place, expression in enumerate(expressions)}
    return {"0": {**numbered, "Type": "If"}, "Type": "BooleanExpression"}


def _described(word: str, question: str, left: str, operator: str, right: str = "") -> str:
    """A condition in words, as the survey flow shows it."""
    parts = [("ConjDesc", word), ("QuestionDesc", in_html(question)), ("LeftOpDesc", in_html(left))]
    parts.append(("OpDesc", operator))
    parts += [("RightOpDesc", right)] if right else []
    return " ".join(f'<span class="{name}">{text}</span>' for name, text in parts) + " "
