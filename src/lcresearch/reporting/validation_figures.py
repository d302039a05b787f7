"""Figures of a validation report: what items do for their scale, where scores lie, and how groups differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.disclosure import EVERYBODY
from lcresearch.measurement.instrument_validation.scale_parts import ScaleParts
from lcresearch.measurement.instrument_validation.uses import ITEM_REST
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MUTED, SIMULATED, Canvas, Drawing
from lcresearch.reporting.scores_figure import natural_order, ticks
from lcresearch.reporting.sections import FigureView
from lcresearch.reporting.tables import table
from lcresearch.reporting.text_metrics import shortened, text_width
from lcresearch.reporting.wording import Wording, clean, is_missing, records, slug

WIDTH = 712.0
MOST_GROUPS = 120
_LONG = 32
_ROW, _TEXT, _SMALL = 25.0, 13.0, 11.5
_BAND = "#b7d6d1"


class _Rows:
    """Rows with a label at the left, over one axis."""

    def __init__(self, labels: Sequence[str], low: float, high: float, say: Wording, *, digits: int) -> None:
        self.labels, self.low, self.high, self.say, self.digits = labels, low, high, say, digits
        widest = max(text_width(clean(label), _TEXT) for label in labels)
        self.left = min(max(widest + 18, 70.0), 230.0)
        self.right = WIDTH - 64
        self.bottom = len(labels) * _ROW
        self.canvas = Canvas(WIDTH, self.bottom + 34 + (18 if say.head.simulated else 0))

    def place(self, value: float) -> float:
        """Where a value lies, kept on the axis."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)

    def middle(self, number: int) -> float:
        """Vertical middle of a row."""
        return (number + 0.5) * _ROW

    def frame(self, marks: Sequence[float]) -> None:
        """Grid, numbers below it, labels and the mark of made-up answers."""
        for mark in marks:
            self.canvas.lines([(self.place(mark), 0, self.place(mark), self.bottom)], GRID, 1.0)
            text = self.say.number(mark, self.digits)
            self.canvas.text(
                self.place(mark), self.bottom + 10, text, size=_SMALL, colour=MUTED, anchor="center"
            )  # fmt: skip
        for number, label in enumerate(self.labels):
            self.canvas.text(0, self.middle(number), shortened(label, self.left - 12, _TEXT), size=_TEXT)
        if self.say.head.simulated:
            y = self.canvas.height - 8
            self.canvas.text(0, y, self.say("simulated.short"), size=_SMALL, colour=SIMULATED, bold=True)

    def number(self, row: int, value: float, digits: int = 2) -> None:
        """A value at the end of its row."""
        self.canvas.text(WIDTH, self.middle(row), self.say.number(value, digits), size=_TEXT, anchor="right")


def items_view(name: str, title: str, parts: ScaleParts, say: Wording) -> FigureView | None:
    """Item-rest correlations with their intervals, and the limit below which an item adds little."""
    if parts.items is None:
        return None
    rows = parts.items.tidy().dropna(subset="item_rest_correlation").reset_index(drop=True)
    if rows.empty:
        return None
    low = float(np.floor(min(0.0, np.nanmin(rows["conf_low"].fillna(0.0))) * 5) / 5)
    drawn = _Rows(rows["item"].tolist(), low, 1.0, say, digits=1)
    drawn.frame(np.arange(low, 1.01, 0.2).round(1).tolist())
    limit = drawn.place(ITEM_REST)
    drawn.canvas.lines([(limit, 0, limit, drawn.bottom)], SIMULATED, 1.4, dashed=True)
    for at, row in enumerate(records(rows)):
        if not is_missing(row.conf_low):
            y = drawn.middle(at)
            drawn.canvas.lines([(drawn.place(row.conf_low), y, drawn.place(row.conf_high), y)], ACCENT, 2.0)
        colour = ACCENT if row.item_rest_correlation >= ITEM_REST else SIMULATED
        drawn.canvas.dots([(drawn.place(row.item_rest_correlation), drawn.middle(at))], colour, 9)
        drawn.number(at, row.item_rest_correlation)
    heading = say("validation.figure.items")
    texts = [f"{row.item} {say.number(row.item_rest_correlation)}" for row in records(rows)]
    described = say("validation.figure.items_described", scale=title, values="; ".join(texts))
    drawing = Drawing(f"{slug(name)}-items", drawn.canvas, f"{heading}: {title}", described)
    body = [
        [clean(row.item), say.number(row.item_rest_correlation), say.interval(row.conf_low, row.conf_high)]
        for row in records(rows)
    ]
    labels = {key: say(f"validation.column.{key}") for key in ("item", "item_rest_correlation", "interval")}
    numbers = table(f"{heading}: {title}", body, labels, numeric=["item_rest_correlation", "interval"])
    return FigureView(heading, (drawing,), numbers)


