"""The calibration plot: membership of a set by what was measured, with anchors, cases and the reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.integration import Calibrated
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, PAPER, SIMULATED
from lcresearch.reporting.effect_scale import Array
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.point_labels import label_points
from lcresearch.reporting.qca_names import shown_names
from lcresearch.reporting.single_study_figures import numbers_along
from lcresearch.reporting.text_metrics import in_lines
from lcresearch.reporting.wording import clean

_DOT = 34.0
_MOST_NAMES = 40
_FOLDER = "integration.qca"


def calibration_figure(result: Calibrated, *, names: str = "confidential") -> Figure:
    """Each case by its value and its membership, on the curve, with the anchors as lines and a mark a case below.

    ``names`` is ``"confidential"`` (names of cases), ``"opaque"`` (codes) or ``"none"``.
    """
    say = Messages()
    known = result.table[result.table["membership"].notna()].reset_index(drop=True)
    figure = Figure(figsize=(6.6, 4.6), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    by_finding = result.method == "qualitative"
    x = _places_of_findings(axes, result, known) if by_finding else known["value"].to_numpy(dtype=np.float64)
    y = known["membership"].to_numpy(dtype=np.float64)
    many_values = result.n_values > 2
    if not many_values:
        axes.axhline(
            0.5, color=MUTED, linewidth=1, linestyle=(0, (2, 2)), zorder=1, label=say(f"{_FOLDER}.figure.neither")
        )
    line = None if by_finding else _curve(axes, result, x, say)
    axes.scatter(
        x, y, s=_DOT, color=ACCENT, edgecolors=PAPER, linewidths=0.8, zorder=4, label=say(f"{_FOLDER}.figure.cases")
    )
    top = max(1.0, float(result.n_values - 1))
    axes.plot(x, np.full(len(x), -0.06 * top), "|", color=ACCENT, markersize=9, markeredgewidth=1.2, zorder=3)
    axes.set_ylim(-0.1 * top, 1.06 * top)
    _words(figure, axes, result, say)
    shown = shown_names(known.set_index("case")[["membership"]].assign(value=x), names)
    order = np.argsort(np.abs(y - top / 2), kind="stable")
    texts = [shown[case] for case in known["case"].iloc[order]]
    most = _MOST_NAMES if names != "none" else 0
    radius = np.full(len(x), np.sqrt(_DOT / np.pi))
    label_points(figure, axes, x[order], y[order], texts, radius=radius, most=most, line=line)
    return figure


def _curve(axes: Axes, result: Calibrated, x: Array, say: Messages) -> tuple[Array, Array]:
    """The curve with its anchors; gives the points that it runs through."""
    anchors = result.anchors
    low, high = min([*x, *anchors.values()]), max([*x, *anchors.values()])
    room = 0.04 * (high - low or 1.0)
    grid = np.linspace(low if result.method == "indirect" else low - room, high + room, 601)
    height = result.curve(grid)
    axes.plot(grid, height, color=SIMULATED, linewidth=1.8, zorder=2, label=say(f"{_FOLDER}.figure.curve"))
    axes.set_xlim(low - room, high + room)
    for place in anchors.values():
        axes.axvline(place, color=MUTED, linewidth=0.9, zorder=1)
    top = axes.secondary_xaxis("top")
    top.set_xticks(*_anchor_ticks(anchors, (high - low) * 0.17, say))
    top.tick_params(length=0, colors=MUTED, labelsize=8)
    top.spines["top"].set_visible(False)
    return grid, height


def _anchor_ticks(anchors: dict[str, float], apart: float, say: Messages) -> tuple[list[float], list[str]]:
    """Where names of anchors stand; one that would run into another goes a line higher."""
    places, labels = [], []
    last = [-np.inf] * len(anchors)
    for name, place in sorted(anchors.items(), key=lambda pair: pair[1]):
        word, _, number = name.partition("_")
        line = next(line for line, before in enumerate(last) if place - before >= apart)
        last[line] = place
        places.append(place)
        labels.append(say(f"{_FOLDER}.anchor.{word}", number=number) + "\n" * line)
    return places, labels


def _places_of_findings(axes: Axes, result: Calibrated, known: pd.DataFrame) -> Array:
    """Findings next to each other from fully out to fully in, and the cases of each side by side."""
    findings = sorted(result.anchors, key=lambda finding: result.anchors[finding])
    axes.set_xticks(range(len(findings)), [clean(finding) for finding in findings], parse_math=False)
    axes.set_xlim(-0.6, len(findings) - 0.4)
    place = known["value"].map({finding: number for number, finding in enumerate(findings)}).to_numpy(dtype=np.float64)
    nth = known.groupby("value").cumcount().to_numpy()
    n = known.groupby("value")["value"].transform("size").to_numpy()
    return np.asarray(place + (nth - (n - 1) / 2) * np.minimum(0.12, 0.8 / n), dtype=np.float64)


def _words(figure: Figure, axes: Axes, result: Calibrated, say: Messages) -> None:
    name = clean(result.name)
    if result.method == "qualitative":
        axes.set_xlabel(say(f"{_FOLDER}.figure.finding"))
        axes.yaxis.set_major_formatter(lambda value, _: say.number(float(value), digits=1))
    else:
        axes.set_xlabel(
            say(f"{_FOLDER}.figure.value_of", name=name) if name else say(f"{_FOLDER}.figure.value"), parse_math=False
        )
        numbers_along(axes)
    if result.n_values > 2:
        axes.set_yticks(range(result.n_values))
        axes.set_ylabel(say(f"{_FOLDER}.figure.number"))
    else:
        axes.set_ylabel(
            say(f"{_FOLDER}.figure.membership_of", name=name) if name else say(f"{_FOLDER}.figure.membership"),
            parse_math=False,
        )
    figure.legend(frameon=False, loc="outside lower center", ncols=3, fontsize=8)
    if result.method != "as_is":
        reason = clean(result.why_in())
        why = say(f"{_FOLDER}.figure.why", why=reason) if reason else say(f"{_FOLDER}.figure.no_why")
        figure.suptitle("\n".join(in_lines(why, 460, 9)), fontsize=9, color=INK, parse_math=False)
