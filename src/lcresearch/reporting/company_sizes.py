"""How large the letters of each sheet may be for two pages of A4 to be enough: estimated from how much there is to say.

A sheet that has room is set a little larger; names, questions and answers of others can be long, so that it may be set
smaller. Lines are counted at the usual size. Smaller letters make lines longer as well as lower, hence the root; the
head and the pictures keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

_LARGEST, _SMALLEST = 1.08, 0.72
_FIRST, _SECOND = 51.0, 50.5
"""Lines of the usual size that fit on the first and second sheet."""
_ACROSS, _HALF, _THIRD = 96, 44, 27
"""Characters in a line of the whole width, a half and a third."""
_HEADING, _SPACE = 1.7, 0.8


def first_sheet(views: Mapping[str, Any]) -> str:
    """Size of the letters of the first sheet, as a share of the usual size."""
    head = 3.4 + _lines(views["name"], 42) * 1.9 + _lines(views["study"], _ACROSS - 4)
    pictures = sum(max(1.2 * len(scale.rows) for scale in pair) for pair in _pairs(views["scales"]))
    lines = 0.0
    if views["questions"]:
        lines += _HEADING + 2.0
    for question, answer in views["questions"]:
        lines += _lines(question, _ACROSS - 16) + _lines(answer, _ACROSS - 6) + _SPACE
    lines += _HEADING + _SPACE + _lines(f"{views['asked']} {views['who']}", _ACROSS)
    lines += _HEADING + _SPACE + 1.2 + 1.2 + 1.2
    lines += sum(max(map(_outcome, pair)) for pair in _pairs(views["scales"]))
    lines += 1.5 + sum(_lines(text, _ACROSS - 4) + 0.25 for text in views["findings"])
    return _size(_FIRST - head - pictures, lines)


def second_sheet(views: Mapping[str, Any]) -> str:
    """Size of the letters of the second sheet."""
    lines = (
        _HEADING
        + 3.5
        + _lines(" ".join(views["change"]), _ACROSS - 8)
        + _lines(f"{views['main_title']} {views['badge']}", 76)
    )
    lines += _lines(" ".join(views["about_change"]), _ACROSS) + _SPACE
    if views["secondary"]:
        lines += 1.5 + math.ceil(sum(len(text) + 10 for text in views["secondary"]) / _ACROSS) * 1.4
    beside = _lines(views["peers_intro"], _HALF) + _lines(views["pooled"], _HALF) + 3.5
    table = 1.8 + sum(1.35 * _lines(title, 26) for title, _, _ in views["peer_rows"])
    lines += _HEADING + _SPACE + max(beside, table)
    cards = [
        _lines(one.question, _THIRD) + _lines(one.step, _THIRD) + _lines(one.grade, _THIRD + 4)
        for one in views["talks"]
    ]
    lines += _HEADING + 2.0 + max(cards, default=0) + 4.0
    lines += _HEADING + _SPACE + sum(_lines(text, _HALF) + 0.25 for text in views["unknown"]) / 2 + 1.5
    lines += 4.0 + 0.9 * (2 + _lines(" ".join(views["sources"]), 125) + _lines(views["name"], _ACROSS))
    return _size(_SECOND, lines)


def _outcome(scale: Any) -> float:
    """Lines of an outcome: its name, and what its ends mean."""
    ends = max(_lines(scale.low, 26), _lines(scale.high, 26)) if scale.ends[0] else 0
    return 1.1 * _lines(scale.title + (" " * 18 if scale.primary else ""), _HALF) + 0.8 * ends + 1.1


def _pairs(scales: Sequence[Any]) -> list[Sequence[Any]]:
    return [scales[start : start + 2] for start in range(0, len(scales), 2)]


def _lines(text: str, across: int) -> int:
    return math.ceil(len(text) / across)


def _size(room: float, lines: float) -> str:
    return f"{min(max(math.sqrt(room / lines), _SMALLEST), _LARGEST):.2f}"
