"""Numbers of groups at each level, and which effects are in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.intp]


def nested_codes(columns: Sequence[npt.NDArray[np.object_]]) -> list[Codes]:
    """Numbers of groups, level by level; a name within another group is another group."""
    codes: list[Codes] = []
    for column in columns:
        own = codes_of(column)[0]
        if codes:
            own = np.unique(codes[-1] * (own.max() + 1) + own, return_inverse=True)[1].astype(np.intp)
        codes.append(own)
    return codes


def codes_of(column: npt.NDArray[np.object_]) -> tuple[Codes, list[str]]:
    """Numbers of groups and their names: numbers in the order of numbers, others in the order of letters."""
    try:
        names, codes = np.unique(column.astype(np.float64), return_inverse=True)
        if len(names) and np.all(names == np.round(names)):
            return codes.astype(np.intp), [str(int(name)) for name in names]
    except (TypeError, ValueError):
        pass
    names, codes = np.unique(column.astype(str), return_inverse=True)
    return codes.astype(np.intp), [str(name) for name in names]


def rows_by_group(codes: Codes, n: int) -> list[Codes]:
    """Which effects are in each of n groups, in the order of the rows."""
    order = np.argsort(codes, kind="stable").astype(np.intp)
    return np.split(order, np.cumsum(np.bincount(codes, minlength=n))[:-1])


def places_in_groups(codes: Codes) -> Codes:
    """The how-manieth of its group each effect is, from 0."""
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(codes))[:-1]])
    found = np.empty(len(codes), dtype=np.intp)
    found[order] = np.arange(len(codes)) - starts[codes[order]]
    return found


def stacked_rows(codes: Codes) -> list[Codes]:
    """Groups of one size together: arrays of shape (groups, size)."""
    order = np.argsort(codes, kind="stable").astype(np.intp)
    sizes = np.bincount(codes)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return [order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)]


def nests(outer: Codes, inner: Codes) -> bool:
    """Whether each inner group lies in one outer group."""
    first = np.zeros(int(inner.max()) + 1, dtype=np.intp)
    first[inner] = outer
    return bool(np.all(first[inner] == outer))
