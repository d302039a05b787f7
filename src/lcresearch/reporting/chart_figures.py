"""Run and control charts: values in order of time, the centre, what chance explains, and what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from lcresearch.change import ControlChart, RunChart
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean, records

SIGNAL = "#b0651d"
_MOST_TICKS = 16
_LONG = 4


def run_chart_figure(result: RunChart, label: str | None = None) -> Figure:
    """The values about their median; the stretch that stands out in another colour, and the verdict in words.

    Parameters
    ----------
    result : RunChart
    label : str, optional
        What the values are.
    """
    say, table = Messages(), result.table
    figure, axes = _chart(table, label, say)
    _stepped(axes, table, "centre", say("change_figures.median"), MUTED)
    marked = np.zeros(len(table), dtype=bool)
    places = {when: at for at, when in enumerate(table["time"])}
    for first, last in zip(result.signals["first"], result.signals["last"], strict=True):
        if not pd.isna(first):
            marked[places[first] : places[last] + 1] = True
    _points(axes, table, marked, say)
    _below(figure, axes, result.changed, result.n_withheld, say, _reasons(result, say))
    return figure


def _reasons(result: RunChart, say: Messages) -> list[str]:
    """Why the rules say that something changed, in words."""
    tests = result.tests[result.tests["signal"]] if len(result.tests) else result.tests
    found = []
    for row in records(tests):
        limit = row.limit_high if row.limit_high < row.found else row.limit_low
        key = f"{row.rule}_{'many' if row.found > limit else 'few'}" if row.rule == "runs" else row.rule
        found.append(say(f"change_figures.reason.{key}", n=int(row.found), limit=int(limit)))
    return list(dict.fromkeys(found))


def control_chart_figure(result: ControlChart, label: str | None = None) -> Figure:
    """The values about their mean with limits of chance; points at which a rule gives a signal in another colour.

    Parameters
    ----------
    result : ControlChart
    label : str, optional
        What the values are.
    """
    say, table = Messages(), result.table
    figure, axes = _chart(table, label, say)
    for part in _phases(table):
        edges = _edges(part)
        low, high = (np.repeat(part[name].to_numpy(dtype=float), 2) for name in ("lower", "upper"))
        first = part.index[0] == 0
        axes.fill_between(
            edges,
            low,
            high,
            color=ACCENT,
            alpha=0.10,
            linewidth=0,
            label=say("change_figures.limits") if first else None,
        )
        for line in (low, high):
            axes.plot(edges, line, color=ACCENT, linewidth=0.9, linestyle=(0, (3, 2)), alpha=0.7)
    _stepped(axes, table, "centre", say("change_figures.centre"), MUTED)
    _points(axes, table, table["signal"].to_numpy(dtype=bool), say)
    if result.kind.startswith("p"):
        axes.yaxis.set_major_formatter(lambda share, _: say.percent(share))
    _below(figure, axes, result.changed, result.n_withheld, say)
    return figure


def _chart(table: pd.DataFrame, label: str | None, say: Messages) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(min(6.0 + 0.12 * len(table), 11.0), 4.0), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    name_moments(axes, [str(when) for when in table["time"]])
    axes.set_xlim(-0.7, len(table) - 0.3)
    numbered(axes.yaxis, say)
    axes.set_ylabel(clean(label) if label else say("change_figures.value"), color=INK, parse_math=False)
    axes.set_xlabel(say("change_figures.time"), color=INK)
    return figure, axes


def numbered(axis: Axis, say: Messages) -> None:
    """Numbers at an axis as its reader writes them, all with as many decimals as the finest needs."""

    def text(value: float, _: object) -> str:
        places = np.asarray(axis.get_majorticklocs(), dtype=float)
        digits = next((d for d in range(4) if np.allclose(places, np.round(places, d), atol=1e-9)), 3)
        return say.number(float(value), digits=digits)

    axis.set_major_formatter(text)


def name_moments(axes: Axes, names: list[str]) -> None:
    """Names under the points: some of them where they are many, upright where they are long."""
    step = max(1, -(-len(names) // _MOST_TICKS))
    places = range(0, len(names), step)
    upright = max(map(len, names)) > _LONG and len(names) > 8
    axes.set_xticks(list(places), [clean(names[at]) for at in places], parse_math=False, rotation=90 if upright else 0)


def _phases(table: pd.DataFrame) -> list[pd.DataFrame]:
    return [part for _, part in table.groupby("phase")]


def _edges(part: pd.DataFrame) -> np.ndarray:
    """Left and right of each point."""
    places = part.index.to_numpy(dtype=float)
    return np.column_stack([places - 0.5, places + 0.5]).ravel()


def _stepped(axes: Axes, table: pd.DataFrame, column: str, label: str, colour: str) -> None:
    for number, part in enumerate(_phases(table)):
        values = np.repeat(part[column].to_numpy(dtype=float), 2)
        axes.plot(_edges(part), values, color=colour, linewidth=1.4, label=None if number else label)
        if number:
            axes.axvline(part.index[0] - 0.5, color=MUTED, linewidth=1, linestyle=(0, (1, 2)))


def _points(axes: Axes, table: pd.DataFrame, marked: np.ndarray, say: Messages) -> None:
    values = table["value"].to_numpy(dtype=float)
    places = np.arange(len(values))
    for part in _phases(table):
        axes.plot(part.index, part["value"], color=ACCENT, linewidth=1.2, zorder=2)
    plain = ~marked & ~np.isnan(values)
    axes.plot(places[plain], values[plain], "o", color=ACCENT, markeredgecolor="white", markersize=7, zorder=3)
    if marked.any():
        label = say("change_figures.signal")
        shape: dict[str, Any] = {"markeredgecolor": "white", "markersize": 8.5, "zorder": 4}
        axes.plot(places[marked], values[marked], "D", color=SIGNAL, label=label, **shape)


def _below(
    figure: Figure, axes: Axes, changed: bool | None, n_withheld: int, say: Messages, reasons: Sequence[str] = ()
) -> None:
    """The legend and what the chart says, under and above the axes."""
    word = {None: "describes", True: "changed", False: "unchanged"}[changed]
    title = "\n".join([say(f"change_figures.verdict.{word}"), *reasons])
    if n_withheld:
        title += "\n" + say("change_figures.gaps", n=n_withheld)
    axes.set_title(title, loc="left", fontsize=10, color=INK)
    figure.legend(frameon=False, loc="outside lower left", ncols=3, fontsize=9)
