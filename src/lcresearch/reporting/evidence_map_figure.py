"""The evidence map: themes by sectors, a circle for the studies in each cell, and cells that are visibly empty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from lcresearch.messages import Messages, console_language
from lcresearch.reporting.canvas import GRID, INK, MARGIN, MUTED, Canvas, Drawing, readable_on
from lcresearch.reporting.png import figure_of
from lcresearch.reporting.text_metrics import text_width, wrapped
from lcresearch.reporting.wording import in_language, records
from lcresearch.synthesis import EvidenceMap

COLOURS = {"positive": "#0b6e66", "null": "#8b9692", "negative": "#a5400f", "mixed": "#6a4c93", "unclear": "#d5dcd9"}
"""By direction; light and dark enough to tell apart in print, and always with a mark beside them."""
MARKS = {"positive": "+", "null": "=", "negative": "−", "mixed": "±", "unclear": "?"}
_LABEL, _CELL, _ROW, _TOTAL = 190.0, 116.0, 84.0, 66.0
_SMALLEST, _LARGEST = 34.0, 56.0
_EMPTY = "#fbf3ec"

Say = Callable[..., str]


def evidence_map_figure(result: EvidenceMap) -> Figure:
    """The map as a matplotlib figure, in the language of the terminal."""
    return figure_of(evidence_map_drawing(result, console_language()).canvas)


def evidence_map_drawing(result: EvidenceMap, language: str, *, titled: bool = True) -> Drawing:
    """The map with its description, to be written as SVG or PNG.

    Parameters
    ----------
    result : EvidenceMap
    language : {"nl", "en"}
    titled : bool
        Whether its title stands in it.
    """
    messages = Messages(language)

    def say(key: str, **values: Any) -> str:
        return messages(f"synthesis.literature.{key}", **values)

    themes = {key: in_language(text, language) for key, text in result.themes.items()}
    sectors = {key: in_language(text, language) for key, text in result.sectors.items()}
    heads = {key: wrapped(text, _CELL - 10, 13.5) for key, text in sectors.items()}
    top = (46.0 if titled else 14.0) + 16.0 * max((len(rows) for rows in heads.values()), default=1)
    right = _LABEL + _CELL * len(sectors)
    bottom = top + _ROW * len(themes)
    legend = wrapped(say("map.legend"), max(right + _TOTAL, 460.0), 11.5)
    canvas = Canvas(max(right + _TOTAL, 460.0), bottom + 74 + 16 * len(legend), margin=MARGIN)
    if titled:
        canvas.text(0, 10, say("map.title"), size=15, bold=True)
    for place, rows in enumerate(heads.values()):
        for line, text in enumerate(rows):
            y = top - 12 - 16 * (len(rows) - 1 - line)
            canvas.text(_LABEL + _CELL * (place + 0.5), y, text, size=12, anchor="center", bold=True)
    _rows(canvas, result, themes, top, say)
    _totals(canvas, result, top, right, bottom, say)
    _legend(canvas, legend, bottom + 44, say)
    return Drawing("evidence-map", canvas, say("map.title"), _description(result, themes, sectors, say))


def _rows(canvas: Canvas, result: EvidenceMap, themes: dict[str, str], top: float, say: Say) -> None:
    most = max(int(result.table["n"].max()), 1)
    cells = {(cell.theme, cell.sector): cell for cell in records(result.table)}
    for row, (theme, name) in enumerate(themes.items()):
        y = top + _ROW * row
        lines = wrapped(name, _LABEL - 14, 13.5)
        for line, text in enumerate(lines):
            canvas.text(0, y + _ROW / 2 + 16 * (line - (len(lines) - 1) / 2), text, size=12, bold=True)
        for column, sector in enumerate(result.sectors):
            _cell(canvas, cells[theme, sector], _LABEL + _CELL * column, y, most, say)


def _cell(canvas: Canvas, cell: Any, x: float, y: float, most: int, say: Say) -> None:
    left, upper, right, lower = x + 3, y + 3, x + _CELL - 3, y + _ROW - 3
    middle = x + _CELL / 2
    sides = [
        (left, upper, right, upper),
        (right, upper, right, lower),
        (right, lower, left, lower),
        (left, lower, left, upper),
    ]
    if cell.n == 0:
        canvas.rectangle(left, upper, right - left, lower - upper, _EMPTY)
        canvas.lines(sides, "#b0651d", 1.2, dashed=True)
        canvas.text(middle, y + _ROW / 2, say("map.missing"), size=11.5, anchor="center", colour="#8a3b12", italic=True)
        return
    canvas.lines(sides, GRID, 1.0)
    notes = [say(f"map.{key}", n=int(n)) for key, n in (("stopped", cell.stopped), ("high_risk", cell.high)) if n]
    size = max(_SMALLEST, _LARGEST * (cell.n / most) ** 0.5) * (1.0 - 0.09 * len(notes))
    centre = y + _ROW / 2 - (10.0 if notes else 0.0) - (4.0 if len(notes) > 1 else 0.0)
    colour = COLOURS[cell.direction]
    canvas.dots([(middle, centre)], colour, size)
    text = f"{cell.n} {MARKS[cell.direction]}"
    canvas.text(middle, centre, text, size=12, anchor="center", bold=True, colour=readable_on(colour))
    for place, note in enumerate(reversed(notes)):
        canvas.text(middle, lower - 8 - 11 * place, note, size=9.5, anchor="center", colour=MUTED)


def _totals(canvas: Canvas, result: EvidenceMap, top: float, right: float, bottom: float, say: Say) -> None:
    """How many studies there are for each theme and sector; a study that stands in two cells counts once."""
    names = result.table.assign(study=result.table["studies"].str.split("; ")).explode("study")
    names = names[names["study"] != ""]
    canvas.text(right + _TOTAL / 2, top - 12, say("map.total"), size=11.5, anchor="center", colour=MUTED)
    canvas.text(0, bottom + 12, say("map.total"), size=11.5, colour=MUTED)
    for row, theme in enumerate(result.themes):
        n = names.loc[names["theme"] == theme, "study"].nunique()
        canvas.text(right + _TOTAL / 2, top + _ROW * (row + 0.5), str(n), size=12, anchor="center", colour=MUTED)
    for column, sector in enumerate(result.sectors):
        n = names.loc[names["sector"] == sector, "study"].nunique()
        canvas.text(_LABEL + _CELL * (column + 0.5), bottom + 12, str(n), size=12, anchor="center", colour=MUTED)
    canvas.text(right + _TOTAL / 2, bottom + 12, str(names["study"].nunique()), size=12, anchor="center", bold=True)


def _legend(canvas: Canvas, lines: list[str], y: float, say: Say) -> None:
    for place, line in enumerate(lines):
        canvas.text(0, y + 16 * place, line, size=11.5, colour=MUTED)
    x, y = 0.0, y + 16 * len(lines) + 8
    for name, colour in COLOURS.items():
        canvas.dots([(x + 9, y)], colour, 18)
        canvas.text(x + 9, y, MARKS[name], size=11, anchor="center", bold=True, colour=readable_on(colour))
        text = say(f"direction.{name}")
        canvas.text(x + 23, y, text, size=11.5, colour=INK)
        x += 23 + text_width(text, 11.5) + 18


def _description(result: EvidenceMap, themes: dict[str, str], sectors: dict[str, str], say: Say) -> str:
    counts = result.glance().iloc[0]
    empty = [f"{themes[cell.theme]} – {sectors[cell.sector]}" for cell in records(result.missing())]
    return say(
        "map.description",
        themes=len(themes),
        sectors=len(sectors),
        from_n=result.known_from,
        names=", ".join(empty) or say("map.none"),
        **{state: int(counts[state]) for state in ("known", "contradictory", "thin", "missing")},
    )
