"""On what the effect of an element depends: characteristics of communities, other elements, and persons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.design import INTERCEPT
from lcresearch.synthesis.pooled.fitting import FixedPart, PooledFit, fit_pooled
from lcresearch.synthesis.pooled.one_stage import Adjusted, one_stage_part
from lcresearch.synthesis.pooled.pooled_model import PooledModel, differs
from lcresearch.synthesis.programme.plan import TIME, category_name

Array = npt.NDArray[np.float64]

MODERATOR_COLUMNS = (
    "moderator", "level", "n_consortia", "n_communities", "estimate", "std_error", "df", "p_value", "planned",
)  # fmt: skip
INTERACTION_COLUMNS = (
    "model", "element", "covariate", "column", "estimate", "std_error", "statistic", "df", "p_value", "planned",
)  # fmt: skip


@dataclass(frozen=True)
class Moderator:
    """A moderator as numbers a community.

    Attributes
    ----------
    name : str
    levels : tuple of str
        Categories, or the values at which the effect is told.
    columns : array, shape (n_levels or 1, n_communities)
        One a category, 1 for those that have it; or the number less the middle of ``at``.
    at : tuple of float
        Of a number: where on the column each level is; empty for categories.
    """

    name: str
    levels: tuple[str, ...]
    columns: Array
    at: tuple[float, ...] = ()


def moderator_effects(
    pooled: PooledModel,
    model: Adjusted,
    element: str,
    names: Sequence[str],
    *,
    planned: bool,
    near: PooledFit | None = None,
) -> pd.DataFrame:
    """The effect of an element at levels of each moderator, with the test that it is the same at all.

    A moderator is a covariate of communities or consortia, another element, or a column of the tables of communities
    that was not declared. Of categories the levels are those that occur; of numbers the mean and a standard deviation
    on either side of it over communities; of other elements the lowest and highest value of the coding. Communities of
    which the moderator is not known stay out. Moderators come in one at a time.
    """
    rows = [row for name in names for row in _rows(pooled, model, element, name, near)]
    table = pd.DataFrame(rows, columns=[c for c in MODERATOR_COLUMNS if c != "planned"])
    return table.assign(planned=planned)


def _rows(
    pooled: PooledModel, model: Adjusted, element: str, name: str, near: PooledFit | None
) -> Iterator[dict[str, object]]:
    moderator, known = moderator_of(pooled, name)
    if moderator is None:
        yield _row(name, "", 0, 0, (np.nan, np.nan, np.nan), np.nan)
        return
    if not known.all():
        pooled = pooled.where(known)
    consortium = pooled.consortium_of_community
    try:
        effects, p_value = _fit(pooled, model, element, moderator, near)
    except MultilevelError:
        effects, p_value = [(np.nan, np.nan, np.nan)] * len(moderator.levels), float("nan")
    for place, (level, found) in enumerate(zip(moderator.levels, effects, strict=True)):
        here = np.ones(len(consortium), dtype=bool) if moderator.at else moderator.columns[place] > 0
        yield _row(name, level, len(np.unique(consortium[here])), int(here.sum()), found, p_value)


def _row(
    name: str, level: str, n_consortia: int, n: int, found: tuple[float, float, float], p_value: float
) -> dict[str, object]:
    counts = {"moderator": name, "level": level, "n_consortia": n_consortia, "n_communities": n}
    return counts | {"estimate": found[0], "std_error": found[1], "df": found[2], "p_value": p_value}


def moderator_of(pooled: PooledModel, name: str) -> tuple[Moderator | None, npt.NDArray[np.bool_]]:
    """A moderator of the communities of which it is known, and which these are; None where it does not differ."""
    programme = pooled.programme
    if name in pooled.plan.effects:
        element, values = programme.elements[name], pooled.values(name)
        low, high = element.minimum / element.unit, element.maximum / element.unit
        levels = (f"{element.minimum:g}", f"{element.maximum:g}")
        middle = (low + high) / 2
        everybody = np.ones(len(values), dtype=np.bool_)
        found = Moderator(name, levels, (values - middle)[None], (low - middle, high - middle))
        return (found if differs(values) else None), everybody
    raw = pooled.of_communities(name)
    if raw.isna().all() and name in pooled.plan.terms:
        raw = _from_sums(pooled, name)
    known = raw.notna().to_numpy()
    covariate = programme.covariates.get(name)
    numbers = pd.to_numeric(raw, errors="coerce")
    if (covariate is not None and covariate.levels) or not numbers[known].notna().all():
        declared = list(covariate.levels) if covariate is not None else []
        texts = raw[known].astype("str")
        there = [level for level in declared or sorted(texts.unique()) if (texts == level).any()]
        if len(there) < 2:
            return None, known
        return Moderator(name, tuple(there), np.array([(texts == level).to_numpy(float) for level in there])), known
    values = numbers[known].to_numpy(dtype=np.float64)
    if not len(values) or not differs(values):
        return None, known
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    levels = (f"{mean - sd:.3g}", f"{mean + sd:.3g}")
    return Moderator(name, levels, (values - mean)[None], (-sd, sd)), known


def _from_sums(pooled: PooledModel, name: str) -> pd.Series[Any]:
    """A covariate of the model as it stands in the sums, where the tables of communities do not have it."""
    covariate, columns = pooled.programme.covariates[name], pooled.plan.terms[name]
    if not all(pooled.constant(column) for column in columns):
        return pd.Series([None] * pooled.n_communities, dtype=object)
    if not covariate.levels:
        return pd.Series(pooled.values(name) + covariate.centre, dtype=object)
    found = np.full(pooled.n_communities, next(iter(covariate.levels)), dtype=object)
    for column, level in zip(columns, list(covariate.levels)[1:], strict=True):
        found[pooled.values(column) > 0.5] = level
    return pd.Series(found, dtype=object)


def _fit(
    pooled: PooledModel, model: Adjusted, element: str, moderator: Moderator, near: PooledFit | None
) -> tuple[list[tuple[float, float, float]], float]:
    """The effect at each level, and the p value of the test that they are the same."""
    part = one_stage_part(pooled, model)
    columns = moderator.columns[:, pooled.community_of_cell]
    effect = pooled.plan.effects[element]
    _main_effect(pooled, part, moderator, columns)
    slopes = dict.fromkeys(model.slopes, 1)
    if moderator.at:
        name = moderator.name
        for term in dict.fromkeys((element, effect)):
            part.make(f"{term}:{name}", f"{term}:{name}", term, columns[0])
        fit = fit_pooled(pooled, part, slopes, near)
        product = f"{effect}:{name}"
        effects = [fit.combination({effect: 1.0, product: at}) for at in moderator.at]
        p_value = float(fit.table["p_value"][product]) if np.isfinite(fit.effect(product)[0]) else float("nan")
        return effects, p_value
    names = [f"{effect}:{moderator.name}[{category_name(level)}]" for level in moderator.levels]
    for term in dict.fromkeys((element, effect)):
        del part.terms[term]
        for level, factor in zip(moderator.levels, columns, strict=True):
            part.make(term, f"{term}:{moderator.name}[{category_name(level)}]", term, factor)
    slopes[element] = len(names)
    fit = fit_pooled(pooled, part, slopes, near)
    test = fit.same(names)
    return [fit.effect(name) for name in names], float("nan") if test is None else test["p_value"]


def _main_effect(pooled: PooledModel, part: FixedPart, moderator: Moderator, columns: Array) -> None:
    """The moderator itself, unless it stands in the model."""
    if moderator.name in part.terms:
        return
    chosen = columns if moderator.at else columns[1:]
    for place, factor in enumerate(chosen):
        name = f"{moderator.name} ({place + 1})"
        part.make(f"{moderator.name} (main)", name, INTERCEPT, factor)
        if pooled.plan.rows == "waves":
            part.make(f"{TIME}:{moderator.name} (main)", f"{TIME}:{name}", TIME, factor)


def interaction_effects(pooled: PooledModel, model: Adjusted, element: str, covariate: str) -> pd.DataFrame:
    """Whether an element works differently for some persons: products of the element with columns of persons.

    In models of two waves the product would be one with time as well, which is not in the sums: it has no estimate.
    """
    columns = pooled.plan.terms[covariate]
    base = {"model": pooled.plan.name, "element": element, "covariate": covariate}
    empty = dict.fromkeys(("estimate", "std_error", "statistic", "df", "p_value"), np.nan)
    rows = [base | {"column": column} | empty for column in columns]
    if pooled.plan.rows != "waves" and pooled.constant(element):
        part = one_stage_part(pooled, model)
        if covariate not in part.terms:
            part.add(covariate, columns)
        values = pooled.values(element)
        factor = (values - values.mean())[pooled.community_of_cell]
        names = [part.make(f"{element}:{covariate}", f"{element}:{column}", column, factor) for column in columns]
        try:
            fit = fit_pooled(pooled, part, dict.fromkeys(model.slopes, 1))
        except MultilevelError:
            names = []
        for row, name in zip(rows, names, strict=False):
            estimate, error, df = fit.effect(name)
            if np.isfinite(estimate):
                row |= {"estimate": estimate, "std_error": error, "df": df}
                row |= {part: float(fit.table[part][name]) for part in ("statistic", "p_value")}
    return pd.DataFrame(rows, columns=[c for c in INTERACTION_COLUMNS if c != "planned"])
