"""Multiple imputation: whether the copies agree, and how far what is missing must lie to change the conclusion."""

from __future__ import annotations

from matplotlib.figure import Figure

from lcresearch.change import Imputed, SensitivityLine
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.chart_figures import SIGNAL, numbered
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean


def imputation_figure(result: Imputed) -> Figure:
    """A panel a column: the mean of the imputed values by round, a line a copy. Lines should mix and not drift."""
    say, trace = Messages(), result.trace
    names = list(dict.fromkeys(trace["column"]))
    figure = Figure(figsize=(6.4, 0.8 + 2.3 * len(names)), layout="constrained")
    panels = figure.subplots(len(names), 1, squeeze=False, sharex=True)[:, 0]
    for axes, name in zip(panels, names, strict=True):
        plain_axes(axes)
        for _, copy in trace[trace["column"] == name].groupby("imputation"):
            axes.plot(copy["iteration"], copy["mean"], color=ACCENT, linewidth=0.9, alpha=0.5)
        title = say("change_figures.imputed_mean", column=clean(name))
        axes.set_title(title, loc="left", fontsize=10, color=INK, parse_math=False)
        numbered(axes.yaxis, say)
    panels[-1].xaxis.get_major_locator().set_params(integer=True)
    numbered(panels[-1].xaxis, say)
    panels[-1].set_xlabel(say("change_figures.iteration"), color=INK)
    return figure


def sensitivity_figure(result: SensitivityLine) -> Figure:
    """The estimate with its interval by delta, zero, and where the conclusion changes."""
    say, table = Messages(), result.table
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    axes.fill_between(table["delta"], table["conf_low"], table["conf_high"], color=ACCENT, alpha=0.18, linewidth=0)
    axes.plot(table["delta"], table["estimate"], color=ACCENT, linewidth=2)
    here = table[table["delta"] == 0]
    label = say("change_figures.as_imputed")
    axes.plot(here["delta"], here["estimate"], "o", color=INK, markeredgecolor="white", markersize=9, label=label)
    axes.axhline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)))
    if result.tipping_point == result.tipping_point:
        tipping = say("change_figures.tipping")
        axes.axvline(result.tipping_point, color=SIGNAL, linewidth=1.8, label=tipping)
    for axis in (axes.xaxis, axes.yaxis):
        numbered(axis, say)
    axes.set_xlabel(say("change_figures.delta", column=clean(result.column)), color=INK, parse_math=False)
    name = say("change_figures.estimate_with_interval", term=clean(result.term))
    axes.set_ylabel(name, color=INK, parse_math=False)
    figure.legend(frameon=False, loc="outside lower left", ncols=2, fontsize=9)
    return figure
