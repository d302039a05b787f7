"""The design of a meta-regression: from moderators as a user gives them to a matrix, and to that of new studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_columns import once_named
from lcresearch.synthesis.effect_sizes.figures import Array

Design = tuple[Array, tuple[str, ...], Any, pd.DataFrame]


def design_of(moderators: Any, data: pd.DataFrame | None, names: Sequence[str]) -> Design:
    """Design matrix with an intercept, names of its columns, how it was made, and the moderators that it uses.

    ``moderators`` is a formula, a column, a list of columns, or a frame (:func:`moderators_as_frame`).

    Raises
    ------
    SynthesisError
        Y005: a column that is not there; Y030: two of that name; Y013: a missing moderator; Y031: one that is infinite;
        Y032: a formula that cannot be read; Y017: one that is the same for all studies; Y004: other lengths.
    """
    from formulaic import Formula, model_matrix

    data, formula_text = _named(moderators, data)
    try:
        formula = Formula(formula_text)
        used = [column for column in data.columns if column in formula.required_variables]
    except Exception as error:  # whatever the reader of formulas, which runs code, makes of it
        raise SynthesisError("Y032", formula=formula_text, found=_told(error)) from error
    table = _categories_in_use(once_named(data, used))
    _all_there(table[used], names)
    try:
        matrix = model_matrix(formula, table)
        x = np.asarray(matrix, dtype=np.float64)
        terms = tuple("intercept" if name == "Intercept" else str(name) for name in matrix.columns)
    except Exception as error:
        absent = sorted(str(name) for name in formula.required_variables if name not in data.columns)
        if absent:
            raise SynthesisError("Y005", column=absent[0], known=[str(c) for c in data.columns]) from error
        raise SynthesisError("Y032", formula=formula_text, found=_told(error)) from error
    if len(x) != len(names):
        raise SynthesisError("Y004", found=[f"yi: {len(names)}", f"moderators: {len(x)}"])
    same = [str(c) for c in used if not pd.api.types.is_numeric_dtype(table[c]) and table[c].nunique() < 2]
    if same and "intercept" in terms:
        raise SynthesisError("Y017", terms=("intercept", *same))
    infinite = np.asarray(~np.isfinite(x).all(axis=1))
    if infinite.any():
        raise SynthesisError("Y031", studies=[name for name, wrong in zip(names, infinite, strict=True) if wrong])
    return x, terms, matrix.model_spec, table[used]


def design_of_new(spec: Any, moderators: pd.DataFrame, new: Any) -> Array:
    """The design of new studies, by that of the studies: a row each.

    Raises
    ------
    SynthesisError
        Y005: a moderator that is not there; Y030: two of that name; Y013: one is missing; Y007: a category that no
        study has.
    """
    table = new if isinstance(new, pd.DataFrame) else pd.DataFrame(new)
    needed = [column for column in moderators.columns if column in spec.required_variables]
    absent = [str(column) for column in needed if column not in table.columns]
    if absent:
        raise SynthesisError("Y005", column=absent[0], known=[str(c) for c in table.columns])
    table = once_named(table, needed)
    _all_there(table[needed], [str(name) for name in table.index])
    for column in needed:
        if pd.api.types.is_numeric_dtype(moderators[column]):
            continue
        known = list(dict.fromkeys(moderators[column].tolist()))
        unknown = [value for value in table[column].tolist() if value not in known]
        if unknown:
            raise SynthesisError("Y007", name=str(column), value=str(unknown[0]), known=[str(v) for v in known])
    return np.asarray(spec.get_model_matrix(table), dtype=np.float64)


def _named(moderators: Any, data: pd.DataFrame | None) -> tuple[pd.DataFrame, str]:
    """Data with the moderators as columns, and the formula that takes them."""
    if isinstance(moderators, pd.DataFrame):
        columns = [str(column) for column in moderators.columns]
        return moderators.set_axis(columns, axis=1), _sum_of(columns)
    if data is None:
        raise SynthesisError("Y005", column=str(moderators), known=[])
    if isinstance(moderators, str):
        return data, f"`{moderators}`" if moderators in data.columns else moderators
    absent = [column for column in moderators if column not in data.columns]
    if absent:
        raise SynthesisError("Y005", column=str(absent[0]), known=[str(c) for c in data.columns])
    return data, _sum_of(moderators)


def moderators_as_frame(moderators: Any) -> Any:
    """Moderators that are given themselves, as a frame; names of columns and a formula as they are."""
    if moderators is None or isinstance(moderators, str | pd.DataFrame):
        return moderators
    if isinstance(moderators, pd.Series):
        return moderators.to_frame("moderator" if moderators.name is None else moderators.name)
    if isinstance(moderators, Mapping):
        return pd.DataFrame(dict(moderators))
    array = np.asarray(moderators)
    names_of_columns = array.ndim == 1 and all(isinstance(value, str) for value in array.tolist())
    if names_of_columns and not isinstance(moderators, np.ndarray):
        return moderators
    if array.ndim not in (1, 2):
        raise SynthesisError("Y032", formula=str(moderators)[:60], found=f"{array.ndim} dimensions")
    columns = array.reshape(len(array), -1)
    numbered = [f"moderator {n + 1}" for n in range(columns.shape[1])]
    return pd.DataFrame(columns, columns=numbered if len(numbered) > 1 else ["moderator"])


def _sum_of(columns: Sequence[Any]) -> str:
    return " + ".join(f"`{column}`" for column in columns) or "1"


def _categories_in_use(data: pd.DataFrame) -> pd.DataFrame:
    """Without categories that no study has, as after choosing some of the rows."""
    chosen = [c for c in data.columns if isinstance(data[c].dtype, pd.CategoricalDtype)]
    return data.assign(**{str(c): data[c].cat.remove_unused_categories() for c in chosen}) if chosen else data


def _all_there(table: pd.DataFrame, names: Sequence[str]) -> None:
    empty = table.isna().any(axis=1).to_numpy()
    if len(empty) != len(names):
        raise SynthesisError("Y004", found=[f"yi: {len(names)}", f"moderators: {len(empty)}"])
    if empty.any():
        raise SynthesisError("Y013", studies=[name for name, gap in zip(names, empty, strict=True) if gap])


def _told(error: Exception) -> str:
    """The first line of what a library says of an error, without marks for a terminal."""
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return "".join(letter for letter in first if letter.isprintable())[:160]
