"""Chained equations: each column in turn from the others, until the draws no longer depend on where they began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.change.arrays import Floats
from lcresearch.change.imputation.draws import Draw, InterceptState, intercept_draw, matched, regression_draw
from lcresearch.change.imputation.plan import Plan
from lcresearch.measurement.columns import means_by_group

_DONORS = 5
ENOUGH_DONORS = 200
"""Known values from which matching is as good as drawing; with fewer the ends of the scale lack donors."""


@dataclass(frozen=True)
class Chain:
    """One imputation.

    Attributes
    ----------
    values : array, shape (n, p)
        Completed.
    means, deviations : array, shape (n_iterations, p)
        Of the imputed values at each iteration; NaN for columns without missing values.
    """

    values: Floats
    means: Floats
    deviations: Floats


def run_chain(plan: Plan, n_iterations: int, matching: bool | None, rng: np.random.Generator) -> Chain:
    """Start from values drawn at random from those known, and visit all incomplete columns again and again."""
    values = plan.values.copy()
    incomplete: list[int] = np.flatnonzero(~plan.known.all(axis=0)).tolist()
    for place in incomplete:
        missing, known = ~plan.known[:, place], plan.values[plan.known[:, place], place]
        if plan.of_group[place]:
            values[:, place] = rng.choice(known, plan.n_groups)[plan.groups]
            values[~missing, place] = plan.values[~missing, place]
            values[:, place] = _spread(values[:, place], plan, place)
        else:
            values[missing, place] = rng.choice(known, int(missing.sum()))
    states = {place: _first_state(plan, place) for place in incomplete if not plan.of_group[place]}
    means = np.full((n_iterations, len(plan.names)), np.nan)
    deviations = means.copy()
    for iteration in range(n_iterations):
        for place in incomplete:
            if plan.of_group[place]:
                values[:, place] = _visit_groups(plan, values, place, matching, rng)
            else:
                values[:, place] = _visit(plan, values, place, states[place], matching, rng)
            imputed = values[~plan.known[:, place], place]
            means[iteration, place], deviations[iteration, place] = imputed.mean(), imputed.std()
    return Chain(values, means, deviations)


def _first_state(plan: Plan, place: int) -> InterceptState:
    known = plan.known[:, place]
    spread = float(plan.values[known, place].var())
    return InterceptState(0.1 * spread, 0.9 * spread, np.zeros(plan.n_groups))


def _predictors(plan: Plan, values: Floats, place: int) -> Floats:
    """Constant, the other columns, and indicators or means of groups, standardised; shape (n, q)."""
    others = np.delete(values, place, axis=1)
    of_persons = np.delete(~plan.of_group, place)
    parts = [others]
    if plan.model == "indicators" and plan.n_groups > 1:
        others = others[:, of_persons]  # what is the same for all in a firm is in its indicator
        parts = [others, (plan.groups[:, None] == np.arange(1, plan.n_groups)).astype(np.float64)]
    elif plan.with_means:
        parts.append(means_by_group(others[:, of_persons], plan.groups, plan.n_groups)[plan.groups])
    return _standardised(np.column_stack(parts))


def _standardised(x: Floats) -> Floats:
    spread = x.std(axis=0)
    keep = spread > 0
    scaled = (x[:, keep] - x[:, keep].mean(axis=0)) / spread[keep]
    return np.column_stack([np.ones(len(x)), scaled])


def _visit(
    plan: Plan, values: Floats, place: int, state: InterceptState, matching: bool | None, rng: np.random.Generator
) -> Floats:
    known, y = plan.known[:, place], plan.values[:, place]
    x = _predictors(plan, values, place)
    if plan.model == "random_intercepts":
        draw = intercept_draw(x, y, known, plan.groups, state, rng)
    else:
        draw = regression_draw(x, y, known, rng)
    column = y.copy()
    column[~known] = _filled(draw, y, known, matching, rng)
    return column


def _filled(
    draw: Draw, y: Floats, known: npt.NDArray[np.bool_], matching: bool | None, rng: np.random.Generator
) -> Floats:
    """Values for the missing rows: of persons with about the same prediction, or drawn about the prediction."""
    if matching if matching is not None else int(known.sum()) >= ENOUGH_DONORS:
        return matched(draw, y, known, _DONORS, rng)
    asked = draw.for_missing[~known]
    drawn: Floats = asked + draw.sigma * rng.normal(size=len(asked))
    return drawn


def _visit_groups(plan: Plan, values: Floats, place: int, matching: bool | None, rng: np.random.Generator) -> Floats:
    """A column of groups, from the other columns of groups and the means of the columns of persons."""
    by_group = means_by_group(values, plan.groups, plan.n_groups)
    known = np.bincount(plan.groups, weights=plan.known[:, place], minlength=plan.n_groups) > 0
    y = means_by_group(plan.values[:, [place]], plan.groups, plan.n_groups)[:, 0]
    x = _standardised(np.delete(by_group, place, axis=1))
    draw = regression_draw(x, y, known, rng)
    y[~known] = _filled(draw, y, known, matching, rng)
    return y[plan.groups]


def _spread(column: Floats, plan: Plan, place: int) -> Floats:
    """The known value of a group for all in it, where there is one."""
    known: npt.NDArray[np.float64] = means_by_group(plan.values[:, [place]], plan.groups, plan.n_groups)[:, 0]
    return np.where(np.isnan(known[plan.groups]), column, known[plan.groups])


def scale_reduction(traces: Floats) -> Floats:
    """Potential scale reduction of the means over chains, in the later half, shape (p,); NaN for short or few chains.

    Parameters
    ----------
    traces : array, shape (n_chains, n_iterations, p)
    """
    later = traces[:, traces.shape[1] // 2 :]
    n = later.shape[1]
    if n < 3 or len(later) < 2:
        return np.full(traces.shape[2], np.nan)
    within = later.var(axis=1, ddof=1).mean(axis=0)
    between = later.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        reduction: Floats = np.sqrt((n - 1) / n + between / within)
    return reduction
