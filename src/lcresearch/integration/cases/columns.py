"""Columns that a table must have, and hashes of what a cell was computed with."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from lcresearch.errors import IntegrationError, Place, Problem, nearest

_DIGITS = 12
_SHOWN = 8


def check_columns(table: pd.DataFrame, needed: Iterable[str], name: str) -> None:
    """Refuse a table that lacks columns.

    Raises
    ------
    IntegrationError
        Q061: all columns that are missing.
    """
    known = [str(column) for column in table.columns]
    problems = [
        Problem("Q061", Place(), {"column": one, "table": name, "known": known, "nearest": nearest(one, known) or "–"})
        for one in dict.fromkeys(needed)
        if one not in known
    ]
    if problems:
        raise IntegrationError(problems)


def check_choice(name: str, found: object, known: Sequence[str]) -> None:
    """Refuse an option that does not exist.

    Raises
    ------
    IntegrationError
        Q073
    """
    if found not in known:
        near = nearest(str(found), known) or "–"
        raise IntegrationError("Q073", name=name, found=str(found), known=list(known), nearest=near)


def fingerprint(*parts: Any) -> str:
    """The first characters of the SHA-256 of plain values: other values give another.

    Examples
    --------
    >>> fingerprint("trust", [("p1", 4.0)]) == fingerprint("trust", [("p1", 4.5)])
    False
    """
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def numbers(values: pd.Series[float], column: str, name: str) -> pd.Series[float]:
    """Degrees as numbers, yes and no as 1 and 0.

    Raises
    ------
    IntegrationError
        Q065: text, or a number without end.
    """
    found = pd.to_numeric(values.map(lambda one: float(one) if isinstance(one, bool) else one), errors="coerce")
    wrong = values[(found.isna() & values.notna()) | found.abs().eq(math.inf)]
    if len(wrong):
        texts = list(dict.fromkeys(map(str, wrong)))[:_SHOWN]
        raise IntegrationError("Q065", column=column, table=name, found=texts)
    return found.astype(float)
