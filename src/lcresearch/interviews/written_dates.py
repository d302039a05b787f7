"""Dates as people and spreadsheets write them, read the same way in a whole column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

_PARTS = re.compile(r"(?P<first>\d{1,2})[-/. ](?P<second>\d{1,2})[-/. ](?P<year>\d{4})(?:[T,]?\s*(?P<time>\d.*))?")


@dataclass(frozen=True)
class Dates:
    """Dates of a column.

    Attributes
    ----------
    values : list of Timestamp or NaT
        In UTC.
    unread : list of int
        Places that hold something that is no date.
    order : str
        ``day`` or ``month``, which stands first in dates such as 13-02-2026; empty when there are none.
    sure : bool
        False when no date of the column shows which stands first; then it is the day.
    """

    values: list[Any]
    unread: list[int]
    order: str
    sure: bool


def read_dates(written: Sequence[str]) -> Dates:
    """Dates with the year first (ISO), or with the year last and day and month in one order for all.

    Day and month are in the order that fits every date of the column; when both orders fit, the day comes first, as
    in most of Europe. What only fits the other order is not read.

    Examples
    --------
    >>> found = read_dates(["03-02-2026", "13-02-2026", "soon"])
    >>> [f"{value:%d %B}" for value in found.values[:2]], found.unread, found.order, found.sure
    (['03 February', '13 February'], [2], 'day', True)
    """
    split = [_PARTS.fullmatch(text.strip()) for text in written]
    pairs = [(int(found["first"]), int(found["second"])) for found in split if found]
    n_day = sum(first > 12 >= second for first, second in pairs)
    n_month = sum(second > 12 >= first for first, second in pairs)
    order = ("month" if n_month > n_day else "day") if pairs else ""
    texts = [_year_first(found, order) if found else text.strip() for found, text in zip(split, written, strict=True)]
    values = [_parsed(text) for text in texts]
    unread = [at for at, (value, text) in enumerate(zip(values, texts, strict=True)) if text and pd.isna(value)]
    return Dates(values, unread, order, not pairs or n_day != n_month)


def _year_first(found: re.Match[str], order: str) -> str:
    day, month = (found["first"], found["second"])[:: 1 if order == "day" else -1]
    return f"{found['year']}-{int(month):02}-{int(day):02}" + (f" {found['time']}" if found["time"] else "")


def _parsed(text: str) -> Any:
    """In UTC, if the year stands first; what else pandas could guess is not believed."""
    if not re.match(r"\d{4}-?\d{2}-?\d{2}", text):
        return pd.NaT
    return pd.to_datetime(text, errors="coerce", utc=True)
