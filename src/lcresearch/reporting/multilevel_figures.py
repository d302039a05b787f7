"""Figures of multilevel models: how much groups differ, growth over time, and power by the size of a study."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.stats
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.multilevel import GeneralisedLinearMixedModel, Growth, LinearMixedModel, PowerResult
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED
from lcresearch.reporting.wording import clean

_MOST_NAMED = 40
_TARGET = 0.80
_CURVE = 41
_UNITS = ("wave", "day", "week", "month", "year")
_COLOURS = (ACCENT, "#b0651d", "#5a4a8a", "#2d7d46")


def caterpillar_figure(result: LinearMixedModel | GeneralisedLinearMixedModel) -> Figure:
    """Conditional modes of all groups in order of size, with 95% intervals: a panel a random effect."""
    panels = [
        (label, str(term), pd.DataFrame(frame.xs(term, level="term")))
        for label, frame in result.random_effects.items()
        for term in frame.index.get_level_values("term").unique()
    ]
    heights = [_height(len(table)) for _, _, table in panels]
    figure = Figure(figsize=(6.4, sum(heights)), layout="constrained")
    axes = figure.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    for place, (label, term, table) in zip(axes, panels, strict=True):
        _caterpillar(place, table.sort_values("estimate"))
        place.set_title(clean(f"{label}: {term}"), fontsize=10, loc="left", color=INK, parse_math=False)
    axes[-1].set_xlabel(Messages()("report.plot.random_effect"))
    return figure


def power_figure(result: PowerResult) -> Figure:
    """Power with its interval by the number that varies most, a line for each value of the others; a line at .80."""
    table = result.table
    numbers = [name for name in table.columns[: table.columns.get_loc("n")] if table[name].nunique() > 1]
    if not numbers:
        raise ReportingError("P003")
    across = max(numbers, key=lambda name: table[name].nunique())
    others = [name for name in numbers if name != across]
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    keys = table[others].drop_duplicates().to_dict("records") if others else [{}]
    for colour, key in zip(np.resize(np.array(_COLOURS), len(keys)), keys, strict=True):
        rows = table.loc[(table[list(key)] == pd.Series(key, dtype="int64")).all(axis=1)]
        label = ", ".join(f"{name} = {value}" for name, value in key.items())
        axes.fill_between(rows[across], rows["conf_low"], rows["conf_high"], color=colour, alpha=0.15, linewidth=0)
        axes.plot(rows[across], rows["power"], "o-", color=colour, markeredgecolor="white", label=clean(label))
    axes.axhline(_TARGET, color=MUTED, linewidth=1, linestyle=(0, (3, 2)))
    axes.set(ylim=(0, 1.02))
    axes.set_xlabel(clean(across), parse_math=False)
    axes.set_ylabel(Messages()("report.plot.power"))
    if others:
        axes.legend(frameon=False, loc="lower right")
    return figure


def growth_figure(result: Growth) -> Figure:
    """The outcome over time: the average with its 95% interval, a thin line for each group, and the means as seen."""
    say = Messages()
    table = result.curves(np.linspace(0, result.period, _CURVE).tolist())
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    groups = table.iloc[:, 4:].to_numpy()
    if groups.shape[1]:
        labelled = ["_"] * groups.shape[1]
        labelled[0] = say("report.plot.each_group", groups=clean(result.groups[-1].replace("`", "")))
        axes.plot(table["time"], groups, color=MUTED, linewidth=0.8, alpha=0.45, label=labelled, zorder=1)
    axes.fill_between(table["time"], table["conf_low"], table["conf_high"], color=ACCENT, alpha=0.25, linewidth=0)
    axes.plot(table["time"], table["estimate"], color=ACCENT, linewidth=2.2, label=say("report.plot.average"))
    seen = result.waves
    axes.plot(seen[result.time], seen["mean"], "o", color=INK, markeredgecolor="white", label=say("report.plot.seen"))
    unit = say(f"report.plot.units.{result.unit}") if result.unit in _UNITS else clean(result.unit)
    axes.set_xlabel(say("report.plot.time", unit=unit, start=clean(result.start)), parse_math=False)
    axes.set_ylabel(clean(result.fit.model.cross.columns.names[-1]), parse_math=False)
    axes.legend(frameon=False, loc="best")
    return figure


def _height(n_groups: int) -> float:
    return 0.9 + 0.22 * n_groups if n_groups <= _MOST_NAMED else 3.6


def _caterpillar(axes: Axes, table: pd.DataFrame) -> None:
    plain_axes(axes)
    places = np.arange(len(table))
    half = scipy.stats.norm.ppf(0.975) * table["std_dev"]
    many = len(table) > _MOST_NAMED
    axes.hlines(places, table["estimate"] - half, table["estimate"] + half, color=ACCENT, linewidth=0.8 if many else 2)
    axes.plot(table["estimate"], places, "o", color=ACCENT, markeredgecolor="white", markersize=3 if many else 6)
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    names = [clean(" / ".join(map(str, key)) if isinstance(key, tuple) else str(key)) for key in table.index]
    axes.set_yticks([] if many else places, [] if many else names, parse_math=False)
    axes.set_ylim(-0.7, len(table) - 0.3)


def plain_axes(axes: Axes) -> None:
    """Axes without a frame, over a light grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, length=0)
