"""A plan in words for a page: the same words as its papers have."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pandas as pd

from lcresearch.app.studies.papers import PLAN
from lcresearch.errors import AppError, Place
from lcresearch.instruments import text_in
from lcresearch.messages import Messages
from lcresearch.studies.planning.choices import design_named
from lcresearch.studies.planning.result import ShortCyclePlan
from lcresearch.studies.planning.words import doubts, precision_in_words


def plan_words(plan: ShortCyclePlan) -> dict[str, Any]:
    """A plan in the language of the user."""
    say = Messages()
    spoken = say.language
    design = design_named(plan.design)
    return {
        "title": text_in(plan.name, spoken),
        "question": plan.question[spoken],
        "design": design.name[spoken],
        "design_id": plan.design,
        "how": design.how[spoken],
        "because": plan.because[spoken],
        "can": design.can[spoken],
        "cannot": design.cannot[spoken],
        "precision": precision_in_words(plan, spoken),
        "doubts": doubts(plan, spoken),
        "group_report": plan.group_report,
        "scale": text_in(plan.primary_title, spoken),
        "worthwhile": say.number(plan.worthwhile, digits=1),
        "firms": list(zip((*plan.firms, *plan.comparison), plan.people, plan.both, strict=True)),
        "n_part": len(plan.firms),
        "weeks": plan.weeks,
        "start": _day(plan.start),
        "times": len(plan.moments),
        "calendar": _calendar(plan),
        "starts": [(firm, _wave(plan, wave)) for firm, wave in plan.starts.items()],
        "platforms": list(plan.platforms),
    }


def stored_plan(folder: Path) -> dict[str, Any]:
    """The plan with which a study was made, in words.

    Raises
    ------
    AppError
        W021, when there is none that can be read.
    """
    try:
        return plan_words(ShortCyclePlan.from_dict(json.loads((folder / PLAN).read_text(encoding="utf-8"))))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise AppError("W021", where=Place(file=PLAN)) from error


def _calendar(plan: ShortCyclePlan) -> list[tuple[str, str, str, str]]:
    say = Messages()
    rows = []
    for row in plan.calendar(say.language).to_dict("records"):
        first, last = _day(str(row["day"])), _day(str(row["until"]))
        day = first if first == last else say("short_cycle.column.until", first=first, last=last)
        week = "" if pd.isna(row["week"]) else str(int(row["week"]))
        rows.append((day, week, str(row["what"]), str(row["who"])))
    return rows


def _wave(plan: ShortCyclePlan, wave: str) -> str:
    from lcresearch.studies.planning.calendar import wave_label

    return wave_label(plan, wave, Messages())


def _day(text: str) -> str:
    return Messages().date(datetime.date.fromisoformat(text))
