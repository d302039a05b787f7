"""Lines over waves: groups that are followed, the mean of a scale, and the share of groups that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lcresearch.change.continuation import Continuation
from lcresearch.reporting.canvas import ACCENT, GRID, INK, MARGIN, MUTED, Canvas, Drawing
from lcresearch.reporting.content import ScaleContent
from lcresearch.reporting.text_metrics import wrapped
from lcresearch.reporting.wording import Wording, is_missing, records

_WIDTH, _HEIGHT = 640.0, 230.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 150.0, 12.0, 48.0
_SIZE = 12.0
_OTHER = "#b0651d"


@dataclass(frozen=True)
class _Frame:
    """Where waves and values are on the canvas."""

    canvas: Canvas
    n: int
    low: float
    high: float

    def x(self, place: float) -> float:
        """Place of a wave, counted from 0."""
        step = (_WIDTH - _LEFT - _RIGHT) / max(self.n - 1, 1)
        return _LEFT + step * place + (0.0 if self.n > 1 else step / 2)

    def y(self, value: float) -> float:
        return _TOP + (self.high - value) / (self.high - self.low) * (_HEIGHT - _TOP - _BOTTOM)

    def line(self, values: Sequence[float], colour: str, name: str, *, dashed: bool = False, lift: float = 0) -> None:
        """Dots joined by lines, parted where a value is missing; the name stands behind the last, ``lift`` higher."""
        run: list[tuple[float, float]] = []
        parts: list[list[tuple[float, float]]] = []
        for place, value in enumerate(values):
            if is_missing(value):
                run = []
                continue
            if not run:
                parts.append(run)
            run.append((self.x(place), self.y(value)))
        for part in parts:
            self.canvas.path(part, colour, 2, dashes=(5, 4) if dashed else ())
            self.canvas.dots(part, colour, 7)
        if parts:
            x, y = parts[-1][-1]
            for number, text in enumerate(wrapped(name, _RIGHT - 16, _SIZE)):
                self.canvas.text(x + 12, y - lift + 15 * number, text, size=_SIZE, colour=colour)


def _frame(names: Sequence[str], low: float, high: float, ticks: Sequence[tuple[float, str]]) -> _Frame:
    canvas = Canvas(_WIDTH, _HEIGHT, margin=MARGIN)
    frame = _Frame(canvas, len(names), low, high)
    lines = [(_LEFT, frame.y(value), _WIDTH - _RIGHT, frame.y(value)) for value, _ in ticks]
    canvas.lines(lines, GRID, 1)
    for value, text in ticks:
        canvas.text(_LEFT - 8, frame.y(value), text, size=_SIZE, colour=MUTED, anchor="right")
    room = (_WIDTH - _LEFT - _RIGHT) / max(len(names) - 1, 1) - 8
    for place, name in enumerate(names):
        for number, text in enumerate(wrapped(name, max(room, 40.0), _SIZE)[:2]):
            y = _HEIGHT - _BOTTOM + 18 + 15 * number
            canvas.text(frame.x(place), y, text, size=_SIZE, colour=INK, anchor="center")
    return frame


def groups_drawing(by_wave: pd.DataFrame, level: str, say: Wording) -> Drawing:
    """Groups that are followed and that answered in each wave."""
    waves = [say.wave(str(wave)) for wave in by_wave["wave"]]
    top = max(int(by_wave["n_followed"].max()), 1)
    step = max(1, -(-top // 4))
    ticks = [(float(value), say.count(value)) for value in range(0, top + step, step)]
    frame = _frame(waves, 0.0, ticks[-1][0], ticks)
    followed, answering = (by_wave[name].astype(float).tolist() for name in ("n_followed", "n_answering"))
    if followed[-1] != answering[-1]:
        apart = abs(frame.y(followed[-1]) - frame.y(answering[-1]))
        frame.line(followed, _OTHER, say("monitoring.followed"), dashed=True, lift=max(0.0, _SIZE + 4 - apart))
    frame.line(answering, ACCENT, say("monitoring.answering"))
    ends = {
        "first": say.count(answering[0]),
        "last": say.count(answering[-1]),
        "stopped": say.count(by_wave["n_stopped"].iloc[-1]),
    }
    description = say("monitoring.groups_description", level=level, wave_1=waves[0], wave_2=waves[-1], **ends)
    return Drawing("monitoring-groups", frame.canvas, say("monitoring.groups_title"), description)


def scale_drawing(scale: ScaleContent, say: Wording) -> Drawing | None:
    """The mean of everybody by wave with its interval; None for fewer than two waves that are shown."""
    rows = {str(row.wave): row for row in records(scale.overall) if not is_missing(row.mean)}
    waves = [wave for wave in say.head.waves if wave in rows]
    if len(waves) < 2 or not scale.bounded:
        return None
    ends = (scale.minimum, scale.maximum)
    frame = _frame([say.wave(wave) for wave in waves], *ends, [(end, say.number(end, 0)) for end in ends])
    for place, wave in enumerate(waves):
        row = rows[wave]
        if not is_missing(row.conf_low):
            x = frame.x(place)
            frame.canvas.lines([(x, frame.y(row.conf_low), x, frame.y(row.conf_high))], ACCENT, 2)
    means = [float(rows[wave].mean) for wave in waves]
    frame.line(means, ACCENT, say.number(means[-1], 1))
    values = ", ".join(f"{say.wave(wave)} {say.number(mean, 1)}" for wave, mean in zip(waves, means, strict=True))
    title = say.text(scale.title)
    description = say("monitoring.scale_description", scale=title, values=values)
    return Drawing(f"monitoring-{scale.name}", frame.canvas, title, description)


def survival_drawing(found: Continuation, say: Wording) -> Drawing:
    """The share of groups that goes on past each period, in steps, with its interval."""
    table = found.survival
    last = int(table["period"].max())
    ticks = [(value, say.messages.percent(value)) for value in (0.0, 0.5, 1.0)]
    names = [say.count(period) for period in range(last + 1)]
    frame = _frame(names, 0.0, 1.0, ticks)
    for name, colour, width in (("conf_low", MUTED, 1.0), ("conf_high", MUTED, 1.0), ("estimate", ACCENT, 2.5)):
        frame.canvas.path(_steps(table, name, frame), colour, width, dashes=() if name == "estimate" else (3, 3))
    end = float(table["estimate"].iloc[-1])
    frame.canvas.text(frame.x(last) + 12, frame.y(end), say.messages.percent(end), size=_SIZE, colour=ACCENT, bold=True)
    numbers = {"n": found.n_units, "stopped": found.n_stopped, "share": say.messages.percent(end)}
    description = say("monitoring.survival_description", periods=last, **numbers)
    return Drawing("monitoring-survival", frame.canvas, say("monitoring.survival_title"), description)


def _steps(table: pd.DataFrame, name: str, frame: _Frame) -> list[tuple[float, float]]:
    points, value = [(frame.x(0), frame.y(1.0))], 1.0
    for row in records(table):
        x, new = frame.x(float(row.period)), getattr(row, name)
        points.append((x, frame.y(value)))
        value = value if is_missing(new) else float(new)
        points.append((x, frame.y(value)))
    return points
