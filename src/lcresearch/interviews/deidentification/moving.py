"""Replacing parts of a text, and where every position of the old text is in the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Replaced:
    """A text in which parts were replaced.

    Attributes
    ----------
    text : str
        The new text.
    start, end : (n,) arrays
        The parts in the old text, in order, which do not overlap.
    new_start, new_end : (n,) arrays
        The same parts in the new text.
    """

    text: str
    start: Integers
    end: Integers
    new_start: Integers
    new_end: Integers

    def moved(self, start: ArrayLike, end: ArrayLike) -> tuple[Integers, Integers]:
        """Selections of the old text, in the new one.

        A selection that begins or ends inside a part that was replaced takes all of what stands there now, so that it
        never cuts a pseudonym. Negative positions (a whole document) stay; an empty selection stays empty.

        Parameters
        ----------
        start, end : (n,) integers
            Code points, end exclusive.

        Returns
        -------
        tuple of (n,) arrays
        """
        first, last = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
        low = self._mapped(first, self.new_start)
        high = np.where(last == first, low, self._mapped(last, self.new_end))
        return np.where(first < 0, first, low), np.where(last < 0, last, high)

    def _mapped(self, positions: Integers, inside: Integers) -> Integers:
        """New positions; those inside a replaced part go to one end of it."""
        if not len(self.start):
            return positions
        shift = np.concatenate([[0], self.new_end - self.end])
        before = np.searchsorted(self.end, positions, side="right")
        moved = positions + shift[before]
        part = np.minimum(before, len(self.start) - 1)
        within = (self.start[part] < positions) & (positions < self.end[part])
        return np.where(within, inside[part], moved)


def replaced(text: str, parts: Sequence[tuple[int, int, str]]) -> Replaced:
    """A text with parts replaced.

    Parameters
    ----------
    text : str
    parts : sequence of (start, end, new)
        In order, without overlap.

    Raises
    ------
    ValueError
        Parts that overlap or lie beyond the text.

    Examples
    --------
    >>> new = replaced("Jan sprak Marleen.", [(0, 3, "Persoon 1"), (10, 17, "Persoon 2")])
    >>> new.text
    'Persoon 1 sprak Persoon 2.'
    >>> start, end = new.moved([10, 4], [17, 12])
    >>> [new.text[a:b] for a, b in zip(start.tolist(), end.tolist())]
    ['Persoon 2', 'sprak Persoon 2']
    """
    pieces: list[str] = []
    last = length = 0
    places: list[tuple[int, int, int, int]] = []
    for start, end, new in parts:
        if start < last or end < start or end > len(text):
            raise ValueError("parts overlap or lie beyond the text")
        length += start - last
        pieces += [text[last:start], new]
        places.append((start, end, length, length + len(new)))
        length += len(new)
        last = end
    pieces.append(text[last:])
    columns = np.array(places, dtype=np.int64).reshape(-1, 4).T
    return Replaced("".join(pieces), *columns)
