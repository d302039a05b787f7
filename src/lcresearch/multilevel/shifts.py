"""Shifts by name of column, about which sums of products are taken."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lcresearch.errors import MultilevelError, Place
from lcresearch.multilevel.design import Columns
from lcresearch.multilevel.small_matrices import Array


def shift_of(columns: Columns, shift: Mapping[str, float] | None) -> Array | None:
    """A shift by name as an array, shape (m,).

    Raises
    ------
    MultilevelError
        L062 for a name that no column has.
    """
    if shift is None:
        return None
    found = np.zeros(len(columns.names))
    for name, value in shift.items():
        if name not in columns.names[1:]:
            raise MultilevelError("L062", where=Place(column=str(name)), known=list(columns.names[1:]))
        found[columns.names.index(name)] = float(value)
    return found
