"""Figures of item response models: information and category curves, item curves by group, what a short form keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.measurement import DifferentialItemFunctioning, GradedResponse, ShortForm
from lcresearch.measurement.item_response import graded_model
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

COLOURS = (ACCENT, "#b0651d", "#5a4a8a", "#2d7d46", "#a03050", "#3a6ea5")
_STYLES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 1, 1, 1)))
_MOST_NAMED = 12
_MOST_CURVES = 9
_RELIABLE = (0.70, 0.80, 0.90)


def information_figure(result: GradedResponse) -> Figure:
    """Information of the test and of each item over the trait; dashed lines where reliability is .70, .80 and .90."""
    table, say = result.information(), Messages()
    figure = Figure(figsize=(6.8, 4.2), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    theta = table["theta"].to_numpy()
    shown = list(result.items)
    peak = {item: float(table[item].max()) for item in shown}
    named = sorted(shown, key=lambda item: -peak[item])[:_MOST_NAMED]
    for number, item in enumerate(item for item in shown if item in named):
        axes.plot(theta, table[item], **look(number), linewidth=1.3, label=clean(item))
    axes.plot(theta, table["test"], color=INK, linewidth=2.4, label=say("report.plot.whole_test"))
    top = float(table["test"].max())
    reliability_lines(axes, top)
    axes.set(xlim=(-3, 3), ylim=(0, top * 1.15))
    axes.set_xlabel(say("report.plot.trait"))
    axes.set_ylabel(say("report.plot.information"))
    legend(figure, axes)
    return figure


def category_figure(result: GradedResponse) -> Figure:
    """For each item, the chance of each answer over the trait: a panel an item."""
    say = Messages()
    theta = np.linspace(-4, 4, 161)
    chances = graded_model.probabilities(result.parameters, theta)
    figure, panels = grid_of_panels(len(result.items))
    for j, (axes, item) in enumerate(zip(panels, result.items, strict=True)):
        table = result.categories[result.categories["item"] == item]
        for category, codes in table.groupby("category")["code"]:
            label = "/".join(f"{code:g}" for code in codes)
            axes.plot(theta, chances[j, int(str(category))], **look(int(str(category))), label=label)
        axes.set(xlim=(-4, 4), ylim=(0, 1))
        axes.legend(frameon=False, fontsize=7, ncols=2, handlelength=1.6, loc="upper center")
        axes.set_title(clean(item), fontsize=10, loc="left", color=INK, parse_math=False)
    figure.supxlabel(say("report.plot.trait"), fontsize=10)
    figure.supylabel(say("report.plot.chance_of_answer"), fontsize=10)
    return figure


def grid_of_panels(n: int, *, share_y: bool = True) -> tuple[Figure, list[Axes]]:
    """A figure with ``n`` panels in rows of three, that share the horizontal axis."""
    if n < 1:
        raise ReportingError("P003")
    columns = min(n, 3)
    rows = -(-n // columns)
    figure = Figure(figsize=(2.9 * columns + 0.6, 2.3 * rows + 0.5), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=share_y).ravel()
    for axes in panels:
        plain_axes(axes)
    for axes in panels[n:]:
        axes.set_visible(False)
    return figure, list(panels[:n])


def look(number: int) -> dict[str, Any]:
    """Colour and dashes of the line with this number: no two of the first 24 are alike, also without colour."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": _STYLES[(number + number // len(COLOURS)) % len(_STYLES)],
    }


def legend(figure: Figure, axes: Axes) -> None:
    """The names of lines to the right of the figure."""
    handles, labels = axes.get_legend_handles_labels()
    texts = figure.legend(handles, labels, frameon=False, fontsize=8, loc="outside right upper").get_texts()
    for text in texts:
        text.set_parse_math(False)


def item_curves_figure(result: DifferentialItemFunctioning) -> Figure:
    """Mean answer by place on the matching variable, a line a group: flagged items, or the three nearest to it."""
    total = result.tests[result.tests["term"] == "total"].sort_values("nagelkerke_change", ascending=False)
    ranked = total["item"].tolist()
    shown = [item for item in ranked if item in result.flagged][:_MOST_CURVES] or ranked[:3]
    say = Messages()
    figure, panels = grid_of_panels(len(shown), share_y=False)
    for axes, item in zip(panels, shown, strict=True):
        for number, group in enumerate(result.groups):
            curve = result.curves[(result.curves["item"] == item) & (result.curves["group"] == group)]
            axes.plot(curve["matching"], curve["expected"], **look(number), label=clean(group))
        flag = f" ({say('report.plot.flagged')})" if item in result.flagged else ""
        axes.set_title(clean(item) + flag, fontsize=10, loc="left", color=INK, parse_math=False)
    figure.supxlabel(say("report.plot.trait" if result.match == "theta" else "report.plot.matching"), fontsize=10)
    figure.supylabel(say("report.plot.mean_answer"), fontsize=10)
    legend(figure, panels[0])
    return figure


def short_form_figure(result: ShortForm) -> Figure:
    """Information of the form and of the full scale over the trait, with the range for which it was made."""
    say, curves = Messages(), result.curves
    figure = Figure(figsize=(6.8, 4.0), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.axvspan(*result.theta, color=GRID, alpha=0.45, linewidth=0, zorder=0)
    names = {
        "full": say("report.plot.full_scale", n=len(result.table)),
        "form": say("report.plot.form", n=len(result.items)),
    }
    axes.plot(curves["theta"], curves["full"], color=MUTED, linestyle=(0, (5, 2)), label=names["full"])
    axes.plot(curves["theta"], curves["form"], color=ACCENT, linewidth=2.2, label=names["form"])
    top = float(curves["full"].max())
    axes.set(xlim=(-3, 3), ylim=(0, top * 1.15))
    reliability_lines(axes, top)
    axes.set_xlabel(say("report.plot.trait"))
    axes.set_ylabel(say("report.plot.information"))
    legend(figure, axes)
    return figure


def reliability_lines(axes: Axes, top: float) -> None:
    """Dashed lines where information means a reliability of .70, .80 and .90, as far as the figure goes."""
    say = Messages()
    for reliable in _RELIABLE:
        level = reliable / (1 - reliable)
        if level < top * 1.15:
            axes.axhline(level, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
            label = say("report.plot.reliability_line", value=say.number(reliable, digits=2))
            axes.text(3.0, level, label, ha="right", va="bottom", fontsize=8, color=MUTED)
