"""When people answer: weeks, and days on which a wave opens, is reminded of, and closes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.studies.change_settings import DesignName

FIRST_WEEK = 2
"""Week 1 is for the letter."""
LEAST_PULSES = 3
"""Fewest pulses before and after the start of a single case, for the lot to have something to draw from."""
_WEEK = datetime.timedelta(days=7)
_SERIES: tuple[DesignName, ...] = ("pulse", "single_case")


def is_series(design: DesignName) -> bool:
    """Whether a design asks the same few questions again and again."""
    return design in _SERIES


def weeks_of_waves(design: DesignName, weeks: int, every: int) -> list[int]:
    """The weeks in which people answer; the first week is for the letter and the last for the report.

    Parameters
    ----------
    design : str
    weeks : int
        Of the whole study.
    every : int
        Weeks from one pulse to the next.

    Examples
    --------
    >>> weeks_of_waves("before_after", 8, 1), weeks_of_waves("staggered_start", 10, 1), weeks_of_waves("pulse", 8, 2)
    ([2, 7], [2, 6, 9], [2, 4, 6])
    """
    last = weeks - 1
    if is_series(design):
        return list(range(FIRST_WEEK, last + 1, every))
    if design == "staggered_start":
        return [FIRST_WEEK, (FIRST_WEEK + last + 1) // 2, last]
    return [FIRST_WEEK, last]


def moments(weeks: Sequence[int], start: datetime.date, *, series: bool) -> pd.DataFrame:
    """The waves of a study.

    Parameters
    ----------
    weeks : sequence of int
        In which people answer.
    start : date
        The Monday of week 1.
    series : bool
        Whether it is a series: its waves are called p01, p02, ..., others t0, t1, ....

    Returns
    -------
    DataFrame
        ``wave, week, opens, reminder, closes``: days as texts (2026-12-14). A wave opens on Monday, is reminded of on
        Thursday, and closes on Sunday; a pulse is reminded of on Wednesday and closes on Friday.

    Examples
    --------
    >>> moments([2, 7], datetime.date(2027, 1, 4), series=False)["closes"].tolist()
    ['2027-01-17', '2027-02-21']
    """
    reminder, closing = (2, 4) if series else (3, 6)
    rows = []
    for n, week in enumerate(weeks):
        monday = start + (week - 1) * _WEEK
        days = [monday + datetime.timedelta(days=days) for days in (0, reminder, closing)]
        name = f"p{n + 1:02d}" if series else f"t{n}"
        rows.append([name, week, *(day.isoformat() for day in days)])
    return pd.DataFrame(rows, columns=["wave", "week", "opens", "reminder", "closes"])


def starts_by_lot(
    design: DesignName, waves: Sequence[str], firms: Sequence[str], rng: np.random.Generator
) -> dict[str, str]:
    """Which firm starts before which wave, drawn by lot; empty for designs in which all start at once.

    Half of the firms start after the first wave and half after the second, or the one firm of a single case somewhere
    in the middle.

    Examples
    --------
    >>> found = starts_by_lot("staggered_start", ["t0", "t1", "t2"], ["A", "B", "C"], np.random.default_rng(1))
    >>> sorted(found.values())
    ['t1', 't1', 't2']
    """
    if design == "staggered_start":
        order = rng.permutation(len(firms))
        early = {int(place) for place in order[: (len(firms) + 1) // 2]}
        return {firm: waves[1] if n in early else waves[2] for n, firm in enumerate(firms)}
    if design == "single_case":
        possible = waves[LEAST_PULSES : len(waves) - LEAST_PULSES + 1]
        return {firm: str(rng.choice(np.asarray(possible, dtype=object))) for firm in firms}
    return {}


def next_monday(day: datetime.date) -> datetime.date:
    """The day itself when it is a Monday, or the next one."""
    return day + datetime.timedelta(days=-day.weekday() % 7)
