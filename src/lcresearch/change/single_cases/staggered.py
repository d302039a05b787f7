"""Several cases that start one after the other: the statistic under each set of starts that could have been drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from lcresearch.change.arrays import Floats
from lcresearch.change.single_cases.assignments import first_permutations, phase_changes, treated_by_changes
from lcresearch.change.single_cases.series import Series
from lcresearch.change.single_cases.statistics_by_assignment import statistic
from lcresearch.errors import ChangeError


def staggered_statistics(
    series: list[Series],
    name: str,
    scheme: str,
    starts: Any,
    shortest: int,
    n_draws: int,
    most: int,
    rng: np.random.Generator,
) -> tuple[float, Floats, float]:
    """The mean over cases of what was done, its distribution, and how many sets of starts there are.

    Raises
    ------
    ChangeError
        C074 what was done could not have been drawn; C075 fewer than two cases, or a case with more than one change.
    """
    if len(series) < 2 or any(one.treated[0] or one.runs.max() != 1 for one in series):
        raise ChangeError("C075", option="case", design="multiple_baseline")
    observed = float(np.mean([statistic(name, one.scores, one.treated[None, :])[0] for one in series]))
    if scheme == "permuted":
        by_start = _by_given_starts(series, name)
        n_all = float(math.factorial(len(series)))
        if n_all <= most:
            orders = np.array(first_permutations(len(series), most))
        else:
            orders = rng.permuted(np.tile(np.arange(len(series)), (n_draws, 1)), axis=1)
        return observed, by_start[np.arange(len(series)), orders].mean(axis=1), n_all
    options = [_own_starts(one, name, starts, shortest) for one in series]
    n_all = float(math.prod(map(len, options)))
    if n_all <= most:
        return observed, np.array([sum(chosen) for chosen in product(*options)]) / len(series), n_all
    drawn = np.column_stack([own[rng.integers(0, len(own), n_draws)] for own in options])
    return observed, drawn.mean(axis=1), n_all


def _by_given_starts(series: list[Series], name: str) -> Floats:
    """The statistic of each case (row) with the start of each case (column); starts are moments that all have."""
    moments = [one.times[int((~one.treated).sum())] for one in series]
    table = np.empty((len(series), len(series)))
    for row, one in enumerate(series):
        known = one.times.tolist()
        if not set(moments) <= set(known) or known.index(min(moments, key=known.index)) == 0:
            raise ChangeError("C074", design="multiple_baseline")
        treated = np.array([np.arange(len(known)) >= known.index(moment) for moment in moments])
        table[row] = statistic(name, one.scores, treated)
    return table


def _own_starts(one: Series, name: str, starts: Any, shortest: int) -> Floats:
    """The statistic of one case with each of its possible starts."""
    allowed = starts.get(one.case) if isinstance(starts, Mapping) else starts
    places = None if allowed is None else one.places_of(allowed)
    changes = phase_changes(len(one.scores), 2, shortest, places)
    if (int((~one.treated).sum()),) not in changes:
        raise ChangeError("C074", design="multiple_baseline")
    return statistic(name, one.scores, treated_by_changes(len(one.scores), changes))
