"""Positions in a text: code points here, UTF-16 units in a browser, where an emoji counts for two."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from lcresearch.errors import AppError

Positions: TypeAlias = npt.NDArray[np.int64]


class TextPositions:
    """Both ways of counting for one text.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> both = TextPositions("a\N{BEAR FACE}b")
    >>> both.units([0, 1, 2, 3]).tolist(), both.points([0, 1, 3, 4]).tolist()
    ([0, 1, 3, 4], [0, 1, 2, 3])
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _units(self) -> Positions:
        """Unit at which each code point begins, and the end of the text: ``(n + 1,)``."""
        points = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        made = np.zeros(len(points) + 1, dtype=np.int64)
        np.cumsum(1 + (points > 0xFFFF), out=made[1:])
        return made

    @property
    def n_units(self) -> int:
        """Length as a browser counts it."""
        return int(self._units[-1])

    def units(self, points: npt.ArrayLike) -> Positions:
        """UTF-16 units of code points; -1, for a whole document, stays -1."""
        asked = np.asarray(points, dtype=np.int64)
        return np.where(asked < 0, asked, self._units[np.clip(asked, 0, len(self._units) - 1)])

    def points(self, units: npt.ArrayLike) -> Positions:
        """Code points of UTF-16 units.

        Raises
        ------
        AppError
            W103, when a unit lies outside the text or within a sign.
        """
        asked = np.asarray(units, dtype=np.int64)
        found = np.searchsorted(self._units, asked).astype(np.int64)
        known = (asked >= 0) & (found < len(self._units))
        if not np.all(known) or not np.array_equal(self._units[found], asked):
            raise AppError("W103")
        return found
