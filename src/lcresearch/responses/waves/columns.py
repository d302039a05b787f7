"""What functions on a frame of answers ask of its columns: that they are there, as text, one row a person and wave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from lcresearch.errors import Problem, ResponsesError
from lcresearch.responses.result import IDENTITY
from lcresearch.responses.tables import shown
from lcresearch.validation import did_you_mean

_NAMED = 10


def missing_columns(frame: pd.DataFrame, names: Iterable[str]) -> list[Problem]:
    """A problem R140 for each name that is no column of the frame.

    Examples
    --------
    >>> [problem.code for problem in missing_columns(pd.DataFrame({"wave": ["t0"]}), ["wave", "team"])]
    ['R140']
    """
    known = [str(name) for name in frame.columns]
    return [
        Problem("R140", values={"name": name, "known": known, "did_you_mean": did_you_mean(name, known)})
        for name in dict.fromkeys(names)
        if name not in frame.columns
    ]


def as_text(column: pd.Series[Any]) -> pd.Series[str]:
    """A column as text, with a new index: blanks around it gone, empty as missing, ``12.0`` as ``12``.

    Examples
    --------
    >>> as_text(pd.Series([12.0, None])).tolist(), as_text(pd.Series([" A ", ""])).tolist()
    (['12', nan], ['A', nan])
    """
    column = column.reset_index(drop=True)
    if column.dtype.kind == "f":
        whole = bool((column.dropna() % 1 == 0).all())
        column = column.astype("Int64") if whole else column
    texts = column.astype("str").str.strip()
    return texts.where(texts != "").astype("str")


def refuse_twice(keys: pd.DataFrame) -> None:
    """Refuse a person who stands in one wave twice.

    Parameters
    ----------
    keys : DataFrame
        ``respondent`` and ``wave``.

    Raises
    ------
    ResponsesError
        R145, with the first ten ids.
    """
    twice = keys[keys.duplicated(list(IDENTITY))].dropna()
    if len(twice):
        ids = twice["respondent"].unique().tolist()
        raise ResponsesError("R145", n=len(ids), ids=named_ids(ids))


def named_ids(ids: list[str]) -> str:
    """The first ten ids, for a message."""
    return ", ".join(shown(who, 40) for who in ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")
