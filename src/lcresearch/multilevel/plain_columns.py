"""Columns of a table as formulaic computes with them: numbers as floats, texts as categories."""

from __future__ import annotations

import re
import warnings
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place, warning
from lcresearch.multilevel.formula_marks import unknown_column
from lcresearch.multilevel.matching_labels import places_among

_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal")
_LOOKS_LIKE_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
_MANY_LEVELS = 50


def plain_columns(
    frame: pd.DataFrame, declared: Container[str] = (), computed: Container[str] = (), coded: Container[str] = ()
) -> pd.DataFrame:
    """Nullable numbers and truth values as numpy knows them, texts as categories.

    Categories that nobody has are left out, but for columns whose levels are declared.

    Parameters
    ----------
    frame : DataFrame
        Without missing values in the columns of which that matters.
    declared : container of str
        Columns that have their levels.
    computed : container of str
        Columns with which the formula computes; it is said where their numbers are stored as objects.
    coded : container of str
        Columns inside ``C()``, of which whole numbers stay whole.

    Warns
    -----
    LcresearchWarning
        L122 for numbers that are stored as objects.
    """
    changed = {}
    for name in frame.columns:
        if name not in declared:
            column = frame[name]
            changed[name] = _plain(column, whole=name in coded)
            if name in computed and pd.api.types.is_object_dtype(column.dtype) and changed[name].dtype.kind in "if":
                warnings.warn(warning("L122", where=Place(column=str(name))), stacklevel=4)
    return frame.assign(**changed) if changed else frame


def check_texts(frame: pd.DataFrame, outcome: str, predictors: Iterable[str]) -> None:
    """Refuse numbers that are texts as outcome, and warn of predictors whose text has very many levels.

    Raises
    ------
    MultilevelError
        L123.

    Warns
    -----
    LcresearchWarning
        L124.
    """
    if outcome in frame and looks_like_numbers(frame[outcome]):
        raise MultilevelError("L123", where=Place(column=outcome), found=str(frame[outcome].iloc[0]))
    for name in predictors:
        n = frame[name].nunique() if pd.api.types.is_string_dtype(frame[name]) else 0
        if n > _MANY_LEVELS:
            found = warning("L124", where=Place(column=name), n=n, found=str(frame[name].iloc[0]))
            warnings.warn(found, stacklevel=4)


def as_numbers(frame: pd.DataFrame, coded: Container[str] = ()) -> pd.DataFrame:
    """Numbers and truth values as floats, so that products of small whole numbers cannot run over.

    Whole numbers inside ``C()`` stay whole, since they name the levels, but in the widest type.
    """
    changed = {}
    for name in frame.columns:
        column = frame[name]
        if column.dtype == np.float64 or not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "biuf":
            continue
        if name in coded:
            changed[name] = column.astype(np.int64) if column.dtype.kind in "iu" else column
        else:
            changed[name] = column.astype(float)
    return frame.assign(**changed) if changed else frame


def check_level_names(levels: Mapping[str, Sequence[Any]], columns: Iterable[Any]) -> None:
    """Refuse levels of a column that the data do not have; columns that the formula does not use may have levels.

    Raises
    ------
    MultilevelError
        L005.
    """
    known = [str(name) for name in columns]
    for name in levels:
        if name not in known:
            raise unknown_column(str(name), known)


def with_levels(frame: pd.DataFrame, levels: Mapping[str, Sequence[Any]], used: Sequence[str]) -> pd.DataFrame:
    """Columns with declared levels as categories, in that order.

    Raises
    ------
    MultilevelError
        L042 for a value that is no level.
    """
    changed = {}
    for name in used:
        if name not in levels:
            continue
        column = frame[name].astype(object)
        outside = column[column.notna() & ~column.isin(list(levels[name]))]
        if len(outside):
            raise MultilevelError(
                "L042", where=Place(column=name), n=len(outside), known=list(levels[name]), found=str(outside.iloc[0])
            )
        changed[name] = pd.Categorical(column, categories=pd.Index(list(levels[name]), dtype=object))
    return frame.assign(**changed) if changed else frame


def new_levels(column: pd.Series[Any], levels: Sequence[Any]) -> pd.Series[Any]:
    """A factor of new rows with the levels that the model knows; missing values get any of them.

    Raises
    ------
    MultilevelError
        L120 for a level that the model does not know: it would be predicted as if it were the reference.
    """
    known = pd.Index(levels)
    places = places_among(column, known)
    unknown = column[(places < 0) & column.notna().to_numpy()]
    if len(unknown):
        found = [str(value) for value in unknown.unique()[:5]]
        listed = [str(level) for level in levels]
        raise MultilevelError("L120", where=Place(column=str(column.name)), n=len(unknown), found=found, known=listed)
    places = np.maximum(places, 0)
    if known.dtype.kind in "biuf":
        return pd.Series(known.to_numpy()[places], index=column.index, name=column.name)
    return pd.Series(pd.Categorical.from_codes(places, categories=known), index=column.index, name=column.name)


def new_numbers(column: pd.Series[Any]) -> pd.Series[float]:
    """A column of new rows that the model knows as numbers.

    Raises
    ------
    MultilevelError
        L097 for anything else.
    """
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        return column.astype(float)
    try:
        return pd.to_numeric(column).astype(float)
    except (TypeError, ValueError) as error:
        wrong = column[pd.to_numeric(column, errors="coerce").isna() & column.notna()]
        found = str((wrong if len(wrong) else column).iloc[0])
        raise MultilevelError("L097", where=Place(column=str(column.name)), found=found) from error


def looks_like_numbers(column: pd.Series[Any]) -> bool:
    """Whether a column of texts or categories holds what reads as numbers, with a point or a comma."""
    if not isinstance(column.dtype, pd.CategoricalDtype) and not pd.api.types.is_string_dtype(column.dtype):
        return False
    values = pd.Index(column.dropna().unique())
    return len(values) > 0 and pd.api.types.infer_dtype(values) == "string" and all(
        _LOOKS_LIKE_NUMBER.fullmatch(value) for value in values
    )  # fmt: skip


def _plain(column: pd.Series[Any], *, whole: bool) -> pd.Series[Any]:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories()
    if pd.api.types.is_object_dtype(dtype):
        kind = pd.api.types.infer_dtype(column, skipna=True)
        if kind in _NUMBERS or (kind == "boolean" and not column.hasnans):
            whole = kind == "integer" and not column.hasnans
            return column.astype(np.int64 if whole else float if kind in _NUMBERS else bool)
    if pd.api.types.is_string_dtype(dtype):
        return column.astype(object).astype("category")
    if not pd.api.types.is_extension_array_dtype(dtype):
        return column
    if pd.api.types.is_bool_dtype(dtype) and not column.hasnans:
        return column.astype(bool)
    if whole and pd.api.types.is_integer_dtype(dtype) and not column.hasnans:
        return column.astype(np.int64)
    return column.astype(float) if pd.api.types.is_numeric_dtype(dtype) else column
