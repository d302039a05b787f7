"""Codings as rows on their way out: with text for what is missing, and which differ from those of the base."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd


class CodingRow(NamedTuple):
    """One coding, with its time as XML has it."""

    id: str
    selection: str
    document: str
    start: int
    end: int
    code: str
    coder: str
    created: str


def coding_rows(codings: pd.DataFrame) -> Iterator[CodingRow]:
    """Rows of codings that stand by id, in their order."""
    times = ["" if pd.isna(time) else time.isoformat().replace("+00:00", "Z") for time in codings["created"]]
    columns = [codings[name] for name in ("selection", "document", "start", "end", "code", "coder")]
    return itertools.starmap(CodingRow, zip(codings.index, *columns, times, strict=True))


def by_id(codings: pd.DataFrame) -> pd.DataFrame:
    """Codings by id, with text for what is missing."""
    found = codings.set_index("coding")
    text = ("selection", "document", "code", "coder")
    words = {name: found[name].astype(object).where(found[name].notna(), "").astype("str") for name in text}
    created = pd.to_datetime(found["created"], utc=True) if len(found) else found["created"]
    return found.assign(**words, created=created)


def differs(first: pd.DataFrame, second: pd.DataFrame, columns: list[str]) -> np.ndarray:
    """Which rows have another value in one of the columns; two that are missing are alike."""
    found = np.zeros(len(first), dtype=bool)
    for column in columns:
        one, other = first[column], second[column]
        found |= ~((one == other) | (one.isna() & other.isna())).to_numpy(dtype=bool)
    return found
