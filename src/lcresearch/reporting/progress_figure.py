"""How far each criterion is: a bar in percent of its target, and a mark for what should be there by now."""

from __future__ import annotations

from lcresearch.reporting.canvas import ACCENT, GRID, INK, MARGIN, MUTED, Canvas, Drawing
from lcresearch.reporting.progress_words import amount
from lcresearch.reporting.text_metrics import wrapped
from lcresearch.reporting.wording import Wording, clean, is_missing, records
from lcresearch.synthesis import ProgressTable

_WIDTH, _LEFT, _RIGHT = 720.0, 215.0, 205.0
_ROW, _BAR, _SIZE, _LINE = 44.0, 16.0, 13.0, 16.0
_WARM = "#8a3b12"
_BEHIND = ("behind", "late")


def progress_drawing(table: ProgressTable, say: Wording) -> Drawing | None:
    """A row a criterion with a target to get to; None when there is none.

    Those behind have another colour, and the word beside it, so that colour tells nothing alone.
    """
    titles = {one.id: say.text(one.title) for one in table.programme.criteria}
    rows = [
        row for row in records(table.criteria)
        if not is_missing(row.target) and row.target > 0 and not row.at_most and not is_missing(row.reached)
    ]  # fmt: skip
    if not rows:
        return None
    canvas = Canvas(_WIDTH, 26 + _ROW * len(rows), margin=MARGIN)
    wide = _WIDTH - _LEFT - _RIGHT
    bottom = 20 + _ROW * len(rows)
    for share in (0.0, 0.5, 1.0):
        x = _LEFT + wide * share
        canvas.lines([(x, 16, x, bottom)], GRID, 1)
        canvas.text(x, 6, say.messages.percent(share), size=12, colour=MUTED, anchor="center")
    values = []
    for place, row in enumerate(rows):
        middle, share = 20 + _ROW * (place + 0.5), float(row.reached / row.target)
        title = clean(titles[row.criterion])
        lines = wrapped(title, _LEFT - 20, _SIZE)[:2]
        for number, text in enumerate(lines):
            canvas.text(0, middle + _LINE * (number - (len(lines) - 1) / 2), text, size=_SIZE, colour=INK)
        colour = _WARM if row.state in _BEHIND else ACCENT
        canvas.rectangle(_LEFT, middle - _BAR / 2, max(wide * min(share, 1.0), 1.0), _BAR, colour)
        if not is_missing(row.expected):
            x = _LEFT + wide * min(float(row.expected / row.target), 1.0)
            canvas.lines([(x, middle - _BAR / 2 - 5, x, middle + _BAR / 2 + 5)], INK, 2)
        words = {"reached": amount(row.reached, row.measure, say), "target": amount(row.target, row.measure, say)}
        told = say("progress.figure_value", state=say(f"progress.state.{row.state}"), **words)
        canvas.text(_WIDTH - _RIGHT + 12, middle, told, size=_SIZE, colour=colour)
        values.append(f"{title} {told}")
    description = say("progress.figure_description", values="; ".join(values))
    return Drawing("progress", canvas, say("progress.figure"), description)
