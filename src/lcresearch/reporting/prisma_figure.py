"""The PRISMA 2020 flow diagram: both columns, and the third of an update (Page et al., 2021, BMJ 372:n71)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from lcresearch.messages import Messages, console_language, text_keys
from lcresearch.reporting.canvas import INK, MARGIN, MUTED, Canvas, Drawing, readable_on
from lcresearch.reporting.png import figure_of
from lcresearch.reporting.text_metrics import wrapped
from lcresearch.reporting.wording import in_language
from lcresearch.synthesis import PrismaFlow

_SIZE, _LINE, _PAD = 11.5, 16.0, 9.0
_WIDE, _GAP, _BETWEEN, _DOWN = 228.0, 26.0, 34.0, 26.0
_STRIP, _AFTER_STRIP = 104.0, 16.0
_HEAD, _STAGE, _FILL = "#e8b84a", "#b9d3e6", "#f6f8f7"
_ARROW = 4.0
_HELD = "\ue000"
"""Stands for a blank at which no line may end."""

Say = Callable[..., str]


def prisma_figure(flow: PrismaFlow) -> Figure:
    """The diagram as a matplotlib figure, in the language of the terminal."""
    return figure_of(prisma_drawing(flow, console_language()).canvas)


def prisma_drawing(flow: PrismaFlow, language: str, *, titled: bool = True) -> Drawing:
    """The diagram with its description, to be written as SVG or PNG.

    Parameters
    ----------
    flow : PrismaFlow
    language : {"nl", "en"}
    titled : bool
        Whether its title stands in it.
    """
    messages = Messages(language)

    def say(key: str, **values: Any) -> str:
        return messages(f"synthesis.literature.prisma.{key}", **values)

    plan = _Plan(flow, language, say, titled=titled)
    canvas = Canvas(plan.width, plan.height, margin=MARGIN)
    plan.draw(canvas)
    return Drawing("prisma-flow", canvas, say("title"), _description(flow.counts, say))


@dataclass
class _Box:
    """A box of the diagram: its lines, and where it stands once that is known."""

    lines: Sequence[tuple[str, bool]]
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0

    @property
    def rows(self) -> list[tuple[str, bool]]:
        """Rows of text that fit; a count is never cut in two."""
        found = []
        for text, bold in self.lines:
            whole = text.replace("(n = ", f"(n{_HELD}={_HELD}")
            size = _SIZE + (1.4 if bold else 0.4)
            found += [(row.replace(_HELD, " "), bold) for row in wrapped(whole, _WIDE - 2 * _PAD, size)]
        return found

    @property
    def needed(self) -> float:
        return _LINE * len(self.rows) + 2 * _PAD

    @property
    def middle(self) -> float:
        return self.x + _WIDE / 2

    def draw(self, canvas: Canvas) -> None:
        canvas.rectangle(self.x, self.y, _WIDE, self.height, _FILL)
        _frame(canvas, self.x, self.y, _WIDE, self.height)
        top = self.y + (self.height - _LINE * len(self.rows)) / 2
        for place, (text, bold) in enumerate(self.rows):
            canvas.text(self.x + _PAD, top + (place + 0.5) * _LINE, text, size=_SIZE, bold=bold)


class _Plan:
    """Where everything stands: a column of boxes each for previous studies, databases and other methods."""

    def __init__(self, flow: PrismaFlow, language: str, say: Say, *, titled: bool) -> None:
        self.flow, self.say = flow, say
        self.titled, self.top = titled, 34.0 if titled else 0.0
        counts = flow.counts
        databases, other, previous = counts["databases"], counts["other"], counts["previous"]
        self.previous = _studies("previous_studies", "previous_reports", previous, say) if previous else None
        self.left = [_identified(databases, say), _one("screened", databases, say), *_reports(databases, say)]
        named = {key: in_language(text, language) for key, text in flow.reasons.items()}
        self.left_side = [_removed(databases, say), _one("excluded", databases, say), *_out(databases, named, say)]
        self.right = [_identified_otherwise(other, say), *_reports(other, say)] if other else []
        self.right_side = _out(other, named, say) if other else []
        new = "new_" if previous else ""
        self.included = _studies(f"{new}studies", f"{new}reports", counts["included"], say)
        self.total = _studies("total_studies", "total_reports", counts["total"], say) if counts["total"] else None
        self._place()

    def _place(self) -> None:
        x = _STRIP + _AFTER_STRIP
        if self.previous:
            self.previous.x = x
            x += _WIDE + _BETWEEN
        self.main = x
        rows: list[list[_Box]] = [[self.left[0], self.left_side[0]], [self.left[1], self.left_side[1]]]
        rows += [[self.left[2], self.left_side[2]], [self.left[3], self.left_side[3]], [self.included]]
        for box in (*self.left, self.included):
            box.x = x
        for box in self.left_side:
            box.x = x + _WIDE + _GAP
        self.width = x + 2 * _WIDE + _GAP
        if self.right:
            x = self.width + _BETWEEN
            for box in self.right:
                box.x = x
            for box in self.right_side:
                box.x = x + _WIDE + _GAP
            rows[0].append(self.right[0])
            rows[2] += [self.right[1], self.right_side[0]]
            rows[3] += [self.right[2], self.right_side[1]]
            self.width = x + 2 * _WIDE + _GAP
        if self.previous:
            rows[0].append(self.previous)
        if self.total:
            self.total.x = self.main
            rows.append([self.total])
        self.head_height = max(_head_height(self.say(f"column.{name}"), width) for name, _, width in self.heads())
        y = self.top + self.head_height + _DOWN / 2
        self.bands: list[tuple[float, float]] = []
        for boxes in rows:
            tall = max(box.needed for box in boxes)
            for box in boxes:
                box.y, box.height = y, tall
            self.bands.append((y, tall))
            y += tall + _DOWN
        self.height = y - _DOWN + 34.0 + (0.0 if self.flow.final else _LINE)

    def heads(self) -> list[tuple[str, float, float]]:
        """Key, left side and width of the head of each column."""
        found = [("databases", self.main, 2 * _WIDE + _GAP)]
        if self.previous:
            found.append(("previous", self.previous.x, _WIDE))
        if self.right:
            found.append(("other", self.right[0].x, 2 * _WIDE + _GAP))
        return found

    def draw(self, canvas: Canvas) -> None:
        if self.titled:
            canvas.text(0, 10, self.say("title"), size=15, bold=True)
        for name, x, width in self.heads():
            _label(canvas, x, self.top, width, self.head_height, self.say(f"column.{name}"), _HEAD)
        last = len(self.bands) - 1
        for key, first, end in (("identification", 0, 0), ("screening", 1, 3), ("inclusion", 4, last)):
            top, bottom = self.bands[first][0], sum(self.bands[end])
            _label(canvas, 0, top, _STRIP, bottom - top, self.say(key), _STAGE)
        for box in (*self.left, *self.left_side, *self.right, *self.right_side, self.included):
            box.draw(canvas)
        self._arrows(canvas)
        foot = self.height - 12
        canvas.text(self.main, foot, self.say("source"), size=11, colour=MUTED)
        if not self.flow.final:
            text = self.say("not_final", n=sum(self.flow.still_open.values()))
            canvas.text(self.main, foot - _LINE - 2, text, size=12, colour="#8a3b12", bold=True)

    def _arrows(self, canvas: Canvas) -> None:
        for chain in ([*self.left, self.included], self.right):
            for upper, lower in itertools.pairwise(chain):
                _arrow(canvas, [(upper.middle, upper.y + upper.height), (upper.middle, lower.y)])
        for box, side in [
            *zip(self.left, self.left_side, strict=True),
            *zip(self.right[1:], self.right_side, strict=True),
        ]:
            y = box.y + box.height / 2
            _arrow(canvas, [(box.x + _WIDE, y), (side.x, y)])
        if self.right:
            last, y = self.right[-1], self.included.y + self.included.height / 2
            _arrow(canvas, [(last.middle, last.y + last.height), (last.middle, y), (self.included.x + _WIDE, y)])
        if self.total:
            self.total.draw(canvas)
            _arrow(
                canvas,
                [(self.included.middle, self.included.y + self.included.height), (self.total.middle, self.total.y)],
            )
        if self.previous:
            self.previous.draw(canvas)
        if self.previous and self.total:
            box, y = self.previous, self.total.y + self.total.height / 2
            _arrow(canvas, [(box.middle, box.y + box.height), (box.middle, y), (self.total.x, y)])


def _counted(text: str, n: int, say: Say) -> str:
    return say("line", text=text, n=n)


def _one(key: str, counts: Mapping[str, Any], say: Say) -> _Box:
    return _Box([(_counted(say(key), counts[key], say), False)])


def _identified(databases: Mapping[str, Any], say: Say) -> _Box:
    lines = [(say("identified"), False)]
    for key, name in (("identified", "databases"), ("registers", "registers")):
        total = sum(databases[key].values())
        if databases[key] or key == "identified":
            lines.append((_counted(say(name), total, say), False))
            lines += [(f"– {_counted(each, n, say)}", False) for each, n in databases[key].items()]
    return _Box(lines)


def _identified_otherwise(other: Mapping[str, Any], say: Say) -> _Box:
    lines = [(say("identified"), False)]
    for name, n in other["identified"].items():
        key = f"found_by.{name}"
        known = f"synthesis.literature.prisma.{key}" in text_keys()
        lines.append((_counted(say(key) if known else name, n, say), False))
    return _Box(lines)


def _removed(databases: Mapping[str, Any], say: Say) -> _Box:
    removed = databases["removed"]
    lines = [(say("removed"), False)]
    for key, name in (("duplicates", "duplicates"), ("automation", "automation"), ("other", "other_reasons")):
        if removed[key] or key == "duplicates":
            lines.append((_counted(say(name), removed[key], say), False))
    return _Box(lines)


def _reports(stream: Mapping[str, Any], say: Say) -> list[_Box]:
    return [_one("sought", stream, say), _one("assessed", stream, say)]


def _out(stream: Mapping[str, Any], named: Mapping[str, str], say: Say) -> list[_Box]:
    reasons = stream["excluded_reports"]
    if not reasons:
        return [_one("not_retrieved", stream, say), _Box([(_counted(say("none_excluded"), 0, say), False)])]
    lines = [
        (say("excluded_reports"), False),
        *((_counted(named.get(reason, reason), n, say), False) for reason, n in reasons.items()),
    ]
    return [_one("not_retrieved", stream, say), _Box(lines)]


def _studies(studies: str, reports: str, counts: Mapping[str, Any], say: Say) -> _Box:
    first = (_counted(say(studies), counts["studies"], say), True)
    return _Box([first, (_counted(say(reports), counts["reports"], say), False)])


def _frame(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    right, bottom = x + width, y + height
    sides = [(x, y, right, y), (right, y, right, bottom), (right, bottom, x, bottom), (x, bottom, x, y)]
    canvas.lines(sides, INK, 1.0)


def _head_height(text: str, width: float) -> float:
    return 14.0 + _LINE * len(wrapped(text, width - 2 * _PAD, 13))


def _label(canvas: Canvas, x: float, y: float, width: float, height: float, text: str, colour: str) -> None:
    """A coloured field with a text in the middle of it."""
    canvas.rectangle(x, y, width, height, colour)
    rows = wrapped(text, width - 6, 13)
    top = y + height / 2 - _LINE * len(rows) / 2
    for place, row in enumerate(rows):
        middle = (x + width / 2, top + (place + 0.5) * _LINE)
        canvas.text(*middle, row, size=12, anchor="center", bold=True, colour=readable_on(colour))


def _arrow(canvas: Canvas, points: Sequence[tuple[float, float]]) -> None:
    """Lines from point to point, with a head at the last."""
    segments = [(*start, *end) for start, end in itertools.pairwise(points)]
    (x0, y0), (x1, y1) = points[-2], points[-1]
    if abs(x1 - x0) < abs(y1 - y0):
        back = -1.0 if y1 > y0 else 1.0
        segments += [(x1 + side * _ARROW, y1 + back * 1.5 * _ARROW, x1, y1) for side in (-1, 1)]
    else:
        back = -1.0 if x1 > x0 else 1.0
        segments += [(x1 + back * 1.5 * _ARROW, y1 + side * _ARROW, x1, y1) for side in (-1, 1)]
    canvas.lines(segments, INK, 1.2)


def _description(counts: Mapping[str, Any], say: Say) -> str:
    """The same numbers in sentences, for who cannot see the diagram."""
    databases, other = counts["databases"], counts["other"]
    before = {"identified": sum(databases["identified"].values()) + sum(databases["registers"].values())}
    before |= {"removed": sum(databases["removed"].values())}
    parts = [
        say(
            "description",
            **before,
            screened=databases["screened"],
            excluded=databases["excluded"],
            **_numbers(databases),
        )
    ]
    if other:
        parts.append(say("description_other", identified=sum(other["identified"].values()), **_numbers(other)))
    parts.append(say("description_end", **counts["included"]))
    return " ".join(parts)


def _numbers(stream: Mapping[str, Any]) -> dict[str, int]:
    found = {key: int(stream[key]) for key in ("sought", "not_retrieved", "assessed")}
    return found | {"excluded_reports": sum(stream["excluded_reports"].values())}
