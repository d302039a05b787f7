"""A case matrix as a map: what is high and low in each column, what is hidden, and where nothing is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from lcresearch.errors import ReportingError
from lcresearch.integration import CaseMatrix, ReleasedCases
from lcresearch.integration.cases.columns import check_columns
from lcresearch.messages import Messages, console_language
from lcresearch.messages.numbers import number
from lcresearch.reporting.canvas import INK, MARGIN, MUTED, SIMULATED, Canvas, Drawing, readable_on
from lcresearch.reporting.png import figure_of
from lcresearch.reporting.text_metrics import in_lines, shortened, text_width

COLOURS = ("#a5400f", "#c97f4f", "#e6c3a8", "#f2f2ee", "#b5d6d2", "#5fa59e", "#0b6e66")
"""From far below the mean of a column to far above it; always with the value in it."""
_EMPTY, _HIDDEN, _PLAIN = "#fbf3ec", "#d5dcd9", "#ffffff"
_CELL, _ROW, _MOST_COLUMNS, _MOST_ROWS = 92.0, 36.0, 18, 60
_STEP = 0.6

Say = Callable[..., str]


def case_matrix_figure(result: CaseMatrix | ReleasedCases, *, columns: Sequence[str] | None = None) -> Figure:
    """The map as a matplotlib figure, in the language of the terminal; ``columns`` chooses some of them."""
    return figure_of(case_matrix_drawing(result, console_language(), columns=columns).canvas)


def case_matrix_drawing(
    result: CaseMatrix | ReleasedCases, language: str, *, columns: Sequence[str] | None = None, titled: bool = True
) -> Drawing:
    """The map with its description, to be written as SVG or PNG.

    Parameters
    ----------
    result : CaseMatrix or ReleasedCases
    language : {"nl", "en"}
    columns : sequence of str, optional
        Which columns; by default the first 18.
    titled : bool
        Whether its title stands in it.

    Raises
    ------
    ReportingError
        P003: there are no cases or columns.
    IntegrationError
        Q061: a column that is not there.
    """
    messages = Messages(language)

    def say(key: str, **values: Any) -> str:
        return messages(f"case_matrix.{key}", **values)

    known = [str(one) for one in result.frame.columns]
    check_columns(result.frame, columns or (), "matrix")
    chosen = list(columns or known[:_MOST_COLUMNS])
    frame = result.frame[chosen].iloc[:_MOST_ROWS]
    if frame.empty:
        raise ReportingError("P003", kind=type(result).__name__)
    labels = {str(name): shortened(str(name), 210, 12) for name in frame.index}
    left = max(90.0, max(text_width(label, 12, bold=True) for label in labels.values()) + 16)
    titles = result.columns.set_index("column")["title"]
    heads = [in_lines(_words(str(titles[one])), _CELL - 10, 11, most=4) for one in chosen]
    top = (66.0 if titled else 14.0) + 20.0 + 15.0 * max(map(len, heads))
    width = max(left + _CELL * len(chosen), 560.0)
    bottom = top + _ROW * len(frame)
    about_cells = in_lines(say("figure.empty"), width, 11, most=4)
    canvas = Canvas(width, bottom + 74 + 18 * len(about_cells), margin=MARGIN)
    if titled:
        canvas.text(0, 10, say("figure.title"), size=15, bold=True)
        if isinstance(result, CaseMatrix):
            canvas.text(0, 32, say("figure.confidential"), size=11.5, colour=SIMULATED)
        else:
            canvas.text(0, 32, say("figure.released", **result.policy), size=11.5, colour=MUTED)
    _heads(canvas, result, chosen, heads, left, top, say)
    reasons = _reasons(result)
    for row, (case, label) in enumerate(labels.items()):
        y = top + _ROW * row
        canvas.text(0, y + _ROW / 2, label, size=12, bold=True)
        for place, column in enumerate(chosen):
            value = frame.loc[case, column]
            colour = _colour(value, frame[column])
            _cell(canvas, value, colour, reasons.get((case, column), ""), left + _CELL * place, y, language, say)
    _legend(canvas, bottom + 20, about_cells, say)
    left_out = (len(known) - len(chosen), len(result.frame) - len(frame))
    if any(left_out):
        canvas.text(
            0,
            bottom + 60 + 18 * len(about_cells),
            say("figure.left_out", columns=left_out[0], cases=left_out[1]),
            size=11,
            colour=MUTED,
        )
    return Drawing("case-matrix", canvas, say("figure.title"), _description(result, say))


def _words(title: str) -> str:
    """A path of a code by its last part; names of columns with blanks, so that they can be wrapped."""
    return title.rpartition(" > ")[2].replace("_", " ")


def _heads(
    canvas: Canvas,
    result: CaseMatrix | ReleasedCases,
    chosen: Sequence[str],
    heads: Sequence[Sequence[str]],
    left: float,
    top: float,
    say: Say,
) -> None:
    """Names of columns, and above them the kind and measure of each."""
    about = result.columns.set_index("column")
    for place, (column, lines) in enumerate(zip(chosen, heads, strict=True)):
        x = left + _CELL * (place + 0.5)
        for line, text in enumerate(lines):
            y = top - 10 - 15 * (len(lines) - 1 - line)
            canvas.text(x, y, text, size=11, anchor="center", bold=True)
        kind, measure = str(about.loc[column, "kind"]), str(about.loc[column, "measure"])
        text = say(f"figure.measure.{measure}") if kind in ("code", "scale") else say(f"figure.kind.{kind}")
        y = top - 12 - 15 * len(lines)
        canvas.text(x, y, shortened(text, _CELL - 4, 9.5), size=9.5, anchor="center", colour=MUTED, italic=True)


def _reasons(result: CaseMatrix | ReleasedCases) -> dict[tuple[str, str], str]:
    table = result.gaps if isinstance(result, CaseMatrix) else result.hidden
    return {(str(case), str(column)): str(why) for case, column, why in table[["case", "column", "reason"]].to_numpy()}


def _colour(value: Any, column: pd.Series[float]) -> str:
    """By how many standard deviations a value lies from the mean of its column; text and equal values are plain."""
    if not isinstance(value, float | int | np.number) or math.isnan(value):
        return _PLAIN
    numbers = pd.to_numeric(column, errors="coerce")
    spread = numbers.std()
    if not spread > 0:
        return COLOURS[3]
    steps = round(float((value - numbers.mean()) / spread) / _STEP)
    return COLOURS[3 + max(-3, min(3, steps))]


def _cell(canvas: Canvas, value: Any, colour: str, reason: str, x: float, y: float, language: str, say: Say) -> None:
    left, upper, width, height = x + 2, y + 2, _CELL - 4, _ROW - 4
    middle = (x + _CELL / 2, y + _ROW / 2)
    if reason == "hidden":
        canvas.rectangle(left, upper, width, height, _HIDDEN)
        canvas.text(*middle, say("gap.hidden"), size=10, anchor="center", colour=MUTED, italic=True)
    elif reason:
        canvas.rectangle(left, upper, width, height, _EMPTY)
        right, lower = left + width, upper + height
        sides = [(left, upper, right, upper), (right, upper, right, lower)]
        canvas.lines([*sides, (right, lower, left, lower), (left, lower, left, upper)], "#b0651d", 1.0, dashed=True)
        lines = in_lines(say(f"gap.{reason}"), width - 4, 9, most=2)
        for place, line in enumerate(lines):
            at = middle[1] + 11 * (place - (len(lines) - 1) / 2)
            canvas.text(middle[0], at, line, size=9, anchor="center", colour=SIMULATED, italic=True)
    else:
        canvas.rectangle(left, upper, width, height, colour)
        text = shortened(_written(value, language), width - 6, 11.5)
        canvas.text(*middle, text, size=11.5, anchor="center", colour=readable_on(colour) if colour != _PLAIN else INK)


def _written(value: Any, language: str) -> str:
    """Whole numbers without decimals, small ones with two, and large ones with one."""
    if not isinstance(value, float | int | np.number):
        return str(value)
    plain = float(value)
    digits = 0 if plain.is_integer() else 2 if abs(plain) < 10 else 1
    return number(plain, language, digits=digits)


def _legend(canvas: Canvas, y: float, about_cells: Sequence[str], say: Say) -> None:
    low, high = say("figure.low"), say("figure.high")
    canvas.text(0, y, low, size=11, colour=MUTED)
    x = text_width(low, 11) + 10
    for colour in COLOURS:
        canvas.rectangle(x, y - 8, 24, 16, colour)
        x += 24
    canvas.text(x + 10, y, high, size=11, colour=MUTED)
    canvas.text(0, y + 22, say("figure.standardised"), size=11, colour=MUTED)
    for place, line in enumerate(about_cells):
        canvas.text(0, y + 40 + 18 * place, line, size=11, colour=MUTED)


def _description(result: CaseMatrix | ReleasedCases, say: Say) -> str:
    glance = result.glance().iloc[0]
    n_hidden = 0 if isinstance(result, CaseMatrix) else int(glance["n_hidden"])
    return say(
        "figure.description",
        cases=len(result.frame),
        columns=len(result.frame.columns),
        gaps=int(glance["n_gaps"]),
        hidden=n_hidden,
    )
