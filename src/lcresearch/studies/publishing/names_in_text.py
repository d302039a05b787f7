"""Names in running text: found as whole words, and only where they cannot be a word of the report itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from lcresearch.errors import Problem
from lcresearch.messages import LANGUAGES

_FEWEST_LETTERS = 3


@cache
def pattern_of(names: frozenset[str]) -> re.Pattern[str] | None:
    """Finds any of these names as a whole word; None when there are none to find.

    Names of one or two letters, and numbers, are found in tables by their place instead: in text they mean nothing.

    Examples
    --------
    >>> pattern_of(frozenset({"Bakker", "12"})).findall("Bakkerij Bakker heeft 12 mensen")
    ['Bakker']
    """
    found = sorted((name.strip() for name in names if tells(name)), key=len, reverse=True)
    if not found:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})(?!\w)", re.IGNORECASE)


def tells(name: str) -> bool:
    """Whether a name can be told from other words of a text."""
    return sum(letter.isalpha() for letter in name) >= _FEWEST_LETTERS


def without_names(problems: Iterable[Problem], names: set[str]) -> tuple[Problem, ...]:
    """The notes that name nobody."""
    pattern = pattern_of(frozenset(names))
    return tuple(
        one
        for one in problems
        if pattern is None or not any(pattern.search(one.text(language)) for language in LANGUAGES)
    )
