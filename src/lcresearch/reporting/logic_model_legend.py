"""The legend of the figure of a logic model."""

from __future__ import annotations

from collections.abc import Callable

from lcresearch.reporting.canvas import GRID, INK, MUTED, Canvas
from lcresearch.reporting.logic_model_style import CERTAINTIES, GAP_COLOUR, GAP_DASHES, WIDTHS
from lcresearch.reporting.text_metrics import text_width

_SIZE, _LINE, _SAMPLE, _ROWS = 11.5, 20.0, 34.0, 7
_SIGNS = ("positive", "negative", "depends", "null", "unclear", "not_studied", "only_told")


def legend_height() -> float:
    """Height that the legend takes."""
    return 18.0 + _LINE * _ROWS + 6.0


def draw_legend(canvas: Canvas, top: float, width: float, say: Callable[..., str]) -> None:
    """Three columns: width, colour and line, and sign."""
    canvas.lines([(0, top - 8, width, top - 8)], GRID, 1.0)
    strengths = [
        (name, say(f"strength.{name or 'unknown'}")) for name in ("negligible", "small", "medium", "large", "")
    ]
    levels = [(name, say(f"certainty.{name.replace(' ', '_') or 'none'}")) for name in CERTAINTIES]
    columns: list[list[tuple[str, tuple[str, float, tuple[float, ...]]]]] = [
        [(text, (INK, WIDTHS[name], ())) for name, text in strengths],
        [(text, (CERTAINTIES[name][0], 2.4, CERTAINTIES[name][1])) for name, text in levels],
    ]
    x = 0.0
    for head, rows in zip(("legend_width", "legend_colour"), columns, strict=True):
        title = say(f"figure.{head}")
        canvas.text(x, top + 6, title, size=_SIZE, bold=True)
        for n, (text, (colour, thick, dashes)) in enumerate(rows):
            y = top + 6 + _LINE * (n + 1)
            canvas.path([(x, y), (x + _SAMPLE, y)], colour, thick, dashes=dashes)
            canvas.text(x + _SAMPLE + 9, y, text, size=_SIZE, colour=MUTED)
        widest = max(text_width(text, _SIZE) for text, _ in rows) + _SAMPLE + 9
        x += max(widest, text_width(title, _SIZE, bold=True)) + 34
    canvas.text(x, top + 6, say("figure.legend_sign"), size=_SIZE, bold=True)
    for n, name in enumerate(_SIGNS):
        y = top + 6 + _LINE * (n + 1)
        gap = name.replace("_", " ")
        if gap in GAP_DASHES:
            canvas.path([(x, y), (x + _SAMPLE, y)], GAP_COLOUR, 1.5, dashes=GAP_DASHES[gap])
        canvas.text(x + _SAMPLE + 9, y, say(f"figure.sign_{name}"), size=_SIZE, colour=MUTED)
