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


def due(value: Any, measure: str, say: Wording) -> str:
    """What should be there by now: of persons and communities in whole numbers, upwards, as there are no halves."""
    whole = measure not in ("response", "recorded") and not is_missing(value)
    return amount(float(math.ceil(value)) if whole else value, measure, say)
