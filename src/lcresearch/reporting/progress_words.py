"""Numbers of a progress table in words."""

from __future__ import annotations

from typing import Any

from lcresearch.reporting.wording import Wording, is_missing


def amount(value: Any, measure: str, say: Wording) -> str:
    """A number of a criterion in words: a response in percent, what is due in whole numbers."""
    if is_missing(value):
        return "–"
    if measure == "response":
        return say.messages.percent(float(value))
    return say.number(float(value), 0 if float(value).is_integer() else 1)
