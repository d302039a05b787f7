"""How far each criterion is: a bar in percent of its target, and a mark for what should be there by now."""

from __future__ import annotations

from lcresearch.reporting.canvas import ACCENT, GRID, INK, MARGIN, MUTED, PAPER, Canvas, Drawing
from lcresearch.reporting.progress_words import amount
from lcresearch.reporting.text_metrics import in_lines, text_width
from lcresearch.reporting.wording import Wording, clean, is_missing, records
from lcresearch.synthesis import ProgressTable

_WIDTH, _RIGHT = 480.0, 205.0
_BAR, _SIZE, _LINE, _GAP = 16.0, 13.0, 16.0, 18.0
_WARM = "#8a3b12"
_BEHIND = ("behind", "late")


def progress_drawing(table: ProgressTable, say: Wording) -> Drawing | None:
    """A row a criterion with a target to get to; None when there is none.

    Titles stand above their bars, so that a phone shows whole bars: half of one, cut off, would look like a whole one.
    Those behind have another colour, and the word beside it, so that colour tells nothing alone.
    """
    titles = {one.id: say.text(one.title) for one in table.programme.criteria}
    rows = [
        row for row in records(table.criteria)
        if not is_missing(row.target) and row.target > 0 and not row.at_most and not is_missing(row.reached)
    ]  # fmt: skip
    if not rows:
        return None
    names = [in_lines(titles[row.criterion], _WIDTH, _SIZE) for row in rows]
    bottom = 20 + sum(_LINE * len(lines) + _BAR + _GAP for lines in names)
    canvas, wide = Canvas(_WIDTH, bottom, margin=MARGIN), _WIDTH - _RIGHT
    for share in (0.0, 0.5, 1.0):
        x = wide * share
        canvas.lines([(x, 14, x, bottom)], GRID, 1)
        canvas.text(x, 6, say.messages.percent(share), size=12, colour=MUTED, anchor="center" if share else "left")
    values, top = [], 20.0
    for row, lines in zip(rows, names, strict=True):
        share = float(row.reached / row.target)
        for number, text in enumerate(lines):
            y, long = top + _LINE * (number + 0.5), text_width(text, _SIZE)
            canvas.rectangle(0, y - _LINE / 2, long + 4, _LINE, PAPER)  # no line of the grid through words
            canvas.text(0, y, text, size=_SIZE, colour=INK)
        top += _LINE * len(lines) + 4
        colour, middle = _WARM if row.state in _BEHIND else ACCENT, top + _BAR / 2
        canvas.rectangle(0, top, max(wide * min(share, 1.0), 1.0), _BAR, colour)
        if not is_missing(row.expected):
            x = wide * min(float(row.expected / row.target), 1.0)
            canvas.lines([(x, top - 2, x, top + _BAR + 4)], INK, 2)
        words = {"reached": amount(row.reached, row.measure, say), "target": amount(row.target, row.measure, say)}
        told = say("progress.figure_value", state=say(f"progress.state.{row.state}"), **words)
        canvas.text(wide + 10, middle, told, size=_SIZE, colour=colour)
        values.append(f"{clean(titles[row.criterion])} {told}")
        top += _BAR + _GAP - 4
    description = say("progress.figure_description", values="; ".join(values))
    return Drawing("progress", canvas, say("progress.figure"), description)
