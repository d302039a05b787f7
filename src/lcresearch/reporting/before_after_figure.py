"""Figures of change over two waves: means of firms before and after, their changes, and scores drawn to peers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from lcresearch.change import BeforeAfter, PartialPooling
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean, records

WHOLE = "#b0651d"
_BAND = "#eef1f5"
_LONGEST = 22
_ROW, _FRAME = 0.36, 2.1
_MOST_ROWS = 40


def before_after_figure(result: BeforeAfter) -> Figure:
    """Left the means of each firm before and after, right its change with a 95% interval, the whole on top."""
    say = Messages()
    groups = result.by_group if len(result.by_group) > 1 else result.by_group.iloc[:0]
    figure = Figure(figsize=(9.2, max(3.4, _FRAME + _ROW * min(len(groups) + 1, _MOST_ROWS))), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.35])
    _slopes(left, result, groups, say)
    _changes(right, result, groups, say)
    word = say(f"sureness.word.{result.sureness}")
    title = say("before_after.title", outcome=clean(result.outcome), word=word)
    figure.suptitle(title, fontsize=12, color=INK, x=0.01, ha="left", fontweight="bold")
    return figure


def _slopes(axes: Axes, result: BeforeAfter, groups: pd.DataFrame, say: Messages) -> None:
    """A line a firm from its mean before to that after; firms to compare with are dashed."""
    plain_axes(axes)
    for row in records(groups):
        colour, style = (ACCENT, "-") if row.takes_part else (MUTED, "--")
        axes.plot(
            [0, 1], [row.mean_before, row.mean_after], style, color=colour, marker="o", ms=4.5, lw=1.3, alpha=0.75
        )
    whole = [result.overall["mean_before"], result.overall["mean_after"]]
    axes.plot([0, 1], whole, color=WHOLE, marker="o", ms=7, lw=3)
    for place, value, side in ((0, whole[0], "right"), (1, whole[1], "left")):
        shift = -9 if side == "right" else 9
        axes.annotate(
            say.number(float(value), digits=2), (place, value), (shift, 0), textcoords="offset points",
            ha=side, va="center", color=WHOLE, fontweight="bold", fontsize=10,
        )  # fmt: skip
    axes.set_xlim(-0.35, 1.35)
    axes.yaxis.set_major_formatter(_numbers(say))
    axes.set_xticks([0, 1], [clean(result.before), clean(result.after)])
    axes.grid(axis="x", visible=False)
    axes.set_title(say("before_after.means"), fontsize=10, loc="left", color=INK)


def _changes(axes: Axes, result: BeforeAfter, groups: pd.DataFrame, say: Messages) -> None:
    """The change of the whole and of each firm, with the zone that is not worthwhile behind them."""
    plain_axes(axes)
    compared = not bool(result.by_group["takes_part"].all())
    names = [
        say("before_after.less" if compared else "before_after.whole"),
        *(_short(name) for name in groups["group"]),
    ]
    whole = result.main[["estimate", "conf_low", "conf_high"]].astype(float)
    rows = pd.concat([whole, groups[["estimate", "conf_low", "conf_high"]]], ignore_index=True)
    places = np.arange(len(rows))
    if np.isfinite(result.worthwhile):
        axes.axvspan(-result.worthwhile, result.worthwhile, color=_BAND, zorder=0, label=say("before_after.small"))
    axes.axvline(0, color=MUTED, lw=1)
    parts = [True, *groups["takes_part"].tolist()]
    for place, row, part in zip(places, records(rows), parts, strict=True):
        colour = WHOLE if place == 0 else ACCENT if part else MUTED
        axes.plot([row.conf_low, row.conf_high], [place, place], color=colour, lw=3.2 if place == 0 else 1.8)
        axes.plot(row.estimate, place, "o", color=colour, ms=9 if place == 0 else 6)
    if len(groups):
        label = say("before_after.pooled")
        axes.plot(groups["pooled"], places[1:] + 0.22, "D", ms=3.6, linestyle="none", color=INK, label=label)
    axes.set_yticks(places, names)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.xaxis.set_major_formatter(_numbers(say))
    axes.grid(axis="y", visible=False)
    axes.set_title(say("before_after.change"), fontsize=10, loc="left", color=INK)
    if axes.get_legend_handles_labels()[0]:
        axes.figure.legend(loc="outside lower right", ncols=2, frameon=False, fontsize=8.5, labelcolor=INK)


def partial_pooling_figure(result: PartialPooling) -> Figure:
    """Own mean of each group and the score drawn to its peers, both with 95% intervals."""
    say, table = Messages(), result.table.sort_values("estimate", ascending=False)
    figure = Figure(figsize=(8, max(2.6, 1.5 + 0.42 * min(len(table), _MOST_ROWS))), layout="constrained")
    axes = figure.subplots()
    plain_axes(axes)
    places = np.arange(len(table), dtype=np.float64)
    _with_intervals(axes, places - 0.13, table, ("mean", "own_low", "own_high"), MUTED, say("before_after.own"))
    drawn = say("before_after.drawn")
    _with_intervals(axes, places + 0.13, table, ("estimate", "conf_low", "conf_high"), ACCENT, drawn)
    if table["peer_mean"].nunique() == 1 or not result.peers:
        axes.axvline(float(table["peer_mean"].mean()), color=GRID, lw=2, zorder=0)
    names = [f"{_short(name)} ({n})" for name, n in zip(table["group"], table["n"], strict=True)]
    axes.set_yticks(places, names)
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(_numbers(say))
    axes.set_xlabel(clean(result.outcome), color=INK)
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9, labelcolor=INK)
    return figure


def _with_intervals(
    axes: Axes,
    places: npt.NDArray[np.float64],
    table: pd.DataFrame,
    names: tuple[str, str, str],
    colour: str,
    label: str,
) -> None:
    middle, low, high = (table[name].to_numpy(dtype=np.float64) for name in names)
    axes.hlines(places, low, high, color=colour, lw=2)
    axes.plot(middle, places, "o", color=colour, ms=6, label=label)


def _numbers(say: Messages) -> FuncFormatter:
    """Numbers on an axis as the reader writes them."""
    return FuncFormatter(lambda value, _: say.number(float(value), digits=1 if abs(value * 10 % 1) < 1e-6 else 2))


def _short(name: object) -> str:
    text = clean(name)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
