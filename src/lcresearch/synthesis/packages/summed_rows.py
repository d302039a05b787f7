"""The columns of a model as the disclosure rules look at them, with those that follow from its sums."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.disclosure.sums import SummedRows
from lcresearch.synthesis.programme import ModelPlan, ProgrammeFile, plan_of
from lcresearch.synthesis.programme.plan import CHANGE, FIRST, RESPONDENT, TIME

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def summed_rows(
    plan: ModelPlan,
    programme: ProgrammeFile,
    rows: pd.DataFrame,
    person: Integers,
    cell: Integers,
    n_cells: int,
    scores: Array,
) -> SummedRows:
    """All columns of the formula, and the reference of each factor, whose persons can be counted from the others.

    Parameters
    ----------
    plan : ModelPlan
    programme : ProgrammeFile
    rows : DataFrame
        Complete rows of the model.
    person, cell : array of int, shape (n,)
    n_cells : int
    scores : array, shape (n_persons, n_waves)
        The outcome at the waves of the model; missing where unknown.
    """
    columns: dict[str, Array] = {}
    counted: list[bool] = []
    for name, own in plan.terms.items():
        columns |= {column: rows[column].to_numpy(dtype=np.float64) for column in own}
        counted += [True] * len(own)
        if len(own) > 1:
            columns[f"{name} reference"] = 1 - np.sum([columns[column] for column in own], axis=0)
            counted.append(False)
    personal = {column for name, own in plan.terms.items() for column in (*own, f"{name} reference")}
    personal -= {c for name, own in plan.terms.items() if not is_of_persons(name, programme) for c in own}
    personal -= {f"{name} reference" for name in plan.terms if not is_of_persons(name, programme)}
    if plan.persons is not None:
        columns[TIME] = rows[TIME].to_numpy(dtype=np.float64)
        elements = [name for name in plan.effects if _varies_within(columns[name], cell, n_cells)]
        columns |= {f"{TIME}:{name}": columns[TIME] * columns[name] for name in elements}
        counted += [True] * (1 + len(elements))
        personal |= {TIME}
    columns[plan.outcome] = rows[plan.outcome].to_numpy(dtype=np.float64)
    personal |= {plan.outcome}
    outcome, derived = len(columns) - 1, _derived(plan, programme, rows, person, scores)
    columns |= derived
    personal |= set(derived)
    values = np.stack(list(columns.values()), axis=1) if len(rows) else np.zeros((0, len(columns)))
    own_columns = np.array([name in personal for name in columns])
    places = np.array([*counted, True, *([False] * len(derived))])
    follow = tuple(range(outcome + 1, len(columns)))
    return SummedRows(cell, person, values, own_columns, places, outcome, n_cells, follow)


def _derived(
    plan: ModelPlan, programme: ProgrammeFile, rows: pd.DataFrame, person: Integers, scores: Array
) -> dict[str, Array]:
    """Scores of persons that follow from the sums: at one wave from the other and the change, or at each of them."""
    score = rows[plan.outcome].to_numpy(dtype=np.float64)
    if plan.outcome == CHANGE:
        first, last = scores[person, 0], scores[person, -1]
        if FIRST in plan.terms:
            return {"last score": last}
        return {"first score": first, "last score": last} if _told_at_a_wave(plan, programme) else {}
    if plan.persons is None:
        return {}
    n, last = int(person.max(initial=-1)) + 1, rows[TIME].to_numpy(dtype=np.float64) == 1
    at = np.full((2, n), np.nan)
    at[0, person[~last]], at[1, person[last]] = score[~last], score[last]
    first, second = np.where(np.isnan(at), at[::-1], at)[:, person]
    change = np.where(np.isnan(at).any(axis=0)[person], score, second - first)
    return {"first score": first, "last score": second, "change of score": change}


def _told_at_a_wave(plan: ModelPlan, programme: ProgrammeFile) -> bool:
    """Whether another model tells the score itself at a wave of a change: then that at the other wave follows."""
    for name in programme.models:
        other = plan_of(programme, name)
        waves = other.waves if other.rows != "change" else other.waves[:1] * (FIRST in other.terms)
        if other.score == plan.score and set(waves) & set(plan.waves):
            return True
    return False


def is_of_persons(name: str, programme: ProgrammeFile) -> bool:
    """Whether a term is one of persons: a covariate of respondents, or the score at the first wave."""
    if name in programme.elements:
        return False
    return name not in programme.covariates or programme.covariates[name].level == RESPONDENT


def _varies_within(column: Array, cell: Integers, n_cells: int) -> bool:
    low, high = np.full(n_cells, np.inf), np.full(n_cells, -np.inf)
    np.minimum.at(low, cell, column)
    np.maximum.at(high, cell, column)
    return bool((high - low > 0).any())
