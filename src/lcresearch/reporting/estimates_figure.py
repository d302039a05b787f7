"""Estimates with their intervals, one below the other: for results that have no figure of their own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.measurement import FactorModel
from lcresearch.messages import Messages
from lcresearch.multilevel import MediationResult, PooledFits
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_MOST = 60


def estimates_figure(result: FactorModel | MediationResult | PooledFits) -> Figure:
    """Estimates and 95% intervals in the order of the table; of a factor model the loadings, of mediation no shares.

    Raises
    ------
    ReportingError
        P003: nothing to draw; M428: more than 60 estimates, as of a model in many groups.
    """
    table = _rows(result)
    if table.empty:
        raise ReportingError("P003")
    if len(table) > _MOST:
        raise ReportingError("M428", n=len(table), most=_MOST)
    figure = Figure(figsize=(6.4, 1.1 + 0.3 * len(table)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    places = np.arange(len(table))
    axes.hlines(places, table["conf_low"], table["conf_high"], color=ACCENT, linewidth=2)
    axes.plot(table["estimate"], places, "o", color=ACCENT, markeredgecolor="white", markersize=7)
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    axes.set_yticks(places, [clean(str(name)) for name in table["name"]], parse_math=False)
    axes.set_ylim(len(table) - 0.5, -0.5)
    plain_numbers(axes)
    axes.set_xlabel(Messages()("report.plot.estimate"), color=INK)
    return figure


def plain_numbers(axes: Axes) -> None:
    """Numbers along the horizontal axis as the reader writes them, with as many decimals as tell them apart."""
    say = Messages()
    axes.xaxis.set_major_formatter(lambda x, _: say.number(float(x), digits=_decimals(axes.get_xticks())))


def _decimals(ticks: np.ndarray) -> int:
    """As many as tell the ticks of an axis apart."""
    return next((digits for digits in range(4) if np.allclose(ticks, np.round(ticks, digits), atol=1e-9)), 4)


def _rows(result: FactorModel | MediationResult | PooledFits) -> pd.DataFrame:
    """The rows that are drawn, with a name each."""
    table = result.tidy()
    if isinstance(result, FactorModel):
        table = table[(table["kind"] == "loadings") & table["std_error"].notna()]
        grouped = (table["group"] != "").any()
        name = table["term"].str.replace("=~", " → ") + (" (" + table["group"] + ")" if grouped else "")
        return table.assign(name=name)
    table = table[~table["term"].str.startswith("proportion")]
    return table.assign(name=table["term"].str.replace("_", " "))
