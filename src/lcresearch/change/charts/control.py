"""Control charts: the public function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.change.arguments import LABELS, WHOLE, takes
from lcresearch.change.arrays import Floats
from lcresearch.change.charts.control_result import ControlChart
from lcresearch.change.charts.limits import KINDS, limits_of
from lcresearch.change.charts.points import Points, points_of
from lcresearch.change.charts.rules import RULES, Bools
from lcresearch.change.charts.simulated_series import simulated_series
from lcresearch.change.choices import check_choice
from lcresearch.errors import ChangeError, Problem

ENOUGH = 12
"""Points that set the limits below which these are too unsure for rules."""


@takes(times=LABELS.or_none, phases=LABELS, baseline=WHOLE.or_none)
def control_chart(
    values: Any,
    *,
    kind: Literal["individuals", "xbar", "s", "p", "p_prime", "u", "u_prime"] = "individuals",
    size: Any = None,
    std_dev: Any = None,
    times: Sequence[Any] | None = None,
    persons: Any = None,
    rules: Literal["limits", "anhoej", "western_electric", "nelson"] = "anhoej",
    phases: Sequence[Any] = (),
    baseline: int | None = None,
) -> ControlChart:
    """Values in order of time with limits within which chance moves them.

    Parameters
    ----------
    values : array-like, shape (n,)
        ``individuals``: the values; the choice for pulses in which mostly the same persons answer. ``xbar``: means of
        other persons each time, with ``size`` and ``std_dev``. ``s``: standard deviations, with ``size``. ``p``:
        numbers out of ``size``. ``u``: counts in an exposure ``size``. ``_prime``: these with more variation than
        chance of counting (Laney, 2002). NaN for a gap.
    size : array-like, optional
        Persons, trials or exposure of each point; may differ. For ``xbar``, ``s`` and ``p`` it is also ``persons``
        unless that is given.
    std_dev : array-like, optional
        Standard deviation within each point, for ``xbar``.
    times, persons, phases, baseline
        As for :func:`run_chart`.
    rules : {"limits", "anhoej", "western_electric", "nelson"}
        A point beyond three standard errors; or also unusual runs; or the rules of Western Electric (1956) or of
        Nelson (1984). More rules find change sooner and give more false alarms: the result says how many.
    kind : {"individuals", "xbar", "s", "p", "p_prime", "u", "u_prime"}
        What ``values`` are.

    Returns
    -------
    ControlChart
        ``changed`` is None where fewer than 12 points set the limits: then the chart only describes.

    Raises
    ------
    ChangeError
        C052; C080, C081 the input; C085 ``size`` or ``std_dev`` is missing or does not fit.

    Examples
    --------
    >>> found = control_chart([5, 6, 5, 4, 6, 5, 5, 4, 6, 5, 6, 4, 9])
    >>> found.table["centre"].round(3)[0], found.table["upper"].round(2)[0], found.signals["time"].tolist()
    (np.float64(5.385), np.float64(9.37), [])
    """
    check_choice("kind", kind, KINDS)
    check_choice("rules", rules, tuple(RULES))
    points = points_of(values, times, persons, phases, baseline)
    sizes, spreads = _beside(kind, size, std_dev, points)
    if points.persons is None and kind in ("xbar", "s", "p", "p_prime"):
        counts = np.where(np.isnan(points.values), 0, np.nan_to_num(sizes)).astype(np.int64)
        points = Points(points.values, points.times, counts, points.starts, points.baseline)
    return control_chart_of(points, kind, sizes, spreads, rules, 0)


def _beside(kind: str, size: Any, std_dev: Any, points: Points) -> tuple[Floats, Floats]:
    """Sizes and standard deviations of the points, checked (C085)."""
    n = len(points.values)
    needed: list[tuple[str, Any]] = [("size", size)] if kind != "individuals" else []
    needed += [("std_dev", std_dev)] if kind == "xbar" else []
    for option, value in needed:
        try:
            array = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            array = np.empty(0)
        drawn = array[~np.isnan(points.values)] if array.shape == (n,) else array
        fits = (drawn > 0).all() if option == "size" else not (drawn < 0).any()  # one person has no deviation
        if array.shape != (n,) or not fits:
            raise ChangeError("C085", option=option, kind=kind)
    sizes = np.ones(n) if kind == "individuals" else np.asarray(size, dtype=np.float64)
    if kind.startswith("p") and (points.values[~np.isnan(points.values)] > sizes[~np.isnan(points.values)]).any():
        raise ChangeError("C085", option="size", kind=kind)
    spreads = np.asarray(std_dev, dtype=np.float64) if kind == "xbar" else np.full(n, np.nan)
    return sizes, spreads


def control_chart_of(
    points: Points, kind: str, sizes: Floats, spreads: Floats, rules: str, n_withheld: int
) -> ControlChart:
    """The chart of checked points."""
    sizes = np.where(np.isnan(points.values), np.nan, sizes)  # a gap has no size, and no limits that would tell it
    drawn = points.values / sizes if kind[0] in "pu" else points.values
    lines = _lines(points, kind, drawn[None, :], sizes, np.where(np.isnan(drawn), np.nan, spreads)[None, :])
    enough = _enough(points, drawn)
    table = pd.DataFrame(
        {
            "time": list(points.times),
            "value": drawn,
            "n_persons": points.shown_persons,
            **{name: lines[name][0] for name in ("centre", "std_error", "lower", "upper")},
            "phase": points.phase + 1,
        }
    )
    problems = [
        Problem("C082", values={"phase": number + 1, "n": n, "least": ENOUGH})
        for number, n in enumerate(enough)
        if n < ENOUGH
    ]
    if kind == "xbar":
        problems.append(Problem("C086"))
    by_rule = _by_rule(points, lines["z"], rules, enough)
    rows = [(points.times[place], rule) for rule, found in by_rule.items() for place in np.flatnonzero(found[0])]
    signal = np.any([found[0] for found in by_rule.values()], axis=0)
    judged = any(n >= ENOUGH for n in enough)
    return ControlChart(
        table=table.assign(signal=signal),
        signals=pd.DataFrame(rows, columns=["time", "rule"]),
        kind=kind,
        rules=rules,
        changed=bool(signal.any()) if judged else None,
        false_alarm_rate=_false_alarms(points, kind, table, sizes, rules, enough) if judged else float("nan"),
        n_withheld=n_withheld,
        points=points,
        sizes=sizes,
        spreads=spreads,
        problems=tuple(problems),
    )


def _lines(points: Points, kind: str, drawn: Floats, sizes: Floats, spreads: Floats) -> dict[str, Floats]:
    """Centre, standard error, limits and distance in standard errors of each point, shape (n_series, n)."""
    parts: list[tuple[Floats, ...]] = []
    for part in points.phases:
        used = slice(0, points.baseline)
        limits = limits_of(kind, drawn[:, part], sizes[part], spreads[:, part], used)
        low, high = limits.at(3)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where(limits.std_error > 0, (drawn[:, part] - limits.centre) / limits.std_error, np.nan)
        parts.append((limits.centre, limits.std_error, low, high, z))
    names = ("centre", "std_error", "lower", "upper", "z")
    return {name: np.concatenate(arrays, axis=1) for name, arrays in zip(names, zip(*parts, strict=True), strict=True)}


def _enough(points: Points, drawn: Floats) -> list[int]:
    """Points that set the limits of each phase."""
    return [int((~np.isnan(drawn[part][: points.baseline])).sum()) for part in points.phases]


def _by_rule(points: Points, z: Floats, rules: str, enough: list[int]) -> dict[str, Bools]:
    found = {rule: np.zeros(z.shape, dtype=bool) for rule in RULES[rules]}
    for part, n in zip(points.phases, enough, strict=True):
        if n < ENOUGH:
            continue
        known = ~np.isnan(z[:, part]).all(axis=0)
        places = np.arange(part.start, part.stop)[known]
        for rule, test in RULES[rules].items():
            found[rule][:, places] = test(z[:, places])
    return found


def _false_alarms(
    points: Points, kind: str, table: pd.DataFrame, sizes: Floats, rules: str, enough: list[int]
) -> float:
    """Share of simulated series without change in which any rule gives a signal."""
    drawn, spreads = simulated_series(kind, table, sizes)
    lines = _lines(points, kind, drawn, sizes, spreads)
    by_rule = _by_rule(points, lines["z"], rules, enough)
    return float(np.any([found.any(axis=1) for found in by_rule.values()], axis=0).mean())
