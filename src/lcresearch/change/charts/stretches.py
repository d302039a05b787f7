"""Where in a series the longest run or rise stands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lcresearch.change.arrays import Floats

Places = npt.NDArray[np.intp]


def longest_stretch(differences: Floats) -> tuple[int, int]:
    """First and last place of the longest run of one sign; zeros and gaps count for nothing.

    Examples
    --------
    >>> longest_stretch(np.array([1.0, -1, -2, 0, -1, 2]))
    (1, 4)
    """
    off = np.flatnonzero(np.nan_to_num(np.round(differences, 12)))
    return _longest(np.sign(differences[off]), off, off)


def longest_trend(values: Floats) -> tuple[int, int]:
    """First and last place of the longest rise or fall; equal neighbours and gaps count for nothing.

    Examples
    --------
    >>> longest_trend(np.array([3.0, 1, 2, 2, 4, 3]))
    (1, 4)
    """
    known = np.flatnonzero(~np.isnan(values))
    steps = np.sign(np.round(np.diff(values[known]), 12))
    moves = np.flatnonzero(steps)
    return _longest(steps[moves], known[moves], known[moves + 1])


def _longest(signs: Floats, first: Places, last: Places) -> tuple[int, int]:
    edges = np.concatenate([[0], np.flatnonzero(np.diff(signs)) + 1, [len(signs)]])
    most = int(np.argmax(np.diff(edges)))
    return int(first[edges[most]]), int(last[edges[most + 1] - 1])
