"""Names that a platform takes, no two the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

Candidates = Callable[[str], Sequence[str]]
"""The names that a platform could take for a question, the best first."""


def distinct_names(names: Iterable[str], candidates: Candidates) -> dict[str, str]:
    """Name -> name on the platform, no two the same, also without regard to case; who can keep its name, does.

    Examples
    --------
    >>> distinct_names(["a_b", "ab"], lambda name: (name.replace("_", ""), "other"))
    {'ab': 'ab', 'a_b': 'other'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(names, key=lambda one: candidates(one)[0] != one):
        free = (other for other in candidates(name) if other.casefold() not in taken)
        found[name] = next(free, candidates(name)[-1])
        taken.add(found[name].casefold())
    return found


def digest(name: str, n: int) -> str:
    """Letters and digits that stand for a name where it has to be cut off.

    Examples
    --------
    >>> digest("a_b", 6)
    '648fa9'
    """
    return hashlib.sha256(name.encode()).hexdigest()[:n]
