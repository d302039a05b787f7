"""Waves of long data as time since the first one: numbers, dates or ordered categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Place

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


@dataclass(frozen=True)
class Time:
    """Time since the first wave.

    Attributes
    ----------
    values : Series
        Zero at the first wave of the study, in units; missing where the wave is.
    unit : str
        ``wave``, or ``day, week, month, year`` for dates.
    first : object
        The wave that is zero.
    """

    values: pd.Series[float]
    unit: str
    first: Any


def time_since_first(column: pd.Series[Any], unit: str | None) -> Time:
    """Waves as time since the first one of all rows.

    Parameters
    ----------
    column : Series
        Numbers; dates; or ordered categories, which count as 0, 1, 2.
    unit : str, optional
        Of dates ``day``, ``week``, ``month`` (unless given; 365.25 / 12 days) or ``year``; of numbers what one more is
        called, ``wave`` unless given.

    Raises
    ------
    MultilevelError
        L098 for waves that are no numbers, dates or ordered categories, all equal, or with an unknown unit.
    """
    if isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered:
        seen = column.cat.remove_unused_categories()
        codes = seen.cat.codes.astype(float).where(column.notna())
        found = Time(codes, unit or "wave", seen.cat.categories[0] if len(seen.cat.categories) else None)
    elif pd.api.types.is_datetime64_any_dtype(column.dtype):
        if (unit or "month") not in DAYS:
            raise MultilevelError("L098", where=Place(column=str(column.name)), found=str(unit))
        days = (column - column.min()) / pd.Timedelta(days=1)
        found = Time(days / DAYS[unit or "month"], unit or "month", column.min())
    elif pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        values = column.astype(float)
        found = Time(values - values.min(), unit or "wave", values.min())
    else:
        example = column.dropna()
        shown = str(example.iloc[0]) if len(example) else ""
        raise MultilevelError("L098", where=Place(column=str(column.name)), found=shown)
    if not np.isfinite(found.values.max()) or found.values.max() <= 0:
        raise MultilevelError("L098", where=Place(column=str(column.name)), found=str(found.first))
    return found
