"""Small tables of a package as JSON: of figures over groups and codes, with no text but what is listed here."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.synthesis.packages.strict_json import without_steering

FORMAT, VERSION = "lcresearch table", 1
TEXTS: Mapping[str, tuple[str, ...]] = {
    "agreement": ("scale", "wave", "level"),
    "codes": ("code", "name"),
    "presence": ("code", "community"),
    "quotes": ("code", "text"),
}
"""Columns that may hold text; all others hold numbers."""
_MOST_CELLS = 1_000_000


def check_table(kind: str, table: pd.DataFrame, *, file: str | None = None) -> None:
    """Refuse a table with text where only numbers may be.

    Raises
    ------
    SynthesisError
        Y157, for each column.
    """
    problems = []
    for name in map(str, table.columns):
        column = table[name].dropna()
        texts = TEXTS[kind]
        if name in texts or pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
            continue
        if not all(isinstance(value, int | float) for value in column):
            problems.append(
                Problem("Y157", Place(file=file, column=name), {"table": kind, "column": name, "known": list(texts)})
            )
    if problems:
        raise SynthesisError(problems)


def table_to_json(table: pd.DataFrame) -> str:
    """A table with a missing value as null."""
    rows = [[_plain(value) for value in row] for row in table.to_numpy(dtype=object).tolist()]
    return json.dumps({"format": FORMAT, "version": VERSION, "columns": list(map(str, table.columns)), "rows": rows})


def table_from_json(text: str) -> pd.DataFrame:
    """What :func:`table_to_json` wrote; raises ValueError, KeyError or TypeError for anything else."""
    values: Any = json.loads(text)
    if values["format"] != FORMAT or values["version"] != VERSION:
        raise ValueError(f"{values['format']} {values['version']}")
    columns, rows = [str(name) for name in values["columns"]], values["rows"]
    if len(set(columns)) < len(columns) or len(rows) * max(len(columns), 1) > _MOST_CELLS:
        raise ValueError("columns")
    for row in rows:
        if not isinstance(row, list) or len(row) != len(columns):
            raise ValueError("rows")
        if not all(value is None or isinstance(value, bool | int | str) or _finite(value) for value in row):
            raise ValueError("NaN")
    return pd.DataFrame({name: [row[place] for row in rows] for place, name in enumerate(columns)})


def _finite(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, bool | int | float) else without_steering(str(value))
