"""Figures of costs and benefits: what matters most, the net result of each party, and how it grows over the years."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.integration.value.cash_flows import TOTAL
from lcresearch.integration.value.result import CommunityValue
from lcresearch.integration.value.sentences import chance
from lcresearch.integration.value.wording import ValueWords
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, PAPER
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.wording import clean

_LOW = "#b0651d"
_MOST = 10
_WIDTH = 7.4
_CHARACTERS = 6
"""Of a name before it wraps, for each inch of the figure."""


def tornado_figure(result: CommunityValue, *, party: str = TOTAL, most: int = _MOST, width: float = _WIDTH) -> Figure:
    """Net result of a party (all together unless given) with one number at its 10th or 90th percentile.

    The others are at their median; ``most`` rows are drawn, and ``width`` is in inches.

    Raises
    ------
    IntegrationError
        Q188: no such party.
    ReportingError
        P003: a gap refuses it, or nothing varies.
    """
    say, table = ValueWords(result.content, None), result.tornado_of(party)
    if table.empty:
        raise ReportingError("P003")
    shown = table.head(max(1, most))
    figure = Figure(figsize=(width, 1.7 + (0.34 if width < _WIDTH else 0.46) * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    places = np.arange(len(shown))
    middle = float(shown["net_middle"].iloc[0])
    for column, colour in (("net_low", _LOW), ("net_high", ACCENT)):
        label = say(f"plot.{column}")
        axes.barh(places, shown[column] - middle, left=middle, height=0.62, color=colour, label=label)
    _ends(axes, result, shown, say)
    _zero(axes, say)
    names = [_wrapped(say.part(result.ledger.inputs[name]), width) for name in shown["input"]]
    axes.set_yticks(places, names, parse_math=False, fontsize=9)
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.margins(x=0.16)
    _money_axis(axes, say, say("plot.net_of", who=clean(say.title(party)), years=result.content.horizon))
    figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=9)
    left_out = len(table) - len(shown)
    _note(figure, [say("plot.tornado_note"), *([say("plot.left_out", n=left_out)] if left_out else [])], result, say)
    return figure


def _ends(axes: Axes, result: CommunityValue, shown: pd.DataFrame, say: ValueWords) -> None:
    """The value of the number beside either end of its bar."""
    for place, row in enumerate(shown.to_dict("records")):
        one = result.ledger.inputs[str(row["input"])]
        for column, value in (("net_low", row["low"]), ("net_high", row["high"])):
            other = row["net_high" if column == "net_low" else "net_low"]
            right = row[column] >= other
            axes.annotate(
                clean(say.value(one, float(value), unit=False)), (float(row[column]), place),
                xytext=(4 if right else -4, 0), textcoords="offset points", fontsize=8, color=MUTED, va="center",
                ha="left" if right else "right", parse_math=False,
            )  # fmt: skip


def net_figure(result: CommunityValue) -> Figure:
    """Net result of each party and in total: median, 80% and 95% interval, and how often costs are covered.

    Raises
    ------
    ReportingError
        P003: gaps refuse every net result.
    """
    say = ValueWords(result.content, None)
    rows = result.results[result.results["measure"] == "net"].set_index("party").loc[list(result.parties)]
    if rows["median"].isna().all():
        raise ReportingError("P003")
    figure = Figure(figsize=(_WIDTH, 1.75 + 0.5 * len(rows)), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    places = np.arange(len(rows))
    colours = [INK if party == TOTAL else ACCENT for party in rows.index]
    axes.hlines(places, rows["low_95"], rows["high_95"], color=colours, linewidth=1.2, label=say("plot.interval", n=95))
    axes.hlines(places, rows["low_80"], rows["high_80"], color=colours, linewidth=6, label=say("plot.interval", n=80))
    axes.scatter(rows["median"], places, s=46, c=colours, edgecolors=PAPER, linewidths=1.6, zorder=3)
    _zero(axes, say)
    axes.set_yticks(places, [_wrapped(say.title(party), _WIDTH) for party in rows.index], parse_math=False)
    axes.set_ylim(len(rows) - 0.45, -0.75)
    _money_axis(axes, say, say("plot.net", years=result.content.horizon))
    _chances(axes, result, say)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=2, frameon=False, fontsize=9)
    _note(figure, [say("plot.net_note")], result, say)
    return figure


def _chances(axes: Axes, result: CommunityValue, say: ValueWords) -> None:
    """At the right of each row how often benefits cover costs, or that it is refused."""
    place = axes.get_yaxis_transform()
    axes.text(1.02, -0.75, say("plot.covered"), transform=place, fontsize=8.5, color=MUTED, va="bottom")
    for row, one in enumerate(result.break_even.to_dict("records")):
        text = say("plot.refused") if one["without"] else chance(float(one["probability"]), say)
        axes.text(1.02, row, text, transform=place, fontsize=9, color=INK, va="center", parse_math=False)


def timeline_figure(result: CommunityValue, *, party: str = TOTAL) -> Figure:
    """Net result up to and including each year of a party or (unless given) of all together, with both intervals.

    Raises
    ------
    IntegrationError
        Q188: no such party.
    ReportingError
        P003: a gap refuses it.
    """
    say, table = ValueWords(result.content, None), result.timeline(party)
    if table.empty:
        raise ReportingError("P003")
    figure = Figure(figsize=(_WIDTH, 4.0), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    years = table["year"]
    for level, alpha in ((95, 0.14), (80, 0.3)):
        low, high = table[f"low_{level}"], table[f"high_{level}"]
        label = say("plot.interval", n=level)
        axes.fill_between(years, low, high, color=ACCENT, alpha=alpha, linewidth=0, label=label)
    axes.plot(years, table["median"], "-o", color=ACCENT, markersize=4.5, label=say("plot.median"))
    axes.axhline(0, color=INK, linewidth=1)
    axes.grid(axis="y", color=GRID, linewidth=0.7)
    axes.set_xticks(years)
    axes.set_xlabel(say("plot.year"), color=INK)
    axes.set_title(clean(say.title(party)), loc="left", fontsize=11, color=INK, parse_math=False)
    axes.yaxis.set_major_formatter(lambda y, _: say.money(float(y)) if y else "0")
    axes.set_ylabel(say("plot.cumulative"), color=INK)
    figure.legend(loc="outside upper left", ncols=3, frameon=False, fontsize=9)
    _note(figure, [say("plot.timeline_note")], result, say)
    return figure


def _zero(axes: Axes, say: ValueWords) -> None:
    axes.axvline(0, color=INK, linewidth=1, zorder=1.5)
    axes.text(0, 1.005, say("plot.zero"), transform=axes.get_xaxis_transform(), fontsize=8.5, color=INK, ha="center",
              va="bottom")  # fmt: skip


def _money_axis(axes: Axes, say: ValueWords, label: str) -> None:
    axes.xaxis.set_major_formatter(lambda x, _: say.money(float(x)) if x else "0")
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel(label, color=INK, parse_math=False)


def _note(figure: Figure, texts: list[str], result: CommunityValue, say: ValueWords) -> None:
    if result.content.simulated:
        texts = [*texts, say("plot.simulated")]
    figure.supxlabel(
        textwrap.fill(" ".join(texts), int(17 * figure.get_figwidth())), fontsize=8, color=MUTED, x=0.01, ha="left"
    )


def _wrapped(text: str, width: float) -> str:
    lines = textwrap.wrap(clean(text), int(_CHARACTERS * width), max_lines=3, placeholder=" …")
    return "\n".join(lines) or "–"
