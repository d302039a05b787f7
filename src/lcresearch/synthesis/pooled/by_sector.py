"""The effect of each element in each sector, and the test that it is the same in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.synthesis.packages.stage_one import MORE_COMMUNITIES
from lcresearch.synthesis.pooled.fitting import FixedPart, PooledFit, fit_pooled, sector_name
from lcresearch.synthesis.pooled.one_stage import Adjusted, one_stage_part
from lcresearch.synthesis.pooled.pooled_model import Integers, PooledModel, Truths, varies_within


@dataclass(frozen=True)
class SectorEffects:
    """Effects of one element by sector.

    Attributes
    ----------
    table : DataFrame
        ``sector, n_consortia, n_communities, estimate, std_error, df``; sectors where communities do not differ in the
        element have no estimate.
    test : dict of str to float, optional
        ``statistic, num_df, den_df, p_value``.
    jointly : bool
        Whether the other elements of the model had effects by sector as well.
    tau : float
        Standard deviation over the consortia of one sector.
    """

    table: pd.DataFrame
    test: dict[str, float] | None
    jointly: bool
    tau: float = float("nan")


def sector_effects(pooled: PooledModel, model: Adjusted, near: PooledFit | None = None) -> dict[str, SectorEffects]:
    """Effects by sector of the elements that are asked of a model.

    All elements of the model have effects by sector together, where each sector has communities enough for that;
    otherwise one element at a time has them. The search begins where that of the fit without sectors ended.
    """
    if len(pooled.sectors) < 2:
        return {element: SectorEffects(_alone(pooled, element), None, True) for element in model.asked}
    together = model.slopes
    jointly = _enough(pooled, model, together)
    if jointly:
        fit = _fit(pooled, model, together, near)
        return {element: _read(pooled, fit, element, jointly=True) for element in model.asked}
    return {e: _read(pooled, _fit(pooled, model, (e,), near), e, jointly=False) for e in model.asked}


def _enough(pooled: PooledModel, model: Adjusted, elements: Sequence[str]) -> bool:
    """Whether each sector has so many more communities than there are columns of communities in it."""
    columns = [c for name in model.covariates for c in pooled.plan.terms[name] if pooled.constant(c)]
    n = np.bincount(pooled.sector[pooled.consortium_of_community], minlength=len(pooled.sectors))
    vary = sum(_varies(pooled, element).astype(int) for element in elements)
    others = len(model.elements) - len(elements) + len(columns)
    return bool((n >= MORE_COMMUNITIES + vary + others)[np.asarray(vary) > 0].all())


def _varies(pooled: PooledModel, element: str) -> Truths:
    """In which sectors communities differ in an element."""
    return varies_within(pooled.values(element), pooled.sector[pooled.consortium_of_community], len(pooled.sectors))


def _column(pooled: PooledModel, effect: str, place: int) -> str:
    return f"{effect}:{sector_name(pooled, place)}"


def _fit(pooled: PooledModel, model: Adjusted, elements: Sequence[str], near: PooledFit | None) -> PooledFit:
    part = one_stage_part(pooled, model)
    of_cell = pooled.sector[pooled.consortium_of_cell]
    slopes: dict[str, int] = dict.fromkeys(model.slopes, 1)
    for element in elements:
        there = np.flatnonzero(_varies(pooled, element))
        for term in dict.fromkeys((element, pooled.plan.effects[element])):
            _by_sector(pooled, part, term, there, of_cell)
        slopes[element] = len(there)
    return fit_pooled(pooled, part, slopes, near)


def _by_sector(
    pooled: PooledModel,
    part: FixedPart,
    term: str,
    there: Integers,
    of_cell: Integers,
) -> None:
    """In place of one column a column for each sector."""
    del part.terms[term]
    for place in there:
        part.make(term, _column(pooled, term, int(place)), term, of_cell == place)


def _read(pooled: PooledModel, fit: PooledFit, element: str, *, jointly: bool) -> SectorEffects:
    effect = pooled.plan.effects[element]
    columns = [_column(pooled, effect, place) for place in range(len(pooled.sectors))]
    found = [fit.effect(column) for column in columns]
    table = _counts(pooled, element).assign(
        estimate=[one[0] for one in found], std_error=[one[1] for one in found], df=[one[2] for one in found]
    )
    there = [column for column, one in zip(columns, found, strict=True) if np.isfinite(one[0])]
    return SectorEffects(table, fit.same(there), jointly, fit.tau(element))


def _counts(pooled: PooledModel, element: str) -> pd.DataFrame:
    """Consortia of each sector in which communities differ in an element, and their communities."""
    varies = pooled.varies(element)
    n_consortia = np.bincount(pooled.sector[varies], minlength=len(pooled.sectors))
    kept = varies[pooled.consortium_of_community]
    n_communities = np.bincount(pooled.sector[pooled.consortium_of_community[kept]], minlength=len(pooled.sectors))
    return pd.DataFrame({"sector": pooled.sectors, "n_consortia": n_consortia, "n_communities": n_communities})


def _alone(pooled: PooledModel, element: str) -> pd.DataFrame:
    """With one sector there is nothing to compare."""
    return _counts(pooled, element).assign(estimate=np.nan, std_error=np.nan, df=np.nan)
