"""A logic model as a figure: boxes in columns, and arrows that show strength, certainty and gaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from lcresearch.integration import LogicModel
from lcresearch.messages import Messages, console_language
from lcresearch.reporting.canvas import INK, MARGIN, MUTED, PAPER, SIMULATED, Canvas, Drawing
from lcresearch.reporting.layered_layout import Layout, Link, Point, layered_layout
from lcresearch.reporting.logic_model_legend import draw_legend, legend_height
from lcresearch.reporting.logic_model_style import ArrowStyle, arrow_style, sign_of
from lcresearch.reporting.png import figure_of
from lcresearch.reporting.text_metrics import text_width, wrapped
from lcresearch.reporting.wording import clean, in_language, records, slug

_COLUMNS: tuple[tuple[str, ...], ...] = (
    ("condition",), ("element",), ("process",), ("individual_capacity", "collective_capacity"), ("innovation",),
    ("outcome",),
)  # fmt: skip
_FILLS = {
    "condition": "#eef1f0", "element": "#e3f0ee", "process": "#e8eef7", "individual_capacity": "#f4ecd8",
    "collective_capacity": "#f7e6d3", "innovation": "#f0e6f2", "outcome": "#e4efdc",
}  # fmt: skip
_SIZE, _LINE, _PAD, _GAP = 12.5, 16.0, 11.0, 92.0
_NARROWEST, _WIDEST, _MOST_LINES = 148.0, 206.0, 5
_PILL, _PILL_HEIGHT = 11.5, 17.0

Say = Callable[..., str]
_Rectangle = tuple[float, float, float, float]


def logic_model_figure(result: LogicModel) -> Figure:
    """The model as a matplotlib figure, in the language of the terminal."""
    return figure_of(logic_model_drawing(result, console_language()).canvas)


def logic_model_drawing(result: LogicModel, language: str, *, titled: bool = True) -> Drawing:
    """The model with its description, to be written as SVG or PNG.

    Parameters
    ----------
    result : LogicModel
    language : {"nl", "en"}
    titled : bool
        Whether its title stands in it.
    """
    messages = Messages(language)

    def say(key: str, **values: Any) -> str:
        return messages(f"integration.logic_model.{key}", **values)

    model = result.model
    columns = [
        [name for kind in kinds for name, one in model.constructs.items() if one.kind == kind] for kinds in _COLUMNS
    ]
    kinds = [kinds for kinds, names in zip(_COLUMNS, columns, strict=True) if names]
    columns = [names for names in columns if names]
    titles = {name: in_language(one.title, language) for name, one in model.constructs.items()}
    width = _box_width(titles.values())
    lines = {name: _title_lines(text, width) for name, text in titles.items()}
    heights = {name: _LINE * len(rows) + 2 * _PAD for name, rows in lines.items()}
    heads = [_head(group, columns[n], result, say) for n, group in enumerate(kinds)]
    top = (36.0 if titled else 4.0) + 18.0 * max(len(wrapped(head, width, 12.5)) for head in heads) + 12.0
    links = [Link(arrow.source, arrow.target, low=arrow.feedback) for arrow in model.arrows]
    plan = layered_layout(columns, heights, links, box_width=width, gap=_GAP, top=top)
    whole = max(plan.width, 660.0)
    canvas = Canvas(whole, plan.height + 26.0 + legend_height(), margin=MARGIN)
    if titled:
        canvas.text(0, 10, f"{in_language(model.title, language)}: {_small(say('figure.title'))}", size=15, bold=True)
    _heads(canvas, heads, plan, width, 36.0 if titled else 4.0)
    styles = [arrow_style(row) for row in records(result.table)]
    _arrows(canvas, plan, styles)
    _boxes(canvas, plan, lines, {name: one.kind for name, one in model.constructs.items()})
    _labels(canvas, plan, result, styles)
    draw_legend(canvas, plan.height + 26.0, whole, say)
    if model.simulated and titled:
        canvas.text(whole, 10, say("figure.simulated"), size=11.5, colour=SIMULATED, anchor="right", bold=True)
    title = f"{say('page.label')}: {in_language(model.title, language)}"
    return Drawing(f"logic-model-{slug(model.id)}", canvas, title, _description(result, say))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _box_width(titles: Any) -> float:
    """Wide enough for the longest word, within limits."""
    words = [word for title in titles for word in clean(title).split()]
    longest = max((text_width(word, _SIZE) for word in words), default=0.0)
    return float(min(max(longest + 2 * _PAD, _NARROWEST), _WIDEST))


def _title_lines(title: str, width: float) -> list[str]:
    rows = wrapped(title, width - 2 * _PAD, _SIZE) or ["–"]
    return rows if len(rows) <= _MOST_LINES else [*rows[: _MOST_LINES - 1], rows[_MOST_LINES - 1].rstrip(" …") + "…"]


def _head(kinds: Sequence[str], names: Sequence[str], result: LogicModel, say: Say) -> str:
    there = {result.model.constructs[name].kind for name in names}
    return say("kind.both_capacities") if len(there) > 1 else say(f"kind.{there.pop()}")


def _heads(canvas: Canvas, heads: Sequence[str], plan: Layout, width: float, top: float) -> None:
    for head, left in zip(heads, plan.columns, strict=True):
        for n, row in enumerate(wrapped(head, width, 12.5)):
            canvas.text(left + width / 2, top + 9 + 18.0 * n, row, size=12.5, colour=MUTED, anchor="center", bold=True)


def _boxes(canvas: Canvas, plan: Layout, lines: Mapping[str, list[str]], kinds: Mapping[str, str]) -> None:
    for name, (x, y, width, height) in plan.boxes.items():
        canvas.rectangle(x, y, width, height, _FILLS[kinds[name]])
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        canvas.path(corners, INK, 1.1)
        first = y + height / 2 - _LINE * len(lines[name]) / 2
        for n, row in enumerate(lines[name]):
            canvas.text(x + width / 2, first + (n + 0.5) * _LINE, row, size=_SIZE, anchor="center")


def _arrows(canvas: Canvas, plan: Layout, styles: Sequence[ArrowStyle]) -> None:
    """Gaps first, so that what is known lies on top."""
    order = sorted(range(len(styles)), key=lambda n: (not styles[n].gap, styles[n].width))
    for n in order:
        style, path = styles[n], plan.paths[n]
        head = 5.0 + 1.5 * style.width
        line = _shortened(path, head * 0.9)
        canvas.path(line, PAPER, style.width + 2.4)
        canvas.path(line, style.colour, style.width, dashes=style.dashes)
        canvas.polygon(_head_of(path, head), style.colour)


def _shortened(path: Sequence[Point], by: float) -> list[Point]:
    """The path without its last pixels, which the head of the arrow covers."""
    points, left = list(path), by
    while len(points) > 2:
        (x0, y0), (x1, y1) = points[-2], points[-1]
        length = math.hypot(x1 - x0, y1 - y0)
        if length > left:
            share = (length - left) / length
            points[-1] = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
            return points
        left -= length
        points.pop()
    return points


def _head_of(path: Sequence[Point], size: float) -> list[Point]:
    """A head that points along the last pixels of the path."""
    x1, y1 = path[-1]
    x0, y0 = _shortened(path, size)[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    along, across = ((x1 - x0) / length, (y1 - y0) / length), ((y0 - y1) / length, (x1 - x0) / length)
    back = (x1 - size * along[0], y1 - size * along[1])
    half = 0.45 * size
    return [
        (x1, y1), (back[0] + half * across[0], back[1] + half * across[1]),
        (back[0] - half * across[0], back[1] - half * across[1]),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Pill:
    text: str
    centre: Point
    width: float

    @property
    def box(self) -> _Rectangle:
        x, y = self.centre
        return x - self.width / 2, y - _PILL_HEIGHT / 2, x + self.width / 2, y + _PILL_HEIGHT / 2


def _labels(canvas: Canvas, plan: Layout, result: LogicModel, styles: Sequence[ArrowStyle]) -> None:
    """Number and sign on each arrow, where no other label, box or line is in the way as far as there is room."""
    taken = [(x - 2, y - 2, x + width + 2, y + height + 2) for x, y, width, height in plan.boxes.values()]
    sampled = [_samples(path) for path in plan.paths]
    texts = [f"{row.number} {sign_of(row)}" for row in records(result.table)]
    order = sorted(range(len(texts)), key=lambda n: len(sampled[n]))
    pills: dict[int, _Pill] = {}
    for n in order:
        width = text_width(texts[n], _PILL, bold=True) + 9
        others = np.concatenate([points for m, points in enumerate(sampled) if m != n] or [np.empty((0, 2))])
        best = min(_places(sampled[n]), key=lambda place: _cost(place, width, taken, others))
        pills[n] = _Pill(texts[n], (float(best[1][0]), float(best[1][1])), width)
        taken.append(pills[n].box)
    for n in range(len(texts)):
        left, upper, right, lower = pills[n].box
        canvas.rectangle(left - 1, upper - 1, right - left + 2, lower - upper + 2, styles[n].colour)
        canvas.rectangle(left, upper, right - left, lower - upper, PAPER)
        x, y = pills[n].centre
        canvas.text(x, y, pills[n].text, size=_PILL, anchor="center", bold=True, colour=styles[n].colour)


def _samples(path: Sequence[Point]) -> npt.NDArray[np.float64]:
    """Points on the path, one every four pixels."""
    points = np.array(path, dtype=np.float64)
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, along[-1], 4.0)
    return np.column_stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])])


def _places(samples: npt.NDArray[np.float64]) -> list[tuple[float, npt.NDArray[np.float64]]]:
    """Where a label may stand, with how far that is from the middle of the first stretch."""
    n = len(samples)
    middle = min(n / 2, 14.0)
    inner = range(5, max(n - 9, 6)) if n > 18 else range(n // 3, max(n // 2, n // 3 + 1))
    return [(abs(place - middle) / n, samples[min(place, n - 1)]) for place in inner]


def _cost(
    place: tuple[float, npt.NDArray[np.float64]],
    width: float,
    taken: Sequence[_Rectangle],
    others: npt.NDArray[np.float64],
) -> float:
    away, (x, y) = place
    left, upper, right, lower = x - width / 2, y - _PILL_HEIGHT / 2, x + width / 2, y + _PILL_HEIGHT / 2
    overlap = sum(
        max(0.0, min(right, b[2]) - max(left, b[0])) * max(0.0, min(lower, b[3]) - max(upper, b[1])) for b in taken
    )
    inside = (others[:, 0] > left - 2) & (others[:, 0] < right + 2)
    inside &= (others[:, 1] > upper - 2) & (others[:, 1] < lower + 2)
    return float(overlap * 5.0 + inside.sum() * 3.0 + away * 6.0)


def _description(result: LogicModel, say: Say) -> str:
    """The same in sentences, for who cannot see the figure."""
    glance = result.glance().iloc[0]
    unclear, told, none = (int(glance[name]) for name in ("n_no_clear_answer", "n_only_told", "n_not_studied"))
    clear = len(result.table) - unclear - told - none
    n = len(result.model.constructs)
    return say(
        "figure.description", n=n, arrows=len(result.table), clear=clear, unclear=unclear, told=told, unstudied=none
    )