def norms_view(name: str, title: str, parts: ScaleParts, say: Wording) -> FigureView | None:
    """How scores are spread: the share of persons in bands of scores, over the range of the scale."""
    bands = parts.norm_table
    if bands.empty:
        return None
    low, high = parts.answers.score_range
    total = float(bands["n"].sum())
    density = bands["n"] / (bands["high"] - bands["low"])
    height, left, right = 170.0, 8.0, WIDTH - 8
    canvas = Canvas(WIDTH, height + 34 + (18 if say.head.simulated else 0))

    def place(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    for row, dense in zip(records(bands), density, strict=True):
        tall = float(dense / density.max()) * (height - 24)
        canvas.rectangle(place(row.low), height - tall, place(row.high) - place(row.low), tall, _BAND)
    canvas.lines([(left, height, right, height)], GRID, 1.0)
    for mark in ticks(low, high):
        canvas.text(place(mark), height + 10, say.number(mark, 0), size=_SMALL, colour=MUTED, anchor="center")
    everybody = parts.norms[parts.norms["by"] == EVERYBODY].iloc[0]
    mean = float(everybody["mean"])
    if not is_missing(mean):
        canvas.lines([(place(mean), 0, place(mean), height)], INK, 1.6, dashed=True)
        anchor, shift = ("right", -6) if mean > (low + high) / 2 else ("left", 6)
        label = say("validation.figure.mean", value=say.number(mean))
        canvas.text(place(mean) + shift, 9, label, size=_TEXT, anchor=anchor, bold=True)  # type: ignore[arg-type]
    if say.head.simulated:
        canvas.text(0, canvas.height - 8, say("simulated.short"), size=_SMALL, colour=SIMULATED, bold=True)
    heading = say("validation.figure.norms")
    values = {"n": int(total), "mean": say.number(mean), "sd": say.number(everybody["sd"])}
    drawing = Drawing(
        f"{slug(name)}-norms", canvas, f"{heading}: {title}", say("validation.figure.norms_described", **values)
    )
    body = [
        [f"{say.number(row.low)} – {say.number(row.high)}", say.count(row.n), say.count(row.percentile_rank)]
        for row in records(bands)
    ]
    labels = {key: say(f"validation.column.{key}") for key in ("term", "n", "percentile_rank")}
    return FigureView(
        heading, (drawing,), table(f"{heading}: {title}", body, labels, numeric=["n", "percentile_rank"])
    )  # fmt: skip


def groups_view(name: str, title: str, parts: ScaleParts, say: Wording) -> FigureView | None:
    """Mean and interval of each group that may be shown, in the order of their names."""
    rows = parts.norms[(parts.norms["by"] == parts.by) & parts.norms["released"].astype(bool)]
    low, high = parts.answers.score_range
    if rows.empty or len(rows) > MOST_GROUPS or not np.isfinite([low, high]).all():
        return None
    rows = rows.dropna(subset="mean")
    if rows.empty:
        return None
    rows = rows.iloc[sorted(range(len(rows)), key=lambda at: natural_order(rows["group"].iloc[at]))]
    heading = say("validation.figure.groups", by=say.level(parts.by or ""))
    n_parts = -(-len(rows) // _LONG)
    drawings = tuple(
        _groups_drawing(f"{slug(name)}-groups-{at + 1}", f"{heading}: {title}", part, parts, say)
        for at, part in enumerate(rows.iloc[chosen] for chosen in np.array_split(np.arange(len(rows)), n_parts))
    )
    body = [
        [clean(row.group), say.count(row.n), say.number(row.mean), say.interval(row.conf_low, row.conf_high)]
        for row in records(rows)
    ]
    labels = {key: say(f"validation.column.{key}") for key in ("group", "n", "mean", "interval")}
    return FigureView(heading, drawings, table(f"{heading}: {title}", body, labels, numeric=["n", "mean", "interval"]))


def _groups_drawing(name: str, title: str, rows: pd.DataFrame, parts: ScaleParts, say: Wording) -> Drawing:
    """A row a group; a long list of groups takes several drawings."""
    low, high = parts.answers.score_range
    drawn = _Rows(rows["group"].tolist(), low, high, say, digits=0)
    drawn.frame(ticks(low, high))
    everybody = float(parts.norms.loc[parts.norms["by"] == EVERYBODY, "mean"].iloc[0])
    if not is_missing(everybody):
        drawn.canvas.lines([(drawn.place(everybody), 0, drawn.place(everybody), drawn.bottom)], MUTED, 1.4, dashed=True)
    for at, row in enumerate(records(rows)):
        y = drawn.middle(at)
        if not is_missing(row.conf_low):
            drawn.canvas.lines([(drawn.place(row.conf_low), y, drawn.place(row.conf_high), y)], ACCENT, 2.0)
        drawn.canvas.dots([(drawn.place(row.mean), y)], ACCENT, 9)
        drawn.number(at, row.mean)
    scale = title.partition(": ")[2]
    ends = {"low": say.number(rows["mean"].min()), "high": say.number(rows["mean"].max())}
    described = say("validation.figure.groups_described", scale=scale, n=len(rows), **ends)
    return Drawing(name, drawn.canvas, title, described)
