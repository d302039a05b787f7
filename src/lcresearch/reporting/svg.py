"""A drawing as SVG: real text that can be selected, a name and a description, no ids that could clash."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from html import escape

from lcresearch.reporting.canvas import PAPER, Box, Canvas, Dots, Drawing, Label, Path, Polygon, Shape, Strokes
from lcresearch.reporting.wording import clean

_ANCHORS = {"center": "middle", "right": "end"}


def inline_svg(drawing: Drawing) -> str:
    """SVG to stand inside HTML, where the page gives it its size and font."""
    canvas = drawing.canvas
    box = " ".join(_number(part) for part in _view(canvas))
    identifier = f"f-{drawing.name}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
        f'aria-labelledby="{identifier}-title {identifier}-desc">'
        f'<title id="{identifier}-title">{_text(drawing.title)}</title>'
        f'<desc id="{identifier}-desc">{_text(drawing.description)}</desc>{_shapes(canvas)}</svg>'
    )


def svg_file(drawing: Drawing) -> str:
    """SVG as a file of its own, on white paper."""
    x, y, width, height = (_number(part) for part in _view(drawing.canvas))
    size = f'<svg width="{width}" height="{height}" font-family="Helvetica, Arial, DejaVu Sans, sans-serif" '
    paper = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{PAPER}"/>'
    body = inline_svg(drawing).replace("<svg ", size, 1).replace("</desc>", f"</desc>{paper}", 1)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _view(canvas: Canvas) -> tuple[float, float, float, float]:
    margin = canvas.margin
    return -margin, -margin, canvas.width + 2 * margin, canvas.height + 2 * margin


def _shapes(canvas: Canvas) -> str:
    return "".join(_markup(shape) for shape in canvas.shapes)


@singledispatch
def _markup(shape: Shape) -> str:
    raise TypeError(type(shape).__name__)


@_markup.register
def _(shape: Label) -> str:
    style = f' text-anchor="{_ANCHORS[shape.anchor]}"' if shape.anchor in _ANCHORS else ""
    style += ' font-weight="bold"' if shape.bold else ""
    style += ' font-style="italic"' if shape.italic else ""
    # capitals and digits are some 0.7 of the size high: this puts their middle at y
    place = f'x="{_number(shape.x)}" y="{_number(shape.y + 0.35 * shape.size)}"'
    return f'<text {place} font-size="{_number(shape.size)}" fill="{shape.colour}"{style}>{_text(shape.text)}</text>'


@_markup.register
def _(shape: Box) -> str:
    place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
    size = f'width="{_number(shape.width)}" height="{_number(shape.height)}"'
    return f'<rect {place} {size} fill="{shape.colour}" stroke="{PAPER}" stroke-width="0.8"/>'


@_markup.register
def _(shape: Strokes) -> str:
    path = "".join(f"M{_number(x0)} {_number(y0)}L{_number(x1)} {_number(y1)}" for x0, y0, x1, y1 in shape.segments)
    dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
    width = _number(shape.width)
    return f'<path d="{path}" stroke="{shape.colour}" stroke-width="{width}"{dashes} fill="none"/>' if path else ""


@_markup.register
def _(shape: Dots) -> str:
    radius = _number(shape.size / 2)
    circles = (f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{radius}"/>' for x, y in shape.points)
    return f'<g fill="{shape.colour}" stroke="{PAPER}" stroke-width="0.8">{"".join(circles)}</g>'


@_markup.register
def _(shape: Path) -> str:
    dashes = f' stroke-dasharray="{" ".join(_number(part) for part in shape.dashes)}"' if shape.dashes else ""
    line = f'stroke="{shape.colour}" stroke-width="{_number(shape.width)}"{dashes} fill="none"'
    return f'<path d="{_through(shape.points)}" {line}/>'


@_markup.register
def _(shape: Polygon) -> str:
    return f'<path d="{_through(shape.points)}Z" fill="{shape.colour}"/>'


def _through(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _text(text: str) -> str:
    return escape(clean(text), quote=False)
