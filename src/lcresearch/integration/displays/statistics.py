"""Statistics of a result or a table in one form, whatever their columns are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError
from lcresearch.results import Result

VALUES = ("estimate", "mean", "score", "value")
TERMS = ("term", "element", "scale", "statistic", "outcome")
COUNTS = ("n_persons", "n")


def table_of(result: Any) -> pd.DataFrame:
    """The table of a result: that of elements of a synthesis, the tidy one of others, or a table as it is.

    Raises
    ------
    IntegrationError
        Q095: it is neither a result nor a table.
    """
    if isinstance(result, pd.DataFrame):
        return result
    for holder in (getattr(result, "working_elements", None), result):
        table = getattr(holder, "table", None)
        if isinstance(table, pd.DataFrame) and "element" in table:
            return table
    if isinstance(result, Result):
        return result.tidy()
    raise IntegrationError("Q095", found=type(result).__name__)


def name_of(result: Any) -> str:
    """What a result is called in the source of a cell."""
    return "table" if isinstance(result, pd.DataFrame) else type(result).__name__


def in_one_form(frame: pd.DataFrame, *, value: str | None = None, group: str | None = None) -> pd.DataFrame:
    """``term, group, value, conf_low, conf_high, n`` of each row; what a table lacks is missing.

    Parameters
    ----------
    frame : DataFrame
    value : str, optional
        Column of the statistic; by default ``estimate``, ``mean``, ``score`` or ``value``.
    group : str, optional
        Column of the groups; by default ``group``.

    Raises
    ------
    IntegrationError
        Q096: there is no such column, or it holds no numbers.
    """
    known = [str(name) for name in frame.columns]
    chosen = _first(frame, (value,) if value else VALUES)
    if chosen is None:
        raise IntegrationError("Q096", column=value or ", ".join(VALUES), known=known)
    numbers = pd.to_numeric(frame[chosen], errors="coerce")
    if bool((numbers.isna() & frame[chosen].notna()).any()):
        raise IntegrationError("Q096", column=chosen, known=known)
    term, count = _first(frame, TERMS), _first(frame, COUNTS)
    of_group = group if group in known else "group" if "group" in known else None
    return pd.DataFrame(
        {
            "term": frame[term].astype(str).to_numpy() if term else chosen,
            "group": frame[of_group].to_numpy(dtype=object) if of_group else np.full(len(frame), None),
            "value": numbers.to_numpy(dtype=float),
            "conf_low": _numbers(frame, "conf_low"),
            "conf_high": _numbers(frame, "conf_high"),
            "n": _numbers(frame, count),
        }
    )


def _first(frame: pd.DataFrame, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in frame.columns), None)


def _numbers(frame: pd.DataFrame, name: str | None) -> Any:
    if name is None or name not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
