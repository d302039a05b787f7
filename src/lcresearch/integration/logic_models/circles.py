"""Circles among arrows: a model in which what follows comes before its cause."""

from __future__ import annotations

from collections.abc import Sequence


def circles(links: Sequence[tuple[str, str]]) -> list[list[str]]:
    """One circle for each link that closes one, by a search in depth.

    Parameters
    ----------
    links : sequence of (str, str)
        From and to.

    Returns
    -------
    list of list of str
        Each starts with what the last of its links points at; without the links that close them nothing goes round.

    Examples
    --------
    >>> circles([("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")])
    [['a', 'b', 'c']]
    """
    after: dict[str, list[str]] = {}
    for source, target in dict.fromkeys(links):
        after.setdefault(source, []).append(target)
    found: list[list[str]] = []
    done: set[str] = set()
    for start in after:
        if start not in done:
            _search(start, after, done, found)
    return found


def _search(start: str, after: dict[str, list[str]], done: set[str], found: list[list[str]]) -> None:
    """Depth first with a stack of its own, so that no chain can be too long."""
    path, waiting = [start], [iter(after.get(start, ()))]
    while path:
        target = next(waiting[-1], None)
        if target is None:
            done.add(path.pop())
            waiting.pop()
        elif target in path:
            found.append(path[path.index(target) :])
        elif target not in done:
            path.append(target)
            waiting.append(iter(after.get(target, ())))
