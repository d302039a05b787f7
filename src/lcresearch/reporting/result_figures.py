"""A figure for each kind of measurement result, on ordinary axes so that a researcher can go on from there."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.measurement import Agreement, ItemAnalysis, Reliability, WithinBetween
from lcresearch.messages import Messages, text_keys
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED
from lcresearch.reporting.wording import clean

_LOW_ITEM_REST = 0.30
_RELIABILITY = (0.70, 0.80)
_AGREEMENT = 0.70


def item_analysis_figure(result: ItemAnalysis) -> Figure:
    """Item-rest correlation of each item with its interval; a line at .30."""
    table = result.tidy()
    return _dots_figure(
        table["item"].astype(str).tolist(), _columns(table, "item_rest_correlation"), "item_rest", (_LOW_ITEM_REST,)
    )


def reliability_figure(result: Reliability) -> Figure:
    """Each coefficient with its interval, at both levels; lines at .70 and .80."""
    table = result.tidy()
    table = table[table["term"] != "standard_error_of_measurement"]
    several = table["level"].nunique() > 1
    levels = [f" ({_word(level)})" if several else "" for level in table["level"]]
    names = [f"{_word(term)}{level}" for term, level in zip(table["term"], levels, strict=True)]
    return _dots_figure(names, _columns(table, "estimate"), "reliability", _RELIABILITY)


def within_between_figure(result: WithinBetween) -> Figure:
    """The raw, between-group and within-group correlation with their intervals."""
    table = result.tidy()
    return _dots_figure([_word(term) for term in table["term"]], _columns(table, "estimate"), "correlation", (0.0,))


def agreement_figure(result: Agreement) -> Figure:
    """r_wg(j) of every group under the uniform and the slightly skewed null, in order of size; a line at .70."""
    say, table = Messages(), result.tidy()
    figure, axes = _axes(6.4, 3.8)
    drawn = 0
    for name, colour in (("r_wg_uniform", ACCENT), ("r_wg_slight_skew", "#b0651d")):
        values = np.sort(table[name].dropna().to_numpy(dtype=float)) if name in table else np.array([])
        if len(values):
            axes.plot((np.arange(len(values)) + 0.5) / len(values), values, color=colour, label=_word(name))
            drawn += len(values)
    if not drawn:
        raise ReportingError("P003")
    axes.axhline(_AGREEMENT, color=MUTED, linewidth=1, linestyle=(0, (3, 2)))
    axes.set(xlim=(0, 1), ylim=(min(0.0, axes.get_ylim()[0]), 1.02))
    axes.set_xlabel(say("report.plot.groups", n=len(table)))
    axes.set_ylabel("r_wg(j)")
    axes.legend(frameon=False, loc="lower right")
    return figure


def _columns(table: pd.DataFrame, estimate: str) -> pd.DataFrame:
    return (
        table[[estimate, "conf_low", "conf_high"]].set_axis(["estimate", "low", "high"], axis="columns").astype(float)
    )


def _dots_figure(names: list[str], numbers: pd.DataFrame, label: str, lines: tuple[float, ...]) -> Figure:
    """A dot and interval a row, the first row on top."""
    if not numbers["estimate"].notna().any():
        raise ReportingError("P003")
    figure, axes = _axes(6.4, 1.2 + 0.32 * len(names))
    places = np.arange(len(names))
    axes.hlines(places, numbers["low"], numbers["high"], color=ACCENT, linewidth=2)
    axes.plot(numbers["estimate"], places, "o", color=ACCENT, markeredgecolor="white")
    for line in lines:
        axes.axvline(line, color=MUTED, linewidth=1, linestyle=(0, (3, 2)), zorder=0)
    axes.set_yticks(places, [clean(name) for name in names], parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(Messages()(f"report.plot.{label}"))
    return figure


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, length=0)
    return figure, axes


def _word(name: str) -> str:
    for folder in ("term", "table"):
        if f"report.{folder}.{name}" in text_keys():
            return Messages()(f"report.{folder}.{name}")
    return str(name).replace("_", " ")
