"""Reading memberships of cases: every problem of a table is found before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import IntegrationError, Problem, nearest
from lcresearch.integration.configurations.expressions import Part, is_readable, part_of
from lcresearch.integration.configurations.minimisation import MOST_TERMS
from lcresearch.integration.configurations.terms import Array, Condition

Missing = Literal["refuse", "leave_out"]
MOST_VALUES = 20
"""A set with more values than this is a measure that nobody calibrated."""

RESERVED = ("row", "out", "n", "consistency", "pri", "cases")


@dataclass(frozen=True)
class Cases:
    """Cases as read.

    Attributes
    ----------
    frame : DataFrame
        A row a case, named by the index: conditions and outcome as given, as numbers.
    conditions : tuple of Condition
    outcome : str
        As asked, without blanks around its parts.
    membership : Series
        In the outcome as asked.
    left_out : tuple of str
        Cases with missing values.
    problems : tuple of Problem
    """

    frame: pd.DataFrame
    conditions: tuple[Condition, ...]
    outcome: str
    membership: pd.Series
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_cases(
    frame: Any,
    outcome: str,
    conditions: Sequence[str | Condition],
    *,
    cases: str | None = None,
    missing: Missing = "refuse",
) -> Cases:
    """Check a table of memberships and take from it what is asked; arguments as in :func:`truth_table`.

    Raises
    ------
    IntegrationError
        Q001 to Q009, Q012, Q013, Q028, Q280 to Q282: all that is wrong together.
    """
    table = named_cases(frame, cases)
    conditions = [conditions] if isinstance(conditions, str) else list(conditions)
    names = [one.name if isinstance(one, Condition) else str(one) for one in conditions]
    asked = _outcome_of(outcome, table)
    _raise(_wrong_names(table, names, asked.name))
    numbers, wrong = _numbers(table, [*names, asked.name])
    gaps = numbers.isna().any(axis=1)
    if not wrong and gaps.all() and (missing == "leave_out" or not len(gaps)):
        raise IntegrationError("Q282", n=len(gaps))
    known = {one.name: one for one in conditions if isinstance(one, Condition)}
    sets = tuple(_condition(numbers[name].dropna(), known.get(name)) for name in names)
    if gaps.any() and not wrong and missing != "leave_out":
        wrong = [_missing(numbers, gaps)]
    _raise([*wrong, *_unusable(numbers, sets, asked), *_too_many(sets)])
    numbers, left_out = numbers[~gaps], tuple(str(name) for name in numbers.index[gaps])
    membership = _membership(numbers[asked.name], asked).rename(asked.written)
    _raise(_alike(numbers, sets, membership, asked))
    notes = [Problem("Q017", values={"cases": list(left_out), "n": len(left_out)})] if left_out else []
    notes += [_never_seen(one, numbers[one.name]) for one in sets if one.name not in known and _unseen(one, numbers)]
    doubles = _same_as_outcome(numbers, sets, membership)
    return Cases(numbers, sets, asked.written, membership, left_out, (*notes, *doubles))


def named_cases(frame: Any, cases: str | None = None) -> pd.DataFrame:
    """The table with the names of cases as index; of a case matrix its frame.

    Raises
    ------
    IntegrationError
        Q001: no such column of names; Q005: names that stand twice; Q281: cases without a name.
    """
    table = frame if isinstance(frame, pd.DataFrame) else getattr(frame, "frame", frame)
    table = pd.DataFrame(table).rename(columns=str)
    if cases is not None:
        if cases not in table.columns:
            raise IntegrationError([_unknown(cases, table)])
        table = table.set_index(cases)
    nameless = 0 if isinstance(table.index, pd.MultiIndex) else int(np.sum(pd.isna(table.index.to_numpy())))
    if nameless:
        raise IntegrationError("Q281", n=nameless)
    table = table.rename(index=str)
    doubled = table.index[table.index.duplicated()].unique().tolist()
    if doubled:
        raise IntegrationError("Q005", cases=doubled, n=len(doubled))
    return table


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise IntegrationError(problems)


def _unknown(name: str, table: pd.DataFrame) -> Problem:
    known = [str(column) for column in table.columns]
    return Problem("Q001", values={"column": name, "known": known or "–", "nearest": nearest(name, known) or "–"})


def _outcome_of(outcome: str, table: pd.DataFrame) -> Part:
    if str(outcome) in table.columns:
        return Part(str(outcome), False, ())
    part = part_of(str(outcome))
    return part if part is not None else Part(str(outcome), False, ())


def _wrong_names(table: pd.DataFrame, names: Sequence[str], outcome: str) -> list[Problem]:
    found = [_unknown(name, table) for name in dict.fromkeys([*names, outcome]) if name not in table.columns]
    columns = [str(name) for name in table.columns]
    doubled = sorted({name for name in [*names, outcome] if names.count(name) > 1 or columns.count(name) > 1})
    if doubled or not names:
        found.append(Problem("Q013", values={"doubled": doubled or "–"}))
    if outcome in names:
        found.append(Problem("Q006", values={"column": outcome}))
    unreadable = [name for name in dict.fromkeys([*names, outcome]) if name in columns and not is_readable(name)]
    found += [Problem("Q280", values={"column": name}) for name in unreadable]
    found += [
        Problem("Q028", values={"column": name, "reserved": list(RESERVED)}) for name in names if name in RESERVED
    ]
    return found


def _numbers(table: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """Columns as numbers, and what is no number."""
    columns, wrong = {}, []
    for name in dict.fromkeys(names):
        given = table[name]
        values = pd.to_numeric(given, errors="coerce").astype(np.float64)
        bad = (values.isna() & given.notna()) | np.isinf(values)
        if bad.any():
            wrong.append(_outside(name, given[bad]))
            values = values.mask(bad)
        columns[name] = values
    return pd.DataFrame(columns, index=table.index), wrong


def _outside(name: str, bad: pd.Series) -> Problem:
    shown = [f"{case}: {_short(value)}" for case, value in bad.head(10).items()]
    return Problem("Q003", values={"column": name, "found": shown, "n": len(bad)})


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _missing(numbers: pd.DataFrame, gaps: pd.Series) -> Problem:
    cells = numbers[gaps].isna()
    shown = [
        f"{case} ({', '.join(cells.columns[row])})" for case, row in zip(cells.index, cells.to_numpy(), strict=True)
    ]
    return Problem("Q004", values={"cases": shown, "n": len(shown)})


def is_share(value: Any) -> bool:
    """Whether it is a number from 0 to 1."""
    return isinstance(value, Real) and 0 <= float(value) <= 1


def _unseen(condition: Condition, numbers: pd.DataFrame) -> list[int]:
    """Values of a set with several of which no case is an example."""
    seen = set(numbers[condition.name])
    return [] if condition.levels == 2 else [value for value in range(condition.levels) if value not in seen]


def _never_seen(condition: Condition, values: pd.Series) -> Problem:
    unseen = _unseen(condition, values.to_frame())
    return Problem("Q283", values={"column": condition.name, "found": [str(one) for one in unseen], "n": len(unseen)})


def _is_fuzzy(values: pd.Series) -> bool:
    return bool((values != np.round(values)).any())


def _condition(values: pd.Series, known: Condition | None) -> Condition:
    """What kind of set a column holds; a known condition keeps values that no case has now."""
    if _is_fuzzy(values) or (known is not None and known.fuzzy):
        return Condition(str(values.name), 2, fuzzy=True)
    highest = int(min(values.max(), MOST_VALUES - 1)) if len(values) else 1
    return Condition(str(values.name), max(2, highest + 1, known.levels if known else 2))


def _unusable(numbers: pd.DataFrame, sets: Sequence[Condition], outcome: Part) -> list[Problem]:
    """Memberships outside 0 to 1, values below 0, and an outcome with several values of which none is named."""
    found = []
    for condition in sets:
        values = numbers[condition.name]
        bad = (values < 0) | (values > (1 if condition.fuzzy else MOST_VALUES - 1))
        if bad.any():
            found.append(_outside(condition.name, values[bad]))
    values = numbers[outcome.name].dropna()
    bad = (values < 0) | ((values > 1) & _is_fuzzy(values))
    if bad.any():
        found.append(_outside(outcome.name, values[bad]))
    elif (values > 1).any() and not outcome.values:
        found.append(Problem("Q007", values={"column": outcome.name, "values": _whole(values)}))
    elif outcome.values and _is_fuzzy(values):
        found.append(Problem("Q007", values={"column": outcome.name, "values": "0–1"}))
    return found


def _whole(values: pd.Series) -> list[str]:
    return [str(int(value)) for value in np.unique(values.to_numpy())[:20]]


def _too_many(sets: Sequence[Condition]) -> list[Problem]:
    size = np.prod([condition.levels + 1.0 for condition in sets])
    return [Problem("Q012", values={"n": len(sets)})] if size > MOST_TERMS else []


def _membership(values: pd.Series, outcome: Part) -> pd.Series:
    if outcome.values:
        values = values.isin(outcome.values).astype(np.float64)
    return 1 - values if outcome.absent else values


def _one_sided(values: npt.NDArray[np.float64], fuzzy: bool) -> bool:
    return len(np.unique(values > 0.5 if fuzzy else values)) < 2


def _alike(numbers: pd.DataFrame, sets: Sequence[Condition], outcome: pd.Series, asked: Part) -> list[Problem]:
    """Sets that all cases are in, or all are out of."""
    found = []
    y: Array = outcome.to_numpy(dtype=np.float64)
    if _one_sided(y, fuzzy=True):
        inside = bool(len(y) and (y > 0.5).all())
        found.append(Problem("Q002", values={"column": asked.name, "n": len(y), "inside": len(y) if inside else 0}))
    for condition in sets:
        if _one_sided(numbers[condition.name].to_numpy(dtype=np.float64), condition.fuzzy):
            found.append(Problem("Q008", values={"column": condition.name, "n": len(y)}))
    return found


def _same_as_outcome(numbers: pd.DataFrame, sets: Sequence[Condition], outcome: pd.Series) -> list[Problem]:
    y = outcome.to_numpy(dtype=np.float64)
    alike = [c.name for c in sets if any(np.allclose(numbers[c.name], each) for each in (y, 1 - y))]
    return [Problem("Q009", values={"column": name}) for name in alike]
