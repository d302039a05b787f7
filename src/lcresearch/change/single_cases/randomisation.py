"""Randomisation tests for designs in which chance decided when what was done: the public function."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.change.arguments import COLUMN, FRAME, LABEL, LABELS_OR_BY_CASE, WHOLE, takes
from lcresearch.change.arrays import Floats
from lcresearch.change.choices import check_between, check_choice
from lcresearch.change.single_cases import assignments
from lcresearch.change.single_cases.randomisation_result import RandomisationTest
from lcresearch.change.single_cases.series import Series, series_of
from lcresearch.change.single_cases.staggered import staggered_statistics
from lcresearch.change.single_cases.statistics_by_assignment import STATISTICS, statistic
from lcresearch.errors import ChangeError, Problem

DESIGNS = ("phases", "alternating", "multiple_baseline")
SCHEMES = {"phases": ("free",), "alternating": ("free", "pairs"), "multiple_baseline": ("independent", "permuted")}
_CLOSE = 1e-9
_ALPHA = 0.05


@takes(
    frame=FRAME,
    outcome=COLUMN,
    phase=COLUMN,
    time=COLUMN.or_none,
    case=COLUMN.or_none,
    baseline=LABEL,
    starts=LABELS_OR_BY_CASE.or_none,
    shortest_phase=WHOLE,
    longest_run=WHOLE.or_none,
    n_draws=WHOLE,
    most=WHOLE,
)
def randomisation_test(
    frame: pd.DataFrame,
    outcome: str,
    *,
    design: Literal["phases", "alternating", "multiple_baseline"] = "phases",
    scheme: str | None = None,
    phase: str = "phase",
    time: str | None = None,
    case: str | None = None,
    baseline: object = "A",
    statistic_name: Literal["mean_difference", "median_difference", "nap", "level_change"] = "mean_difference",
    improvement: Literal["higher", "lower"] = "higher",
    alternative: Literal["better", "two-sided"] = "better",
    starts: Sequence[object] | Mapping[str, Sequence[object]] | None = None,
    shortest_phase: int = 3,
    longest_run: int | None = None,
    n_draws: int = 10_000,
    most: int = 50_000,
    seed: int | None = None,
) -> RandomisationTest:
    """Could chance assignment alone have given what was seen?

    Needs no normal distribution and no independent measurements, only that chance decided, as the options say, when
    which condition came. Then under no effect each assignment would have gone with the same measurements.

    Parameters
    ----------
    frame, outcome, phase, time, case, baseline, improvement
        As for :func:`single_case`.
    design : {"phases", "alternating", "multiple_baseline"}
        ``"phases"``: the moments of change were drawn (AB, ABA, ABAB: Edgington, 1975; Onghena, 1992).
        ``"alternating"``: conditions were drawn for each measurement. ``"multiple_baseline"``: several cases, each with
        one change, staggered.
    scheme : str, optional
        For alternating ``"free"`` (all orders with as many of each; unless given) or ``"pairs"`` (one of each in every
        two). For a multiple baseline ``"independent"`` (each case drew its start: Marascuilo & Busk, 1988; unless
        given) or ``"permuted"`` (fixed starts, drawn for the cases: Wampold & Worsham, 1986).
    statistic_name : {"mean_difference", "median_difference", "nap", "level_change"}
        ``"level_change"`` takes a straight line in time out. For several cases the mean over cases.
    alternative : {"better", "two-sided"}
        Two-sided compares the distance to the middle of the distribution.
    starts : sequence or mapping, optional
        Times at which the first treatment could start; by case for a multiple baseline. By default all that leave
        every phase ``shortest_phase`` measurements. Name them before the study.
    shortest_phase : int
    longest_run : int, optional
        For alternating: no condition was allowed more often in a row.
    n_draws : int
        Assignments that are drawn when there are more than ``most``; then p is (1 + as far) / (1 + drawn).
    seed : int, optional
    most : int
        With more possible assignments than this, ``n_draws`` of them are drawn.

    Returns
    -------
    RandomisationTest

    Raises
    ------
    ChangeError
        C052; C070, C071; C074 what was done is not among what the options allow; C075 an option does not suit the
        design.

    Examples
    --------
    >>> frame = pd.DataFrame({"phase": ["A"] * 5 + ["B"] * 7, "voice": [2, 3, 2, 3, 2, 5, 4, 5, 5, 4, 5, 5]})
    >>> found = randomisation_test(frame, "voice", shortest_phase=3)
    >>> float(found.n_assignments), round(found.p_value, 3)
    (7.0, 0.143)
    """
    check_choice("design", design, DESIGNS)
    used = SCHEMES[design][0] if scheme is None else scheme
    check_choice("scheme", used, SCHEMES[design])
    check_choice("statistic_name", statistic_name, STATISTICS)
    check_choice("improvement", improvement, ("higher", "lower"))
    check_choice("alternative", alternative, ("better", "two-sided"))
    for option, number in (("shortest_phase", shortest_phase), ("n_draws", n_draws), ("most", most)):
        check_between(option, number, 0, math.inf)
    if longest_run is not None:
        check_between("longest_run", longest_run, 0, math.inf)
    series = series_of(frame, outcome, phase=phase, baseline=baseline, time=time, case=case)
    sign = 1.0 if improvement == "higher" else -1.0
    series = [Series(one.case, one.times, sign * one.scores, one.treated) for one in series]
    rng = np.random.default_rng(seed)
    if design == "multiple_baseline":
        found = staggered_statistics(series, statistic_name, used, starts, shortest_phase, n_draws, most, rng)
        observed, distribution, n_assignments = found
    else:
        if len(series) > 1:
            raise ChangeError("C075", option="case", design=design)
        observed, distribution, n_assignments = _of_one_case(
            series[0], design, used, statistic_name, starts, shortest_phase, longest_run, n_draws, most, rng
        )
    exact = n_assignments <= most
    p_value = _p_value(observed, distribution, exact, alternative)
    problems = []
    if 1 / n_assignments > _ALPHA:
        problems.append(Problem("C076", values={"n": int(n_assignments), "smallest": round(1 / n_assignments, 3)}))
    return RandomisationTest(
        statistic_name, observed, p_value, n_assignments, exact, distribution, design, alternative, tuple(problems)
    )


def _p_value(observed: float, distribution: Floats, exact: bool, alternative: str) -> float:
    if alternative == "two-sided":
        middle = float(distribution.mean())
        distribution, observed = np.abs(distribution - middle), abs(observed - middle)
    scale = max(1.0, float(np.abs(distribution).max()))
    as_far = int((distribution >= observed - _CLOSE * scale).sum())
    return as_far / len(distribution) if exact else (1 + as_far) / (1 + len(distribution))


def _of_one_case(
    series: Series,
    design: str,
    scheme: str,
    name: str,
    starts: Any,
    shortest: int,
    longest_run: int | None,
    n_draws: int,
    most: int,
    rng: np.random.Generator,
) -> tuple[float, Floats, float]:
    n, n_treated = len(series.scores), int(series.treated.sum())
    if design == "phases":
        if series.treated[0] or isinstance(starts, Mapping):
            raise ChangeError("C075", option="starts" if isinstance(starts, Mapping) else "baseline", design=design)
        places = None if starts is None else series.places_of(starts)
        n_phases = int(series.runs.max()) + 1
        n_all = float(assignments.n_phase_changes(n, n_phases, shortest, places))
        if n_all <= most:
            changes = assignments.phase_changes(n, n_phases, shortest, places)
        else:
            changes = assignments.drawn_phase_changes(n, n_phases, shortest, places, n_draws, rng)
        table = assignments.treated_by_changes(n, changes)
    else:
        pairs = scheme == "pairs"
        if pairs and (n % 2 or (series.treated[::2] == series.treated[1::2]).any()):
            raise ChangeError("C074", design=design)
        n_all = float(assignments.n_alternations(n, n_treated, pairs))
        if n_all <= most:
            table = assignments.alternations(n, n_treated, pairs=pairs, longest_run=longest_run)
            n_all = float(len(table))
        else:
            table = assignments.drawn_alternations(n, n_treated, n_draws, rng, pairs=pairs, longest_run=longest_run)
    if not len(table) or not _is_among(series, design, table, starts, shortest, longest_run, exact=n_all <= most):
        raise ChangeError("C074", design=design)
    observed = float(statistic(name, series.scores, series.treated[None, :])[0])
    return observed, statistic(name, series.scores, table), n_all


def _is_among(
    series: Series, design: str, table: Any, starts: Any, shortest: int, longest_run: int | None, *, exact: bool
) -> bool:
    """Whether what was done could have been drawn."""
    if exact:
        return bool((table == series.treated).all(axis=1).any())
    lengths = np.bincount(series.runs)
    if design == "alternating":
        return longest_run is None or int(lengths.max()) <= longest_run
    return int(lengths.min()) >= shortest and (starts is None or int(lengths[0]) in series.places_of(starts))
