"""Figure of common-method checks: how correlations change once the method is taken off."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.measurement import CommonMethod
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, PAPER
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_MOST = 60


def common_method_figure(result: CommonMethod) -> Figure:
    """Each correlation before and after the method is taken off, with a line to what a stronger method would leave.

    Of factors where there are factor models with a marker, else of scales by Lindell & Whitney's adjustment.

    Raises
    ------
    ReportingError
        P003: there is no marker, or there are more than 60 correlations.
    """
    table = _rows(result)
    if table.empty or len(table) > _MOST:
        raise ReportingError("P003", kind=type(result).__name__)
    say, places = Messages(), np.arange(len(table))
    figure = Figure(figsize=(6.6, 1.7 + 0.34 * len(table)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    edges = table[["after", "most"]]
    axes.hlines(places, edges.min(axis=1), edges.max(axis=1), color=ACCENT, linewidth=2, alpha=0.45)
    labels = [say(f"common_method.plot.{name}") for name in ("before", "after", "most")]
    axes.plot(table["before"], places, "o", color=PAPER, markeredgecolor=INK, markersize=7, label=labels[0])
    axes.plot(table["after"], places, "o", color=ACCENT, markeredgecolor=PAPER, markersize=7.5, label=labels[1])
    axes.plot(table["most"], places, "|", color=ACCENT, markersize=11, markeredgewidth=2, label=labels[2])
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    axes.set_yticks(places, [clean(name) for name in table["name"]], parse_math=False)
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda x, _: say.number(float(x), digits=1))
    axes.set_xlabel(say("common_method.plot.factors" if result.kept else "common_method.plot.scales"), color=INK)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=1, frameon=False, fontsize=9)
    return figure


def _rows(result: CommonMethod) -> pd.DataFrame:
    """``name, before, after, most``."""
    if result.kept:
        names, columns = ("factor_1", "factor_2"), ("baseline", result.kept, "sensitive_01")
        table = result.correlations
    else:
        names, columns = ("variable_1", "variable_2"), ("r", "adjusted", "adjusted_upper")
        table = result.adjusted
    if table.empty:
        return table
    name = table[names[0]] + " – " + table[names[1]]
    return pd.DataFrame({"name": name} | {new: table[old] for new, old in zip(_NEW, columns, strict=True)})


_NEW = ("before", "after", "most")
