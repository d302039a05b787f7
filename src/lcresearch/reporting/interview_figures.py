"""Figures on interviews for a report: codes by group, groups compared, new codes, whose words are coded."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex

from lcresearch.reporting.canvas import ACCENT, GRID, INK, MARGIN, MUTED, SIMULATED, Canvas, Drawing, readable_on
from lcresearch.reporting.interview_content import InterviewContent
from lcresearch.reporting.scores_figure import natural_order
from lcresearch.reporting.text_metrics import shortened, text_width, wrapped
from lcresearch.reporting.wording import Wording, records

WIDTH = 712.0
MOST_CODES = 25
"""Codes in a figure; the table beside it has all of them."""
MOST_GROUPS = 12
MOST_COMPARED = 12
_FEW_GROUPS = 5
_ROW, _TEXT, _SMALL, _LABEL = 23.0, 13.0, 11.5, 250.0
SHADES = LinearSegmentedColormap.from_list("lcresearch-shares", ["#f1f6f5", "#80c4b9", "#0b6e66"])
GROUP_COLOURS = ("#0b6e66", "#b0651d", "#4b5fa8", "#7a3e7e", "#5b6b2c", "#8a1f3d")


def ordered_codes(content: InterviewContent) -> list[str]:
    """Codes that are shown, those of most persons first, and in the order of the codebook among equals."""
    table = content.totals.sort_values("n_with", ascending=False, kind="stable")
    return [str(code) for code in table.loc[table["n_with"] > 0, "code"]]


def code_label(content: InterviewContent, code: str, say: Wording) -> str:
    """Name of a code; with its theme where two codes have one name."""
    named = content.codes[code]
    name, theme = say.text(named.name), say.text(named.theme)
    twice = sum(say.text(one.name) == name for one in content.codes.values()) > 1
    return f"{name} ({theme})" if twice and theme != name else name


def group_names(content: InterviewContent) -> list[str]:
    """Groups that are shown, in the order of their names."""
    return sorted(map(str, content.groups["group"]), key=natural_order)


def codes_figure(content: InterviewContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """A heat map: a row a code, a column for everybody and for each group, with the share of persons in each cell."""
    codes = ordered_codes(content)[:MOST_CODES]
    if not codes:
        return None
    groups = group_names(content)[:MOST_GROUPS]
    total = {str(row.code): float(row.share) for row in records(content.totals)}
    cells = {(str(row.code), str(row.group)): float(row.share) for row in records(content.shares)}
    heads = [say("interviews.everybody"), *_heads_of(content, groups, say)]
    title = say("interviews.codes_title")
    head = 18.0 * max(len(wrapped(text, _column(heads) - 8, _SMALL)) for text in heads)
    top = (30.0 if titled else 0.0) + head + 8
    canvas = simulated_canvas(top + _ROW * len(codes) + 26, say, titled=titled, title=title)
    _heads(canvas, heads, top, _column(heads))
    for number, code in enumerate(codes):
        y = top + number * _ROW
        label = shortened(code_label(content, code, say), _LABEL - 12, _TEXT)
        canvas.text(0, y + _ROW / 2, label, size=_TEXT)
        values = [total[code], *(cells.get((code, group)) for group in groups)]
        for column, value in enumerate(values):
            _cell(canvas, _LABEL + column * _column(heads), y, _column(heads), value, say)
    legend = say("interviews.codes_legend_all" if content.confidential else "interviews.codes_legend")
    canvas.text(0, top + _ROW * len(codes) + 14, legend, size=_SMALL, colour=MUTED)
    description = say(
        "interviews.codes_description",
        n=len(codes),
        most=code_label(content, codes[0], say),
        share=say.messages.percent(total[codes[0]]),
        n_groups=len(groups),
    )
    return Drawing("interviews-codes", canvas, title, description)


def _heads_of(content: InterviewContent, groups: Sequence[str], say: Wording) -> list[str]:
    """Groups with their numbers of persons; of many groups without the word that all names begin with."""
    sizes = {str(row.group): int(row.n_persons) for row in records(content.groups)}
    first = {group.split(" ")[0] for group in groups}
    same = len(groups) > _FEW_GROUPS and len(first) == 1 and all(" " in group for group in groups)
    return [f"{group.split(' ', 1)[1] if same else group} ({say.count(sizes[group])})" for group in groups]


def _column(heads: Sequence[str]) -> float:
    return min((WIDTH - _LABEL) / len(heads), 110.0)


def _heads(canvas: Canvas, heads: Sequence[str], bottom: float, width: float) -> None:
    for column, text in enumerate(heads):
        lines = wrapped(text, width - 8, _SMALL)
        for place, line in enumerate(lines):
            y = bottom - 12 - (len(lines) - 1 - place) * 16
            x = _LABEL + (column + 0.5) * width
            canvas.text(x, y, line, size=_SMALL, colour=MUTED, anchor="center", bold=column == 0)


def _cell(canvas: Canvas, x: float, y: float, width: float, value: float | None, say: Wording) -> None:
    if value is None:
        canvas.text(x + width / 2, y + _ROW / 2, "–", size=_TEXT, colour=MUTED, anchor="center")
        return
    colour = to_hex(SHADES(value))
    canvas.rectangle(x + 1, y + 1, width - 2, _ROW - 2, colour)
    text = say.messages.percent(value)
    canvas.text(x + width / 2, y + _ROW / 2, text, size=12, colour=readable_on(colour), anchor="center")


def simulated_canvas(height: float, say: Wording, *, titled: bool, title: str) -> Canvas:
    """A page with its title, and the mark of simulated data at the foot."""
    simulated = 18.0 if say.head.simulated else 0.0
    canvas = Canvas(WIDTH, height + simulated, margin=MARGIN if titled else 0)
    if titled:
        canvas.text(0, 12, shortened(title, WIDTH, 15), size=15, bold=True)
    if say.head.simulated:
        text = say("interviews.invented_short").upper()
        canvas.text(0, height + 8, text, size=11, colour=SIMULATED, bold=True)
    return canvas


def compared_codes(content: InterviewContent) -> list[str]:
    """Codes that are shown for every group, those that differ most first."""
    tested = content.tests.dropna(subset="p_value").sort_values("p_value", kind="stable")
    n = content.shares.groupby("code")["group"].nunique()
    whole = [str(code) for code in tested["code"] if n.get(code, 0) == len(content.groups)]
    return whole if 1 < len(content.groups) <= len(GROUP_COLOURS) else []


def differences_figure(content: InterviewContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """A row a code with a dot and 95% interval for each group, for the codes that differ most."""
    codes = compared_codes(content)[:MOST_COMPARED]
    if not codes:
        return None
    groups = group_names(content)
    title = say("interviews.differences_title", by=by_label(content, say))
    step = 13.0
    row = step * len(groups) + 12
    top = 54.0 if titled else 24.0
    bottom = top + row * len(codes)
    canvas = simulated_canvas(bottom + 24, say, titled=titled, title=title)
    left, right = _LABEL + 12, WIDTH - 24
    _legend(canvas, groups, top - 16)
    _axis(canvas, left, right, top, bottom, say)
    cells = {(str(one.code), str(one.group)): one for one in records(content.shares)}
    for number, code in enumerate(codes):
        y = top + number * row
        canvas.text(0, y + row / 2, shortened(code_label(content, code, say), _LABEL - 12, _TEXT), size=_TEXT)
        for place, group in enumerate(groups):
            one, middle = cells[code, group], y + 6 + (place + 0.5) * step
            ends = [left + float(end) * (right - left) for end in (one.conf_low, one.share, one.conf_high)]
            canvas.lines([(ends[0], middle, ends[2], middle)], GROUP_COLOURS[place], 2.0)
            canvas.dots([(ends[1], middle)], GROUP_COLOURS[place])
    description = say("interviews.differences_description", n=len(codes), groups=say.enumeration(groups))
    return Drawing("interviews-differences", canvas, title, description)


def by_label(content: InterviewContent, say: Wording) -> str:
    """What the groups are, in words: the name of a level of the study, or the attribute as it is."""
    return say.level(content.by)


def _legend(canvas: Canvas, groups: Sequence[str], y: float) -> None:
    x = 0.0
    for place, group in enumerate(groups):
        canvas.dots([(x + 5, y)], GROUP_COLOURS[place])
        canvas.text(x + 14, y, group, size=_SMALL)
        x += text_width(group, _SMALL) + 34


def _axis(canvas: Canvas, left: float, right: float, top: float, bottom: float, say: Wording) -> None:
    shares = np.linspace(0, 1, 5)
    places = [left + share * (right - left) for share in shares]
    canvas.lines([(x, top, x, bottom) for x in places], GRID, 1.0)
    for x, share in zip(places, shares, strict=True):
        label = say.messages.percent(float(share))
        canvas.text(x, bottom + 10, label, size=_SMALL, colour=MUTED, anchor="center")


def saturation_figure(content: InterviewContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """Codes in so many interviews, as the mean over orders; for the researcher also in the order held, with a band."""
    curve = content.curve
    if len(curve) < 2:
        return None
    title = say("interviews.saturation_title")
    top, height = (44.0 if titled else 14.0), 230.0
    bottom = top + height
    canvas = simulated_canvas(bottom + 62, say, titled=titled, title=title)
    left, right = 44.0, WIDTH - 16
    codes = int(curve["in_order" if content.confidential else "expected"].max())
    places = curve["n_documents" if content.confidential else "n_persons"].astype(int)
    start, n, most = int(places.iloc[0]), int(places.iloc[-1]), codes * 1.08

    def x_of(place: float) -> float:
        return left + (place - start) / max(n - start, 1) * (right - left)

    def y_of(codes: float) -> float:
        return bottom - codes / most * height

    for tick in _ticks(most):
        canvas.lines([(left, y_of(tick), right, y_of(tick))], GRID, 1.0)
        canvas.text(left - 8, y_of(tick), say.count(tick), size=_SMALL, colour=MUTED, anchor="right")
    for row in dict.fromkeys(int(one) for one in np.linspace(0, len(curve) - 1, min(len(curve), 9)).round()):
        place = int(places.iloc[row])
        canvas.text(x_of(place), bottom + 12, say.count(place), size=_SMALL, colour=MUTED, anchor="center")
    if content.confidential:
        band = zip(places, curve["conf_low"], curve["conf_high"], strict=True)
        canvas.lines([(x_of(p), y_of(low), x_of(p), y_of(high)) for p, low, high in band], "#bcdcd7", 5.0)
    expected = [(x_of(p), y_of(v)) for p, v in zip(places, curve["expected"], strict=True)]
    canvas.lines([(*first, *last) for first, last in pairwise(expected)], ACCENT, 2.2)
    axis = say("interviews.number_of_interviews" if content.confidential else "interviews.number_of_persons")
    canvas.text((left + right) / 2, bottom + 30, axis, size=_SMALL, anchor="center")
    if not content.confidential:
        canvas.dots(expected, ACCENT, 6)
        canvas.text(0, bottom + 50, say("interviews.curve_legend"), size=_SMALL, colour=MUTED)
        description = say(
            "interviews.saturation_shown", n=n, n_codes=codes, first=start, found=int(curve["expected"].iloc[0])
        )
        return Drawing("interviews-saturation", canvas, title, description)
    found = zip(places, curve["in_order"], strict=True)
    canvas.dots([(x_of(p), y_of(v)) for p, v in found], GROUP_COLOURS[1], 5)
    stop = content.saturation.get("stopping_point")
    if stop:
        x = x_of(stop)
        canvas.lines([(x, top, x, bottom)], MUTED, 1.2, dashed=True)
        after = x < (left + right) / 2
        label = say("interviews.stopping_point", place=int(stop), after=int(content.saturation.get("n_after") or 0))
        canvas.text(x + (8 if after else -8), bottom - 14, label, size=_SMALL, anchor="left" if after else "right")
    _curve_legend(canvas, bottom + 50, say)
    description = say("interviews.saturation_description", n=n, n_codes=codes, half=_half(curve))
    return Drawing("interviews-saturation", canvas, title, description)


def _half(curve: pd.DataFrame) -> int:
    """Interviews after which half of the codes were found."""
    return int((curve["in_order"] >= curve["in_order"].max() / 2).idxmax()) + 1


def _curve_legend(canvas: Canvas, y: float, say: Wording) -> None:
    x = 0.0
    canvas.dots([(x + 5, y)], GROUP_COLOURS[1], 5)
    x = _after(canvas, x + 16, y, say("interviews.in_order"))
    canvas.lines([(x, y, x + 22, y)], ACCENT, 2.2)
    x = _after(canvas, x + 28, y, say("interviews.any_order"))
    canvas.lines([(x + 4, y - 6, x + 4, y + 6)], "#bcdcd7", 8.0)
    _after(canvas, x + 14, y, say("interviews.band"))


def _after(canvas: Canvas, x: float, y: float, text: str) -> float:
    canvas.text(x, y, text, size=_SMALL, colour=INK)
    return x + text_width(text, _SMALL) + 18


def _ticks(most: float) -> list[float]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10_000) if most / step <= 6)
    return [float(tick) for tick in np.arange(0, most, step)]


def coverage_figure(content: InterviewContent, say: Wording, *, titled: bool = False) -> Drawing | None:
    """A bar a role: how much of what it says is coded."""
    table = content.coverage
    if table.empty:
        return None
    title = say("interviews.coverage_title")
    top = 34.0 if titled else 4.0
    bottom = top + _ROW * len(table)
    canvas = simulated_canvas(bottom + 24, say, titled=titled, title=title)
    left, right = _LABEL, WIDTH - 60
    _axis(canvas, left, right, top, bottom, say)
    for number, row in enumerate(records(table)):
        y = top + (number + 0.5) * _ROW
        canvas.text(0, y, shortened(role_label(str(row.role), say), _LABEL - 12, _TEXT), size=_TEXT)
        canvas.rectangle(left, y - 8, max(float(row.share) * (right - left), 0.5), 16, ACCENT)
        share = say.messages.percent(float(row.share))
        canvas.text(left + float(row.share) * (right - left) + 8, y, share, size=12)
    description = say("interviews.coverage_description", n=len(table))
    return Drawing("interviews-coverage", canvas, title, description)


def role_label(role: str, say: Wording) -> str:
    """A role in words, where the report has them."""
    return say.known("interviews.role", role) if role else say("interviews.role.other")
