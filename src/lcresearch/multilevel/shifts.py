"""What parts of sums of products agree on beforehand: shifts of columns and levels of factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.design import Columns
from lcresearch.multilevel.small_matrices import Array


def shift_of(columns: Columns, shift: Mapping[str, float] | None) -> Array | None:
    """A shift by name as an array, shape (m,).

    Raises
    ------
    MultilevelError
        L066 for a shift that is no number, L062 for a name that no column has.
    """
    if shift is None:
        return None
    found = np.zeros(len(columns.names))
    for name, value in shift.items():
        if name not in columns.names[1:]:
            raise MultilevelError("L062", where=Place(column=str(name)), known=list(columns.names[1:]))
        found[columns.names.index(name)] = _number(name, value)
    return found


def _number(name: str, value: Any) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = float("nan")
    if not np.isfinite(found):
        raise MultilevelError("L066", where=Place(column=name), found=str(value))
    return found


def check_levels(levels: Mapping[str, Sequence[Any]]) -> None:
    """Refuse levels of a column that are no list of different values.

    Raises
    ------
    MultilevelError
        L065.
    """
    for name, each in levels.items():
        if isinstance(each, str) or not each or len(set(each)) < len(each):
            raise MultilevelError("L065", where=Place(column=str(name)), found=str(each))
