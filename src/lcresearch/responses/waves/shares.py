"""Several groups of one level for one person: how much of the person belongs to each."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import Problem, ResponsesError
from lcresearch.responses.tables import Mask
from lcresearch.responses.waves.columns import as_text, missing_columns, named_ids

ROUNDING = 0.02
_PERCENT = re.compile(r"(.*?)[\s(:=]+(\d{1,3}(?:[.,]\d+)?)\s*%\s*\)?")
KEYS = ["respondent", "wave"]
COLUMNS = [*KEYS, "group", "weight"]


def shares_of_cells(frame: pd.DataFrame, columns: Sequence[str], separator: str | None) -> pd.DataFrame:
    """Groups named in one cell (``"A; B"``, ``"A 70%; B 30%"``) or in several columns.

    Gives ``respondent, wave, group, weight``. Shares are equal unless percentages are given. Without a separator a
    cell is one group.

    Raises
    ------
    ResponsesError
        R162 percentages that do not make 100, or that only some groups of a person have.
    """
    parts = [_parts_of(as_text(frame[column]), place, separator) for place, column in enumerate(columns)]
    table = pd.concat(parts, ignore_index=True).sort_values(["row", "column", "place"], kind="stable")
    table = table.drop_duplicates(["row", "group"])
    some = table.groupby("row")["share"].transform("count").to_numpy()
    size = table.groupby("row")["group"].transform("size").to_numpy()
    half = (some > 0) & (some < size)
    table["weight"] = table["share"].where(some > 0, 1.0)
    whole = frame[KEYS].reset_index(drop=True).apply(as_text).loc[table["row"]].reset_index(drop=True)
    table = whole.assign(group=table["group"].to_numpy(), weight=table["weight"].to_numpy())
    if half.any():
        raise ResponsesError(_problem("R162", table[half]))
    given = some > 0
    return pd.concat([normalised(table[given], whole=100.0), _equal(table[~given])]).sort_index()[COLUMNS]


def _parts_of(cells: pd.Series[str], column: int, separator: str | None) -> pd.DataFrame:
    """The groups of each cell; distinct cells are taken apart once."""
    rows = np.flatnonzero(cells.notna().to_numpy())
    codes, distinct = pd.factorize(cells.iloc[rows].to_numpy(dtype=object))
    found: list[tuple[int, int, str, float]] = []
    for code, cell in enumerate(distinct.tolist()):
        texts = [part.strip() for part in cell.split(separator)] if separator else [cell]
        for place, text in enumerate(text for text in texts if text):
            match = _PERCENT.fullmatch(text) if separator else None
            share = float(match[2].replace(",", ".")) if match else np.nan
            found.append((code, place, match[1] if match else text, share))
    parts = pd.DataFrame(found, columns=["code", "place", "group", "share"])
    table = pd.DataFrame({"row": rows, "code": codes}).merge(parts.astype({"group": "str"}), on="code")
    return table.assign(column=column).drop(columns="code")


def _equal(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(weight=1 / table.groupby(KEYS, dropna=False)["group"].transform("size"))


def shares_of_table(shares: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """A separate table of shares for the rows of a frame: ``respondent, wave, group, weight``.

    Parameters
    ----------
    shares : DataFrame
        ``respondent, group`` and, if they differ, ``share`` (together 1, or 100) and ``wave``; without a wave they hold
        for all waves of the person.
    frame : DataFrame
        ``respondent`` and ``wave``.

    Raises
    ------
    ResponsesError
        With every problem found: R140 a column missing, R162 shares that are missing, negative or do not make a whole,
        R163 persons who are not among the respondents, R164 a group named twice for a person.
    """
    problems = missing_columns(shares, ["respondent", "group"])
    if problems:
        raise ResponsesError(problems)
    by = [name for name in KEYS if name in shares.columns]
    table = shares[[*by, "group"]].reset_index(drop=True).apply(as_text)
    has_shares = "share" in shares.columns
    table["weight"] = pd.to_numeric(shares["share"], errors="coerce").to_numpy(dtype=float) if has_shares else 1.0
    known = pd.MultiIndex.from_frame(frame[by].apply(as_text))
    strange = ~pd.MultiIndex.from_frame(table[by]).isin(known)
    twice = table.duplicated([*by, "group"], keep=False).to_numpy()
    weight = table["weight"].to_numpy(dtype=float)
    wrong = (np.isnan(weight) | (weight < 0) | np.isinf(weight) | table["group"].isna()).to_numpy(dtype=bool)
    found = [("R163", strange), ("R164", twice), ("R162", wrong)]
    problems = [_problem(code, table[rows]) for code, rows in found if rows.any()]
    if problems:
        raise ResponsesError(problems)
    whole = table.groupby(by)["weight"].sum().median() if has_shares else 1.0
    table = normalised(table, 100.0 if whole > 50 else 1.0, by) if has_shares else _by_person(table, by)
    missing = [name for name in KEYS if name not in by]
    return frame[KEYS].apply(as_text).merge(table, on=by)[COLUMNS] if missing else table[COLUMNS]


def _by_person(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return table.assign(weight=1 / table.groupby(by)["group"].transform("size"))


def normalised(table: pd.DataFrame, whole: float, by: Sequence[str] = KEYS) -> pd.DataFrame:
    """Weights that sum to exactly 1 a person, from shares that sum to ``whole`` but for rounding (2%); none of 0.

    Raises
    ------
    ResponsesError
        R162 shares of a person that do not.
    """
    total = table.groupby([*by], dropna=False)["weight"].transform("sum")
    wrong = ((total / whole - 1).abs() > ROUNDING).to_numpy()
    if wrong.any():
        raise ResponsesError(_problem("R162", table[wrong]))
    return table.assign(weight=table["weight"] / total)[(table["weight"] > 0).to_numpy()]


def main_groups(weights: pd.DataFrame) -> tuple[pd.DataFrame, Mask]:
    """The one group that stands for a person in a wave: that with the largest weight, else the first.

    Returns
    -------
    table : DataFrame
        ``respondent, wave, group``.
    tied : array of bool
        For each row of it whether another group weighs as much.
    """
    keys = weights.groupby(KEYS, sort=False, dropna=False)["weight"]
    largest = weights[(weights["weight"] >= keys.transform("max") - 1e-9).to_numpy()]
    first = largest.drop_duplicates(KEYS)
    size = largest.groupby(KEYS, sort=False, dropna=False).size().to_numpy()
    return first[[*KEYS, "group"]].reset_index(drop=True), size > 1


def _problem(code: str, rows: pd.DataFrame) -> Problem:
    ids = rows["respondent"].dropna().unique().tolist()
    return Problem(code, values={"n": len(ids), "ids": named_ids(ids)})
