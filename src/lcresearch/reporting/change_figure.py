"""A slope for each group: its mean before and after, on the same scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lcresearch.reporting.canvas import ACCENT, GRID, INK, MARGIN, MUTED, SIMULATED, Canvas, Drawing
from lcresearch.reporting.change_content import ChangeContent, ChangeNumbers
from lcresearch.reporting.change_tables import in_order, name_of, sides_of
from lcresearch.reporting.text_metrics import shortened, text_width
from lcresearch.reporting.wording import Wording, slug

WIDTH = 712.0
MOST = 14
"""With more groups only all together are drawn: the table has the others."""
_ALL = "#b0651d"
_LEFT, _RIGHT = 190.0, 190.0
_LINE, _TEXT = 16.0, 12.5
_TALLEST, _LOWEST = 420.0, 230.0


def change_figure(content: ChangeContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """Lines from the means before to those after; None when nothing is shown."""
    scale = content.primary
    groups = [one for one in in_order(scale) if _both(one)]
    whole = [one for one in sides_of(scale) if _both(one)]
    lines = [*(groups if len(groups) <= MOST else []), *whole]
    if not lines:
        return None
    ends = {"before": say.wave(content.before), "after": say.wave(content.after)}
    title = say("change.figure_title", scale=say.text(scale.title), **ends)
    names = [name_of(one, scale, say) for one in lines]
    said = [
        say("change.figure_line", name=name, before=say.number(one.mean_before), after=say.number(one.mean_after))
        for name, one in zip(names, lines, strict=True)
    ]
    canvas = _canvas(content, lines, names, title if titled else None, say)
    return Drawing(f"change-{slug(scale.name)}", canvas, title, say("change.figure_desc", lines=" ".join(said)))


def _both(one: ChangeNumbers) -> bool:
    return one.mean_before is not None and one.mean_after is not None


def _canvas(
    content: ChangeContent, lines: Sequence[ChangeNumbers], names: Sequence[str], title: str | None, say: Wording
) -> Canvas:
    top = (34.0 if title else 4.0) + 30.0
    height = min(max(_LINE * len(lines) * 1.5, _LOWEST), _TALLEST)
    foot = 26.0 + (18.0 if say.head.simulated else 0.0)
    canvas = Canvas(WIDTH, top + height + foot, margin=MARGIN if title else 0)
    if title:
        canvas.text(0, 16, shortened(title, WIDTH, 15), size=15, bold=True)
    low, high = _axis(content, lines)
    left, right = _LEFT, WIDTH - _RIGHT

    def place(value: float) -> float:
        return top + height - (value - low) / (high - low) * height

    for x, wave in ((left, content.before), (right, content.after)):
        canvas.lines([(x, top, x, top + height)], GRID, 1.5)
        canvas.text(x, top - 18, shortened(say.wave(wave), 180, 13), size=13, bold=True, anchor="center")
    for one in lines:
        before, after = place(float(one.mean_before or 0)), place(float(one.mean_after or 0))
        colour, width = _colour(one), 3.0 if not one.group else 1.8
        canvas.path(((left, before), (right, after)), colour, width, dashes=() if one.takes_part else (6.0, 4.0))
        canvas.dots(((left, before), (right, after)), colour, 8 if not one.group else 7)
    at_left = _spread([place(float(one.mean_before or 0)) for one in lines], top - 4, top + height + 4)
    at_right = _spread([place(float(one.mean_after or 0)) for one in lines], top - 4, top + height + 4)
    for one, name, y0, y1 in zip(lines, names, at_left, at_right, strict=True):
        bold, colour = not one.group, _colour(one)
        _label(
            canvas, left - 12, y0, place(float(one.mean_before or 0)), name, say.number(one.mean_before), bold, colour
        )
        _label(
            canvas, right + 12, y1, place(float(one.mean_after or 0)), name, say.number(one.mean_after), bold, colour
        )
    _foot(canvas, content, top + height + 16, low, high, say)
    return canvas


def _colour(one: ChangeNumbers) -> str:
    if not one.takes_part:
        return MUTED
    return ACCENT if one.group else _ALL


def _label(canvas: Canvas, x: float, y: float, at: float, name: str, number: str, bold: bool, colour: str) -> None:
    """Name and mean outside the axis, tied to its dot where it had to move."""
    on_left = x < WIDTH / 2
    anchor = "right" if on_left else "left"
    room = (_LEFT if on_left else _RIGHT) - 22 - text_width(number, _TEXT, bold=bold) - 8
    text = shortened(name, room, _TEXT)
    if abs(y - at) > 2:
        near = x + 6 if on_left else x - 6
        canvas.lines([(near, at, x + (1 if on_left else -1), y)], GRID, 1.0)
    both = f"{text}  {number}" if on_left else f"{number}  {text}"
    canvas.text(x, y, both, size=_TEXT, colour=colour if bold else INK, anchor=anchor, bold=bold)  # type: ignore[arg-type]


def _spread(places: Sequence[float], top: float, bottom: float) -> list[float]:
    """Places near these with room for a line of text between them, in the same order.

    Examples
    --------
    >>> _spread([100.0, 101.0, 200.0], 0, 300)
    [92.5, 108.5, 200.0]
    """
    order = sorted(range(len(places)), key=lambda one: places[one])
    blocks: list[list[int]] = []
    centres: list[float] = []
    for one in order:
        blocks.append([one])
        centres.append(places[one])
        while len(blocks) > 1 and centres[-1] - centres[-2] < _LINE * (len(blocks[-1]) + len(blocks[-2])) / 2:
            last = blocks.pop()
            centres.pop()
            blocks[-1] += last
            centres[-1] = sum(places[each] for each in blocks[-1]) / len(blocks[-1])
    found = [0.0] * len(places)
    for block, centre in zip(blocks, centres, strict=True):
        half = _LINE * (len(block) - 1) / 2
        start = min(max(centre - half, top), bottom - 2 * half)
        for number, one in enumerate(block):
            found[one] = start + number * _LINE
    return found


def _axis(content: ChangeContent, lines: Sequence[ChangeNumbers]) -> tuple[float, float]:
    """Whole points around what is shown, at least two apart, within the scale."""
    values = [float(value) for one in lines for value in (one.mean_before, one.mean_after) if value is not None]
    scale = content.primary
    step = 1.0 if scale.maximum - scale.minimum <= 12 else (scale.maximum - scale.minimum) / 10
    low, high = math.floor(min(values) / step) * step, math.ceil(max(values) / step) * step
    while high - low < 2 * step:
        low, high = low - step / 2, high + step / 2
    if scale.maximum > scale.minimum:
        low, high = max(low, scale.minimum), min(high, scale.maximum)
    return (low, high) if high > low else (low - step, high + step)


def _foot(canvas: Canvas, content: ChangeContent, y: float, low: float, high: float, say: Wording) -> None:
    scale = content.primary
    ends = {"low": say.number(low, 1), "high": say.number(high, 1)}
    whole = {"minimum": say.number(scale.minimum, 0), "maximum": say.number(scale.maximum, 0)}
    canvas.text(0, y, say("change.figure_axis", **ends, **whole), size=11.5, colour=MUTED)
    if say.head.simulated:
        canvas.text(0, y + 20, say("simulated.short").upper(), size=11, colour=SIMULATED, bold=True)
