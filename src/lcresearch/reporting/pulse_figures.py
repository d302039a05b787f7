"""The line of a pulse over its waves: released means, the middle, what chance explains, and where a start lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.reporting.canvas import ACCENT, GRID, INK, MARGIN, MUTED, SIMULATED, Canvas, Drawing
from lcresearch.reporting.chart_figures import SIGNAL
from lcresearch.reporting.pulse_content import CaseSeries, PulseContent, PulseSeries
from lcresearch.reporting.text_metrics import shortened, wrapped
from lcresearch.reporting.wording import Wording, slug

WIDTH = 712.0
_LEFT, _RIGHT, _FOOT = 40.0, 128.0, 44.0
_SIZE = 12.0
_BAND = "#e6f0ee"
_MOST_NAMES = 12


@dataclass(frozen=True)
class _Place:
    """Where waves and values are on the canvas."""

    n: int
    low: float
    high: float
    top: float
    height: float

    def x(self, place: float) -> float:
        """Of a wave, counted from 0."""
        return _LEFT + 14 + (WIDTH - _LEFT - _RIGHT - 28) * place / max(self.n - 1, 1)

    def y(self, value: float) -> float:
        """Of a mean, kept within the axes."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.top + (1 - share) * self.height


def axis_of(content: PulseContent) -> tuple[float, float]:
    """Whole points around all that is shown, at least two apart, within the scale: the same for all lines."""
    lines: list[PulseSeries | CaseSeries] = [*content.series, *content.cases]
    values = np.concatenate([one.points["mean"].dropna().to_numpy(dtype=float) for one in lines])
    span = content.maximum - content.minimum
    if not np.isfinite(span):  # a count without a limit
        span = max(float(np.ptp(values)), 1.0) * 4
    step = 1.0 if span <= 12 else span / 10
    low, high = math.floor(values.min() / step) * step, math.ceil(values.max() / step) * step
    while high - low < 2 * step:
        low, high = low - step / 2, high + step / 2
    if content.maximum > content.minimum:
        low, high = max(low, content.minimum), min(high, content.maximum)
    return (low, high) if high > low else (low - step, high + step)


def run_drawing(one: PulseSeries, content: PulseContent, say: Wording, *, titled: bool = False) -> Drawing:
    """The line about its median, with the band of a control chart where there is one."""
    canvas, place = _canvas(one.points, content, say, _title(one.group, content, say) if titled else None)
    if one.control is not None:
        low, high = (one.control.table[name].to_numpy(dtype=float) for name in ("lower", "upper"))
        edges = [(place.x(n), place.y(value)) for n, value in enumerate(high)]
        edges += [(place.x(n), place.y(low[n])) for n in reversed(range(len(low)))]
        canvas.polygon(edges, _BAND)
    centre = float(one.run.table["centre"].dropna().iloc[0])
    x = (place.x(0) - 10, place.x(place.n - 1) + 10)
    canvas.path(((x[0], place.y(centre)), (x[1], place.y(centre))), MUTED, 1.4, dashes=(5.0, 4.0))
    marked = _marked(one)
    _line(canvas, place, one.points, marked)
    _last(canvas, place, one.points, [(centre, say("pulses.middle", value=say.number(centre, 1)))], say)
    return Drawing(_name(one.group, content), canvas, _title(one.group, content, say), _described(one.points, say))


def case_drawing(one: CaseSeries, content: PulseContent, say: Wording, *, titled: bool = False) -> Drawing:
    """The line before and after the start, with the median of both."""
    canvas, place = _canvas(one.points, content, say, _title(one.group, content, say) if titled else None)
    waves = one.points["wave"].tolist()
    after = np.array([list(say.head.waves).index(wave) >= list(say.head.waves).index(one.start) for wave in waves])
    first = int(after.argmax())
    x = (place.x(first) + place.x(first - 1)) / 2
    canvas.path(((x, place.top - 6), (x, place.top + place.height)), INK, 1.2, dashes=(4.0, 3.0))
    canvas.text(x + 6, place.top - 8, say("pulses.start_here"), size=11.5, colour=INK)
    means, middles = one.points["mean"].to_numpy(dtype=float), []
    for side in (False, True):
        middle = float(np.nanmedian(means[after == side]))
        where = np.flatnonzero(after == side)
        ends = ((place.x(where[0]) - 10, place.y(middle)), (place.x(where[-1]) + 10, place.y(middle)))
        canvas.path(ends, SIGNAL, 1.8)
        middles.append(middle)
    _line(canvas, place, one.points, np.zeros(len(waves), dtype=bool))
    _last(canvas, place, one.points, [(middles[1], say("pulses.middle", value=say.number(middles[1], 1)))], say)
    return Drawing(_name(one.group, content), canvas, _title(one.group, content, say), _described(one.points, say))


