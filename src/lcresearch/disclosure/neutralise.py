"""Text that a spreadsheet would run as a formula, made harmless."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

T = TypeVar("T")


def neutralise(value: T) -> T | str:
    """The text with an apostrophe before it if a spreadsheet could take it for a formula; other values as they are.

    Numbers are never changed: a real number cannot start a formula. A number kept as text can, and is text here.

    Parameters
    ----------
    value : object
        A cell of a table.

    Returns
    -------
    object
        The same value, or the text with a leading apostrophe.

    References
    ----------
    OWASP, "CSV Injection".

    Examples
    --------
    >>> neutralise("=HYPERLINK(A1)"), neutralise("team 3"), neutralise(-5)
    ("'=HYPERLINK(A1)", 'team 3', -5)
    """
    if isinstance(value, str) and value.startswith(STARTS_FORMULA):
        return f"'{value}"
    return value


def neutralise_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy in which every text is neutralised: cells, column names, index and their names.

    Parameters
    ----------
    frame : DataFrame
        Any table that is about to be written for a spreadsheet.

    Returns
    -------
    DataFrame
        Same shape; columns of numbers keep their type.

    Examples
    --------
    >>> neutralise_frame(pd.DataFrame({"@group": ["+1", "west"], "n": [-2, 8]})).to_dict("list")
    {"'@group": ["'+1", 'west'], 'n': [-2, 8]}
    """
    safe = frame.copy()
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(object)
        if not (pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_datetime64_any_dtype(column.dtype)):
            safe.isetitem(place, column.map(neutralise, na_action="ignore").array)
    safe.columns = _neutral_index(frame.columns)
    safe.index = _neutral_index(frame.index)
    return safe


def _neutral_index(index: pd.Index) -> pd.Index:
    if isinstance(index, pd.MultiIndex):
        rows = [tuple(neutralise(part) for part in row) for row in index]
        return pd.MultiIndex.from_tuples(rows, names=[neutralise(name) for name in index.names])
    if pd.api.types.is_numeric_dtype(index.dtype):
        return index.rename(neutralise(index.name))
    return index.map(neutralise).rename(neutralise(index.name))
