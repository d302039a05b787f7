"""What somebody answered to the planner's questions, looked at: values to plan with, or what is wrong by field."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from lcresearch import instruments
from lcresearch.app.forms import Form
from lcresearch.errors import LcresearchError, Problem
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.studies.planning.choices import all_goals
from lcresearch.studies.planning.inputs import PLATFORMS, check_numbers, check_shares, names_of_firms

Answers = Mapping[str, Any]
Wrong = dict[str, Problem]
STEPS = ("goal", "firms", "people", "time", "form")
"""The planner's questions, a page each."""
EVERY = (0, 1, 2, 4)
"""Weeks between short questions; 0 for a study that asks all of them before and after."""
NAME = 120
"""Most characters of the name of a study or firm."""
USUAL: Answers = {
    "goal": "", "firms": [], "comparison": [], "people": [], "returning": 75, "weeks": 8, "every": 0, "start": "",
    "platforms": ["print"], "worthwhile": "", "title": "", "language": "",
}  # fmt: skip


def usual() -> dict[str, Any]:
    """What stands in the fields before anything was answered."""
    today = datetime.date.today()
    monday = today + datetime.timedelta(days=7 - today.weekday())
    return {**USUAL, "start": monday.isoformat(), "language": Messages().language}


def read(step: str, form: Form, before: Answers) -> tuple[dict[str, Any], Wrong]:
    """The answers of a page as they were given, and what is wrong with them by field.

    Parameters
    ----------
    step : str
        One of :data:`STEPS`.
    form : Form
    before : mapping
        Answers of earlier pages.
    """
    return _READERS[step](form, before)


def first_open(answers: Answers) -> str | None:
    """The first page that is still to be answered; None, when the study can be planned."""
    given = {"goal": "goal", "firms": "firms", "people": "people", "time": "weeks", "form": "platforms"}
    lacking = [step for step in STEPS if not answers.get(given[step])]
    n = len(answers.get("firms", [])) + len(answers.get("comparison", []))
    if "people" not in lacking and len(answers["people"]) != n:
        return "people"
    return lacking[0] if lacking else None


def arguments(answers: Answers) -> dict[str, Any]:
    """Answers as the planner takes them, in plain values; see :func:`lcresearch.studies.plan_short_cycle`."""
    found = {
        name: answers[name] for name in ("goal", "weeks", "firms", "people", "comparison", "platforms", "language")
    }
    found |= {"start": answers["start"], "returning": answers["returning"] / 100}
    optional = {
        "wave_every": answers["every"] or None,
        "worthwhile": answers["worthwhile"] or None,
        "name": answers["title"] or None,
        "design": answers.get("design") or None,
    }
    return found | {name: value for name, value in optional.items() if value is not None}


def _goal(form: Form, before: Answers) -> tuple[dict[str, Any], Wrong]:
    goal = form.text("goal")
    return {"goal": goal}, {} if goal in all_goals() else {"goal": Problem("W022")}


def _firms(form: Form, before: Answers) -> tuple[dict[str, Any], Wrong]:
    found = {name: _names(form.text(name)) for name in ("firms", "comparison")}
    if not found["firms"]:
        return found, {"firms": Problem("W023")}
    long = next((one for one in found["firms"] + found["comparison"] if len(one) > NAME), None)
    if long is not None:
        return found, {"firms" if long in found["firms"] else "comparison": Problem("W024", values={"most": NAME})}
    try:
        names_of_firms(found["firms"], found["comparison"], Messages())
    except LcresearchError as error:
        return found, {"firms": _in_page(error, _said("app.new.field.firms"))}
    return found, {}


def _people(form: Form, before: Answers) -> tuple[dict[str, Any], Wrong]:
    firms = [*before.get("firms", []), *before.get("comparison", [])]
    wrong: Wrong = {}
    people = [_number(form, f"people-{n}", wrong, {"people"}, {"nl": f, "en": f}) for n, f in enumerate(firms)]
    returning = _number(form, "returning", wrong)
    if "returning" not in wrong and not 1 <= int(returning) <= 100:
        wrong["returning"] = _outside(
            _said("app.new.field.returning"), str(returning), _said("short_cycle.limits.range", least=1, most=100)
        )
    return {"people": people, "returning": returning}, wrong


