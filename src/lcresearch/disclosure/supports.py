"""On how few persons something can depend that is computed from sums over the same persons by several columns.

From the sums of y, d1 y and d2 y follows the sum of (a + b d1 + c d2) y for any a, b and c. Where all managers but one
work in the office, the sum over managers less that over managers in the office is the answer of one. So what counts is
the fewest persons for whom such a weight is not zero: those outside a hyperplane through the patterns of the columns.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import numpy.typing as npt

from lcresearch.disclosure.trees import Floats, Ints

_MOST = 20_000
_ROUNDING = 1e-9


def fewest_persons(patterns: Floats, persons: Ints, most: int = _MOST) -> int:
    """The fewest persons on whom a weighted sum can depend, with the constant and these columns as weights.

    Parameters
    ----------
    patterns : array, shape (n_patterns, k)
        Different combinations of values of the columns.
    persons : array of int, shape (n_patterns,)
        Persons with each.
    most : int
        Hyperplanes that are looked at. Where there are more, only those of each pair of columns are.

    Examples
    --------
    Five managers, of whom four work in the office, with six others there and ten elsewhere:

    >>> fewest_persons(np.array([[1.0, 1], [1, 0], [0, 1], [0, 0]]), np.array([4, 1, 6, 10]))
    5
    >>> fewest_persons(np.array([[1.0, 1], [1, 0], [0, 0]]), np.array([4, 1, 10]))
    1
    """
    points = np.column_stack([np.ones(len(patterns)), patterns])
    left, sizes, _ = np.linalg.svd(points, full_matrices=False)
    rank = int((sizes > _ROUNDING * sizes[0]).sum())
    if rank == 1:
        return int(persons.sum())
    if math.comb(len(points), rank - 1) <= most:
        return _fewest(left[:, :rank], persons)
    places = list(combinations(range(patterns.shape[1]), min(2, patterns.shape[1] - 1)))
    return min(fewest_persons(*_merged(patterns[:, list(pair)], persons), most) for pair in places)


def _fewest(points: Floats, persons: Ints) -> int:
    """Over all hyperplanes through points, the fewest persons outside."""
    rank = points.shape[1]
    chosen = np.array(list(combinations(range(len(points)), rank - 1)), dtype=np.int64)
    normals = np.linalg.svd(points[chosen])[2][:, -1]
    outside: npt.NDArray[np.bool_] = np.abs(normals @ points.T) > _ROUNDING
    return int((outside @ persons).min())


def _merged(patterns: Floats, persons: Ints) -> tuple[Floats, Ints]:
    found, place = np.unique(patterns, axis=0, return_inverse=True)
    return found, np.bincount(place.ravel(), persons, len(found)).astype(np.int64)
