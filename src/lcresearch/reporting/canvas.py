"""A drawing surface measured in pixels, with matplotlib below it, and how it becomes SVG or PNG."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
from lxml import etree
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from lcresearch.reporting.wording import clean

INK = "#1c2b2a"
MUTED = "#55645f"
GRID = "#d9e0dd"
ACCENT = "#0b6e66"
SIMULATED = "#8a3b12"
MARGIN = 18.0

RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "lcresearch",
    "font.family": "DejaVu Sans",
    "figure.facecolor": "white",
    "axes.unicode_minus": True,
    "text.hinting": "none",
}

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Drawing:
    """A figure with what a reader who cannot see it needs: its title and a description with the main numbers."""

    name: str
    figure: Figure
    title: str
    description: str

    @property
    def width(self) -> int:
        """Width in pixels of the page."""
        return round(self.figure.get_figwidth() * 72)

    def inline_svg(self) -> str:
        """SVG to stand inside HTML: accessible, without ids that could clash, without a size of its own."""
        return str(etree.tostring(_accessible(_svg_root(self.figure), self), encoding="unicode", with_tail=False))

    def svg(self) -> bytes:
        """SVG as a file of its own."""
        root = _accessible(_svg_root(self.figure), self)
        width, height = root.get("viewBox", "0 0 1 1").split()[2:]
        root.set("width", width)
        root.set("height", height)
        return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=False)) + b"\n"

    def png(self, dpi: int = 144) -> bytes:
        """PNG as a file, at print resolution."""
        return _png_bytes(self.figure, dpi)


class Canvas:
    """One empty page of ``width`` by ``height`` pixels; the origin is at the top left, inside the margin.

    Everything is drawn straight onto the figure: axes, which matplotlib draws slowly, have no use here.
    """

    def __init__(self, width: float, height: float, *, margin: float = 0) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=((width + 2 * margin) / 72, (height + 2 * margin) / 72), dpi=72)
        pixels = Affine2D().translate(margin, -height - margin).scale(1 / 72, -1 / 72)
        self._place = pixels + self.figure.dpi_scale_trans

    def text(self, x: float, y: float, text: str, *, size: float = 12, colour: str = INK, **style: Any) -> None:
        """Text whose vertical middle is at ``y``; style: ``ha``, ``weight``, ``style``."""
        style = {"ha": "left", "va": "center_baseline"} | style
        made = Text(x, y, clean(text), size=size, color=colour, parse_math=False, transform=self._place, **style)
        self.figure.add_artist(made)

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled box with its top left corner at x, y."""
        style = {"facecolor": colour, "edgecolor": "white", "linewidth": 0.8}
        self.figure.add_artist(Rectangle((x, y), width, height, transform=self._place, **style))  # type: ignore[arg-type]

    def lines(
        self, segments: Sequence[tuple[float, float, float, float]], colour: str, width: float, **style: Any
    ) -> None:
        """Straight lines, each given as x0, y0, x1, y1."""
        pairs = [((x0, y0), (x1, y1)) for x0, y0, x1, y1 in segments]
        made = LineCollection(pairs, colors=colour, linewidths=width, transform=self._place, **style)
        self.figure.add_artist(made)

    def dots(self, points: Sequence[tuple[float, float]], colour: str, size: float = 7) -> None:
        """Round dots of ``size`` pixels across."""
        if points:
            style = {"marker": "o", "markersize": size, "markerfacecolor": colour, "markeredgecolor": "white"}
            x, y = zip(*points, strict=True)
            made = Line2D(x, y, linestyle="none", markeredgewidth=0.8, zorder=3, transform=self._place, **style)  # type: ignore[arg-type]
            self.figure.add_artist(made)


@cache
def _font(bold: bool) -> Any:
    return get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))


@cache
def text_width(text: str, size: float = 12, *, bold: bool = False) -> float:
    """Width of a text in pixels, in the widest font that it may be shown in."""
    font = _font(bold)
    font.set_size(size, 72)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a character that this font lacks has some width too
        font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64


def wrapped(text: str, width: float, size: float = 12) -> list[str]:
    """Lines of a text that fit in ``width`` pixels; a word that is too long is cut."""
    lines: list[str] = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, width, size))
    return [line for line in lines if line]


def shortened(text: str, width: float, size: float = 12) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    text = clean(text)
    if text_width(text, size) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(text[:middle] + "…", size) <= width else (low, middle - 1)
    return text[:low].rstrip() + "…"


def readable_on(colour: str) -> str:
    """Black or white, whichever stands out more on a background: always at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in mpl.colors.to_rgb(colour)
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if luminance > 0.179 else "#ffffff"


def _saved(figure: Figure, kind: str, dpi: int, **options: Any) -> bytes:
    buffer = io.BytesIO()
    with mpl.rc_context(RC), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format=kind, dpi=dpi, **options)
    return buffer.getvalue()


def _svg_bytes(figure: Figure) -> bytes:
    return _saved(figure, "svg", 72, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))


def _png_bytes(figure: Figure, dpi: int) -> bytes:
    """A PNG of 64 colours: these drawings need no more, and it is a third of the size."""
    pixels = _saved(figure, "rgba", dpi)
    width = int(figure.get_figwidth() * dpi)
    full = Image.frombytes("RGBA", (width, len(pixels) // (4 * width)), pixels).convert("RGB")
    reduced = full.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = np.array(reduced.getpalette()).reshape(-1, 3)
    palette[palette.min(axis=1) > 250] = 255  # the paper, averaged with the edges of letters
    reduced.putpalette(palette.ravel().tolist())
    buffer = io.BytesIO()
    reduced.save(buffer, format="png", dpi=(dpi, dpi))
    return buffer.getvalue()


def _svg_root(figure: Figure) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_blank_text=True)
    root = etree.fromstring(_svg_bytes(figure), parser)
    for tag in ("metadata", "style"):
        for element in root.findall(f".//{{{_SVG}}}{tag}"):
            element.getparent().remove(element)
    return root


def _accessible(root: Any, drawing: Drawing) -> Any:
    """Name and describe the drawing, and keep only the ids that are referred to, made unique by its name."""
    prefix = f"f-{drawing.name}"
    markup = etree.tostring(root, encoding="unicode")
    used = set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", markup))
    used_ids = {first or second for first, second in used}
    for element in root.iter():
        identifier = element.attrib.pop("id", None)
        if identifier in used_ids:
            element.set("id", f"{prefix}-{identifier}")
        for name, value in element.attrib.items():
            if name == _XLINK:
                element.set(name, "#" + f"{prefix}-{value[1:]}")
            elif "url(#" in value:
                element.set(name, value.replace("url(#", f"url(#{prefix}-"))
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    for position, (tag, text) in enumerate((("title", drawing.title), ("desc", drawing.description))):
        element = etree.Element(f"{{{_SVG}}}{tag}", id=f"{prefix}-{tag}")
        element.text = clean(text)
        root.insert(position, element)
    etree.cleanup_namespaces(root)
    return root
