"""Numbers of a progress table in words."""

from __future__ import annotations

import math
from typing import Any

from lcresearch.reporting.wording import Wording, is_missing


def amount(value: Any, measure: str, say: Wording) -> str:
    """A number of a criterion in words: a response in percent."""
    if is_missing(value):
        return "–"
    if measure == "response":
        return say.messages.percent(float(value))
    return say.number(float(value), 0 if float(value).is_integer() else 1)


def due(value: Any, measure: str, reached: Any, say: Wording) -> str:
    """What should be there by now: in whole numbers, upwards, as there are no halves of persons or communities."""
    halves = not is_missing(reached) and not float(reached).is_integer()
    if is_missing(value) or measure == "response" or halves:
        return amount(value, measure, say)
    return amount(math.ceil(value), measure, say)
