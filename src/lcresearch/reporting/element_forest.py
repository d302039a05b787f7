"""The forest of studies, or of the consortia that have a working element: one drawing for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.transforms import Transform, blended_transform_factory

from lcresearch.messages import Messages
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, PAPER, SIMULATED
from lcresearch.reporting.effect_scale import EffectScale, digits_for, digits_of, effect_scale, written
from lcresearch.reporting.forest_rows import SIZE, SMALL, ForestRows, Row, check_columns, forest_rows, span_of
from lcresearch.reporting.text_metrics import text_width, wrapped
from lcresearch.reporting.wording import clean

_LEFT, _RIGHT, _GAP, _PLOT = 0.14, 0.14, 0.2, 3.3
_LINE = 0.155
_GROUP = "#dfae95"
_BAND = "#e6ebe9"
_LARGEST = 100.0


@dataclass(frozen=True)
class _Columns:
    """Right ends of the columns of text at the right of the axes, in inches, and the width of the figure."""

    axes: float
    estimate: float
    interval: float
    weight: float
    figure: float


def element_forest(
    frame: pd.DataFrame,
    pooled: pd.DataFrame,
    *,
    smallest_worthwhile: float | None = None,
    language: str | None = None,
    shown_as: str | None = None,
    subject: str = "consortium",
    conf_level: float = 0.95,
    title: str | None = None,
    axis: str | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """Draw a forest: a row a consortium or study, grouped by sector, with diamonds for what was pooled.

    Parameters
    ----------
    frame : DataFrame
        A row a consortium or study: ``label, estimate, conf_low, conf_high``; where wanted ``sector`` (rows stand under
        it, in the order of the table), ``weight`` (per cent; the area of the square) and ``fitted`` (an open diamond:
        what a model gives). A missing estimate is said to be not estimable.
    pooled : DataFrame
        What was made of them: ``estimate, conf_low, conf_high``; with ``sector`` (missing: of all), ``label``,
        ``pred_low`` and ``pred_high`` (the prediction interval, in a row of its own) and ``note`` (a line below) where
        wanted. It may be empty.
    smallest_worthwhile : float, optional
        Effects between minus and plus this are shaded; on the scale of the estimates.
    language : {"nl", "en"}, optional
        By default that of the terminal.
    shown_as : {"effect", "ratio", "correlation", "share"}, optional
        What estimates are shown as: as they are, or logarithms as ratios, Fisher's z as correlations, logits as shares.
    subject : {"consortium", "study"}
        What a row is.
    conf_level : float
        Level of the intervals, for the words.
    title : str, optional
        Above the figure.
    axis : str, optional
        Below the axis; by default what the numbers are.
    notes : sequence of str
        Lines below what was pooled.

    Returns
    -------
    matplotlib.figure.Figure
        High enough for its rows. Above 60 rows they have no names or numbers: they stand in order of size, with thin
        lines. Intervals that would squeeze the others are cut, with an arrow at the edge.

    Raises
    ------
    ReportingError
        Y082: a column is missing; P003: no estimate; L092: no such ``shown_as``; Y083: estimates that cannot be that.

    Examples
    --------
    >>> import pandas as pd
    >>> consortia = pd.DataFrame(
    ...     {"label": ["Harbour", "Care"], "sector": ["industry", "care"], "estimate": [0.3, 0.1],
    ...      "conf_low": [0.1, -0.1], "conf_high": [0.5, 0.3], "weight": [50, 50]})
    >>> all_of_them = pd.DataFrame({"estimate": [0.2], "conf_low": [0.0], "conf_high": [0.4]})
    >>> figure = element_forest(consortia, all_of_them, smallest_worthwhile=0.1, language="en")
    >>> [text.get_text() for text in figure.axes[0].texts][:4]
    ['Consortium', 'Effect [95% interval]', 'Weight', 'industry']
    """
    check_columns(frame, pooled)
    say, scale = Messages(language), effect_scale(shown_as)
    scale.check(frame[["estimate"]])
    scale.check(pooled[["estimate"]])
    level = say.percent(conf_level, digits=0 if round(100 * conf_level, 6).is_integer() else 1)
    rows = forest_rows(frame, pooled, say, subject=subject, level=level, notes=notes)
    span = span_of(rows, scale.null, smallest_worthwhile)
    below = _legend(rows, say, subject, smallest_worthwhile)
    head = say(f"synthesis.figure.column.{scale.name}", level=level)
    texts = _texts(rows, say, scale)
    columns = _columns(rows, texts, head, say)
    below = [line for text in below for line in wrapped(text, 72 * (columns.figure - _LEFT - _RIGHT), SMALL)]
    above = 0.36 if title else 0.06
    bottom = 0.58 + _LINE * len(below)
    height = above + rows.height + bottom
    figure = Figure(figsize=(columns.figure, height))
    place = (columns.axes - _PLOT) / columns.figure, bottom / height
    axes = figure.add_axes((*place, _PLOT / columns.figure, rows.height / height))
    axes.set(xlim=span, ylim=(rows.height, 0))
    _draw(axes, rows, scale, smallest_worthwhile)
    _write(
        figure, axes, rows, texts, columns, (say(f"synthesis.figure.{subject}"), head, say("synthesis.forest.weight"))
    )
    _dress(axes, scale, say, axis or say(f"synthesis.figure.axis.{scale.name}", level=level))
    inches = figure.dpi_scale_trans
    if title:
        figure.text(
            _LEFT,
            height - 0.2,
            clean(title),
            transform=inches,
            fontsize=11,
            va="center",
            color=INK,
            fontweight="bold",
            parse_math=False,
        )
    for n, line in enumerate(reversed(below)):
        figure.text(_LEFT, 0.1 + _LINE * n, line, transform=inches, fontsize=SMALL, color=MUTED, parse_math=False)
    return figure


def forest_description(
    frame: pd.DataFrame,
    pooled: pd.DataFrame,
    *,
    language: str | None = None,
    shown_as: str | None = None,
    subject: str = "consortium",
) -> str:
    """What the forest shows, for a reader who cannot see it: the number of rows and everything that was pooled.

    Parameters
    ----------
    frame, pooled : DataFrame
        As for :func:`element_forest`.
    language : {"nl", "en"}, optional
        By default that of the terminal.
    shown_as : str, optional
        As for :func:`element_forest`.
    subject : str
        What a row is.

    Returns
    -------
    str

    See also
    --------
    element_forest : Draws it.
    """
    say, scale = Messages(language), effect_scale(shown_as)
    shown = pooled.copy()
    numbers = [name for name in ("estimate", "conf_low", "conf_high", "pred_low", "pred_high") if name in shown]
    shown[numbers] = scale.shown(shown[numbers].to_numpy(dtype=np.float64))
    parts = [say(f"synthesis.figure.described.{subject}", n=len(frame))]
    for _, row in shown.iterrows():
        sector = row.get("sector")
        name = say("synthesis.forest.mean") if pd.isna(sector) else clean(sector)
        ends = {"estimate": float(row["estimate"]), "low": float(row["conf_low"]), "high": float(row["conf_high"])}
        parts.append(say("synthesis.figure.described.pooled", name=name, **ends))
        if pd.notna(row.get("pred_low")):
            ends = {"low": float(row["pred_low"]), "high": float(row["pred_high"])}
            parts.append(say(f"synthesis.figure.described.new.{subject}", **ends))
    return " ".join(parts)


def _texts(rows: ForestRows, say: Messages, scale: EffectScale) -> list[tuple[str, str, str]]:
    """Estimate, interval and weight of every row, in words."""
    ends = scale.shown(np.array([[row.estimate, row.low, row.high] for row in rows.rows], dtype=np.float64))
    digits = digits_for(ends[:, 2] - ends[:, 1])
    found = []
    for row, (estimate, low, high) in zip(rows.rows, ends.tolist(), strict=True):
        interval = f"[{written(say, low, digits)}; {written(say, high, digits)}]"
        weight = say.percent(row.weight / 100, digits=1) if np.isfinite(row.weight) else ""
        if row.kind in ("study", "pooled", "overall") and np.isfinite(row.estimate):
            found.append((written(say, estimate, digits), interval, weight))
        elif row.kind == "study":
            found.append(("", say("synthesis.figure.not_estimable"), ""))
        else:
            found.append(("", interval if row.kind == "prediction" else "", ""))
    return found


def _columns(rows: ForestRows, texts: list[tuple[str, str, str]], head: str, say: Messages) -> _Columns:
    estimate, interval, weight = (
        max((text_width(text, SIZE, bold=True) for text in column), default=0.0) / 72
        for column in zip(*texts, strict=True)
    )
    estimate = max(estimate, text_width(head, SIZE, bold=True) / 72 - interval - 0.08)
    weight = max(weight, text_width(say("synthesis.forest.weight"), SIZE, bold=True) / 72) + _GAP if weight else 0.0
    axes = _LEFT + rows.width + 0.12 + _PLOT
    first = axes + _GAP + estimate
    second = first + 0.08 + interval
    return _Columns(axes, first, second, second + weight, second + weight + _RIGHT)


def _draw(axes: Axes, rows: ForestRows, scale: EffectScale, band: float | None) -> None:
    named = rows.of_kind("study", "many", "pooled", "overall", "prediction")
    last = max(row.y + row.height / 2 for row in named)
    if band is not None:
        axes.fill_between([-band, band], 0.2, last, color=_BAND, linewidth=0, zorder=0)
    if scale.null is not None:
        axes.vlines([scale.null], 0.2, rows.height, color=MUTED, linewidth=1, zorder=1)
    for row in rows.of_kind("overall")[:1]:
        axes.vlines([row.estimate], 0.2, row.y, color=SIMULATED, linewidth=1, linestyle=(0, (2, 3)), zorder=1)
        axes.axhline(row.y - row.height / 2 - 0.03, color=GRID, linewidth=1, zorder=0)
    _draw_studies(axes, rows.of_kind("study"))
    for row in rows.of_kind("many"):
        _draw_many(axes, row)
    for row in rows.of_kind("pooled", "overall"):
        _draw_diamond(axes, row)
    for row in rows.of_kind("prediction"):
        low, high = np.clip([row.low, row.high], *axes.get_xlim())
        axes.hlines([row.y], [low], [high], color=SIMULATED, linewidth=4, alpha=0.55, zorder=3)
        axes.vlines([low, high], row.y - 0.05, row.y + 0.05, color=SIMULATED, linewidth=1.4, zorder=3)
    _arrows(axes, named)


def _draw_studies(axes: Axes, rows: list[Row]) -> None:
    rows = [row for row in rows if np.isfinite(row.estimate)]
    if not rows:
        return
    y = np.array([row.y for row in rows])
    low, high, estimate, weight, fitted = (
        np.array([getattr(row, name) for row in rows], dtype=np.float64)
        for name in ("low", "high", "estimate", "weight", "fitted")
    )
    start, end = axes.get_xlim()
    axes.hlines(y, np.clip(low, start, end), np.clip(high, start, end), color=INK, linewidth=1.1, zorder=2)
    share = np.nan_to_num(weight / np.nanmax(weight), nan=0.4) if np.isfinite(weight).any() else np.full(len(rows), 0.4)
    axes.scatter(estimate, y, s=np.maximum(_LARGEST * share, 5), marker="s", color=ACCENT, zorder=3, linewidths=0)
    if np.isfinite(fitted).any():
        axes.plot(fitted, y, "D", color=SIMULATED, markersize=5.5, markerfacecolor="none", zorder=4)


def _draw_many(axes: Axes, row: Row) -> None:
    """Studies without names, in order of size: a thin line and a dot each."""
    n = len(row.studies)
    if not n:
        return
    y = row.y - row.height / 2 + (np.arange(n) + 0.5) * row.height / n
    start, end = axes.get_xlim()
    low, high = (row.studies[name].clip(start, end) for name in ("conf_low", "conf_high"))
    width = float(np.clip(72 * row.height / n * 0.45, 0.25, 1.0))
    axes.hlines(y, low, high, color=MUTED, linewidth=width, alpha=0.6, zorder=2)
    axes.plot(row.studies["estimate"], y, "s", color=ACCENT, markersize=3 * np.sqrt(width), markeredgewidth=0, zorder=3)


def _draw_diamond(axes: Axes, row: Row) -> None:
    if not np.isfinite(row.estimate):
        return
    low, high = (end if np.isfinite(end) else row.estimate for end in (row.low, row.high))
    half = 0.075
    corners = [(low, row.y), (row.estimate, row.y - half), (high, row.y), (row.estimate, row.y + half)]
    colour = SIMULATED if row.kind == "overall" else _GROUP
    axes.add_patch(Polygon(corners, closed=True, facecolor=colour, edgecolor=SIMULATED, linewidth=0.9, zorder=4))


def _arrows(axes: Axes, rows: list[Row]) -> None:
    """A mark at the edge where an interval goes on beyond it."""
    start, end = axes.get_xlim()
    for row in rows:
        colour = INK if row.kind == "study" else SIMULATED
        for place, mark, beyond in ((start, "<", row.low < start), (end, ">", row.high > end)):
            if beyond:
                axes.plot([place], [row.y], mark, color=colour, markersize=4.5, clip_on=False, zorder=5)


def _write(
    figure: Figure,
    axes: Axes,
    rows: ForestRows,
    texts: list[tuple[str, str, str]],
    columns: _Columns,
    heads: tuple[str, str, str],
) -> None:
    place: Transform = blended_transform_factory(figure.dpi_scale_trans, axes.transData)

    def put(x: float, y: float, text: str, align: str, weight: str, size: float = SIZE, colour: str = INK) -> None:
        axes.text(
            x, y, text, transform=place, ha=align, va="center", fontsize=size, fontweight=weight, color=colour,
            parse_math=False,
        )  # fmt: skip

    put(_LEFT, 0.13, heads[0], "left", "bold")
    put(columns.interval, 0.13, heads[1], "right", "bold")
    if columns.weight > columns.interval:
        put(columns.weight, 0.13, heads[2], "right", "bold")
    for row, (estimate, interval, share) in zip(rows.rows, texts, strict=True):
        bold = "bold" if row.kind in ("heading", "overall") else "normal"
        small = row.kind in ("note", "many")
        top = row.y - _LINE * (len(row.lines) - 1) / 2
        for n, line in enumerate(row.lines):
            look = (SMALL, MUTED) if small else (SIZE, INK)
            put(_LEFT + row.indent, top + n * _LINE, line, "left", bold, *look)
        if interval and not estimate and row.kind == "study":
            put(columns.interval, row.y, interval, "right", "normal", SIZE, MUTED)
        else:
            for x, text in ((columns.estimate, estimate), (columns.interval, interval), (columns.weight, share)):
                if text:
                    put(x, row.y, text, "right", bold)


def _dress(axes: Axes, scale: EffectScale, say: Messages, words: str) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.patch.set_facecolor(PAPER)
    axes.set_yticks([])
    axes.set_xticks(*scale.labelled_ticks(axes.get_xlim(), 72 * _PLOT, SIZE, say))
    axes.tick_params(axis="x", colors=INK, length=3, labelsize=SIZE)
    axes.set_xlabel(words, color=INK, fontsize=SIZE)


def _legend(rows: ForestRows, say: Messages, subject: str, band: float | None) -> list[str]:
    """What marks mean that do not speak for themselves."""
    found = []
    if band is not None:
        found.append(say("synthesis.figure.band", size=say.number(band, digits=digits_of([band], least=2))))
    if any(np.isfinite(row.fitted) for row in rows.rows):
        found.append(say("synthesis.figure.fitted"))
    return found
