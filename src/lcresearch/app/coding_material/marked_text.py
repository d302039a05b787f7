"""A text cut at the places that were found in it."""

from __future__ import annotations

from typing import Any

import pandas as pd


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
