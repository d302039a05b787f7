"""How an arrow of a logic model looks: width by strength, colour and dashes by certainty, grey for gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

GAP_COLOUR = "#737f7b"
WIDTHS = {"negligible": 1.2, "small": 2.4, "medium": 4.2, "large": 6.5, "": 1.6}
CERTAINTIES: dict[str, tuple[str, tuple[float, ...]]] = {
    "high": ("#0b3d5c", ()),
    "moderate": ("#1f6fb2", (14.0, 4.0)),
    "low": ("#b35806", (7.0, 4.0)),
    "very low": ("#a3195b", (2.5, 3.0)),
    "": ("#3f4d49", (10.0, 3.0, 2.5, 3.0)),
}
"""Colour and dashes, apart for who sees no colours."""
GAP_DASHES = {"not studied": (5.0, 5.0), "only told": (1.6, 4.0)}


@dataclass(frozen=True)
class ArrowStyle:
    """Colour, width and dashes of a line."""

    colour: str
    width: float
    dashes: tuple[float, ...]
    gap: bool


def arrow_style(row: Any) -> ArrowStyle:
    """The look of an arrow: a row of the table of a logic model, with columns as attributes."""
    if row.gap in GAP_DASHES:
        return ArrowStyle(GAP_COLOUR, 1.5, GAP_DASHES[row.gap], True)
    colour, dashes = CERTAINTIES[row.certainty]
    width = WIDTHS[row.strength]
    return ArrowStyle(colour, width, tuple(max(part, width * 0.7) for part in dashes), False)


def sign_of(row: Any) -> str:
    """What was found, in one sign."""
    if row.gap:
        return {"not studied": "?", "only told": "”", "no clear answer": "~"}[row.gap]
    return {"positive": "+", "negative": "−", "null": "0", "depends": "±"}.get(row.direction, "~")
