"""Who answered twice, and whether those who left, or came later, stood elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lcresearch.change.firms_fixed import Array
from lcresearch.change.sureness import half_width
from lcresearch.change.two_waves import TwoWaves


def dropout(waves: TwoWaves, conf_level: float = 0.95) -> pd.DataFrame:
    """Scores of who stayed beside those of who left, and of who came.

    Returns
    -------
    DataFrame
        Two rows: ``term`` (``left``: before-scores of who did not answer after; ``came``: after-scores of who did not
        answer before), ``n_linked, n_once, share_once, mean_linked, mean_once, estimate`` (once less linked),
        ``std_error, df, conf_low, conf_high`` (Welch). Groups that take part only.
    """
    part, linked = waves.of_part, waves.linked
    rows = []
    for term, scores in (("left", waves.before), ("came", waves.after)):
        stayed, once = scores[part & linked], scores[part & ~linked & ~np.isnan(scores)]
        row: dict[str, Any] = {"term": term, "n_linked": len(stayed), "n_once": len(once)}
        total = len(stayed) + len(once)
        row |= {"share_once": len(once) / total if total else np.nan}
        row |= {"mean_linked": _mean(stayed), "mean_once": _mean(once)}
        estimate, error, df = welch(stayed, once)
        half = float(half_width(np.array([error]), np.array([df]), conf_level)[0])
        row |= {"estimate": estimate, "std_error": error, "df": df}
        rows.append(row | {"conf_low": estimate - half, "conf_high": estimate + half})
    return pd.DataFrame(rows)


def welch(first: Array, second: Array) -> tuple[float, float, float]:
    """Mean of the second less that of the first, its error and degrees of freedom (Welch 1947); NaN below two each.

    Examples
    --------
    >>> [round(number, 4) for number in welch(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0]))]
    [1.0, 1.1547, 1.6842]
    """
    if not len(first) or not len(second):
        return np.nan, np.nan, np.nan
    estimate = float(second.mean() - first.mean())
    if min(len(first), len(second)) < 2:
        return estimate, np.nan, np.nan
    parts = np.array([first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)])
    if not parts.sum() > 0:
        return estimate, np.nan, np.nan
    df = parts.sum() ** 2 / (parts**2 / np.array([len(first) - 1, len(second) - 1])).sum()
    return estimate, float(np.sqrt(parts.sum())), float(df)


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else np.nan
