"""Positions in a text: from what other programs count to code points, and back.

Inside the project a text has no byte order mark, its lines end in one line feed, and a position is a number of Unicode
code points from the start (what Python counts); an end is the place after the last character. Other programs count the
same text otherwise: NVivo in units of UTF-16 with CRLF as two, ATLAS.ti and QualCoder with a line end as one, Taguette
in bytes. This is the only place that knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Unit = Literal["code_point", "utf16", "byte"]

_MARK = "\ufeff"
_HIGHEST_OF_ONE_UNIT = 0xFFFF
_LONGEST_OF_BYTES = (0x7F, 0x7FF, 0xFFFF)


@dataclass(frozen=True)
class PositionRule:
    """How a program counts.

    Attributes
    ----------
    unit : {"code_point", "utf16", "byte"}
        What one step is: a character, a unit of UTF-16 (a character outside the basic plane, such as an emoji, is two),
        or a byte of UTF-8.
    line_end : {"one", "as_written"}
        Whether a line end of two characters (CRLF) counts as one.
    mark_counts : bool
        Whether a byte order mark in front of the text counts.
    end_inclusive : bool
        Whether an end is the last character of a selection, in place of the one after it.
    """

    unit: Unit = "code_point"
    line_end: Literal["one", "as_written"] = "one"
    mark_counts: bool = False
    end_inclusive: bool = False


@dataclass(frozen=True)
class Boundaries:
    """The places between the characters of a text, as a program counts them.

    Attributes
    ----------
    counted : (length + 1,) array
        Position of each place between two code points of the inner text, in the count of the program; rises.
    rule : PositionRule
    """

    counted: Integers
    rule: PositionRule

    @property
    def end(self) -> int:
        """The last position that the program can name."""
        return int(self.counted[-1])


@dataclass(frozen=True)
class Spans:
    """Selections of a text in code points.

    Attributes
    ----------
    start, end : (n,) arrays
        Within the text: what lay beyond it was cut off.
    exact : (n,) array of bool
        Whether both ends lay between two characters and within the text; elsewhere the span was widened to whole
        characters or cut to the text.
    """

    start: Integers
    end: Integers
    exact: NDArray[np.bool_]


def inner_text(raw: str) -> str:
    r"""A text as the project keeps it: without byte order mark, with ``\n`` as the end of each line.

    Examples
    --------
    >>> inner_text("\ufeffWij\r\nleren\r")
    'Wij\nleren\n'
    """
    return raw.removeprefix(_MARK).replace("\r\n", "\n").replace("\r", "\n")


def boundaries(raw: str, rule: PositionRule) -> Boundaries:
    r"""Where a program sees the places between the characters of a text.

    Parameters
    ----------
    raw : str
        The text as the file has it, decoded, with its byte order mark and its line ends.
    rule : PositionRule

    Examples
    --------
    >>> nvivo = PositionRule(unit="utf16", line_end="as_written")
    >>> boundaries("\ufeff🙂\r\nja", nvivo).counted.tolist()
    [0, 2, 4, 5, 6]
    """
    marked = raw.startswith(_MARK)
    points = np.frombuffer(raw[marked:].encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    width = _width(points, rule.unit)
    feed_of_two = np.zeros(len(points), dtype=bool)
    feed_of_two[1:] = (points[1:] == ord("\n")) & (points[:-1] == ord("\r"))
    if rule.line_end == "one":
        width[feed_of_two] = 0
    start = (_width(np.array([ord(_MARK)]), rule.unit)[0] if marked and rule.mark_counts else 0) + np.zeros(1, np.int64)
    after = np.concatenate([start, start + np.cumsum(width)])
    kept = np.ones(len(after), dtype=bool)
    kept[:-1] = ~feed_of_two  # the place between the two characters of a line end is none of ours
    return Boundaries(after[kept], rule)


def _width(points: Integers, unit: Unit) -> Integers:
    """What each code point counts."""
    if unit == "code_point":
        return np.ones(len(points), dtype=np.int64)
    if unit == "utf16":
        return 1 + (points > _HIGHEST_OF_ONE_UNIT).astype(np.int64)
    return 1 + np.searchsorted(_LONGEST_OF_BYTES, points, side="left").astype(np.int64)


def to_code_points(found: Boundaries, start: Sequence[int] | Integers, end: Sequence[int] | Integers) -> Spans:
    """Selections as a program wrote them, in code points.

    Parameters
    ----------
    found : Boundaries
        Of the text that they are in.
    start, end : (n,) integers
        As the program counts.

    Examples
    --------
    >>> nvivo = PositionRule(unit="utf16", line_end="as_written")
    >>> spans = to_code_points(boundaries("🙂\\r\\nja", nvivo), [4, 1], [6, 2])
    >>> spans.start.tolist(), spans.end.tolist(), spans.exact.tolist()
    ([2, 0], [4, 1], [True, False])
    """
    first = np.asarray(start, dtype=np.int64)
    last = np.asarray(end, dtype=np.int64) + int(found.rule.end_inclusive)
    counted = found.counted
    low = np.clip(np.searchsorted(counted, first, side="right") - 1, 0, len(counted) - 1)
    high = np.clip(np.searchsorted(counted, last, side="left"), 0, len(counted) - 1)
    exact = (counted[low] == first) & (counted[high] == last) & (low <= high)
    return Spans(low.astype(np.int64), np.maximum(low, high).astype(np.int64), exact)


def from_code_points(
    found: Boundaries, start: Sequence[int] | Integers, end: Sequence[int] | Integers
) -> tuple[Integers, Integers]:
    """Selections in code points, as a program counts them.

    Raises
    ------
    IndexError
        A position beyond the text.
    """
    first, last = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    if len(first) and (first.min() < 0 or last.max() >= len(found.counted)):
        raise IndexError("a position lies beyond the text")
    return found.counted[first], found.counted[last] - int(found.rule.end_inclusive)
