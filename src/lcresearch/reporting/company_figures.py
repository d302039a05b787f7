"""The picture of a score: a dot on a line from the lowest to the highest score, with a light bar for how sure it is.

It is as wide as the page gives it, so places are percentages; words stand in the page around it, where they can wrap.
First and now differ in form as well as in colour: a ring and a dot.
"""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from lcresearch.reporting.canvas import ACCENT, MUTED, PAPER
from lcresearch.reporting.company_content import CompanyScale, CompanyScore
from lcresearch.reporting.scores_figure import ticks
from lcresearch.reporting.wording import clean

_HEIGHT, _MIDDLE = 20, 10
_LEFT, _ROOM = 2.0, 96.0
_TRACK, _BAND_FIRST, _BAND_NOW = "#c3ccc8", "#dfe5e2", "#b9dcd8"
_FEW_TICKS = 12


def score_bar(scale: CompanyScale, score: CompanyScore, description: str, *, now: bool) -> Markup:
    """SVG of one score, for inside HTML.

    Parameters
    ----------
    scale : CompanyScale
        With a lowest and a highest score.
    score : CompanyScore
    description : str
        For who cannot see it.
    now : bool
        The last score, drawn as a dot; the one before is a ring.
    """
    parts = [_track(scale)]
    if score.conf_low is not None and score.conf_high is not None:
        low, high = _place(scale, score.conf_low), _place(scale, score.conf_high)
        fill = _BAND_NOW if now else _BAND_FIRST
        size = f'width="{high - low:.1f}%" height="{_HEIGHT - 8}"'
        parts.append(f'<rect x="{low:.1f}%" y="4" {size} rx="3" fill="{fill}"/>')
    dot = f'fill="{ACCENT}" stroke="{PAPER}"' if now else f'fill="{PAPER}" stroke="{MUTED}"'
    at = f'cx="{_place(scale, score.mean):.1f}%" cy="{_MIDDLE}"'
    parts.append(f'<circle {at} r="6" {dot} stroke-width="2"/>')
    label = escape(clean(description), quote=True)
    return Markup(
        f'<svg class="bar" role="img" aria-label="{label}" width="100%" height="{_HEIGHT}">{"".join(parts)}</svg>'
    )


def _track(scale: CompanyScale) -> str:
    """The line, with a mark at each whole number of a short scale."""
    low, high = scale.minimum or 0.0, scale.maximum or 1.0
    marks = ticks(low, high) if high - low <= _FEW_TICKS else [low, (low + high) / 2, high]
    line = (
        f'<line x1="{_LEFT}%" x2="{_LEFT + _ROOM}%" y1="{_MIDDLE}" y2="{_MIDDLE}" stroke="{_TRACK}" stroke-width="2"/>'
    )
    ends = f'y1="{_MIDDLE - 4}" y2="{_MIDDLE + 4}"'
    return line + "".join(
        f'<line x1="{x:.1f}%" x2="{x:.1f}%" {ends} stroke="{_TRACK}" stroke-width="1.5"/>'
        for x in (_place(scale, mark) for mark in marks)
    )


def _place(scale: CompanyScale, value: float) -> float:
    return _LEFT + _ROOM * scale.position(value)