def _time(form: Form, before: Answers) -> tuple[dict[str, Any], Wrong]:
    wrong: Wrong = {}
    found: dict[str, Any] = {"weeks": _number(form, "weeks", wrong, {"weeks"}), "start": form.text("start")}
    try:
        datetime.date.fromisoformat(found["start"])
    except ValueError:
        wrong["start"] = Problem("W026")
    every = form.text("every")
    found["every"] = int(every) if every in map(str, EVERY) else 0
    return found, wrong


def _form(form: Form, before: Answers) -> tuple[dict[str, Any], Wrong]:
    wrong: Wrong = {}
    platforms = [one for one in form.texts("platforms") if one in PLATFORMS]
    if not platforms:
        wrong["platforms"] = Problem("W027")
    language = form.text("language")
    found: dict[str, Any] = {
        "platforms": platforms,
        "language": language if language in LANGUAGES else Messages().language,
        "title": _line(form.text("title")),
        "worthwhile": _points(form.text("worthwhile"), str(before.get("goal", "")), wrong),
    }
    if len(found["title"]) > NAME:
        wrong["title"] = Problem("W024", values={"most": NAME})
    return found, wrong


_READERS: Mapping[str, Callable[[Form, Answers], tuple[dict[str, Any], Wrong]]] = {
    "goal": _goal, "firms": _firms, "people": _people, "time": _time, "form": _form
}  # fmt: skip


def points_of(goal: str) -> tuple[float, float]:
    """The lowest and highest score of the scale that a goal is about; 0 to 100 where there is no scale of answers."""
    chosen = all_goals()[goal]
    instrument = instruments.load(chosen.instrument)
    scale = instrument.scales[chosen.primary]
    answers = instrument.response_scale_of(scale.items[0])
    if scale.method == "index" or answers is None:
        return 0.0, 100.0
    return float(answers.minimum), float(answers.maximum)


def _points(text: str, goal: str, wrong: Wrong) -> float | str:
    """The smallest worthwhile change, as a number; as it was typed, when that is none."""
    if not text:
        return ""
    try:
        value = float(text.replace(",", "."))
        check_shares({"worthwhile": value})
    except (ValueError, LcresearchError):
        wrong["worthwhile"] = _outside(_said("app.new.field.worthwhile"), text, _said("short_cycle.limits.positive"))
        return text
    low, high = points_of(goal) if goal in all_goals() else (0.0, 100.0)
    if not value < high - low:
        wrong["worthwhile"] = _outside(
            _said("app.new.field.worthwhile"), text, _said("app.new.limits.below", most=f"{high - low:g}")
        )
    return value


def _number(
    form: Form, name: str, wrong: Wrong, checked: set[str] | None = None, question: Mapping[str, str] | None = None
) -> int | str:
    """A whole number, looked at by the planner; as it was typed, when that is none."""
    text, asked = form.text(name), question or _said(f"app.new.field.{name}")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        wrong[name] = Problem("W025", values={"question": asked})
        return text
    try:
        check_numbers(dict.fromkeys(checked or (), int(text)))
    except LcresearchError as error:
        wrong[name] = _in_page(error, asked)
    return int(text)


def _in_page(error: LcresearchError, question: Mapping[str, str]) -> Problem:
    """What the planner refused, with the question as the page puts it."""
    values = error.problems[0].values
    return _outside(question, str(values["value"]), values["limits"])


def _outside(question: Mapping[str, str], value: str, limits: Mapping[str, str]) -> Problem:
    return Problem("W028", values={"question": question, "value": value, "limits": limits})


def _said(key: str, **values: Any) -> dict[str, str]:
    return {language: Messages(language)(key, **values) for language in LANGUAGES}


def _names(text: str) -> list[str]:
    """Names, one a line."""
    return [name for line in text.split("\n") if (name := _line(line))]


def _line(text: str) -> str:
    """A text on one line, without signs that steer a terminal."""
    return " ".join("".join(" " if ord(sign) < 32 or 127 <= ord(sign) < 160 else sign for sign in text).split())
