"""A text cut at the places that were found in it, a long one in parts that are read one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

MOST_PLACES = 150
"""In one part: more make a page slow."""
_TEXT = "text"


@dataclass(frozen=True)
class Part:
    """A stretch of a text with the places in it.

    Attributes
    ----------
    start, end : int
        Of the stretch; parts follow on each other and together are the whole text.
    rows : DataFrame
        Places to judge; the first part also has those that stand outside the words.
    """

    start: int
    end: int
    rows: pd.DataFrame

    @property
    def n_open(self) -> int:
        """Places that are still to be judged."""
        return int(self.rows["choice"].eq("").sum())


def parts_of_text(text: str, rows: pd.DataFrame, most: int = MOST_PLACES) -> list[Part]:
    """Cut a text into parts with at most ``most`` places in its words, where possible at the end of a line.

    Parameters
    ----------
    text : str
    rows : DataFrame
        With ``where, start, end, choice``.
    most : int

    Examples
    --------
    >>> text = "Jan zei dat.\\nPiet ook.\\nEn nu?"
    >>> found = pd.DataFrame({"where": "text", "start": [0, 13], "end": [3, 17], "choice": ""})
    >>> [text[one.start : one.end] for one in parts_of_text(text, found, most=1)]
    ['Jan zei dat.\\n', 'Piet ook.\\nEn nu?']
    """
    inside = rows[rows["where"].eq(_TEXT)].sort_values("start", kind="stable")
    groups = [inside.iloc[at : at + most] for at in range(0, len(inside), most)] or [inside]
    cuts = _cuts(text, groups)
    found = []
    for number, group in enumerate(groups):
        here = rows.index.isin(group.index) | ((number == 0) & rows["where"].ne(_TEXT).to_numpy())
        found.append(Part(cuts[number], cuts[number + 1], rows[here]))
    return found


def _cuts(text: str, groups: Sequence[pd.DataFrame]) -> list[int]:
    """Where parts begin, and the end of the text."""
    found = [0]
    for before, group in pairwise(groups):
        first = int(group["start"].iloc[0])
        found.append(max(text.rfind("\n", 0, first) + 1, min(int(before["end"].max()), first)))
    return [*found, len(text)]


def pieces_of_text(text: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The text in order: pieces with ``words``, and ``row`` where something was found; what overlaps is left out.

    Parameters
    ----------
    text : str
    rows : DataFrame
        With ``start`` and ``end``.

    Examples
    --------
    >>> found = pd.DataFrame({"hit": ["a"], "start": [5], "end": [8]})
    >>> [(each["words"], each["row"] is not None) for each in pieces_of_text("Hier Jan ook", found)]
    [('Hier ', False), ('Jan', True), (' ook', False)]
    """
    pieces: list[dict[str, Any]] = []
    last = 0
    for row in rows.sort_values("start", kind="stable").to_dict("records"):
        start, end = int(row["start"]), int(row["end"])
        if start < last or end > len(text):
            continue
        if start > last:
            pieces.append({"words": text[last:start], "row": None})
        pieces.append({"words": text[start:end], "row": row})
        last = end
    if last < len(text):
        pieces.append({"words": text[last:], "row": None})
    return pieces
