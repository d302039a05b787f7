"""A drawing as PNG, for documents and slides that take no SVG."""

from __future__ import annotations

import io
import warnings
from functools import singledispatch

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon as FilledShape
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from lcresearch.reporting.canvas import PAPER, Box, Canvas, Dots, Drawing, Label, Path, Polygon, Shape, Strokes


def png_file(drawing: Drawing, *, dpi: int = 144) -> bytes:
    """PNG of 64 colours: these drawings need no more, and it is a third of the size.

    Parameters
    ----------
    drawing : Drawing
    dpi : int
        Pixels for every 72 of the drawing; 144 is sharp on paper at a width of 16 cm.
    """
    figure = figure_of(drawing.canvas)
    buffer = io.BytesIO()
    with mpl.rc_context({"font.family": "DejaVu Sans", "text.hinting": "none"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format="rgba", dpi=dpi, facecolor=PAPER)
    width = int(figure.get_figwidth() * dpi)
    return _reduced(buffer.getvalue(), width, dpi)


def _reduced(pixels: bytes, width: int, dpi: int) -> bytes:
    full = Image.frombytes("RGBA", (width, len(pixels) // (4 * width)), pixels).convert("RGB")
    reduced = full.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = np.array(reduced.getpalette()).reshape(-1, 3)
    palette[palette.min(axis=1) > 250] = 255  # the paper, averaged with the edges of letters
    reduced.putpalette(palette.ravel().tolist())
    buffer = io.BytesIO()
    reduced.save(buffer, format="png", dpi=(dpi, dpi))
    return buffer.getvalue()


def figure_of(canvas: Canvas) -> Figure:
    """A canvas as a figure. Everything is drawn straight onto it: axes are drawn slowly, and of no use here."""
    margin = canvas.margin
    figure = Figure(figsize=((canvas.width + 2 * margin) / 72, (canvas.height + 2 * margin) / 72), dpi=72)
    place = Affine2D().translate(margin, -canvas.height - margin).scale(1 / 72, -1 / 72) + figure.dpi_scale_trans
    for order, shape in enumerate(canvas.shapes):
        artist = _artist(shape)
        artist.set_transform(place)
        artist.set_zorder(order)
        figure.add_artist(artist)
    return figure


@singledispatch
def _artist(shape: Shape) -> Artist:
    raise TypeError(type(shape).__name__)


@_artist.register
def _(shape: Label) -> Artist:
    return Text(
        shape.x,
        shape.y,
        shape.text,
        size=shape.size,
        color=shape.colour,
        ha=shape.anchor,
        va="center_baseline",
        weight="bold" if shape.bold else "normal",
        style="italic" if shape.italic else "normal",
        parse_math=False,
    )


@_artist.register
def _(shape: Box) -> Artist:
    edge = {"edgecolor": PAPER, "linewidth": 0.8}
    return Rectangle((shape.x, shape.y), shape.width, shape.height, facecolor=shape.colour, **edge)  # type: ignore[arg-type]


@_artist.register
def _(shape: Strokes) -> Artist:
    pairs = [((x0, y0), (x1, y1)) for x0, y0, x1, y1 in shape.segments]
    style = (0, (4 / shape.width, 3 / shape.width)) if shape.dashed else "solid"
    return LineCollection(pairs, colors=shape.colour, linewidths=shape.width, linestyles=style)


@_artist.register
def _(shape: Dots) -> Artist:
    x, y = zip(*shape.points, strict=True) if shape.points else ((), ())
    edge = {"markeredgecolor": PAPER, "markeredgewidth": 0.8}
    return Line2D(x, y, linestyle="none", marker="o", markersize=shape.size, markerfacecolor=shape.colour, **edge)  # type: ignore[arg-type]


@_artist.register
def _(shape: Path) -> Artist:
    x, y = zip(*shape.points, strict=True)
    style = (0, tuple(part / shape.width for part in shape.dashes)) if shape.dashes else "solid"
    line = {"linestyle": style, "solid_capstyle": "butt", "dash_capstyle": "butt", "solid_joinstyle": "round"}
    return Line2D(x, y, color=shape.colour, linewidth=shape.width, **line)  # type: ignore[arg-type]


@_artist.register
def _(shape: Polygon) -> Artist:
    return FilledShape(list(shape.points), closed=True, facecolor=shape.colour, edgecolor="none")
