"""Columns of groups as a user names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import SynthesisError, nearest
from lcresearch.synthesis.effect_columns import once_named
from lcresearch.synthesis.random_effects.reading import Input


def level_column(data: pd.DataFrame, column: Any, given: Input, *, all_given: bool = False) -> npt.NDArray[np.object_]:
    """Groups of the effects that are used (or of all that are given), from a column or an array.

    Raises
    ------
    SynthesisError
        Y060: a column that is not there; Y030: two of that name; Y004: an array of another length; Y013: an effect
        without a group.
    """
    values = column
    if isinstance(column, str):
        if column not in data.columns:
            known = [str(name) for name in data.columns]
            raise SynthesisError("Y060", column=column, known=known, nearest=nearest(column, known) or "–")
        values = once_named(data, [column])[column]
    array = np.asarray(values, dtype=object)
    if len(array) not in (len(given.kept), given.studies.k):
        raise SynthesisError("Y004", found=[f"yi: {given.studies.k}", f"groups: {len(array)}"])
    used = np.asarray(given.used(array), dtype=object)
    empty = pd.isna(used)
    if empty.any():
        raise SynthesisError("Y013", studies=[name for name, gap in zip(given.labels, empty, strict=True) if gap])
    return array if all_given else used


def levels_in_data(levels: Any, data: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    """Data in which the levels are columns, and their names; groups that are given themselves become columns.

    Raises
    ------
    SynthesisError
        Y007: no levels, or one twice; Y060: a name without data; Y004: arrays of different lengths.
    """
    if isinstance(levels, pd.DataFrame):
        given: list[tuple[str, Any]] = [(str(name), levels.iloc[:, n]) for n, name in enumerate(levels.columns)]
    elif isinstance(levels, Mapping):
        given = [(str(name), values) for name, values in levels.items()]
    else:
        several = [levels] if isinstance(levels, str | pd.Series | np.ndarray) else list(levels)
        given = [(_name_of(level, n), level) for n, level in enumerate(several, start=1)]
    names = [name for name, _ in given]
    if not names or len(set(names)) < len(names):
        raise SynthesisError("Y007", name="levels", value=", ".join(names) or "–", known=["consortium, study"])
    arrays = {name: np.asarray(values, dtype=object) for name, values in given if not isinstance(values, str)}
    if data is None and len(arrays) < len(names):
        column = next(name for name in names if name not in arrays)
        raise SynthesisError("Y060", column=column, known="–", nearest="–")
    lengths = {name: len(array) for name, array in arrays.items()} | ({} if data is None else {"data": len(data)})
    if len(set(lengths.values())) > 1:
        raise SynthesisError("Y004", found=[f"{name}: {n}" for name, n in lengths.items()])
    return (pd.DataFrame(arrays) if data is None else data.assign(**arrays)), names


def _name_of(level: Any, number: int) -> str:
    if isinstance(level, str):
        return level
    name = getattr(level, "name", None)
    return f"level {number}" if name is None else str(name)
