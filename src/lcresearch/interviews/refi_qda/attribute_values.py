"""Values of variables on their way out: the type that the standard gives them, and how XML writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd


def is_nothing(value: Any) -> bool:
    """Whether a value is missing."""
    return value is None or (np.ndim(value) == 0 and bool(pd.isna(value)))


def same_value(first: Any, second: Any) -> bool:
    """Whether two values say the same: missing equals missing, and true is not 1."""
    if is_nothing(first) or is_nothing(second):
        return is_nothing(first) and is_nothing(second)
    return bool(first == second) and isinstance(first, bool | np.bool_) == isinstance(second, bool | np.bool_)


def kind_and_text(value: Any, declared: str) -> tuple[str, str]:
    """Type of a value in the words of the standard, and the value as XML has it."""
    kind = kind_of(value)
    if declared and kind != declared:
        kind = "Float" if (kind, declared) == ("Integer", "Float") else "Text"
    if kind == "Boolean":
        return kind, "true" if value else "false"
    if kind == "DateTime":
        moment = pd.Timestamp(value)
        return kind, (moment.tz_convert("UTC") if moment.tzinfo else moment).isoformat().replace("+00:00", "Z")
    if kind == "Date":
        return kind, value.isoformat()
    if kind == "Float":
        return kind, np.format_float_positional(float(value), trim="-")
    return kind, str(value)


def kind_of(value: Any) -> str:
    """Type of a value in the words of the standard."""
    if isinstance(value, bool | np.bool_):
        return "Boolean"
    if isinstance(value, int | np.integer):
        return "Integer"
    if isinstance(value, float | np.floating):
        return "Float" if np.isfinite(value) else "Text"
    if isinstance(value, datetime | np.datetime64):
        return "DateTime"
    return "Date" if isinstance(value, date) else "Text"
