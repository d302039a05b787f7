"""Where the header of a table stands: not always in its first row."""

from __future__ import annotations

from collections.abc import Sequence

_LOOKED_AT = 20
_FEW = 2


def header_position(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that can be a header; None when all are empty.

    That is the first row with anything in it, unless it is a title or a remark: a row with one or two filled cells
    above rows that have many more, as in a sheet with the name of the survey on top.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows of the table as text.

    Examples
    --------
    >>> header_position([["Meting 1", "", ""], [], ["li01", "li02", "li03", "li04", "li05"], ["4", "2", "3", "3", "1"]])
    2
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    first = next((place for place, n in enumerate(filled) if n), None)
    if first is None or filled[first] > _FEW:
        return first
    wide = max(filled[first : first + _LOOKED_AT])
    for place in range(first, min(first + _LOOKED_AT, len(rows) - 1)):
        if filled[place] > max(_FEW, 2 * filled[first]) and 2 * filled[place] > wide:
            return place
        if filled[place] > _FEW:
            break
    return first