def _name(group: str, content: PulseContent) -> str:
    return f"pulse-{slug(content.scale)}-{slug(group) or 'all'}"


def _title(group: str, content: PulseContent, say: Wording) -> str:
    return say("pulses.figure_title", scale=say.text(content.title), name=group or say("pulses.everybody"))


def _described(points: pd.DataFrame, say: Wording) -> str:
    parts = [
        say("pulses.figure_point", wave=say.wave(str(wave)), mean=say.number(mean, 1))
        for wave, mean in zip(points["wave"], points["mean"], strict=True)
        if not pd.isna(mean)
    ]
    return say("pulses.figure_desc", points=", ".join(parts))


def _canvas(points: pd.DataFrame, content: PulseContent, say: Wording, title: str | None) -> tuple[Canvas, _Place]:
    head = (30.0 if title else 0.0) + (18.0 if content.cases else 4.0)
    foot = _FOOT + (18.0 if say.head.simulated and title else 0.0)
    height = 150.0
    canvas = Canvas(WIDTH, head + height + foot, margin=MARGIN if title else 0)
    if title:
        canvas.text(0, 12, shortened(title, WIDTH, 15), size=15, bold=True)
    low, high = axis_of(content)
    place = _Place(len(points), low, high, head + 6, height)
    step = 1.0 if high - low <= 12 else (high - low) / 5
    for value in np.arange(math.ceil(low / step) * step, high + 1e-9, step):
        canvas.lines([(_LEFT, place.y(value), WIDTH - _RIGHT, place.y(value))], GRID, 1)
        canvas.text(_LEFT - 8, place.y(value), say.number(value, 0), size=_SIZE, colour=MUTED, anchor="right")
    _names(canvas, place, [say.wave(str(wave)) for wave in points["wave"]])
    if title and say.head.simulated:
        canvas.text(0, head + height + foot - 6, say("simulated.short").upper(), size=11, colour=SIMULATED, bold=True)
    return canvas, place


def _names(canvas: Canvas, place: _Place, names: Sequence[str]) -> None:
    every = -(-len(names) // _MOST_NAMES)
    room = (place.x(1) - place.x(0)) * every - 6 if len(names) > 1 else 80.0
    for at in range(0, len(names), every):
        for row, text in enumerate(wrapped(names[at], max(room, 34.0), _SIZE)[:2]):
            y = place.top + place.height + 18 + 14 * row
            canvas.text(place.x(at), y, shortened(text, max(room, 34.0), _SIZE), size=_SIZE, anchor="center")


def _line(canvas: Canvas, place: _Place, points: pd.DataFrame, marked: npt.NDArray[np.bool_]) -> None:
    """Dots joined by lines, parted at a gap; points that stand out in another colour."""
    means = points["mean"].to_numpy(dtype=float)
    known = ~np.isnan(means)
    cuts = np.flatnonzero(~known)
    for part in np.split(np.arange(len(means)), cuts):
        own = [(place.x(int(n)), place.y(means[n])) for n in part if known[n]]
        if len(own) > 1:
            canvas.path(own, ACCENT, 2)
    for colour, size, which in ((ACCENT, 8.0, known & ~marked), (SIGNAL, 10.0, known & marked)):
        canvas.dots([(place.x(int(n)), place.y(means[n])) for n in np.flatnonzero(which)], colour, size)


def _last(
    canvas: Canvas, place: _Place, points: pd.DataFrame, lines: Sequence[tuple[float, str]], say: Wording
) -> None:
    """The last mean and the names of lines, at the right, with room between them."""
    mean = float(points["mean"].iloc[-1])
    x = place.x(place.n - 1) + 16
    y = place.y(mean)
    canvas.text(x, y, say.number(mean, 1), size=13, colour=ACCENT, bold=True)
    for value, text in lines:
        at = place.y(value)
        if abs(at - y) < 16:
            at = y + 16 if at >= y else y - 16
        canvas.text(x, at, shortened(text, _RIGHT - 16, 11.5), size=11.5, colour=MUTED)


def _marked(one: PulseSeries) -> npt.NDArray[np.bool_]:
    """Points in a stretch that is a signal, and those outside the band."""
    table = one.run.table
    marked: npt.NDArray[np.bool_] = np.zeros(len(table), dtype=np.bool_)
    places = {when: at for at, when in enumerate(table["time"])}
    for first, last in zip(one.run.signals["first"], one.run.signals["last"], strict=True):
        if not pd.isna(first):
            marked[places[first] : places[last] + 1] = True
    if one.control is not None:
        marked |= one.control.table["signal"].to_numpy(dtype=bool)
    return marked
