"""What is found while reading, gathered so that a fault that is there a thousand times is told once."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from lxml import etree

from lcresearch.errors import Place, Problem
from lcresearch.interviews.guids import guid_of, plain_guid

_SHOWN = 3


class Log:
    """Problems of one file, in the order in which they are found.

    Parameters
    ----------
    file : str
        Name of the file, for places.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._many: dict[str, list[tuple[str, int | None]]] = {}

    def add(self, code: str, *, item: str | None = None, line: int | None = None, **values: Any) -> None:
        """Note one problem."""
        self.problems.append(Problem(code, Place(file=self.file, item=item, line=line), values))

    def take(self, problem: Problem) -> None:
        """Note a problem that was made elsewhere."""
        self.problems.append(problem)

    def count(self, code: str, what: str = "", element: etree._Element | None = None) -> None:
        """Note one more case of a problem; all cases become one message with their number and the first of them."""
        self._many.setdefault(code, []).append((what, None if element is None else element.sourceline))

    def close(self) -> tuple[Problem, ...]:
        """All problems; those that were counted come last."""
        for code, found in self._many.items():
            lines = sorted({line for _, line in found if line})
            self.add(
                code, line=lines[0] if lines else None, n=len(found), examples=_examples(what for what, _ in found)
            )
        self._many = {}
        return tuple(self.problems)


def own_id(element: etree._Element, taken: Container[str], what: str, number: int, log: Log) -> str:
    """The GUID of an element, or a new one (the same at each reading) when it has none or another has it.

    Parameters
    ----------
    element : element
    taken : container of str
        Ids of the elements before it.
    what, number : str, int
        What kind of thing it is, and its number among those.
    log : Log
    """
    written = plain_guid(element.get("guid", ""))
    if written and written not in taken:
        return written
    log.count("V026", written, element)
    return guid_of(what, written, number)


def _examples(words: Iterable[str]) -> str:
    different = list(dict.fromkeys(word for word in words if word))
    return ", ".join(f"'{word}'" for word in different[:_SHOWN]) + (", …" if len(different) > _SHOWN else "")
