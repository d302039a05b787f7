"""What is done when: from the first talk with the firms to the talk about the report."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from lcresearch.messages import Messages

if TYPE_CHECKING:
    from lcresearch.studies.planning.result import ShortCyclePlan

KEPT_DAYS = 365
"""Answers of people are kept for a year after the study, unless study.yaml says otherwise."""
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Event:
    """Something to do.

    Attributes
    ----------
    key : str
        ``agree, council, letter, test, open, remind, export, begin, report, talk`` or ``remove``.
    day, until : date
        First and last day.
    wave : str or None
    firms : tuple of str
        Those that it is about, when not all.
    """

    key: str
    day: datetime.date
    until: datetime.date
    wave: str | None = None
    firms: tuple[str, ...] = ()


def events(plan: ShortCyclePlan) -> list[Event]:
    """Everything to do, in order of days."""
    start = datetime.date.fromisoformat(plan.start)
    found = [
        _on("agree", start),
        _on("council", start),
        _on("letter", start + _DAY),
        _on("test", start + 3 * _DAY),
        *_answering(plan),
        *_beginning(plan),
        _on("report", last_monday(plan)),
        _on("talk", last_monday(plan) + 2 * _DAY),
        _on("remove", kept_until(plan)),
    ]
    return sorted(found, key=lambda one: (one.day, one.until))


def last_monday(plan: ShortCyclePlan) -> datetime.date:
    """The Monday of the last week, that of the report."""
    return datetime.date.fromisoformat(plan.start) + (plan.weeks - 1) * 7 * _DAY


def kept_until(plan: ShortCyclePlan) -> datetime.date:
    """The last day on which answers of people are kept."""
    return last_monday(plan) + 4 * _DAY + KEPT_DAYS * _DAY


def _on(key: str, day: datetime.date) -> Event:
    return Event(key, day, day)


def _answering(plan: ShortCyclePlan) -> Iterator[Event]:
    for wave, opens, reminder, closes in _waves(plan):
        yield Event("open", opens, closes, wave)
        yield Event("remind", reminder, reminder, wave)
        exported = closes + (7 - closes.weekday()) % 7 * _DAY
        yield Event("export", exported, exported, wave)


def _waves(plan: ShortCyclePlan) -> Iterator[tuple[str, datetime.date, datetime.date, datetime.date]]:
    day = datetime.date.fromisoformat
    for row in plan.moments.itertuples(index=False):
        yield str(row.wave), day(str(row.opens)), day(str(row.reminder)), day(str(row.closes))


def _beginning(plan: ShortCyclePlan) -> Iterator[Event]:
    """When the approach begins, and in which firms."""
    opened = {wave: opens for wave, opens, _, _ in _waves(plan)}
    closed = {wave: closes for wave, _, _, closes in _waves(plan)}
    waves = list(opened)
    end = last_monday(plan) - 3 * _DAY
    if plan.design == "pulse":
        return
    if plan.design in ("before_after", "before_after_comparison"):
        first = closed[waves[0]] + _DAY
        yield Event("begin", first, max(first, opened[waves[-1]] - 3 * _DAY), None, plan.firms)
    for wave in dict.fromkeys(plan.starts.values()):
        before = waves[waves.index(wave) - 1]
        first = closed[before] + (7 - closed[before].weekday()) % 7 * _DAY
        yield Event("begin", first, end, wave, tuple(firm for firm, each in plan.starts.items() if each == wave))


def calendar_of(plan: ShortCyclePlan, language: str) -> pd.DataFrame:
    """The calendar as a table; see :meth:`ShortCyclePlan.calendar`."""
    say = Messages(language)
    rows = []
    for one in events(plan):
        week = (one.day - datetime.date.fromisoformat(plan.start)).days // 7 + 1
        rows.append(
            {
                "week": week if week <= plan.weeks else pd.NA,
                "day": one.day.isoformat(),
                "until": one.until.isoformat(),
                "what": what(plan, one, say),
                "who": say(f"short_cycle.event.{one.key}.who"),
            }
        )
    return pd.DataFrame(rows).astype({"week": "Int64"})


def what(plan: ShortCyclePlan, event: Event, say: Messages) -> str:
    """An event in one sentence."""
    text = say(f"short_cycle.event.{event.key}.what", wave=wave_label(plan, event.wave, say))
    if event.firms and (len(event.firms) < len(plan.firms) or plan.starts):
        return f"{text} ({', '.join(event.firms)})"
    return text


def wave_label(plan: ShortCyclePlan, wave: str | None, say: Messages) -> str:
    """What a wave is called: ``voor``, ``na``, ``week 4``."""
    if wave is None:
        return ""
    waves = plan.moments["wave"].tolist()
    place = waves.index(wave)
    if len(waves) > 3 or wave.startswith("p"):
        return say("short_cycle.wave.week", week=int(plan.moments["week"].iloc[place]))
    names = ["before", "after"] if len(waves) == 2 else ["before", "between", "after"]
    return say(f"short_cycle.wave.{names[place]}")
