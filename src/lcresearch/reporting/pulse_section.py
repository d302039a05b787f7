"""The part of a report on a short question that comes back, in one language: lines, rules in words, and phases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.change import RandomisationTest
from lcresearch.change.charts.run import ENOUGH
from lcresearch.change.single_cases.analysing import ENOUGH_MEASUREMENTS
from lcresearch.reporting.pulse_content import CaseSeries, PulseContent, PulseSeries
from lcresearch.reporting.pulse_figures import axis_of, case_drawing, run_drawing
from lcresearch.reporting.sections import FigureView
from lcresearch.reporting.tables import Table, table
from lcresearch.reporting.wording import Wording, records

MOST_LINES = 13
"""With more lines the others stand in the table alone."""
_SELDOM, _ONE = 0.05, 0.01
_TREND = "C073"


@dataclass(frozen=True)
class LineView:
    """One line on a page."""

    title: str
    figure: FigureView
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class PulseView:
    """The part on a page."""

    title: str
    intro: str
    lines: tuple[LineView, ...]
    together_title: str
    together: tuple[str, ...]
    rules_title: str
    rules: tuple[str, ...]
    table: Table
    notes: tuple[str, ...]


def pulse_view(content: PulseContent, say: Wording) -> PulseView:
    """All that the report says of series."""
    scale = say.text(content.title)
    of_cases = bool(content.cases)
    lines = [_case(one, content, say, first=not n) for n, one in enumerate(content.cases)]
    lines += [_line(one, content, say, first=not n) for n, one in enumerate(content.series)]
    more = len(lines) - MOST_LINES
    notes = [say("pulses.compact_note", n=more)] if more > 0 else []
    notes += _several(content, say)
    return PulseView(
        title=say("pulses.case.title" if of_cases else "pulses.title"),
        intro=say("pulses.case.intro" if of_cases else "pulses.intro", scale=scale),
        lines=tuple(lines[:MOST_LINES]),
        together_title=say("pulses.case.together_title") if len(content.cases) > 1 else "",
        together=tuple(_together(content, say)),
        rules_title="" if of_cases else say("pulses.rules_title"),
        rules=() if of_cases else tuple(rules([content], say)),
        table=means_table(content, say),
        notes=tuple(notes),
    )


def _line(one: PulseSeries, content: PulseContent, say: Wording, *, first: bool) -> LineView:
    title, note = one.group or say("pulses.everybody"), axis_note(content, say) if first else ""
    figure = FigureView(title, (run_drawing(one, content, say),), _own_table(one.points, title, say), note)
    describes = content.series[0].run.changed is None
    return LineView(title, figure, tuple(line_sentences(one, say, too=not first and describes)))


def axis_note(content: PulseContent, say: Wording) -> str:
    """Which part of the scale is drawn."""
    if not np.isfinite(content.maximum - content.minimum):
        return ""
    low, high = axis_of(content)
    whole = {"minimum": say.number(content.minimum, 0), "maximum": say.number(content.maximum, 0)}
    return say("change.figure_axis", low=say.number(low, 1), high=say.number(high, 1), **whole)


def line_sentences(one: PulseSeries, say: Wording, *, too: bool = False) -> list[str]:
    """What the rules say of a line, how often they are wrong, and what is not shown.

    With ``too`` a line before it was described only, for the same reason.
    """
    run, found = one.run, list[str]()
    if run.changed is None and too:
        found.append(say("pulses.describes_too"))
    elif run.changed is None:
        useful = int((run.table["value"].notna() & (run.table["value"] != run.table["centre"])).sum())
        found.append(say("pulses.describes", least=ENOUGH, n=useful))
    else:
        found.append(say("pulses.changed" if run.changed else "pulses.unchanged"))
        found += _reasons(one, say)
        found.append(say("pulses.false_alarm", percent=say.messages.percent(run.false_alarm_rate)))
    if one.control is not None:
        out = one.control.table.loc[one.control.table["signal"].astype(bool), "time"]
        waves = say.enumeration([say.wave(str(wave)) for wave in out])
        found.append(say("pulses.band_outside", waves=waves) if len(out) else say("pulses.band_inside"))
        found.append(say("pulses.band_false_alarm", percent=say.messages.percent(one.control.false_alarm_rate)))
    return found + ([say("pulses.gaps", n=one.n_gaps)] if one.n_gaps else [])


def _reasons(one: PulseSeries, say: Wording) -> list[str]:
    tests = one.run.tests[one.run.tests["signal"]]
    found = []
    for row in records(one.run.signals):
        limit = tests[tests["rule"] == str(row.rule)].iloc[0]
        if row.rule == "longest_run":
            ends = {"first": say.wave(str(row.first)), "last": say.wave(str(row.last))}
            found.append(say("pulses.stretch", n=int(row.found), limit=int(limit["limit_high"]), **ends))
        else:
            found.append(say("pulses.crossings", n=int(row.found), limit=int(limit["limit_low"])))
    return found


def _several(content: PulseContent, say: Wording) -> list[str]:
    """How likely a false signal is somewhere, where several lines are judged."""
    rates = [one.run.false_alarm_rate for one in content.series if one.run.changed is not None]
    if len(rates) < 2:
        return []
    some = 1 - float(np.prod([1 - rate for rate in rates]))
    return [say("pulses.several", n=len(rates), percent=say.messages.percent(some))]


def rules(contents: Iterable[PulseContent], say: Wording) -> list[str]:
    """The rules in plain words; of the band only where one is drawn."""
    lines = [one for content in contents for one in content.series]
    bands = {one.control.kind for one in lines if one.control is not None}
    names = ["middle", "run", *(f"band_{kind}" for kind in sorted(bands)), "dependent", "cause"]
    return [say(f"pulses.rules.{name}") for name in names]


def _case(one: CaseSeries, content: PulseContent, say: Wording, *, first: bool) -> LineView:
    name, note = one.group or say("pulses.everybody"), axis_note(content, say) if first else ""
    title = say("pulses.case.head", name=name, wave=say.wave(one.start))
    figure = FigureView(title, (case_drawing(one, content, say),), _own_table(one.points, title, say), note)
    return LineView(title, figure, tuple(case_sentences(one, content, say, short=not first)))


def case_sentences(one: CaseSeries, content: PulseContent, say: Wording, *, short: bool = False) -> list[str]:
    """The middle before and after, overlap, trend, and what the lot has to say; ``short`` explains nothing again."""
    series, measures = one.case.series, one.case.measures.set_index("term")["estimate"]
    scores = {treated: series.loc[series["treated"] == treated, "score"] for treated in (False, True)}
    found = [
        say(
            "pulses.case.medians",
            before=say.number(scores[False].median()),
            after=say.number(scores[True].median()),
            n_before=say("pulses.case.measurements", n=len(scores[False])),
            n_after=say("pulses.case.measurements", n=len(scores[True])),
        ),
    ]
    trend = any(problem.code == _TREND for problem in one.case.problems)
    nap, tau_u = say.messages.percent(float(measures["nap"])), say.number(measures["tau_u"])
    if short and not trend:
        found.append(say(f"pulses.case.nap_short_{content.improvement}", percent=nap, value=tau_u))
    else:
        found.append(say(f"pulses.case.nap_{content.improvement}", percent=nap))
        found.append(say("pulses.case.trend" if trend else "pulses.case.tau_u", value=tau_u))
    if min(len(each) for each in scores.values()) < ENOUGH_MEASUREMENTS:
        found.append(say("pulses.case.few", least=ENOUGH_MEASUREMENTS))
    if one.test is not None:
        found += _tested(one.test, say)
    elif one.no_test is not None:
        found.append(say(f"pulses.case.no_test.{one.no_test}"))
    return found + ([say("pulses.gaps", n=one.n_gaps)] if one.n_gaps else [])


def _tested(test: RandomisationTest, say: Wording) -> list[str]:
    n = int(test.n_assignments)
    k = round(test.p_value * n)
    return [say("pulses.case.drawn", n=n, k=k, p=_chance(test.p_value, say)), _meaning(test, say)]


def _chance(share: float, say: Wording) -> str:
    return say("pulses.under_one") if share < _ONE else say.messages.percent(share)


def _meaning(test: RandomisationTest, say: Wording) -> str:
    """What the chance means; that it can mean nothing where there are too few possibilities."""
    if test.smallest_p > _SELDOM:
        return say("pulses.case.never", smallest=_chance(test.smallest_p, say))
    return say("pulses.case.seldom" if test.p_value <= _SELDOM else "pulses.case.chance")


def _together(content: PulseContent, say: Wording) -> list[str]:
    """Of all groups that started in turn; last, what a difference cannot tell."""
    found = []
    if content.together is not None:
        n, p = say.count(content.together.n_assignments), _chance(content.together.p_value, say)
        found = [say("pulses.case.together", n=n, p=p), _meaning(content.together, say)]
    elif content.together_no_test is not None:
        found = [say(f"pulses.case.together_no_test.{content.together_no_test}")]
    return [*found, say("pulses.case.cause")] if content.cases else []


def _own_table(points: pd.DataFrame, title: str, say: Wording) -> Table:
    rows = [[say.wave(str(row.wave)), say.count(row.n), say.number(row.mean)] for row in records(points)]
    labels = {"wave": say("table.wave"), "n": say("table.persons"), "mean": say("table.mean")}
    return table(title, rows, labels, numeric=["n", "mean"])


def means_table(content: PulseContent, say: Wording) -> Table:
    """A row a wave and a column a line, for the many that are not drawn."""
    lines: list[PulseSeries | CaseSeries] = [*content.series, *content.cases]
    shown = {f"line_{n}": one.points.set_index("wave")["mean"] for n, one in enumerate(lines)}
    waves = [wave for wave in say.head.waves if any(wave in means.index for means in shown.values())]
    rows = [[say.wave(wave), *(say.number(means.get(wave)) for means in shown.values())] for wave in waves]
    labels = {"wave": say("table.wave")}
    labels |= {f"line_{n}": one.group or say("pulses.everybody") for n, one in enumerate(lines)}
    return table(say("pulses.table_title", scale=say.text(content.title)), rows, labels, numeric=list(shown))


def export_tables(content: PulseContent) -> dict[str, pd.DataFrame]:
    """Points with their charts, and measures of phases, as tidy tables."""
    parts = []
    for one in content.series:
        points = one.points.assign(scale=content.scale, parent=one.parent, group=one.group)
        points["median"] = one.run.table["centre"].to_numpy()
        for name in ("lower", "upper"):
            points[name] = np.nan if one.control is None else one.control.table[name].to_numpy()
        parts.append(points)
    names = ["scale", "parent", "group", "wave", "n", "mean", "median", "lower", "upper"]
    found = {"pulses": pd.concat(parts, ignore_index=True)[names]} if parts else {}
    cases = [
        one.case.measures.assign(scale=content.scale, parent=one.parent, group=one.group, start=one.start)
        for one in content.cases
    ]
    if cases:
        table = pd.concat(cases, ignore_index=True).drop(columns="case")
        found["single_cases"] = table[["scale", "parent", "group", "start", *table.columns[:-4]]]
    return found
