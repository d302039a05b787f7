"""How wide a text is, and how it is wrapped or cut to fit."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

from lcresearch.reporting.wording import clean


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


def in_lines(text: str, width: float, size: float = 12, *, most: int = 2) -> list[str]:
    """At most so many lines of a text that fit in ``width`` pixels; the last one is cut where that is not enough."""
    lines = wrapped(text, width, size)
    return lines if len(lines) <= most else [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), width, size)]


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
