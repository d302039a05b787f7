"""Names beside points, as far as they do not hide each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lcresearch.reporting.canvas import INK
from lcresearch.reporting.effect_scale import Array
from lcresearch.reporting.text_metrics import shortened, text_width
from lcresearch.reporting.wording import clean

_SIZE = 8.0
_LONGEST = 130.0
_TAIL = 10


def label_points(
    figure: Figure,
    axes: Axes,
    x: Array,
    y: Array,
    names: Sequence[str],
    *,
    radius: Array,
    most: int,
    line: tuple[Array, Array] | None = None,
) -> None:
    """Write the names of at most ``most`` points, those first that come first, beside their points.

    A name stands right of, left of, above or below its point, where it fits and hides no point or other name;
    else it is left out. Limits of the axes must be final.

    Parameters
    ----------
    figure : Figure
    axes : Axes
    x, y : array, shape (n,)
        In order of importance.
    names : sequence of str
    radius : array, shape (n,)
        Of the points, in typographic points.
    most : int
    line : pair of array, optional
        Close points of a curve that no name may hide.
    """
    settle(figure)
    scale = 72 / figure.dpi
    places = axes.transData.transform(np.column_stack([x, y])) * scale
    frame = np.asarray(axes.get_window_extent().extents) * scale
    taken = _boxes_around(places, radius[:, np.newaxis])
    if line is not None:
        taken = np.vstack([taken, _boxes_around(axes.transData.transform(np.column_stack(line)) * scale, 1.0)])
    for (a, b), r, text in list(zip(places.tolist(), radius.tolist(), _told_apart(names), strict=True))[:most]:
        width, height, gap = text_width(text, _SIZE), _SIZE * 1.15, r + 2.5
        corners = [
            (a + gap, b - height / 2), (a - gap - width, b - height / 2), (a - width / 2, b + gap),
            (a - width / 2, b - gap - height), (a + 0.8 * gap, b + 0.7 * gap), (a - 0.8 * gap - width, b + 0.7 * gap),
            (a + 0.8 * gap, b - 0.7 * gap - height), (a - 0.8 * gap - width, b - 0.7 * gap - height),
        ]  # fmt: skip
        boxes = [(left, low, left + width, low + height) for left, low in corners]
        free = next((box for box in boxes if _inside(box, frame.tolist()) and not _touches(box, taken)), None)
        if free is None:
            continue
        left, low, _, top = free
        taken = np.vstack([taken, free])
        axes.annotate(
            text, (0, 0), xytext=(left, (low + top) / 2), xycoords="figure points", textcoords="figure points",
            fontsize=_SIZE, color=INK, va="center", ha="left", parse_math=False, zorder=6,
        )  # fmt: skip


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names cut at the end, or in the middle where the ends tell them apart."""
    short = [shortened(name, _LONGEST, _SIZE) for name in names]
    alike = {text for text in short if short.count(text) > 1}
    tails = [clean(name)[-_TAIL:] for name in names]
    return [
        text if text not in alike else shortened(name, _LONGEST - text_width(tail, _SIZE), _SIZE) + tail.lstrip()
        for text, name, tail in zip(short, names, tails, strict=True)
    ]


def _inside(box: tuple[float, float, float, float], frame: list[float]) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _touches(box: tuple[float, float, float, float], others: Array) -> bool:
    left, low, right, top = box
    return bool(((left < others[:, 2]) & (others[:, 0] < right) & (low < others[:, 3]) & (others[:, 1] < top)).any())


def _boxes_around(places: Array, radius: Array | float) -> Array:
    """Left, low, right and top of each place."""
    return np.hstack([places - radius, places + radius])


def settle(figure: Figure) -> None:
    """Give axes their final place; where a layout engine sees to that, nothing needs to be drawn for it."""
    engine = figure.get_layout_engine()
    if engine is None:
        figure.draw_without_rendering()
    else:
        engine.execute(figure)
        for axes in figure.axes:
            axes.apply_aspect()
