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
    figure.draw_without_rendering()
    scale = 72 / figure.dpi
    places = axes.transData.transform(np.column_stack([x, y])) * scale
    frame = np.asarray(axes.get_window_extent().extents) * scale
    taken = [(a - r, b - r, a + r, b + r) for (a, b), r in zip(places.tolist(), radius.tolist(), strict=True)]
    if line is not None:
        along = axes.transData.transform(np.column_stack(line)) * scale
        taken += [(a - 1, b - 1, a + 1, b + 1) for a, b in along.tolist()]
    for (a, b), r, text in list(zip(places.tolist(), radius.tolist(), _told_apart(names), strict=True))[:most]:
        width, height, gap = text_width(text, _SIZE), _SIZE * 1.15, r + 2.5
        corners = [
            (a + gap, b - height / 2), (a - gap - width, b - height / 2), (a - width / 2, b + gap),
            (a - width / 2, b - gap - height), (a + 0.8 * gap, b + 0.7 * gap), (a - 0.8 * gap - width, b + 0.7 * gap),
            (a + 0.8 * gap, b - 0.7 * gap - height), (a - 0.8 * gap - width, b - 0.7 * gap - height),
        ]  # fmt: skip
        boxes = [(left, low, left + width, low + height) for left, low in corners]
        free = [box for box in boxes if _inside(box, frame.tolist()) and not any(_touch(box, other) for other in taken)]
        if not free:
            continue
        left, low, _, top = free[0]
        taken.append(free[0])
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


def _touch(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
