"""Standardised loadings of both levels of a two-level factor model, side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.measurement import Isomorphism, TwoLevelFactorModel
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, SIMULATED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_MARKS = {"within": (ACCENT, "o", -0.16), "between": (SIMULATED, "D", 0.16)}
_MOST = 60


def level_loadings_figure(result: TwoLevelFactorModel | Isomorphism) -> Figure:
    """Standardised loadings with 95% intervals, a row an item, for persons and for communities.

    Raises
    ------
    ReportingError
        P003: no loadings, or more than fit on a page.
    """
    table = _loadings(result)
    items = list(dict.fromkeys(table["item"]))
    if not 0 < len(items) <= _MOST:
        raise ReportingError("P003", kind=type(result).__name__)
    say = Messages()
    figure = Figure(figsize=(6.8, 1.5 + 0.36 * len(items)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    for level, (colour, mark, offset) in _MARKS.items():
        own = table[table["level"] == level]
        places = own["item"].map(items.index).to_numpy(dtype=float) + offset
        axes.hlines(places, own["conf_low"], own["conf_high"], color=colour, linewidth=2)
        name = say(f"two_level.plot.{level}")
        axes.plot(own["std_all"], places, mark, color=colour, markeredgecolor="white", markersize=7, label=name)
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    axes.axvline(1, color=GRID, linewidth=1, zorder=0)
    axes.set_yticks(np.arange(len(items)), [clean(item) for item in items], parse_math=False)
    axes.set_ylim(len(items) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda x, _: say.number(float(x), digits=1))
    axes.set_xlabel(say("two_level.plot.loading"), color=INK)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9, labelcolor=INK)
    return figure


def _loadings(result: TwoLevelFactorModel | Isomorphism) -> pd.DataFrame:
    if isinstance(result, Isomorphism):
        table = result.loadings
    else:
        table = result.standardised()
        table = table[table["kind"] == "loadings"]
    return table.assign(item=table["term"].str.split("=~").str[1])
