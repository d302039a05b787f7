"""A drawing surface measured in pixels: it keeps what was drawn, for SVG and PNG to be made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from matplotlib.colors import to_rgb

from lcresearch.reporting.wording import clean

INK = "#1c2b2a"
MUTED = "#55645f"
GRID = "#d9e0dd"
ACCENT = "#0b6e66"
SIMULATED = "#8a3b12"
MARGIN = 18.0
PAPER = "#ffffff"

Anchor = Literal["left", "center", "right"]
Segment = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """Text whose vertical middle is at y."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: Anchor
    bold: bool
    italic: bool


@dataclass(frozen=True)
class Box:
    """A filled box with its top left corner at x, y, and a thin edge in the colour of the paper."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Strokes:
    """Straight lines, each given as x0, y0, x1, y1."""

    segments: tuple[Segment, ...]
    colour: str
    width: float
    dashed: bool


@dataclass(frozen=True)
class Dots:
    """Round dots of ``size`` pixels across, with a thin edge in the colour of the paper."""

    points: tuple[tuple[float, float], ...]
    colour: str
    size: float


@dataclass(frozen=True)
class Path:
    """A line through points; ``dashes`` are lengths of ink and paper in turn, in pixels; solid without them."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True)
class Polygon:
    """A filled shape."""

    points: tuple[tuple[float, float], ...]
    colour: str


Shape = Label | Box | Strokes | Dots | Path | Polygon


@dataclass
class Canvas:
    """An empty page of ``width`` by ``height`` pixels; the origin is at the top left, inside the margin."""

    width: float
    height: float
    margin: float = 0.0
    shapes: list[Shape] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        colour: str = INK,
        anchor: Anchor = "left",
        bold: bool = False,
        italic: bool = False,
    ) -> None:
        """Draw text whose vertical middle is at ``y``."""
        self.shapes.append(Label(x, y, clean(text), size, colour, anchor, bold, italic))

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Draw a filled box with its top left corner at ``x, y``."""
        self.shapes.append(Box(x, y, width, height, colour))

    def lines(self, segments: Sequence[Segment], colour: str, width: float, *, dashed: bool = False) -> None:
        """Draw straight lines, each given as x0, y0, x1, y1."""
        self.shapes.append(Strokes(tuple(segments), colour, width, dashed))

    def path(
        self, points: Sequence[tuple[float, float]], colour: str, width: float, *, dashes: Sequence[float] = ()
    ) -> None:
        """Draw one line through points, whose dashes run on from part to part."""
        self.shapes.append(Path(tuple(points), colour, width, tuple(dashes)))

    def polygon(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        """Draw a filled shape."""
        self.shapes.append(Polygon(tuple(points), colour))

    def dots(self, points: Sequence[tuple[float, float]], colour: str, size: float = 7) -> None:
        """Draw round dots of ``size`` pixels across."""
        self.shapes.append(Dots(tuple(points), colour, size))


@dataclass(frozen=True)
class Drawing:
    """A canvas with what a reader who cannot see it needs: its title and a description with the main numbers."""

    name: str
    canvas: Canvas
    title: str
    description: str


def readable_on(colour: str) -> str:
    """White where that stands out enough from a background, else black: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= 4.5 else "#000000"
