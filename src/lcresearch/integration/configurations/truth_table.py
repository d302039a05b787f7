"""The truth table: every combination of conditions with the outcome that it goes with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import IntegrationError, Problem
from lcresearch.integration.configurations.expressions import terms_of
from lcresearch.integration.configurations.few_cases import CAUTION, cases_needed, chance_without_contradiction
from lcresearch.integration.configurations.fit import sufficiency
from lcresearch.integration.configurations.observed_rows import Cuts, TruthTable
from lcresearch.integration.configurations.reading import Cases, Missing, is_share, read_cases
from lcresearch.integration.configurations.terms import (
    Array,
    Bools,
    Condition,
    Ints,
    configurations_of,
    covers,
    row_numbers,
    term_membership,
)
from lcresearch.messages import LANGUAGES, Messages

ROUNDING = 1e-9
"""A consistency this close to a cut counts as reaching it."""


def truth_table(
    frame: Any,
    outcome: str,
    conditions: Sequence[str | Condition],
    *,
    frequency: int = 1,
    consistency: float = 0.8,
    exclusion: float | None = None,
    pri: float = 0.0,
    exclude: Sequence[int | str] = (),
    cases: str | None = None,
    missing: Missing = "refuse",
) -> TruthTable:
    """The truth table of an outcome (Ragin, 1987, 2008), for crisp, fuzzy and multi-value sets together.

    Parameters
    ----------
    frame : DataFrame or CaseMatrix
        A row a case. A column with whole numbers is a crisp (0, 1) or multi-value (0, 1, 2, ...) set, one with other
        numbers a fuzzy set from 0 to 1; see calibration for how to get there.
    outcome : str
        A column, ``~`` before it for its absence, or with a value (``SURV[1]``) when it has several.
    conditions : sequence of str
    frequency : int
        With fewer cases in it a row is a remainder (``?``).
    consistency : float
        Lowest consistency of a sufficient row (``1``).
    exclusion : float, optional
        A row below ``consistency`` is a contradiction (``C``) from this consistency on, and not sufficient (``0``)
        below. By default there are no contradictions. A contradiction is not explained, nor used as a remainder.
    pri : float
        Lowest proportional reduction in inconsistency of a sufficient row.
    exclude : sequence of int or str
        Rows that are put to 0: the number of a row, or an expression such as ``~DEV*STB`` for the remainders in it.
    cases : str, optional
        Column with the names of the cases; by default the index.
    missing : {"refuse", "leave_out"}
        What to do with cases with missing values. Nothing is filled in.

    Returns
    -------
    TruthTable
        A case belongs to the row in which its membership is above 0.5; one with exactly 0.5 in a condition to none.

    Raises
    ------
    IntegrationError
        Q001 to Q013, Q026, Q028, Q280 to Q282: what is wrong with the table or the settings.

    Examples
    --------
    >>> cases = pd.DataFrame(
    ...     {"trust": [1, 1, 0, 0, 1, 0], "time": [1, 0, 1, 0, 1, 1], "learning": [1, 0, 1, 0, 1, 0]},
    ...     index=["A", "B", "C", "D", "E", "F"],
    ... )
    >>> table = truth_table(cases, "learning", ["trust", "time"])
    >>> table.tidy()[["row", "trust", "time", "out", "n", "consistency", "cases"]]
       row  trust  time out  n  consistency cases
    0    1      0     0   0  1          0.0     D
    1    2      0     1   0  2          0.5  C, F
    2    3      1     0   0  1          0.0     B
    3    4      1     1   1  2          1.0  A, E
    """
    _check_cuts(frequency, consistency, exclusion, pri)
    check_choice("missing", missing, ("refuse", "leave_out"))
    read = read_cases(frame, outcome, conditions, cases=cases, missing=missing)
    cuts = Cuts(frequency, consistency, exclusion, pri, tuple(exclude))
    return table_of(read, cuts)


def table_of(read: Cases, cuts: Cuts) -> TruthTable:
    """The truth table of cases as read."""
    sets, levels = read.conditions, [condition.levels for condition in read.conditions]
    undecided = _undecided(read.frame, sets)
    row_of = row_numbers(_configurations(read.frame, sets), levels)
    rows = np.unique(row_of[~undecided.any(axis=1)])
    configurations = configurations_of(rows, levels)
    terms = [tuple(int(value) for value in values) for values in configurations]
    x, y = term_membership(terms, read.frame, sets), read.membership.to_numpy(dtype=np.float64)
    fit = sufficiency(x, y)
    inside = x > 0.5
    excluded = _excluded(cuts.exclude, sets, rows[inside.sum(axis=0) >= cuts.frequency])
    table = pd.DataFrame({"row": rows})
    for place, condition in enumerate(sets):
        table[condition.name] = configurations[:, place]
    table["out"] = pd.Series(_outs(fit.consistency, fit.pri, inside, cuts), dtype=object)
    table.loc[table["row"].isin(excluded), "out"] = "0"
    table["n"] = inside.sum(axis=0)
    table["consistency"], table["pri"] = fit.consistency, fit.pri
    names = [tuple(str(case) for case in read.frame.index[column]) for column in inside.T]
    table["cases"] = pd.Series(names, dtype=object)
    in_no_row = {
        str(read.frame.index[place]): tuple(c.name for c, half in zip(sets, undecided[place], strict=True) if half)
        for place in np.flatnonzero(undecided.any(axis=1)).tolist()
    }
    table_found = TruthTable(
        read.outcome, sets, read.frame, read.membership, table, cuts, excluded, read.left_out, in_no_row, read.problems
    )
    return _with_problems(table_found)


def _check_cuts(frequency: int, consistency: float, exclusion: float | None, pri: float) -> None:
    wrong = []
    if not isinstance(frequency, int | np.integer) or frequency < 1:
        wrong.append(Problem("Q011", values={"name": "frequency", "value": str(frequency), "range": "1, 2, 3, …"}))
    for name, value in (("consistency", consistency), ("pri", pri), ("exclusion", exclusion)):
        if value is not None and not is_share(value):
            wrong.append(Problem("Q011", values={"name": name, "value": str(value), "range": "0–1"}))
    if not wrong and exclusion is not None and exclusion > consistency:
        limit = f"0–{consistency}"
        wrong.append(Problem("Q011", values={"name": "exclusion", "value": str(exclusion), "range": limit}))
    if wrong:
        raise IntegrationError(wrong)


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Refuse (Q011) a word that is none of those that can be chosen."""
    if value not in choices:
        raise IntegrationError("Q011", name=name, value=str(value), range=", ".join(choices))


