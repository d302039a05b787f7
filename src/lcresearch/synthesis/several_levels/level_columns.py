"""Columns of groups as a user names them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.synthesis.random_effects.reading import Input


def level_column(data: pd.DataFrame, column: Any, given: Input, *, all_given: bool = False) -> npt.NDArray[np.object_]:
    """Groups of the effects that are used (or of all that are given), from a column or an array.

    Raises
    ------
    SynthesisError
        Y060: a column that is not there; Y004: an array of another length; Y013: an effect without a group.
    """
    values = column
    if isinstance(column, str):
        if column not in data.columns:
            known = [str(name) for name in data.columns]
            raise SynthesisError("Y060", column=column, known=known, nearest=nearest(column, known) or "–")
        values = data[column]
    array = np.asarray(values, dtype=object)
    if len(array) not in (len(given.kept), given.studies.k):
        raise SynthesisError("Y004", found=[f"yi: {given.studies.k}", f"groups: {len(array)}"])
    used = np.asarray(given.used(array), dtype=object)
    empty = pd.isna(used)
    if empty.any():
        raise SynthesisError("Y013", studies=[name for name, gap in zip(given.labels, empty, strict=True) if gap])
    return array if all_given else used
