"""Run charts: the public function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.change.arguments import LABELS, WHOLE, takes
from lcresearch.change.arrays import Floats
from lcresearch.change.charts.points import Points, points_of
from lcresearch.change.charts.run_result import RunChart
from lcresearch.change.charts.runs import (
    SHIFT,
    TREND,
    Runs,
    fewest_crossings,
    limits_of_runs,
    longest_run_limit,
    runs_about,
    signals,
)
from lcresearch.change.charts.stretches import longest_stretch, longest_trend
from lcresearch.change.choices import check_choice
from lcresearch.errors import Problem

ENOUGH = 10
"""Points off the centre below which rules say nothing."""
_SHUFFLES = 2000
_SEED = 20260101


@takes(times=LABELS.or_none, phases=LABELS, baseline=WHOLE.or_none)
def run_chart(
    values: Any,
    *,
    times: Sequence[Any] | None = None,
    persons: Any = None,
    rules: Literal["anhoej", "perla"] = "anhoej",
    phases: Sequence[Any] = (),
    baseline: int | None = None,
) -> RunChart:
    """Values in order of time about their median, and whether they move more than chance does.

    Parameters
    ----------
    values : array-like, shape (n,)
        NaN for a gap. For pulses of persons: the mean of each, as :func:`pulse_points` gives it.
    times : sequence, optional
        What stands under each point; 1, 2, ... by default.
    persons : array-like of int, optional
        Persons behind each point; needed for :meth:`RunChart.released`.
    rules : {"anhoej", "perla"}
        ``"anhoej"``: the longest run is longer than log2(n) + 3 rounded, or the centre is crossed less often than the
        5% quantile of a binomial (Anhøj & Olesen, 2014). ``"perla"``: 6 or more on one side, 5 or more rising or
        falling, or too few or too many runs (Perla, Provost & Murray, 2011; limits of runs computed exactly after Swed
        & Eisenhart, 1943). The second set looks at more and gives more false alarms.
    phases : sequence
        Times at which a new phase starts, with a centre of its own. Name them for a reason outside of the chart, such
        as the start of the work; splitting where the chart looks best finds change everywhere.
    baseline : int, optional
        Only the first so many points of a phase set its centre.

    Returns
    -------
    RunChart
        ``changed`` is None with fewer than 10 points off the centre: then the chart only describes. Astronomical
        points, far from all others, are for the eye: no rule finds them here.

    Raises
    ------
    ChangeError
        C052; C080, C081 the input.

    Examples
    --------
    >>> found = run_chart([3, 2, 3, 2, 3, 2, 3, 2, 4, 5, 4, 5, 4, 5, 4, 5])
    >>> found.changed, found.tests[["rule", "found"]].values.tolist()
    (True, [['longest_run', 8], ['crossings', 1]])
    """
    check_choice("rules", rules, ("anhoej", "perla"))
    points = points_of(values, times, persons, phases, baseline)
    return run_chart_of(points, rules, 0)


def run_chart_of(points: Points, rules: str, n_withheld: int) -> RunChart:
    """The chart of checked points."""
    centre = medians(points, points.values[None, :])[0]
    tests: list[tuple[Any, ...]] = []
    found: list[tuple[Any, ...]] = []
    problems: list[Problem] = []
    for number, part in enumerate(points.phases, start=1):
        here, line = points.values[part], centre[part]
        runs = runs_about(here[None, :], line[None, :])
        if runs.n_useful[0] < ENOUGH:
            problems.append(Problem("C082", values={"phase": number, "n": int(runs.n_useful[0]), "least": ENOUGH}))
            continue
        rows = _tests(runs, rules)
        tests += [(number, *row) for row in rows]
        times = points.times[part]
        found += [(number, row[0], row[1], *_place(row[0], here, line, times)) for row in rows if row[4]]
    names = ["phase", "rule", "found", "limit_low", "limit_high", "signal"]
    table = pd.DataFrame(
        {
            "time": list(points.times),
            "value": points.values,
            "n_persons": points.shown_persons,
            "centre": centre,
            "phase": points.phase + 1,
        }
    )
    return RunChart(
        table=table,
        signals=pd.DataFrame(found, columns=["phase", "rule", "found", "first", "last"]),
        tests=pd.DataFrame(tests, columns=names),
        rules=rules,
        changed=bool(found) if tests else None,
        false_alarm_rate=_false_alarms(points, rules) if tests else float("nan"),
        n_withheld=n_withheld,
        points=points,
        problems=tuple(problems),
    )


def medians(points: Points, values: Floats) -> Floats:
    """The centre of each point, shape (n_series, n): the median of its phase, or of the baseline of it."""
    centre = np.full(values.shape, np.nan)
    for part in points.phases:
        here = values[:, part]
        used = here if points.baseline is None else here[:, : points.baseline]
        some = ~np.isnan(used).all(axis=1)
        centre[some, part] = np.nanmedian(used[some], axis=1)[:, None]
    return centre


def _tests(runs: Runs, rules: str) -> list[tuple[str, int, float, float, bool]]:
    """``rule, found, lowest and highest that chance explains, signal`` of one series."""
    n, nan = runs.n_useful, float("nan")
    longest, crossings, trend = int(runs.longest[0]), int(runs.crossings[0]), int(runs.trend[0])
    if rules == "anhoej":
        most, fewest = int(longest_run_limit(n)[0]), int(fewest_crossings(n)[0])
        return [
            ("longest_run", longest, nan, most, longest > most),
            ("crossings", crossings, fewest, nan, crossings < fewest),
        ]
    low, high = limits_of_runs(int(runs.n_above[0]), int(runs.n_below[0]))
    return [
        ("shift", longest, nan, SHIFT - 1, longest >= SHIFT),
        ("trend", trend, nan, TREND - 1, trend >= TREND),
        ("runs", crossings + 1, low, high, not low <= crossings + 1 <= high),
    ]


def _place(rule: str, values: Floats, centre: Floats, times: Sequence[Any]) -> tuple[Any, Any]:
    """First and last time of the stretch that a rule is about; None where it is about the whole."""
    if rule in ("longest_run", "shift"):
        first, last = longest_stretch(values - centre)
    elif rule == "trend":
        first, last = longest_trend(values)
    else:
        return None, None
    return times[first], times[last]


def _false_alarms(points: Points, rules: str) -> float:
    """Share of shuffled series with a signal in any phase that has enough points."""
    rng = np.random.default_rng(_SEED)
    known = np.flatnonzero(~np.isnan(points.values))
    shuffled = np.full((_SHUFFLES, len(points.values)), np.nan)
    shuffled[:, known] = rng.permuted(np.tile(points.values[known], (_SHUFFLES, 1)), axis=1)
    centre = medians(points, shuffled)
    alarm = np.zeros(_SHUFFLES, dtype=bool)
    for part in points.phases:
        runs = runs_about(shuffled[:, part], centre[:, part])
        alarm |= signals(runs, rules) & (runs.n_useful >= ENOUGH)
    return float(alarm.mean())
