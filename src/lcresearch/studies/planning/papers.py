"""Texts that go with a plan: study.yaml, letters, mails, analysis plan, calendar and what to read first."""

from __future__ import annotations

import datetime
import json
import re
import textwrap
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined

from lcresearch import instruments
from lcresearch.change.sureness import SURENESS
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.reporting.wording import records
from lcresearch.studies.planning.calendar import calendar_of, kept_until, last_monday, wave_label
from lcresearch.studies.planning.choices import all_goals, design_named
from lcresearch.studies.planning.words import doubts, precision_in_words

if TYPE_CHECKING:
    from lcresearch.studies.planning.result import ShortCyclePlan

PAPERS = ("information_letter", "consent", "invitation", "reminder", "analysis_plan", "calendar")
"""Papers in both languages, each as Markdown and as Word."""
_SECONDS_A_QUESTION, _OTHER_SECONDS = 8, 90
_WIDTH = 100
_BLANK_LINES = re.compile(r"\n{3,}")


def paper(plan: ShortCyclePlan, name: str, language: str) -> str:
    """A paper as Markdown.

    Parameters
    ----------
    plan : ShortCyclePlan
    name : str
        One of :data:`PAPERS`, or ``read_me``.
    language : {"nl", "en"}

    Examples
    --------
    >>> from lcresearch.studies.planning import plan_short_cycle
    >>> plan = plan_short_cycle(
    ...     goal="learning_culture", weeks=8, firms=3, people=8, start=datetime.date(2027, 1, 4), n_sims=50
    ... )
    >>> paper(plan, "consent", "nl").splitlines()[0]
    '# Toestemming: Leercultuur in 3 bedrijven'
    """
    text = _templates().get_template(f"{name}.{language}.md.j2").render(**_values(plan, language))
    return _BLANK_LINES.sub("\n\n", text.strip()) + "\n"


def paper_name(name: str, language: str) -> str:
    """What the file of a paper is called, without its ending.

    Examples
    --------
    >>> paper_name("calendar", "nl")
    'planning'
    """
    return Messages(language)(f"short_cycle.file.{name}")


def study_yaml(plan: ShortCyclePlan) -> str:
    """The study.yaml of a plan, with comments in the language of the plan."""
    say = Messages(plan.language)
    other = next(language for language in LANGUAGES if language != plan.language)
    instrument = instruments.load(plan.instrument)
    waves = plan.moments["wave"].tolist()
    values: dict[str, Any] = {
        "plan": plan,
        "languages": [plan.language, other],
        "description": {
            language: f"{plan.question[language]} {design_named(plan.design).how[language]}" for language in LANGUAGES
        },
        "waves": {
            wave: {language: wave_label(plan, wave, Messages(language)) for language in LANGUAGES} for wave in waves
        },
        "answers": {
            str(row.wave): say.date(datetime.date.fromisoformat(str(row.closes)))
            for row in plan.moments.itertuples(index=False)
        },
        "introduction": {language: _asked(plan, "introduction", language) for language in LANGUAGES},
        "closing": {language: _asked(plan, "closing", language) for language in LANGUAGES},
        "consent_text": {
            language: _asked(plan, "consent" if plan.group_report else "consent_alone", language)
            for language in LANGUAGES
        },
        "kept_until": kept_until(plan).isoformat(),
        "level_note": instrument.level != "organisation",
        "comment": lambda key: _comment(say(f"short_cycle.comment.{key}")),
        "inline": lambda key: say(f"short_cycle.inline.{key}"),
        "file": lambda key: say(f"short_cycle.file.{key}"),
    }
    return _templates().get_template("study.yaml.j2").render(**values).strip() + "\n"


def _asked(plan: ShortCyclePlan, part: str, language: str) -> str:
    say = Messages(language)
    return say(
        f"short_cycle.form.{part}",
        about=plan.about[language],
        minimum=plan.minimum_cell,
        until=say.date(kept_until(plan)),
        minutes=minutes(plan),
    )


