"""Figures of tables of codes on ordinary axes, for a notebook or a paper: readable with few codes and with many."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.interviews import CodeComparison, Saturation
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, MUTED, readable_on
from lcresearch.reporting.interview_figures import GROUP_COLOURS, SHADES
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.network_figure import oval_places, round_circle
from lcresearch.reporting.wording import clean

MOST_CODES = 60
_LONGEST = 38
_WRITTEN = 900
"""Cells in which numbers still fit."""


def saturation_plot(result: Saturation) -> Figure:
    """Codes after each document, in the order given and in any order, with the estimate and the stopping point."""
    say, curve = Messages(), result.curve
    figure, axes = _axes(6.4, 4.0)
    place = curve["n_documents"]
    axes.fill_between(place, curve["conf_low"], curve["conf_high"], color="#bcdcd7", label=_say(say, "band"))
    axes.plot(place, curve["expected"], color=ACCENT, label=_say(say, "any_order"))
    axes.plot(place, curve["in_order"], "o", markersize=3.5, color=GROUP_COLOURS[1], label=_say(say, "in_order"))
    axes.axhline(result.estimated_codes, color=MUTED, linewidth=1, linestyle=(0, (3, 2)))
    number = say.number(result.estimated_codes, digits=1)
    axes.annotate(say("report.plot.estimated_codes", n=number), (1, result.estimated_codes), va="bottom", color=MUTED)
    if result.stopping_point is not None:
        axes.axvline(result.stopping_point, color=MUTED, linewidth=1, linestyle=(0, (1, 2)))
    axes.set_xlabel(_say(say, "number_of_interviews"))
    axes.set_ylabel(say("report.plot.codes_found"))
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, loc="lower right")
    return figure


def comparison_plot(result: CodeComparison) -> Figure:
    """Share of documents with each code and its interval by group; the codes that differ most are on top.

    Raises
    ------
    ReportingError
        P003: no code occurs.
    """
    table = result.tidy()
    order = result.tests.dropna(subset="p_value").sort_values("p_value", kind="stable")["code"].head(MOST_CODES)
    groups = list(dict.fromkeys(table["group"]))
    if order.empty:
        raise ReportingError("P003")
    figure, axes = _axes(7.2, 1.2 + 0.16 * (len(groups) + 1) * len(order))
    step = 0.8 / len(groups)
    for number, group in enumerate(groups):
        rows = table[table["group"] == group].set_index("code").loc[order]
        y = np.arange(len(order)) - 0.4 + (number + 0.5) * step
        colour = GROUP_COLOURS[number % len(GROUP_COLOURS)]
        axes.hlines(y, rows["conf_low"], rows["conf_high"], color=colour, linewidth=1.6)
        axes.plot(rows["share"], y, "o", markersize=4, color=colour, label=clean(group))
    _named_rows(axes, list(order))
    axes.set_xlim(0, 1)
    _shares(axes)
    axes.set_xlabel(Messages()("report.plot.share_of_documents"))
    figure.legend(frameon=False, loc="outside lower center", ncols=min(len(groups), 4))
    return figure


def code_matrix_figure(matrix: pd.DataFrame, *, most: int = MOST_CODES) -> Figure:
    """A heat map of codes by document, case or group.

    Parameters
    ----------
    matrix : DataFrame
        As :func:`~lcresearch.interviews.code_matrix` gives it: a row a group, a column a code.
    most : int
        Codes to draw, those with most first; the others are left out of the figure.

    Returns
    -------
    Figure

    Raises
    ------
    ReportingError
        P003: no code occurs.

    Examples
    --------
    >>> matrix = pd.DataFrame({"n_documents": [4, 5], "leren > samen": [3, 1], "tijd": [0, 2]}, index=["Noord", "Zuid"])
    >>> [label.get_text() for label in code_matrix_figure(matrix).axes[0].get_yticklabels()]
    ['samen', 'tijd']
    """
    counts = matrix.drop(columns="n_documents", errors="ignore").astype(float)
    totals = counts.sum().sort_values(ascending=False, kind="stable")
    codes = [str(code) for code in totals.index[totals > 0][:most]]
    if not codes:
        raise ReportingError("P003")
    values = counts[codes].to_numpy().T
    columns = [clean(name) for name in matrix.index]
    figure, axes = _axes(2.6 + min(0.55 * len(columns), 12.0), 1.0 + 0.22 * len(codes))
    _heat(axes, values, codes, columns)
    return figure


def co_occurrence_figure(
    together: pd.DataFrame, kind: Literal["network", "heat_map"] = "network", *, least: int = 1, most: int = 30
) -> Figure:
    """Codes that go together, as a network or as a heat map.

    Parameters
    ----------
    together : DataFrame
        As :func:`~lcresearch.interviews.co_occurrence` gives it.
    kind : {"network", "heat_map"}
        In the network lines are as wide as codes go together often; codes that do stand near each other.
    least : int
        Times that a pair must go together.
    most : int
        Codes to draw, those with most links first.

    Returns
    -------
    Figure

    Raises
    ------
    ReportingError
        L092: no such kind; P003: no pair is left.

    Examples
    --------
    >>> pairs = pd.DataFrame({"code_1": ["a", "a"], "code_2": ["b", "c"], "n_1": 4, "n_2": [3, 2], "n_both": [3, 1]})
    >>> len(co_occurrence_figure(pairs).axes[0].texts)
    3
    """
    if kind not in ("network", "heat_map"):
        raise ReportingError("L092", what="kind", found=str(kind), known=["network", "heat_map"])
    pairs = together[together["n_both"] >= least]
    sizes = pd.concat([pairs["n_1"].groupby(pairs["code_1"]).max(), pairs["n_2"].groupby(pairs["code_2"]).max()])
    links = pd.concat([pairs.groupby(name)["n_both"].sum() for name in ("code_1", "code_2")]).groupby(level=0).sum()
    codes = [str(code) for code in links.sort_values(ascending=False, kind="stable").index[:most]]
    if len(codes) < 2:
        raise ReportingError("P003")
    pairs = pairs.loc[pairs["code_1"].isin(codes) & pairs["code_2"].isin(codes), ["code_1", "code_2", "n_both"]]
    pairs = pairs.rename(columns={"n_both": "n_cases"})
    order = round_circle(codes, pairs)
    n = np.full((len(order), len(order)), np.nan)
    place = {code: number for number, code in enumerate(order)}
    for one, other, times in zip(pairs["code_1"], pairs["code_2"], pairs["n_cases"], strict=True):
        n[place[one], place[other]] = n[place[other], place[one]] = times
    if kind == "heat_map":
        figure, axes = _axes(3.2 + 0.28 * len(order), 2.2 + 0.24 * len(order))
        _heat(axes, n, order, [short_name(code) for code in order])
        return figure
    return _network(order, n, sizes.groupby(level=0).max())


def _network(order: list[str], n: np.ndarray, sizes: pd.Series[int]) -> Figure:
    half = (len(order) + 1) // 2
    figure, axes = _axes(8.4, max(3.0, 0.8 + 0.3 * half))
    axes.set_axis_off()
    places = oval_places(order[:half], order[half:][::-1], -1.0, 2.0, middle=0.0, half=1.0)
    x, y = (np.array([places[code][axis] for code in order]) * sign for axis, sign in ((0, 1), (1, -1)))
    largest = np.nanmax(n)
    for first, second in zip(*np.nonzero(np.triu(np.nan_to_num(n))), strict=True):
        weight = float(n[first, second] / largest)
        ends = [first, second]
        axes.plot(x[ends], y[ends], color=SHADES(0.35 + 0.6 * weight), linewidth=0.8 + 6 * weight, zorder=1)
    size = np.array([float(sizes[code]) for code in order])
    axes.scatter(x, y, s=30 + 160 * size / size.max(), color=ACCENT, edgecolor="white", zorder=2)
    for code, along, up in zip(order, x, y, strict=True):
        side = "left" if along > 0 else "right"
        axes.text(
            along + 0.08 * np.sign(along), up, short_name(code), ha=side, va="center", fontsize=9, parse_math=False
        )
    axes.set(xlim=(-2.1, 2.1), ylim=(-1.05, 1.05))
    return figure


def coverage_figure(table: pd.DataFrame, code: str = "(any)") -> Figure:
    """A bar a role: the share of what it says that has a code.

    Parameters
    ----------
    table : DataFrame
        As :func:`~lcresearch.interviews.coverage` gives it.
    code : str
        Path of a code; all codes together by default.

    Returns
    -------
    Figure

    Raises
    ------
    ReportingError
        P003: no role has this code.

    See also
    --------
    lcresearch.interviews.coverage : Makes the table.
    """
    rows = table[table["code"] == code]
    if rows.empty:
        raise ReportingError("P003")
    figure, axes = _axes(6.4, 1.2 + 0.32 * len(rows))
    axes.barh(np.arange(len(rows)), rows["share"], color=ACCENT, height=0.6)
    _named_rows(axes, [role or "–" for role in rows["role"]])
    axes.set_xlim(0, 1)
    _shares(axes)
    axes.set_xlabel(Messages()("report.plot.share_of_words"))
    return figure


def short_name(path: str) -> str:
    """The last part of the path of a code, cut when it is long.

    Examples
    --------
    >>> short_name("leren > hoe > van elkaar")
    'van elkaar'
    """
    name = clean(str(path).rsplit(" > ", 1)[-1])
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"


def _heat(axes: Axes, values: np.ndarray, codes: list[str], columns: list[str]) -> None:
    axes.grid(visible=False)
    axes.imshow(values, cmap=SHADES, aspect="auto", vmin=0, vmax=max(float(np.nanmax(values)), 1e-9))
    axes.spines[:].set_visible(False)
    _named_rows(axes, codes)
    rotation = 90 if max(map(len, columns)) > 6 and len(columns) > 4 else 0
    axes.set_xticks(np.arange(len(columns)), columns, rotation=rotation, fontsize=8, parse_math=False)
    axes.xaxis.tick_top()
    if values.size <= _WRITTEN:
        whole = bool(np.nanmax(np.abs(values - np.round(values))) < 1e-9)
        for (row, column), value in np.ndenumerate(values):
            if np.isfinite(value) and value:
                ink = readable_on(to_hex(SHADES(float(value / np.nanmax(values)))))
                text = Messages().number(float(value), digits=0 if whole else 2)
                axes.text(column, row, text, ha="center", va="center", fontsize=7, color=ink)


def _named_rows(axes: Axes, codes: list[str]) -> None:
    """Names at the rows, the first on top; the whole path where two have one name."""
    short = [short_name(code) for code in codes]
    names = [code if short.count(name) > 1 else name for name, code in zip(short, codes, strict=True)]
    size = 9 if len(codes) <= 25 else 7
    axes.set_yticks(np.arange(len(codes)), [clean(name) for name in names], fontsize=size, parse_math=False)
    axes.set_ylim(len(codes) - 0.5, -0.5)


def _axes(width: float, height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    return figure, axes


def _say(say: Messages, key: str) -> str:
    return say(f"report.interviews.{key}")


def _shares(axes: Axes) -> None:
    say = Messages()
    axes.xaxis.set_major_formatter(lambda share, _: say.percent(share))
