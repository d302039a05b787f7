"""The XY plot: membership of a condition, recipe or solution against membership of the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.integration import QCA, TruthTable
from lcresearch.integration.configurations.clusters import model_of
from lcresearch.integration.configurations.expressions import terms_of
from lcresearch.integration.configurations.fit import sufficiency
from lcresearch.integration.configurations.necessity_fit import necessity_fit
from lcresearch.integration.configurations.result import Kind
from lcresearch.integration.configurations.terms import Bools, term_membership
from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, INK, MUTED, PAPER, SIMULATED
from lcresearch.reporting.effect_scale import Array
from lcresearch.reporting.multilevel_figures import plain_axes
from lcresearch.reporting.point_labels import label_points, settle
from lcresearch.reporting.qca_names import natural_order, shown_names
from lcresearch.reporting.text_metrics import in_lines, text_width, wrapped
from lcresearch.reporting.wording import clean

RELATIONS = ("sufficiency", "necessity")
_FOLDER = "integration.qca.xy"
_SIZE = 8.0
_BLOCK = 110.0
_MOST_NAMES = 60


def xy_figure(
    result: QCA | TruthTable,
    *,
    term: str | None = None,
    relation: str = "sufficiency",
    solution: Kind = "parsimonious",
    model: int = 1,
    negated: bool = False,
    names: str = "confidential",
) -> Figure:
    """Cases by membership of a set and of the outcome, with the line on which the two are equal.

    Where a set is sufficient, cases lie on or above the line; where it is necessary, on or below it. ``term`` is an
    expression of conditions (``"DEV*~IND"``, ``"LIT + STB"``), the whole ``model`` of a ``solution`` if absent.
    """
    if relation not in RELATIONS:
        raise ReportingError("L092", what="relation", found=str(relation), known=list(RELATIONS))
    table, label, x = _set_of(result, term, solution, model, negated)
    y = table.membership.to_numpy(dtype=np.float64)
    say = Messages()
    figure = Figure(figsize=(5.8, 5.6), layout="constrained")
    axes = figure.add_subplot()
    plain_axes(axes)
    _frame(axes, say)
    shown = shown_names(table.frame.assign(**{"": y}), names)
    against = (x > 0.5) & (y < 0.5) if relation == "sufficiency" else (y > 0.5) & (x < 0.5)
    good = (x > 0.5) & (y > 0.5)
    _words(figure, axes, say, table, label, relation, x, y)
    _points(figure, axes, x, y, [shown[str(case)] for case in table.frame.index], good, against, relation, say)
    return figure


def fit_words(relation: str, x: Array, y: Array, say: Messages) -> str:
    """Fit of a set in words and numbers."""
    if relation == "necessity":
        found = necessity_fit(x[:, None], y)[0]
        names = ("consistency", "relevance", "coverage")
    else:
        fit = sufficiency(x[:, None], y)
        found, names = np.array([fit.consistency[0], fit.pri[0], fit.coverage[0]]), ("consistency", "pri", "coverage")
    values = {
        name: say.number(None if np.isnan(value) else float(value)) for name, value in zip(names, found, strict=True)
    }
    return say(f"{_FOLDER}.{relation}", **values)


def _set_of(
    result: QCA | TruthTable, term: str | None, solution: Kind, model: int, negated: bool
) -> tuple[TruthTable, str, Array]:
    """The truth table, what the set is called, and the membership of the cases in it."""
    table = (
        result if isinstance(result, TruthTable) else (result.negated_truth_table if negated else result.truth_table)
    )
    if table is None:
        raise ReportingError("L092", what="negated", found="True", known=[False])
    if term is not None:
        found = term_membership(terms_of(term, table.conditions), table.frame, table.conditions)
        return table, clean(term), np.asarray(found.max(axis=1), dtype=np.float64)
    chosen = model_of(result, solution, model, negated=negated) if isinstance(result, QCA) else None
    if chosen is None:
        known = (
            [one.kind for one in (result.negated_solutions if negated else result.solutions)]
            if isinstance(result, QCA)
            else []
        )
        raise ReportingError("L092", what="solution", found=f"{solution} M{model}", known=known or "–")
    return table, chosen.name, chosen.membership(table.frame).to_numpy(dtype=np.float64)


def _frame(axes: Axes, say: Messages) -> None:
    axes.set_xlim(-0.06, 1.06)
    axes.set_ylim(-0.06, 1.06)
    axes.set_aspect("equal")
    axes.plot([0, 1], [0, 1], color=INK, linewidth=1.1, zorder=2)
    for draw in (axes.axhline, axes.axvline):
        draw(0.5, color=MUTED, linewidth=1, linestyle=(0, (2, 2)), zorder=1)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(np.linspace(0, 1, 6))
        axis.set_major_formatter(lambda value, _: say.number(float(value), digits=1))


def _words(
    figure: Figure, axes: Axes, say: Messages, table: TruthTable, label: str, relation: str, x: Array, y: Array
) -> None:
    axes.set_xlabel("\n".join(in_lines(say(f"{_FOLDER}.set", set=label), 360, 10)), parse_math=False)
    axes.set_ylabel(say(f"{_FOLDER}.outcome", outcome=clean(table.outcome)), parse_math=False)
    figure.suptitle(fit_words(relation, x, y, say), fontsize=9.5, color=INK)
    for name, (across, up, left, low) in _QUADRANTS.items():
        text = say(f"{_FOLDER}.quadrant.{relation}_{name}")
        axes.text(
            across, up, text, fontsize=_SIZE, color=MUTED, style="italic",
            ha="left" if left else "right", va="bottom" if low else "top",
        )  # fmt: skip


_QUADRANTS = {
    "high_high": (0.515, 1.045, True, False),
    "high_low": (0.515, -0.045, True, True),
    "low_high": (0.485, 1.045, False, False),
    "low_low": (0.485, -0.045, False, True),
}


def _points(
    figure: Figure, axes: Axes, x: Array, y: Array, names: Sequence[str],
    good: Bools, against: Bools,
    relation: str, say: Messages,
) -> None:  # fmt: skip
    """Cases in the same place share a larger dot, and their names stand together."""
    cases = pd.DataFrame({"x": x.round(4), "y": y.round(4), "name": names, "good": good, "against": against})
    cases = cases.sort_values("name", key=lambda column: column.map(natural_order), kind="stable")
    named: dict[str, Any] = {
        "n": ("name", "size"),
        "good": ("good", "first"),
        "against": ("against", "first"),
        "names": ("name", list),
    }
    places = cases.groupby(["x", "y"], sort=True).agg(**named)
    places = places.reset_index()
    colours = np.where(places["against"], SIMULATED, np.where(places["good"], ACCENT, MUTED))
    size = 34.0 * np.sqrt(places["n"].to_numpy(dtype=np.float64))
    px, py = places["x"].to_numpy(dtype=np.float64), places["y"].to_numpy(dtype=np.float64)
    axes.scatter(px, py, s=size, c=list(colours), edgecolors=PAPER, linewidths=0.8, zorder=4)
    if not any(names):
        return
    radius = np.sqrt(size / np.pi)
    blocks = [", ".join(filter(None, map(clean, group))) for group in places["names"]]
    wide = np.array([text_width(text, _SIZE) > _BLOCK for text in blocks])
    taken = [_block(figure, axes, px[k], py[k], blocks[k], float(radius[k])) for k in np.flatnonzero(wide)]
    single = np.flatnonzero(~wide)
    order = single[np.argsort(-(places["against"].to_numpy()[single].astype(int)), kind="stable")]
    blocked = _blocked(figure, axes, taken, relation, say)
    label_points(
        figure,
        axes,
        px[order],
        py[order],
        [blocks[k] for k in order],
        radius=radius[order],
        most=_MOST_NAMES,
        line=blocked,
    )


def _block(figure: Figure, axes: Axes, x: float, y: float, text: str, radius: float) -> Mapping[str, float]:
    """Several lines of names beside a place, towards the middle; gives the box that they fill, in points."""
    lines = wrapped(text, _BLOCK, _SIZE)
    right, up = x <= 0.5, y <= 0.5
    gap = radius + 2.5
    axes.annotate(
        "\n".join(lines), (x, y), xytext=(gap if right else -gap, gap if up else -gap), textcoords="offset points",
        ha="left" if right else "right", va="bottom" if up else "top", fontsize=_SIZE, color=INK, zorder=5,
        parse_math=False, linespacing=1.15, bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 0.5},
    )  # fmt: skip
    width, height = max(text_width(line, _SIZE) for line in lines), 1.2 * _SIZE * len(lines)
    return {"x": x, "y": y, "dx": (gap + width) * (1 if right else -1), "dy": (gap + height) * (1 if up else -1)}


def _blocked(
    figure: Figure, axes: Axes, taken: Sequence[Mapping[str, float]], relation: str, say: Messages
) -> tuple[Array, Array]:
    """Points of blocks of names, words of quadrants and the diagonal, which single names may not hide."""
    settle(figure)
    scale = figure.dpi / 72
    back = axes.transData.inverted()
    boxes = []
    for block in taken:
        x, y = axes.transData.transform((block["x"], block["y"]))
        boxes.append((x, y, x + block["dx"] * scale, y + block["dy"] * scale))
    for name, (across, up, left, low) in _QUADRANTS.items():
        width = text_width(say(f"{_FOLDER}.quadrant.{relation}_{name}"), _SIZE) * scale
        x, y = axes.transData.transform((across, up))
        boxes.append((x, y, x + (width if left else -width), y + (10 if low else -10) * scale))
    points = [
        np.column_stack([grid.ravel() for grid in np.meshgrid(np.linspace(a, c, 40), np.linspace(b, d, 12))])
        for a, b, c, d in boxes
    ]
    diagonal = np.linspace(0, 1, 200)
    found = np.vstack([back.transform(np.vstack(points)), np.column_stack([diagonal, diagonal])])
    return np.asarray(found[:, 0], dtype=np.float64), np.asarray(found[:, 1], dtype=np.float64)
