"""Figures of measurement invariance: how fit changes step by step, and how items work otherwise in groups."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lcresearch.errors import ReportingError
from lcresearch.measurement import Alignment, Invariance
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, PAPER, SIMULATED, readable_on
from lcresearch.reporting.wording import clean

_ALLOWED = "#dcefe9"
_SIGNED = LinearSegmentedColormap.from_list("bias", ["#b0651d", PAPER, ACCENT])
_MOST_NUMBERS = 200
_FINE = 0.04
_MEASURES = ("cfi", "rmsea", "srmr")
_INCH_A_LETTER = 0.075
_INCH_A_CAPTION_LETTER = 0.09
_LONGEST_NAME = 28


def steps_figure(result: Invariance) -> Figure:
    """How CFI, RMSEA and SRMR change at each step, with what the deciding rule allows.

    Raises
    ------
    ReportingError
        P003: one step only.
    """
    say, table = Messages(), result.steps[result.steps["compared_with"] != ""].reset_index(drop=True)
    if table.empty:
        raise ReportingError("P003", kind=type(result).__name__)
    figure = Figure(figsize=(8.4, 1.5 + 0.36 * len(table)), layout="constrained")
    panels = figure.subplots(1, 3, sharey=True)
    names = [_step_name(say, *row) for row in zip(table["step"], table["partial"], table["n_freed"], strict=True)]
    limits = result.rules[result.rules["decides"]]
    for axes, measure in zip(panels, _MEASURES, strict=True):
        change = table[f"{measure}_difference"].to_numpy(dtype=float)
        own = limits[limits["measure"] == measure].set_index(["step", "partial"])["limit"]
        limit = np.array([own.get((row.step, row.partial), np.nan) for row in table.itertuples()])
        _panel(axes, change, limit, falls_short=measure == "cfi")
        axes.set_title(say("invariance.plot.change", measure=measure.upper()), fontsize=10, loc="left", color=INK)
        digits = 2 if np.ptp(axes.get_xlim()) > _FINE else 3
        axes.xaxis.set_major_formatter(lambda x, _, say=say, digits=digits: say.number(float(x), digits=digits))
    panels[0].set_yticks(range(len(names)), names, fontsize=9)
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    figure.supxlabel(say("invariance.plot.rule", source=result.source), fontsize=9, color=MUTED)
    return figure


def _step_name(say: Messages, step: str, partial: bool, n: int) -> str:
    name = say(f"invariance.step.{step}")
    return say("invariance.step.partial", step=name, n=int(n)) if partial else name


def _panel(axes: Axes, change: np.ndarray, limit: np.ndarray, *, falls_short: bool) -> None:
    """One measure: a dot a step, on green as far as the rule allows."""
    known = np.r_[change, limit[np.isfinite(limit)], 0.0]
    room = 0.25 * max(float(np.ptp(known)), 0.01)
    low, high = float(known.min()) - room, float(known.max()) + room
    for at, edge in enumerate(limit):
        if np.isfinite(edge):
            start, end = (edge, high) if falls_short else (low, edge)
            axes.barh(at, end - start, left=start, height=0.8, color=_ALLOWED, zorder=1)
    outside = (change < limit) if falls_short else (change > limit)
    axes.axvline(0, color=GRID, linewidth=1, zorder=2)
    places = np.arange(len(change))
    axes.scatter(change[~outside], places[~outside], s=34, color=ACCENT, zorder=3)
    axes.scatter(change[outside], places[outside], s=38, color=SIMULATED, marker="X", zorder=3)
    axes.set_xlim(low, high)
    axes.locator_params(axis="x", nbins=5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(colors=INK, length=0, labelsize=9)


def effect_sizes_figure(result: Invariance) -> Figure:
    """How much higher or lower each group or wave answers an item at the same level of the factor, in answer points.

    Raises
    ------
    ReportingError
        P003: there are no effect sizes.
    """
    table = result.effect_sizes
    if table.empty:
        raise ReportingError("P003", kind=type(result).__name__)
    say, reference = Messages(), table["reference"].iloc[0] or None
    items, units = list(dict.fromkeys(table["item"])), list(dict.fromkeys(table["unit"]))
    values = table.pivot(index="item", columns="unit", values="bias").loc[items, units].to_numpy(dtype=float)
    width, height = _size_of_table(items, units, 1)
    figure = Figure(figsize=(max(width, 3.4), height), layout="constrained")
    axes = figure.add_subplot()
    coloured_table(axes, values, items, units, say)
    room = int(figure.get_figwidth() / _INCH_A_CAPTION_LETTER)
    figure.suptitle(textwrap.fill(say("invariance.plot.bias"), room), fontsize=10, x=0.01, ha="left", color=INK)
    against = reference if reference else say("invariance.plot.all")
    axes.set_xlabel(clean(say("invariance.plot.against", reference=against)), fontsize=9, color=MUTED)
    return figure


def coloured_table(axes: Axes, values: np.ndarray, rows: list[str], columns: list[str], say: Messages) -> None:
    """Numbers as colours around zero, with the numbers in them where there is room."""
    largest = max(float(np.nanmax(np.abs(values))), 0.05)
    axes.imshow(values, cmap=_SIGNED, vmin=-largest, vmax=largest, aspect="auto")
    if values.size <= _MOST_NUMBERS:
        for (i, k), value in np.ndenumerate(values):
            colour = readable_on(to_hex(_SIGNED((value / largest + 1) / 2)))
            axes.text(k, i, say.number(float(value)), ha="center", va="center", fontsize=8, color=colour)
    axes.set_yticks(range(len(rows)), [_short(row) for row in rows], fontsize=9, parse_math=False)
    turned = 90 if _turned(columns) else 0
    axes.set_xticks(range(len(columns)), [_short(c) for c in columns], fontsize=8, rotation=turned, parse_math=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(colors=INK, length=0)


def _short(name: str) -> str:
    """A name that leaves room for the table: its beginning and its end where it is long."""
    name = clean(name)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 9]} … {name[-6:].lstrip()}"


def _turned(columns: list[str]) -> bool:
    """Whether names stand upright below the columns."""
    return len(columns) > 2 and sum(len(_short(name)) for name in columns) > 60


def _size_of_table(rows: list[str], columns: list[str], n_tables: int) -> tuple[float, float]:
    """Width and height of a figure in inches, so that cells keep their size whatever the names are."""
    longest = max(len(_short(name)) for name in columns)
    beside = 0.5 + _INCH_A_LETTER * max(len(_short(name)) for name in rows)
    cell = 0.36 if _turned(columns) else max(0.36, min(0.08 * longest + 0.15, 2.4))
    below = _INCH_A_LETTER * longest if _turned(columns) else 0.15
    return beside + max(cell * len(columns), 1.2), 1.0 + below + 0.35 * n_tables + 0.27 * len(rows)


def alignment_figure(result: Alignment) -> Figure:
    """Deviations of loadings and intercepts, items by groups; those that are clear are outlined."""
    say, table = Messages(), result.parameters
    groups, kinds = list(result.groups), list(dict.fromkeys(table["kind"]))
    of_kind = {kind: list(dict.fromkeys(table.loc[table["kind"] == kind, "item"])) for kind in kinds}
    counts = [len(items) for items in of_kind.values()]
    rows = [item for items in of_kind.values() for item in items]
    width, height = _size_of_table(rows, groups, len(kinds))
    figure = Figure(figsize=(max(width, 4.6), height), layout="constrained")
    panels = figure.subplots(len(kinds), 1, sharex=True, height_ratios=counts)
    for axes, (kind, items) in zip(panels, of_kind.items(), strict=True):
        own = table[table["kind"] == kind].pivot(index="item", columns="group", values=["deviation", "invariant"])
        values = own["deviation"].loc[items, groups].to_numpy(dtype=float)
        deviates = ~own["invariant"].loc[items, groups].to_numpy(dtype=bool)
        coloured_table(axes, values, items, groups, say)
        for i, k in zip(*np.nonzero(deviates), strict=True):
            edge = Rectangle((k - 0.46, i - 0.46), 0.92, 0.92, fill=False, edgecolor=INK, linewidth=1.6)
            axes.add_patch(edge)
        axes.set_title(say(f"alignment.plot.{kind}"), fontsize=10, loc="left", color=INK)
    legend = f"{say('alignment.plot.deviation')}; {say('alignment.plot.marked')}"
    room = int(figure.get_figwidth() / _INCH_A_CAPTION_LETTER)
    figure.supxlabel(textwrap.fill(legend, room), fontsize=9, color=MUTED)
    return figure


def alignment_means_figure(result: Alignment) -> Figure:
    """Factor means of the groups with their intervals, a panel a factor, the lowest mean first."""
    say, table = Messages(), result.tidy()
    factors = list(dict.fromkeys(table["factor"]))
    beside = _INCH_A_LETTER * max(len(_short(group)) for group in result.groups)
    size = (0.6 + (2.6 + beside) * len(factors), 1.2 + 0.24 * len(result.groups))
    figure = Figure(figsize=size, layout="constrained")
    for axes, factor in zip(figure.subplots(1, len(factors), squeeze=False)[0], factors, strict=True):
        own = table[table["factor"] == factor].sort_values("estimate", ignore_index=True)
        places = np.arange(len(own))
        width = (own["conf_high"] - own["estimate"]).fillna(0)
        axes.errorbar(own["estimate"], places, xerr=width, fmt="o", color=ACCENT, markersize=4.5, linewidth=1.3)
        axes.set_yticks(places, [_short(group) for group in own["group"]], fontsize=8, parse_math=False)
        title = textwrap.fill(clean(factor).replace("_", " "), 32)
        axes.set_title(title, fontsize=10, loc="left", color=INK, parse_math=False)
        axes.grid(axis="x", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.xaxis.set_major_formatter(lambda x, _: say.number(float(x), digits=1))
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(colors=INK, length=0)
    figure.supxlabel(say("alignment.plot.mean"), fontsize=9, color=MUTED)
    return figure
