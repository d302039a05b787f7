"""Scores by group: a dot with its interval for each group, a panel a wave."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from lcresearch.reporting.canvas import ACCENT, GRID, INK, MARGIN, MUTED, SIMULATED, Canvas, Drawing
from lcresearch.reporting.content import ScaleContent, Text
from lcresearch.reporting.text_metrics import shortened, text_width
from lcresearch.reporting.wording import Wording, is_missing, slug

WIDTH = 712.0
_ROW, _HEAD, _PANELS, _LONG = 24.0, 30.0, 3, 45
_TEXT = 13.0
_OVERALL = "#b0651d"
MANY_GROUPS = 50
"""Levels with more groups than this stand in the technical part only."""
MOST_GROUPS = 120
"""Levels with more groups than this are not drawn or listed group by group: the files hold their numbers."""


def natural_order(name: object) -> list[tuple[int, int, str]]:
    """Sort key that puts ``team 2`` before ``team 10``."""
    parts = re.split(r"(\d+)", str(name).casefold())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


@dataclass(frozen=True)
class Row:
    """A row of the figure: a group (its key in the frame), or the name of the parent of the rows below it."""

    label: str
    key: tuple[str, str] | None


def n_groups(frame: pd.DataFrame, level: str) -> int:
    """How many groups a level has, told apart by their parents."""
    rows = frame[frame["level"] == level]
    return len(rows[[name for name in ("parent", "group") if name in rows]].drop_duplicates())


def group_rows(scores: pd.DataFrame) -> list[tuple[str, str]]:
    """Parent and name of each group, by parent and then by name; the parent is empty where the study has none."""
    parents = scores["parent"] if "parent" in scores else pd.Series("", index=scores.index)
    keys = set(zip(parents.fillna("").astype(str), scores["group"].astype(str), strict=True))
    return sorted(keys, key=lambda key: (natural_order(key[0]), natural_order(key[1])))


def _chunks(keys: list[tuple[str, str]]) -> list[list[Row]]:
    """Rows for each figure: at most some 45, broken between parents where possible."""
    with_parents = len({parent for parent, _ in keys}) > 1
    blocks: list[list[Row]] = []
    for parent in dict.fromkeys(parent for parent, _ in keys):
        names = [Row(name, (parent, name)) for of, name in keys if of == parent]
        for part in np.array_split(np.arange(len(names)), math.ceil(len(names) / _LONG)):
            rows = [names[place] for place in part]
            blocks.append([Row(parent, None), *rows] if with_parents else rows)
    chunks: list[list[Row]] = [[]]
    for block in blocks:
        if chunks[-1] and len(chunks[-1]) + len(block) > _LONG:
            chunks.append([])
        chunks[-1].extend(block)
    return chunks


def scores_figures(scale: ScaleContent, level: str, say: Wording, *, titled: bool = False) -> list[Drawing]:
    """Draw the mean of each group of a level with its interval, over the whole range of the scale.

    Groups stand in the order of their names, under their parent where the scores have a column ``parent``: a figure
    must not look like a ranking. A level with many groups is cut into several figures. Returns an empty list when
    no group was released, or when there are more than ``MOST_GROUPS``.
    """
    scores = scale.scores[scale.scores["level"] == level]
    if not scores["mean"].notna().any() or n_groups(scores, level) > MOST_GROUPS:
        return []
    waves = say.waves_of(scores)
    chunks = _chunks(group_rows(scores))
    title = say("figure.scores_title", scale=say.text(scale.title), level=say.level(level))
    drawings = []
    for number, rows in enumerate(chunks, start=1):
        part_title = title
        name = f"{slug(scale.name)}-{slug(level)}"
        if len(chunks) > 1:
            part_title = say("figure.part", title=title, part=number, parts=len(chunks))
            name = f"{name}-{number}"
        panels = Panels(scale, scores, say, waves, rows, part_title if titled else None)
        drawings.append(Drawing(name, panels.draw(), part_title, _description(scale, panels.shown(), say, waves)))
    return drawings


@dataclass(frozen=True)
class Panels:
    """A panel a wave with a dot and an interval for each row, over the range of a scale.

    ``scores`` holds ``parent, group, wave, mean, conf_low, conf_high``; ``dots`` is the key of the dots in the legend.
    """

    scale: ScaleContent
    scores: pd.DataFrame
    say: Wording
    waves: list[str]
    rows: list[Row]
    title: str | None
    dots: str = "figure.group_mean"

    def shown(self) -> pd.DataFrame:
        """Scores of the groups in this figure."""
        keys = {row.key for row in self.rows}
        parents = self.scores["parent"].fillna("").astype(str) if "parent" in self.scores else ""
        pairs = pd.Series(zip(_repeated(parents, self.scores), self.scores["group"].astype(str), strict=True))
        return self.scores[pairs.isin(keys).to_numpy()]

    @cached_property
    def axis(self) -> tuple[float, float]:
        """The range of the scale, or of what is shown where the scale has no limits that say something."""
        if self.scale.bounded:
            return self.scale.minimum, self.scale.maximum
        shown = self.scores[["mean", "conf_low", "conf_high"]].astype(float).to_numpy()
        low, high = np.nanmin(shown), np.nanmax(shown)
        low = 0.0 if low >= 0 else low
        step = 10.0 ** math.floor(math.log10(max(high - low, 1.0)))
        return math.floor(low / step) * step, (math.floor(high / step) + 1) * step

    @property
    def label_width(self) -> float:
        """Room for the names of the rows."""
        widest = max(text_width(row.label, _TEXT, bold=row.key is None) for row in self.rows)
        return min(max(widest + 14, 90.0), 230.0)

    @property
    def head(self) -> float:
        """Height of the names of the waves."""
        return _HEAD if len(self.waves) > 1 else 4.0

    def draw(self) -> Canvas:
        """All panels, and the legend below them."""
        bands = [self.waves[start : start + _PANELS] for start in range(0, len(self.waves), _PANELS)]
        top = 34.0 if self.title else 4.0
        band_height = self.head + len(self.rows) * _ROW + 44
        legend = 24.0 + (18 if self.say.head.simulated else 0)
        height = top + band_height * len(bands) + legend
        canvas = Canvas(WIDTH, height, margin=MARGIN if self.title else 0)
        if self.title:
            canvas.text(0, 16, shortened(self.title, WIDTH, 15), size=15, bold=True)
        for number, waves in enumerate(bands):
            self._band(canvas, waves, top + number * band_height)
        self._legend(canvas, canvas.height - legend + 8)
        return canvas

    def _band(self, canvas: Canvas, waves: list[str], y: float) -> None:
        first = y + self.head
        for number, row in enumerate(self.rows):
            middle = first + (number + 0.5) * _ROW
            if row.key is None:
                label = shortened(row.label, WIDTH / 2, _TEXT)
                canvas.text(0, middle + 2, label, size=_TEXT, colour=ACCENT, bold=True)
            else:
                canvas.text(0, middle, shortened(row.label, self.label_width - 10, _TEXT), size=_TEXT)
        columns = min(len(self.waves), _PANELS)
        step = (WIDTH - self.label_width) / columns
        for number, wave in enumerate(waves):
            x = self.label_width + number * step
            self._panel(canvas, wave, x + 18, x + step - 40, first)

    def _panel(self, canvas: Canvas, wave: str, left: float, right: float, top: float) -> None:
        bottom = top + len(self.rows) * _ROW
        low, high = self.axis

        def place(value: float) -> float:
            return left + (value - low) / (high - low) * (right - left)

        if len(self.waves) > 1:
            canvas.text(left, top - 20, shortened(self.say.wave(wave), right - left + 36, _TEXT), size=_TEXT, bold=True)
        canvas.lines([(place(t), top, place(t), bottom) for t in ticks(low, high)], GRID, 1.0)
        overall = self.scale.overall[self.scale.overall["wave"].astype(str) == wave]["mean"].dropna()
        if len(overall):
            mean = place(float(overall.iloc[0]))
            canvas.lines([(mean, top, mean, bottom)], _OVERALL, 1.4, dashed=True)
        for tick in ticks(low, high):
            canvas.text(place(tick), bottom + 9, self._tick(tick), size=11.5, colour=MUTED, anchor="center")
        self._ends(canvas, left, right, bottom + 25)
        self._dots(canvas, wave, place, top, right)

    def _dots(self, canvas: Canvas, wave: str, place: object, top: float, right: float) -> None:
        cells = self._cells(wave)
        intervals, points = [], []
        for number, row in enumerate(self.rows):
            if row.key is None:
                continue
            y = top + (number + 0.5) * _ROW
            mean, low, high = cells.get(row.key, (math.nan, math.nan, math.nan))
            if math.isnan(mean):
                text = self.say("figure.not_shown")
                canvas.text(place(self.axis[0]) + 6, y, text, size=11.5, colour=MUTED, italic=True)  # type: ignore[operator]
                continue
            points.append((place(mean), y))  # type: ignore[operator]
            if not (math.isnan(low) or math.isnan(high)):
                ends = np.clip([low, high], *self.axis)
                intervals.append((place(ends[0]), y, place(ends[1]), y))  # type: ignore[operator]
            canvas.text(right + 36, y, self.say.number(mean, 1), size=12.5, anchor="right")
        canvas.lines(intervals, ACCENT, 2.2)
        canvas.dots(points, ACCENT)

    def _cells(self, wave: str) -> dict[tuple[str, str], tuple[float, float, float]]:
        frame = self.scores[self.scores["wave"].astype(str) == wave]
        parents = frame["parent"].fillna("").astype(str) if "parent" in frame else ""
        numbers = frame[["mean", "conf_low", "conf_high"]].astype(float).to_numpy()
        keys = zip(_repeated(parents, frame), frame["group"].astype(str), strict=True)
        return {key: (row[0], row[1], row[2]) for key, row in zip(keys, numbers, strict=True)}

    def _tick(self, tick: float) -> str:
        return self.say.number(tick, 0 if float(tick).is_integer() else 1)

    def _ends(self, canvas: Canvas, left: float, right: float, y: float) -> None:
        """The words at both ends of the scale, where they fit."""
        words = end_labels(self.scale)
        if words is None:
            return
        low, high = self.say.text(words[0]), self.say.text(words[1])
        if text_width(low, 11) + text_width(high, 11) + 12 <= right - left + 20:
            canvas.text(left - 8, y, low, size=11, colour=MUTED)
            canvas.text(right + 12, y, high, size=11, colour=MUTED, anchor="right")

    def _legend(self, canvas: Canvas, y: float) -> None:
        x = 0.0
        canvas.dots([(x + 5, y)], ACCENT)
        x = _after(canvas, x + 14, y, self.say(self.dots))
        canvas.lines([(x, y, x + 22, y)], ACCENT, 2.2)
        x = _after(canvas, x + 28, y, self.say("figure.interval"))
        if self.scale.overall["mean"].notna().any():
            canvas.lines([(x + 4, y - 7, x + 4, y + 7)], _OVERALL, 1.4, dashed=True)
            _after(canvas, x + 12, y, self.say("figure.overall_mean"))
        if self.say.head.simulated:
            text = self.say("simulated.short").upper()
            canvas.text(0, y + 20, text, size=11, colour=SIMULATED, bold=True)


def _after(canvas: Canvas, x: float, y: float, text: str) -> float:
    canvas.text(x, y, text, size=11.5, colour=INK)
    return x + text_width(text, 11.5) + 18


def _repeated(parents: pd.Series | str, frame: pd.DataFrame) -> list[str]:
    return [""] * len(frame) if isinstance(parents, str) else list(parents)


def ticks(low: float, high: float) -> list[float]:
    """Places for the tick labels: each whole number, or five steps on a long scale."""
    if high - low <= 10:
        return [float(tick) for tick in range(math.ceil(low), math.floor(high) + 1)]
    return [float(tick) for tick in np.linspace(low, high, 5)]


def end_labels(scale: ScaleContent) -> tuple[Text, Text] | None:
    """The words of the lowest and highest answer, if all items share them and the score is on their codes."""
    options: list[Mapping[int, Text]] = [item.options for item in scale.items]
    if not options or any(other != options[0] for other in options[1:]):
        return None
    codes = sorted(options[0])
    if not codes or (float(codes[0]), float(codes[-1])) != (float(scale.minimum), float(scale.maximum)):
        return None
    return options[0][codes[0]], options[0][codes[-1]]


def _description(scale: ScaleContent, scores: pd.DataFrame, say: Wording, waves: list[str]) -> str:
    sentences = [say("figure.scores_desc", n=len(group_rows(scores)))]
    for wave in waves:
        means = scores.loc[scores["wave"].astype(str) == wave, "mean"].dropna()
        overall = scale.overall.loc[scale.overall["wave"].astype(str) == wave, "mean"]
        if len(means):
            mean = say.number(overall.iloc[0] if len(overall) and not is_missing(overall.iloc[0]) else None)
            low, high = say.number(means.min()), say.number(means.max())
            sentences.append(say("figure.scores_wave", wave=say.wave(wave), low=low, high=high, mean=mean))
    withheld = int(scores["mean"].isna().sum())
    if withheld:
        sentences.append(say("figure.scores_withheld", n=withheld))
    return " ".join(sentences)
