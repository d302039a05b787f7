"""The convergence matrix: elements by numbers, voices, proposal and judgement, in symbols and in words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.integration.converging.result import Convergence, word
from lcresearch.messages import Messages, console_language
from lcresearch.reporting.canvas import GRID, INK, MARGIN, MUTED, Canvas, Drawing, readable_on
from lcresearch.reporting.png import figure_of
from lcresearch.reporting.text_metrics import text_width, wrapped

COLOURS = {
    "convergent": "#0b6e66",
    "complementary": "#3d5a98",
    "divergent": "#a5400f",
    "silent": "#d5dcd9",
    "not shown": "#ffffff",
}
"""Far enough apart in lightness and hue for the common kinds of colour blindness; a symbol and a word stand in each."""
SYMBOLS = {"convergent": "=", "complementary": "+", "divergent": "≠", "silent": "…", "not shown": "×"}
_NUMBERS = {
    "positive": "▲",
    "negative": "▼",
    "none": "–",
    "mixed": "▲▼",
    "not_positive": "?",
    "not_negative": "?",
    "unclear": "?",
    "absent": "…",
}
_VOICES = {
    "helping": "▲",
    "missed": "△",
    "valued": "▲",
    "hindering": "▼",
    "divided": "▲▼",
    "undirected": "○",
    "few": "…",
    "nobody": "…",
    "not_asked": "…",
    "side_not_shown": "×",
    "not_shown": "×",
}
_LEGEND = {
    "for": "▲",
    "missed": "△",
    "against": "▼",
    "both": "▲▼",
    "neither": "–",
    "open": "?",
    "no_side": "○",
    "silent": "…",
    "hidden": "×",
}
_LABEL, _STATE, _CHIP, _GAP = 150.0, 190.0, 158.0, 14.0
_MARK = 30.0
_SIZE, _SMALL = 12.0, 10.5
_LINE, _PAD = 15.0, 11.0

Say = Callable[..., str]


@dataclass(frozen=True)
class _Row:
    """Lines of each cell of one row, and the outcome of its chips."""

    label: list[str]
    outcome: list[str]
    numbers: tuple[str, list[str], list[str]]
    voices: tuple[str, list[str], list[str]]
    proposal: str
    judgement: str
    judged: list[tuple[str, bool]]

    @property
    def height(self) -> float:
        cells = [
            len(self.label) + len(self.outcome),
            *(len(one[1]) + len(one[2]) for one in (self.numbers, self.voices)),
        ]
        chip = (2.2 if self.judgement else 0.0) + len(self.judged)
        return 2 * _PAD + _LINE * max(*cells, chip, 1.7)


def convergence_figure(result: Convergence, titles: Mapping[str, str] | None = None) -> Figure:
    """The matrix as a matplotlib figure, in the language of the terminal.

    Parameters
    ----------
    result : Convergence
    titles : mapping of str to str, optional
        Elements and outcomes as readers know them.
    """
    return figure_of(convergence_drawing(result, console_language(), titles=titles).canvas)


def convergence_drawing(
    result: Convergence, language: str, *, titled: bool = True, titles: Mapping[str, str] | None = None
) -> Drawing:
    """The matrix with its description, to be written as SVG or PNG; contradictions stand on top.

    Parameters
    ----------
    result : Convergence
    language : {"nl", "en"}
    titled : bool
        Whether its title stands in it.
    titles : mapping of str to str, optional
        Elements and outcomes as readers know them.

    Raises
    ------
    ReportingError
        P003: there are no elements.
    """
    if not len(result.rows):
        raise ReportingError("P003")
    messages = Messages(language)

    def say(key: str, **values: Any) -> str:
        return messages(f"report.convergence.{key}", **values)

    several = result.rows["outcome"].nunique() > 1
    rows = [_row(row, several, titles or {}, messages, say) for row in result.rows.to_dict("records")]
    left = _columns()
    width = left[-1] + _CHIP
    top = (34.0 if titled else 6.0) + 26.0
    legend = wrapped(say("legend"), width, _SMALL)
    height = top + sum(row.height for row in rows) + 18 + 14 * len(legend) + 26
    canvas = Canvas(width, height, margin=MARGIN)
    if titled:
        canvas.text(0, 10, say("title"), size=15, bold=True)
    for x, name in zip(left, ("element", "numbers", "voices", "proposal", "judgement"), strict=True):
        canvas.text(x, top - 14, say(f"column.{name}"), size=_SIZE, bold=True)
    y = top
    for row in rows:
        canvas.lines([(0, y, width, y)], GRID, 1.0)
        _draw_row(canvas, row, left, y, say)
        y += row.height
    canvas.lines([(0, y, width, y)], GRID, 1.0)
    _draw_legend(canvas, legend, y + 16, say)
    return Drawing("convergence", canvas, say("title"), _description(result, messages, say))


def _columns() -> tuple[float, ...]:
    """Left ends of the columns."""
    first = _LABEL + _GAP
    second = first + _STATE + _GAP
    third = second + _STATE + _GAP
    return 0.0, first, second, third, third + _CHIP + _GAP


def _row(row: Mapping[Any, Any], several: bool, titles: Mapping[str, str], say: Messages, own: Say) -> _Row:
    label = _title(row["element"], titles)
    outcome = wrapped(_title(row["outcome"], titles), _LABEL, _SMALL) if several and row["outcome"] else []
    judged = [(f"{row['judged_by']}, {say.date(row['judged_on'])}", False)] if row["judged_by"] else []
    if row["judgement_state"] in ("conflict", "earlier evidence"):
        judged.append((f"! {word('judgement_state', row['judgement_state'], say.language)}", True))
    return _Row(
        label=wrapped(label, _LABEL, _SIZE * 1.06),
        outcome=outcome,
        numbers=_state(_NUMBERS, "numbers", row, _effect(row, say), say.language),
        voices=_state(_VOICES, "voices", row, _people(row, own), say.language),
        proposal=str(row["proposal"]),
        judgement=str(row["judgement"]),
        judged=[
            (line, warns) for text, warns in judged for line in wrapped(text, _CHIP * (0.85 if warns else 1), _SMALL)
        ],
    )


def _title(name: object, titles: Mapping[str, str]) -> str:
    return titles.get(str(name)) or str(name).replace("_", " ")


def _state(
    symbols: Mapping[str, str], kind: str, row: Mapping[Any, Any], detail: str, language: str
) -> tuple[str, list[str], list[str]]:
    words = wrapped(word(kind, row[kind], language), _STATE - _MARK, _SIZE)
    return symbols[str(row[kind])], words, wrapped(detail, _STATE - _MARK, _SMALL)


def _effect(row: Mapping[Any, Any], say: Messages) -> str:
    if math.isnan(row["estimate"]):
        return ""
    low, high = (say.number(float(row[name])) for name in ("conf_low", "conf_high"))
    return f"{say.number(float(row['estimate']))} sd [{low}; {high}]"


def _people(row: Mapping[Any, Any], say: Say) -> str:
    """How many persons and how many on each side; nothing of what is hidden."""
    if row["voices"] in ("not_asked", "not_shown"):
        return ""
    for key, sides in (("people", ("helping", "lacking", "hindering")), ("people_together", ("valuing", "hindering"))):
        names = {"n_persons": "n_persons", "of_persons": "of_persons"} | {side: f"n_persons_{side}" for side in sides}
        counts = {name: row[column] for name, column in names.items()}
        if not any(math.isnan(count) for count in counts.values()):
            return say(key, **{name: int(count) for name, count in counts.items()})
    return ""


def _draw_row(canvas: Canvas, row: _Row, left: Sequence[float], y: float, say: Say) -> None:
    start = y + _PAD + _LINE / 2
    for place, line in enumerate(row.label):
        canvas.text(left[0], start + _LINE * place, line, size=_SIZE, bold=True)
    for place, line in enumerate(row.outcome, start=len(row.label)):
        canvas.text(left[0], start + _LINE * place, line, size=_SMALL, colour=MUTED)
    for x, (symbol, words, detail) in zip(left[1:3], (row.numbers, row.voices), strict=True):
        canvas.text(x, start, symbol, size=_SIZE, bold=True)
        for place, line in enumerate(words):
            canvas.text(x + _MARK, start + _LINE * place, line, size=_SIZE)
        for place, line in enumerate(detail, start=len(words)):
            canvas.text(x + _MARK, start + _LINE * place, line, size=_SMALL, colour=MUTED)
    _chip(canvas, left[3], y + _PAD - 3, row.proposal, say)
    if row.judgement:
        _chip(canvas, left[4], y + _PAD - 3, row.judgement, say)
    elif not row.judged:
        canvas.text(left[4], start, say("no_judgement"), size=_SIZE, colour=MUTED, italic=True)
    first = start + (_LINE * 1.7 if row.judgement else 0)
    for place, (line, warns) in enumerate(row.judged):
        canvas.text(left[4], first + _LINE * place, line, size=_SMALL, colour=INK if warns else MUTED, bold=warns)


def _chip(canvas: Canvas, x: float, y: float, outcome: str, say: Say) -> None:
    """A box in the colour of an outcome, with its symbol and its word."""
    colour, height = COLOURS[outcome], 25.0
    canvas.rectangle(x, y, _CHIP, height, colour)
    if outcome == "not shown":
        right, lower = x + _CHIP, y + height
        edges = [(x, y, right, y), (right, y, right, lower), (right, lower, x, lower), (x, lower, x, y)]
        canvas.lines(edges, MUTED, 1.0, dashed=True)
    ink = readable_on(colour)
    canvas.text(x + 14, y + height / 2, SYMBOLS[outcome], size=14, bold=True, colour=ink, anchor="center")
    canvas.text(x + 28, y + height / 2, say(f"outcome.{outcome.replace(' ', '_')}"), size=_SMALL, bold=True, colour=ink)


def _draw_legend(canvas: Canvas, lines: list[str], y: float, say: Say) -> None:
    for place, line in enumerate(lines):
        canvas.text(0, y + 14 * place, line, size=_SMALL, colour=MUTED)
    x, y = 0.0, y + 14 * len(lines) + 8
    for name, symbol in _LEGEND.items():
        text = f"{symbol} {say(f'symbol.{name}')}"
        canvas.text(x, y, text, size=_SMALL, colour=MUTED)
        x += text_width(text, _SMALL) + 18


def _description(result: Convergence, say: Messages, own: Say) -> str:
    """The counts, and each element with its outcome."""
    counts = result.glance().iloc[0]
    outcomes = [
        f"{row['element']}: {own('outcome.' + str(row['verdict']).replace(' ', '_'))}"
        for row in result.rows.to_dict("records")
    ]
    n = {name: int(counts[f"n_{name}"]) for name in ("convergent", "complementary", "divergent", "silent", "not_shown")}
    return own("description", rows="; ".join(outcomes), **n)
