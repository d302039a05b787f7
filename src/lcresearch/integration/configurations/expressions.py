"""Expressions that people write: ``DEV*~IND + URB[1]*LIT[0,1]``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lcresearch.errors import IntegrationError, nearest
from lcresearch.integration.configurations.terms import ANY, Condition, Term

PART = re.compile(r"\s*(?P<absent>[~∼]?)\s*(?P<name>[^\[\]*+~]+?)\s*(?:\[(?P<values>[\d\s,]+)\])?\s*")
LONGEST = 2_000
SIGNS = "~∼*+[]"
"""What stands between names in expressions, and so cannot stand in a name."""


class Part(NamedTuple):
    """One part of a term as it was written."""

    name: str
    absent: bool
    values: tuple[int, ...]

    @property
    def written(self) -> str:
        """The part as it is written: ``~DEV``, ``DEV[0,1]``."""
        values = f"[{','.join(map(str, self.values))}]" if self.values else ""
        return f"{'~' if self.absent else ''}{self.name}{values}"


def is_readable(name: str) -> bool:
    """Whether a name can be told apart in an expression.

    Examples
    --------
    >>> is_readable("één gezicht"), is_readable("a*b"), is_readable(" a")
    (True, False, False)
    """
    return bool(name) and name == name.strip() and not set(name) & set(SIGNS)


def opposite_of(outcome: str) -> str:
    """The name of the absence of an outcome, and of the outcome itself when given its absence."""
    return outcome.lstrip()[1:].lstrip() if outcome.lstrip().startswith(("~", "∼")) else f"~{outcome.strip()}"


def part_of(text: str) -> Part | None:
    """One part, such as ``~DEV`` or ``DEV[0,1]``; None when it cannot be read."""
    found = PART.fullmatch(text)
    if found is None:
        return None
    values = [value.strip() for value in (found["values"] or "").split(",")]
    if found["values"] and not all(value.isdecimal() and len(value) < 4 for value in values):
        return None
    numbers = tuple(int(value) for value in values if value)
    return Part(found["name"], bool(found["absent"]), numbers)


def terms_of(expression: str, conditions: Sequence[Condition]) -> tuple[Term, ...]:
    """The terms of an expression; ``+`` is OR, ``*`` is AND, ``~`` is NOT.

    Raises
    ------
    IntegrationError
        Q010: the expression cannot be read, or names what is no condition or no value.

    Examples
    --------
    >>> terms_of("DEV*~IND + IND", [Condition("DEV"), Condition("IND")])
    ((1, 0), (-1, 1))
    """
    if not isinstance(expression, str) or len(expression) > LONGEST:
        raise IntegrationError("Q010", expression=str(expression)[:80], part="–", known=_names(conditions), nearest="–")
    found = [_terms_of_product(product, expression, conditions) for product in expression.split("+")]
    return tuple(dict.fromkeys(itertools.chain.from_iterable(found)))


def terms_of_all(expressions: Iterable[str], conditions: Sequence[Condition]) -> tuple[Term, ...]:
    """The terms of several expressions together; one text counts as one expression."""
    written = [expressions] if isinstance(expressions, str) else list(expressions)
    found = [terms_of(expression, conditions) for expression in written]
    return tuple(dict.fromkeys(itertools.chain.from_iterable(found)))


def _terms_of_product(product: str, expression: str, conditions: Sequence[Condition]) -> list[Term]:
    allowed: list[set[int]] = [set(range(condition.levels)) for condition in conditions]
    named: set[int] = set()
    for text in product.split("*"):
        place, values = _values_of(text, expression, conditions)
        allowed[place] &= values
        named.add(place)
        if not allowed[place]:
            raise _unreadable(text, expression, conditions)
    choices = [sorted(values) if place in named else [ANY] for place, values in enumerate(allowed)]
    return list(itertools.product(*choices))


def _values_of(text: str, expression: str, conditions: Sequence[Condition]) -> tuple[int, set[int]]:
    part = part_of(text)
    places = {condition.name: place for place, condition in enumerate(conditions)}
    if part is None or part.name not in places:
        raise _unreadable(part.name if part else text, expression, conditions)
    place = places[part.name]
    every = set(range(conditions[place].levels))
    values = set(part.values) or every - {0}
    if not values <= every:
        raise _unreadable(text, expression, conditions)
    return place, every - values if part.absent else values


def _names(conditions: Sequence[Condition]) -> list[str]:
    return [condition.name for condition in conditions]


def _unreadable(part: str, expression: str, conditions: Sequence[Condition]) -> IntegrationError:
    close = nearest(part, _names(conditions)) or "–"
    known = _names(conditions)
    return IntegrationError("Q010", expression=expression, part=part.strip() or "–", known=known, nearest=close)
