"""Waves, firms, phases and persons as text, so that 1, 1.0 and "1" are the same in a question and in a column."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd


def label(value: object) -> str:
    """One value as text: whole numbers without decimals, midnight without its hour.

    Examples
    --------
    >>> label(1), label(1.0), label("1"), label(2.5), label(datetime(2026, 3, 1))
    ('1', '1', '1', '2.5', '2026-03-01')
    """
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, datetime):
        midnight = not any((value.hour, value.minute, value.second, value.microsecond))
        return value.date().isoformat() if midnight else str(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return str(int(number)) if number.is_integer() else str(number)
    return str(value)


def texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as text by :func:`label`; empty where there is nothing.

    Examples
    --------
    >>> texts(pd.Series([1.0, None, 2.0])).tolist()
    ['1', '', '2']
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    try:
        codes, values = pd.factorize(column)
    except TypeError:  # what cannot be compared, such as lists in cells
        codes, values = pd.factorize(column.astype(str).where(column.notna()))
    names = np.array([*(label(value) for value in values), ""], dtype=object)
    return pd.Series(names[codes], index=column.index, dtype=object)


def in_order(column: pd.Series[Any]) -> list[Any]:
    """The different values of a column in order: as a reader counts, so that week 10 comes after week 9.

    Categories keep an order of their own.

    Examples
    --------
    >>> in_order(pd.Series(["week 10", "week 9", None, "week 9"])), in_order(pd.Series([10, 9]))
    (['week 9', 'week 10'], [9, 10])
    """
    try:
        values = list(column.dropna().drop_duplicates())
    except TypeError:  # lists in cells
        values = list(texts(column.dropna()).drop_duplicates())
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = list(column.cat.categories)
        if column.cat.ordered or categories != sorted(categories, key=str):
            return [value for value in categories if value in set(values)]
    try:
        if all(isinstance(value, str) for value in values):
            return sorted(values, key=_as_counted)
        return sorted(values)
    except TypeError:  # numbers beside words
        return sorted(values, key=lambda value: _as_counted(label(value)))


def _as_counted(text: str) -> list[tuple[int, int, str]]:
    """Numbers within a text by their size, all else by its letters."""
    parts = re.split(r"(\d+)", text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
