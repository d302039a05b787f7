"""Cells of elements and characteristics: one value a case, or a problem that names the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lcresearch.errors import Problem
from lcresearch.integration.cases.columns import check_columns, fingerprint, numbers
from lcresearch.integration.cases.names import in_order, labels, written
from lcresearch.integration.cases.scale_cells import WAVE

_SHOWN = 8


@dataclass(frozen=True)
class Facts:
    """One value a case and column.

    Attributes
    ----------
    values : DataFrame
        ``case, column, value, wave, fingerprint``.
    columns : tuple of str
    cases : set of str
    gaps : DataFrame
        ``case, column, reason``: ``differs`` within the case, or ``missing``.
    problems : tuple of Problem
    """

    values: pd.DataFrame
    columns: tuple[str, ...]
    cases: set[str]
    gaps: pd.DataFrame
    problems: tuple[Problem, ...] = ()


def facts(
    table: pd.DataFrame,
    case: str,
    columns: Sequence[str] | None,
    *,
    name: str,
    numeric: bool,
    by_wave: bool = False,
    same_as: Mapping[str, str] | None = None,
) -> Facts:
    """The values of cases, of which each is checked to be the same in all rows of the case.

    Parameters
    ----------
    table : DataFrame
        A row a case, or several (one an organisation, person or wave); the case is a column or the index.
    case : str
    columns : sequence of str, optional
        By default all others.
    name : str
        What the table is called in messages: ``elements`` or ``characteristics``.
    numeric : bool
        Whether only numbers and yes or no will do.
    by_wave : bool
        Whether a case is a case at one wave; of a table without waves the names are those of cases.
    same_as : mapping of str to str, optional

    Raises
    ------
    IntegrationError
        Q061: a column is missing; Q065: text where degrees are expected.
    """
    table = table if case in table.columns else table.rename_axis(case).reset_index()
    waves = by_wave and WAVE in table.columns
    wanted = list(columns) if columns is not None else [str(one) for one in table.columns if one not in (case, WAVE)]
    check_columns(table, [case, *wanted], name)
    known = table[table[case].notna()]
    place = written(known[case], same_as)
    label = labels(place, known[WAVE]) if waves else place
    values = {one: numbers(known[one], one, name) if numeric else known[one].astype(object) for one in wanted}
    long = pd.DataFrame({"case": label, **values}).melt("case", wanted, "column", "value")
    told = long.dropna(subset="value").drop_duplicates()
    n = told.groupby(["case", "column"]).size().rename("n").reset_index()
    one_value = told.merge(n[n["n"] == 1][["case", "column"]], on=["case", "column"])
    differs = n.loc[n["n"] > 1, ["case", "column"]].assign(reason="differs")
    every = long[["case", "column"]].drop_duplicates()
    missing = every.merge(n, on=["case", "column"], how="left").query("n.isna()")[["case", "column"]]
    prints = [fingerprint(*row) for row in one_value[["column", "value"]].itertuples(index=False, name=None)]
    of_wave = dict(zip(label, known[WAVE].astype("str"), strict=True)) if waves else {}
    one_value = one_value.assign(wave=one_value["case"].map(of_wave) if waves else "", fingerprint=prints)
    problems = [
        Problem(
            "Q066", values={"column": column, "table": name, "n": len(rows), "cases": in_order(rows["case"])[:_SHOWN]}
        )
        for column, rows in differs.groupby("column", sort=False)
    ]
    gaps = pd.concat([differs, missing.assign(reason="missing")], ignore_index=True)
    return Facts(one_value.reset_index(drop=True), tuple(wanted), set(label), gaps, tuple(problems))
