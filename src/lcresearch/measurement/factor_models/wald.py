"""Wald tests and intervals beside the estimates of a factor model."""

from __future__ import annotations

import pandas as pd
from scipy import stats


def with_tests(frame: pd.DataFrame, conf_level: float, unit: str) -> pd.DataFrame:
    """z tests and intervals beside ``estimate`` and ``std_error``; ``unit`` is the column of groups or levels."""
    width = stats.norm.ppf((1 + conf_level) / 2) * frame["std_error"]
    statistic = frame["estimate"] / frame["std_error"].where(frame["std_error"] > 0)
    frame = frame.assign(
        statistic=statistic,
        p_value=2 * stats.norm.sf(statistic.abs()),
        conf_low=frame["estimate"] - width,
        conf_high=frame["estimate"] + width,
    )
    order = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high", "std_lv", "std_all"]
    return frame[["term", "kind", unit, "label", *order]]
