"""Cases over time by phase, and what chance could have made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.change import RandomisationTest, SingleCase
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.chart_figures import SIGNAL, name_moments, numbered
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_ALTERNATING = 6
"""From so many phases on, conditions alternate: two lines instead of phases."""


def single_case_figure(result: SingleCase) -> Figure:
    """A panel a case: the measurements, the median of each phase, and a line where a phase begins."""
    say, series = Messages(), result.series
    cases = list(dict.fromkeys(series["case"]))
    moments = sorted(set(series["time"]), key=_order)
    figure = Figure(figsize=(7.2, 0.9 + 2.3 * len(cases)), layout="constrained")
    panels = figure.subplots(len(cases), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
    for axes, case in zip(panels, cases, strict=True):
        plain_axes(axes)
        _panel(axes, series[series["case"] == case], moments, say, named=case == cases[0])
        if case:
            axes.set_title(clean(case), loc="left", fontsize=10, color=INK, parse_math=False, pad=16)
        axes.set_ylabel(clean(result.outcome), color=INK, parse_math=False)
        numbered(axes.yaxis, say)
        axes.margins(y=0.12)
    name_moments(panels[-1], [str(moment) for moment in moments])
    panels[-1].set_xlabel(say("change_figures.time"), color=INK)
    figure.legend(frameon=False, loc="outside lower left", ncols=3, fontsize=9)
    return figure


def _order(moment: object) -> tuple[int, float, str]:
    return (0, float(moment), "") if isinstance(moment, int | float | np.number) else (1, 0.0, str(moment))


def _panel(axes: Axes, rows: pd.DataFrame, moments: list[object], say: Messages, *, named: bool) -> None:
    at = {moment: place for place, moment in enumerate(moments)}
    rows = rows.assign(place=[at[moment] for moment in rows["time"]])
    words = {False: say("change_figures.baseline_phase"), True: say("change_figures.treated_phase")}
    styles = {False: ("o", MUTED), True: ("s", ACCENT)}
    if rows["run"].max() + 1 >= _ALTERNATING:
        parts = [(bool(treated), part) for treated, part in rows.groupby("treated")]
    else:
        parts = [(bool(part["treated"].iloc[0]), part) for _, part in rows.groupby("run")]
    seen: set[bool] = set()
    for number, (treated, part) in enumerate(parts):
        marker, colour = styles[treated]
        label = words[treated] if named and treated not in seen else None
        line: dict[str, Any] = {"color": colour, "markeredgecolor": "white", "markersize": 7.5, "linewidth": 1.2}
        axes.plot(part["place"], part["score"], marker=marker, label=label, zorder=3, **line)
        ends = [part["place"].min() - 0.3, part["place"].max() + 0.3]
        middle = say("change_figures.phase_median") if named and not number else None
        axes.plot(ends, [part["score"].median()] * 2, color=SIGNAL, linewidth=1.6, label=middle, zorder=2)
        if number and len(parts) == rows["run"].max() + 1:
            start = part["place"].min() - 0.5
            axes.axvline(start, color=INK, linewidth=1, linestyle=(0, (3, 2)))
        seen.add(treated)


def randomisation_figure(result: RandomisationTest) -> Figure:
    """The statistic under each assignment that chance could have drawn, and where it really was."""
    say = Messages()
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    bins = min(40, max(8, int(np.sqrt(len(result.distribution)) * 1.5)))
    axes.hist(result.distribution, bins=bins, color=ACCENT, alpha=0.55, edgecolor="white")
    label = say("change_figures.observed", p=say.p_value(result.p_value))
    axes.axvline(result.estimate, color=SIGNAL, linewidth=2, label=label)
    key = "assignments" if result.exact else "assignments_sample"
    axes.set_title(say(f"change_figures.{key}", n=len(result.distribution)), loc="left", fontsize=10, color=INK)
    numbered(axes.xaxis, say)
    numbered(axes.yaxis, say)
    axes.set_xlabel(say(f"change_figures.statistic.{result.statistic}"), color=INK)
    axes.set_ylabel(say("change_figures.number"), color=INK)
    figure.legend(frameon=False, loc="outside lower left", fontsize=9)
    return figure