def minutes(plan: ShortCyclePlan) -> int:
    """About how long filling in takes once, in whole minutes."""
    instrument = instruments.load(plan.instrument)
    asked = [item for item in instrument.items if item.short_form or not plan.short_form]
    return max(2, round((len(asked) * _SECONDS_A_QUESTION + _OTHER_SECONDS) / 60))


def _values(plan: ShortCyclePlan, language: str) -> dict[str, Any]:
    """What the papers fill in."""
    say = Messages(language)
    instrument = instruments.load(plan.instrument)
    items = instrument.scales[plan.primary].items
    scale = instrument.response_scale_of(items[0])
    indexed = instrument.scales[plan.primary].method == "index"
    others = [instrument.scales[name].title[language] for name in plan.secondary]
    dates = [
        {
            "wave": str(row.wave),
            "label": wave_label(plan, str(row.wave), say),
            "opens": _day(str(row.opens), say),
            "closes": _day(str(row.closes), say),
        }
        for row in plan.moments.itertuples(index=False)
    ]
    return {
        "plan": plan,
        "design": design_named(plan.design),
        "goal": all_goals()[plan.goal].name[language],
        "dates": dates,
        "closes": dates[0]["closes"],
        "how_often": say("short_cycle.how_often", n=len(dates)),
        "minutes": minutes(plan),
        "first_day": _day(plan.start, say),
        "report_day": say.date(last_monday(plan)),
        "talk_day": say.date(last_monday(plan) + datetime.timedelta(days=2)),
        "kept_until": say.date(kept_until(plan)),
        "fixed_on": _day(plan.start, say),
        "worthwhile": say.number(plan.worthwhile, digits=1),
        "tenths": max(1, round(10 * plan.worthwhile)),
        "scale": {
            "low": 0 if indexed else say.number(scale.minimum if scale else 0, digits=0),
            "high": 100 if indexed else say.number(scale.maximum if scale else 100, digits=0),
        },
        "secondary": f" ({', '.join(others)})" if others else "",
        "starts": "; ".join(
            say("short_cycle.starts", firm=firm, wave=wave_label(plan, wave, say)) for firm, wave in plan.starts.items()
        ),
        "precision": precision_in_words(plan, language),
        "inference": str(plan.precision["inference"].iloc[0]),
        "words": [(say(f"sureness.word.{word}"), say(f"sureness.means.{word}")) for word in SURENESS],
        "cannot": design_named(plan.design).cannot[language],
        "platforms": ", ".join(say(f"app.platform.{one}.name") for one in plan.platforms),
        "cautions": doubts(plan, language),
        "calendar": _calendar_table(plan, say),
    }


def _calendar_table(plan: ShortCyclePlan, say: Messages) -> str:
    """The calendar as a table in Markdown."""
    table = calendar_of(plan, say.language)
    head = [say(f"short_cycle.column.{name}") for name in ("week", "day", "what", "who")]
    lines = [_row(head), _row(["---"] * len(head))]
    for row in records(table):
        first, last = _day(str(row.day), say), _day(str(row.until), say)
        day = first if row.day == row.until else say("short_cycle.column.until", first=first, last=last)
        lines.append(_row(["" if pd.isna(row.week) else str(row.week), day, str(row.what), str(row.who)]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _day(text: str, say: Messages) -> str:
    return say.date(datetime.date.fromisoformat(text))


def _comment(text: str) -> str:
    """A text as lines of comment."""
    return "\n".join(f"# {line}" for line in textwrap.wrap(text, _WIDTH))


def _by_language(texts: Mapping[str, str], indent: int) -> str:
    """Texts by language as a block of YAML."""
    return "\n".join(f"{' ' * indent}{language}: {_quoted(texts[language])}" for language in LANGUAGES)


def _quoted(text: str) -> str:
    """A text as a scalar of YAML: JSON is YAML."""
    return json.dumps(text, ensure_ascii=False)


@cache
def _templates() -> Environment:
    folder = resources.files("lcresearch.studies.planning").joinpath("texts")
    made = Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        undefined=StrictUndefined,
        autoescape=False,  # plain text: Markdown and YAML
        keep_trailing_newline=True,
        trim_blocks=False,
    )
    made.filters["text"] = _quoted
    made.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    made.globals["by_language"] = _by_language
    return made