def _undecided(frame: pd.DataFrame, sets: Sequence[Condition]) -> Bools:
    """Which case is neither in nor out of which condition; cases x conditions."""
    halves = [(frame[c.name].to_numpy() == 0.5) if c.fuzzy else np.zeros(len(frame), dtype=np.bool_) for c in sets]
    return np.stack(halves, axis=1)


def _configurations(frame: pd.DataFrame, sets: Sequence[Condition]) -> Ints:
    columns = [frame[c.name].to_numpy() > 0.5 if c.fuzzy else frame[c.name].to_numpy() for c in sets]
    return np.stack(columns, axis=1).astype(np.int64)


def _outs(consistency: Array, pri: Array, inside: Bools, cuts: Cuts) -> list[str]:
    high = consistency >= cuts.consistency - ROUNDING
    between = ~high & (consistency >= (cuts.consistency if cuts.exclusion is None else cuts.exclusion) - ROUNDING)
    kinds = np.where(high & (pri >= cuts.pri - ROUNDING), "1", np.where(between, "C", "0"))
    return [str(out) for out in np.where(inside.sum(axis=0) >= cuts.frequency, kinds, "?")]


def _excluded(exclude: Sequence[int | str], sets: Sequence[Condition], observed: Ints) -> tuple[int, ...]:
    levels = [condition.levels for condition in sets]
    found = {int(row) for row in exclude if not isinstance(row, str)}
    outside = sorted(row for row in found if not 1 <= row <= int(np.prod(levels)))
    if outside:
        raise IntegrationError("Q026", rows=outside, most=int(np.prod(levels)))
    return tuple(sorted(found | remainders_in([row for row in exclude if isinstance(row, str)], sets, observed)))


def remainders_in(expressions: Sequence[str], sets: Sequence[Condition], observed: Ints) -> set[int]:
    """Rows that the expressions hold, without those that are observed."""
    if not expressions:
        return set()
    levels = [condition.levels for condition in sets]
    rows = np.arange(1, int(np.prod(levels)) + 1)
    configurations = configurations_of(rows, levels)
    held = [covers(terms_of(expression, sets), configurations).any(axis=0) for expression in expressions]
    return {int(row) for row in rows[np.any(held, axis=0)]} - {int(row) for row in observed}


def _with_problems(table: TruthTable) -> TruthTable:
    found = list(table.problems)
    for case, names in table.in_no_row.items():
        found.append(Problem("Q016", values={"case": case, "conditions": list(names)}))
    halves = [str(case) for case in table.frame.index[(table.membership == 0.5).to_numpy()]]
    if halves:
        found.append(Problem("Q287", values={"outcome": table.outcome, "cases": halves, "n": len(halves)}))
    chance = chance_without_contradiction(len(table.frame), table.n_rows)
    if chance >= CAUTION:
        found.append(Problem("Q015", values=few_cases(table, chance)))
    contradictions = table.rows("C")
    if contradictions:
        found.append(Problem("Q022", values={"rows": list(contradictions), "n": len(contradictions)}))
    if not table.rows("1"):
        found.append(Problem("Q018", values={"outcome": table.outcome, "consistency": table.cuts.consistency}))
    return replace(table, problems=tuple(found))


def few_cases(table: TruthTable, chance: float) -> dict[str, Any]:
    """What messages on too many conditions say."""
    return {
        "n": len(table.conditions),
        "cases": len(table.frame),
        "conditions": len(table.conditions),
        "rows": table.n_rows,
        "chance": {language: _percent(chance, language) for language in LANGUAGES},
        "needed": cases_needed(table.n_rows),
    }


def _percent(chance: float, language: str) -> str:
    return Messages(language).percent(chance)
