"""Reliable change: each person for the house, and bars of counts that may be shown."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from lcresearch.change import ReleasedChange, ReliableChange
from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, readable_on
from lcresearch.reporting.chart_figures import SIGNAL, numbered
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_STYLES = {"deteriorated": ("v", SIGNAL), "unchanged": ("o", MUTED), "improved": ("^", ACCENT)}
_SHADES = {
    "deteriorated": SIGNAL,
    "unchanged": "#c5cfcb",
    "improved": ACCENT,
    "deteriorated+unchanged": "#c5cfcb",
    "unchanged+improved": "#8fbdb7",
}


def reliable_change_figure(result: ReliableChange) -> Figure:
    """Score after by score before, a mark a person; in the band change may be error of measurement. Confidential."""
    say, persons = Messages(), result.persons.sort_values("before")
    figure = Figure(figsize=(5.6, 5.6), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    before, expected = (persons[name].to_numpy(dtype=float) for name in ("before", "expected"))
    scores = np.concatenate([before, persons["after"].to_numpy(dtype=float)])
    margin = 0.08 * max(float(np.ptp(scores)), result.smallest_reliable)
    ends = np.array([scores.min() - margin, scores.max() + margin])
    slope, start = (1.0, 0.0)
    if result.method == "edwards_nunnally":
        slope, start = result.reliability, float(expected[0] - result.reliability * before[0])
    line, half = start + slope * ends, result.smallest_reliable
    band = say("change_figures.within_error")
    axes.fill_between(ends, line - half, line + half, color=MUTED, alpha=0.14, linewidth=0, label=band)
    axes.plot(ends, line, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), label=say("change_figures.no_change"))
    for name, (marker, colour) in _STYLES.items():
        rows = persons[persons["change_class"] == name]
        if len(rows):
            label = f"{say(f'change_figures.class.{name}')} ({say.number(len(rows), digits=0)})"
            axes.plot(
                rows["before"], rows["after"], marker, color=colour, markeredgecolor="white", markersize=9, label=label
            )
    axes.set(xlim=tuple(ends), ylim=tuple(ends), aspect="equal")
    for axis in (axes.xaxis, axes.yaxis):
        numbered(axis, say)
    axes.set_xlabel(say("change_figures.before"), color=INK)
    axes.set_ylabel(say("change_figures.after"), color=INK)
    axes.set_title(say("change_figures.confidential"), loc="left", fontsize=10, color=SIGNAL, fontweight="bold")
    figure.legend(frameon=False, loc="outside lower left", ncols=2, fontsize=9)
    return figure


def released_change_figure(result: ReleasedChange) -> Figure:
    """A bar a group: persons by class, from worse to better.

    Raises
    ------
    ReportingError
        P003: nothing may be shown.
    """
    say, counts = Messages(), result.counts
    if counts.empty:
        raise ReportingError("P003")
    groups = list(dict.fromkeys(counts["group"]))
    figure = Figure(figsize=(7.2, 1.5 + 0.55 * len(groups)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    left = dict.fromkeys(groups, 0.0)
    for name in dict.fromkeys(counts["classes"]):
        rows = counts[counts["classes"] == name]
        colour = _SHADES[name]
        axes.barh(
            [groups.index(group) for group in rows["group"]],
            rows["share"],
            left=[left[group] for group in rows["group"]],
            color=colour,
            edgecolor="white",
            height=0.68,
            label=say(f"change_figures.class.{name}"),
        )
        for group, share, n in zip(rows["group"], rows["share"], rows["n"], strict=True):
            if n:
                middle = left[group] + share / 2
                axes.text(middle, groups.index(group), str(n), ha="center", va="center", color=readable_on(colour))
            left[group] += share
    sizes = counts.drop_duplicates("group").set_index("group")["n_persons"]
    names = [
        say("change_figures.group", name=clean(group), n=int(sizes[group]))
        if group
        else say("change_figures.everybody", n=int(sizes[group]))
        for group in groups
    ]
    axes.set_yticks(range(len(groups)), names, parse_math=False)
    axes.set(xlim=(0, 1), ylim=(len(groups) - 0.5, -0.5))
    axes.xaxis.set_major_formatter(lambda share, _: say.percent(share))
    figure.legend(frameon=False, loc="outside lower left", ncols=3, fontsize=9)
    return figure
