"""Questions that can stand in one table: neighbours with the same answers."""

from __future__ import annotations

from collections.abc import Iterable

from lcresearch.instruments.forms.model import Question


def in_tables(questions: Iterable[Question]) -> list[tuple[Question, ...]]:
    """The questions in order; neighbours that can stand in one table are together, any other question is alone.

    In one table stand choices with the same response scale. A question with a line to fill in, or with a line of help,
    stands alone: a row of a table has no place for it.

    Examples
    --------
    >>> same = {"kind": "choice", "response_scale": "agree"}
    >>> asked = [Question("a", text={}, **same), Question("b", text={}, **same), Question("c", "text", {})]
    >>> [[question.name for question in group] for group in in_tables(asked)]
    [['a', 'b'], ['c']]
    """
    groups: list[list[Question]] = []
    for question in questions:
        if groups and _stand_together(groups[-1][-1], question):
            groups[-1].append(question)
        else:
            groups.append([question])
    return [tuple(group) for group in groups]


def _stand_together(first: Question, second: Question) -> bool:
    return (
        first.kind == second.kind == "choice"
        and first.response_scale is not None
        and first.response_scale == second.response_scale
        and first.answers == second.answers
        and first.other is None
        and not (first.help or second.help)
    )
