"""Whether groups lie within other groups."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


def is_nested(inner: Integers, outer: Integers) -> bool:
    """Whether all rows of an inner group are in one outer group."""
    return bool((outer[first_rows(inner)][inner] == outer).all())


def first_rows(codes: Integers) -> Integers:
    """A row of each group, shape (n_groups,)."""
    rows = np.empty(int(codes.max()) + 1, dtype=np.int64)
    rows[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return rows
