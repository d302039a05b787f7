"""Minimal important differences: what was named beforehand, what people say, and the spread of scores."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from lcresearch.change import ImportantDifference
from lcresearch.errors import ReportingError
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.chart_figures import SIGNAL, numbered
from lcresearch.reporting.multilevel_figures import plain_axes

_COLOURS = {"named_beforehand": SIGNAL, "anchor": ACCENT, "distribution": MUTED}


def important_difference_figure(result: ImportantDifference) -> Figure:
    """A mark and interval a method, in the colour of its kind; a line at what was named beforehand.

    Raises
    ------
    ReportingError
        P003: no method gave a value.
    """
    say, table = Messages(), result.table[result.table["estimate"].notna()]
    if table.empty:
        raise ReportingError("P003")
    figure = Figure(figsize=(7.2, 1.4 + 0.42 * len(table)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    places = np.arange(len(table))
    for kind, colour in _COLOURS.items():
        rows = (table["kind"] == kind).to_numpy()
        if rows.any():
            here = table[rows]
            axes.hlines(places[rows], here["conf_low"], here["conf_high"], color=colour, linewidth=2)
            label = say(f"change_figures.kind.{kind}")
            axes.plot(here["estimate"], places[rows], "o", color=colour, markeredgecolor="white", ms=9, label=label)
    for value in table.loc[table["kind"] == "named_beforehand", "estimate"]:
        axes.axvline(value, color=SIGNAL, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    axes.set_yticks(places, [say(f"change_figures.method.{term}") for term in table["term"]])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    numbered(axes.xaxis, say)
    axes.set_xlabel(say("change_figures.points"), color=INK)
    figure.legend(frameon=False, loc="outside lower left", ncols=3, fontsize=9)
    return figure
