"""All that the models say of the elements of one estimand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lcresearch.errors import MultilevelError, Problem
from lcresearch.messages import LANGUAGES
from lcresearch.synthesis.elements import ElementEstimate, SectorTest, TwoStage
from lcresearch.synthesis.pooled.by_sector import SectorEffects, sector_effects
from lcresearch.synthesis.pooled.consortium_effects import consortium_effects
from lcresearch.synthesis.pooled.fitting import PooledFit
from lcresearch.synthesis.pooled.moderators import moderator_effects
from lcresearch.synthesis.pooled.one_stage import Adjusted, fit_one_stage, models_of
from lcresearch.synthesis.pooled.pooled_model import PooledModel
from lcresearch.synthesis.pooled.two_stage import StageTwo, stage_one, stage_two
from lcresearch.synthesis.programme.model import Estimand

ADJUSTMENTS = {"all_elements": "all elements", "declared_confounders": "declared confounders"}
MEASURED = {"observation": "observed", "document": "document", "self-report": "self-report"}


@dataclass(frozen=True)
class ElementEvidence:
    """What was found of one element for one estimand, beside what the verdict needs.

    Attributes
    ----------
    estimate : ElementEstimate
    fit : PooledFit or None
        The one-stage model; None where it could not be fitted.
    sectors : SectorEffects
    moderators : DataFrame
        Declared ones and those of ``explore``.
    consortia : DataFrame
    two_stage : StageTwo or None
    problems : tuple of Problem
        What the reader must know.
    """

    estimate: ElementEstimate
    fit: PooledFit | None
    sectors: SectorEffects | None
    moderators: pd.DataFrame
    consortia: pd.DataFrame
    two_stage: StageTwo | None
    problems: tuple[Problem, ...] = ()


def estimate_elements(
    pooled: PooledModel,
    estimand: Estimand,
    *,
    explore: Sequence[str] = (),
    comparability: str = "not tested",
    stopped: bool | None = None,
    two_stages: bool = True,
    moderated: bool = True,
    near: Mapping[str, PooledFit] | None = None,
) -> list[ElementEvidence]:
    """Everything about the elements of an estimand, in the order of the programme.

    Parameters
    ----------
    pooled : PooledModel
    estimand : Estimand
    explore : sequence of str
        Moderators that were not declared.
    comparability : str
        Status of the scale of the outcome.
    stopped : bool, optional
        Whether stopped communities are among the data.
    two_stages : bool
        Whether to add effects by consortium: their predictions, and the two-stage analysis.
    moderated : bool
        Whether to add effects by moderator.
    near : mapping of str to PooledFit, optional
        Element -> a fit to nearly the same data, where the search begins.
    """
    found = [
        one
        for model in models_of(pooled, estimand)
        for one in _of_model(
            pooled, estimand, model, explore=explore, two_stages=two_stages, moderated=moderated, near=near
        )
    ]
    return [
        replace(one, estimate=replace(one.estimate, comparability=comparability, stopped_included=stopped))
        for one in found
    ]


def _of_model(
    pooled: PooledModel,
    estimand: Estimand,
    model: Adjusted,
    *,
    explore: Sequence[str],
    two_stages: bool,
    moderated: bool,
    near: Mapping[str, PooledFit] | None,
) -> list[ElementEvidence]:
    problems: list[Problem] = []
    fit: PooledFit | None = None
    sectors: dict[str, SectorEffects] = {}
    try:
        fit = fit_one_stage(pooled, model, (near or {}).get(model.asked[0]))
        sectors = sector_effects(pooled, model, fit)
    except MultilevelError as error:
        reason = {language: error.problems[0].message(language) for language in LANGUAGES}
        problems.append(Problem("Y194", values={"model": pooled.plan.name, "reason": reason}))
    if fit is not None and not fit.fit.converged:
        problems.append(Problem("Y195", values={"model": pooled.plan.name}))
    asked = tuple(explore) if moderated else None
    effects = {element: stage_two(table) for element, table in stage_one(pooled, model).items()} if two_stages else {}
    return [
        _of_element(pooled, estimand, model, element, fit, sectors.get(element), effects.get(element), asked, problems)
        for element in model.asked
    ]


def _of_element(
    pooled: PooledModel,
    estimand: Estimand,
    model: Adjusted,
    element: str,
    fit: PooledFit | None,
    sectors: SectorEffects | None,
    effects: StageTwo | None,
    explore: Sequence[str] | None,
    problems: Sequence[Problem],
) -> ElementEvidence:
    programme, plan = pooled.programme, pooled.plan
    nothing = (np.nan, np.nan, np.nan)
    estimate, error, df = nothing if fit is None else fit.effect(plan.effects[element])
    moderators = _moderators(pooled, model, element, explore, fit)
    varies = pooled.varies(element)
    row = None if effects is None or effects.pooled is None else effects.row(estimate)
    found = ElementEstimate(
        element=element,
        outcome=programme.models[estimand.model].outcome,
        model=estimand.model,
        estimate=estimate,
        std_error=error,
        df=df,
        tau=np.nan if fit is None else fit.tau(element),
        n_consortia=int(varies.sum()),
        n_communities=int(varies[pooled.consortium_of_community].sum()),
        smallest_worthwhile=estimand.smallest_worthwhile,
        planned=True,
        adjustment=ADJUSTMENTS[estimand.adjustment],
        adjusted_for=model.adjusted_for(element),
        sectors=_known_sectors(sectors),
        sector_test=_sector_test(sectors),
        moderators=moderators[moderators["planned"].astype(bool)],
        how_measured=MEASURED[programme.elements[element].measured],
        two_stage=None if row is None else _two_stage(row),
    )
    consortia = pd.DataFrame() if fit is None or effects is None else consortium_effects(fit, element)
    return ElementEvidence(
        found, fit, sectors, moderators, consortia, effects, (*problems, *_problems(pooled, fit, element, sectors))
    )


def _moderators(
    pooled: PooledModel, model: Adjusted, element: str, explore: Sequence[str] | None, near: PooledFit | None
) -> pd.DataFrame:
    """Declared moderators and those that are explored; none at all without the latter being given."""
    declared = [name for name in pooled.programme.moderators_of(element) if name != element]
    if explore is None:
        return moderator_effects(pooled, model, element, (), planned=True)
    more = [name for name in explore if name not in declared and name != element]
    parts = [
        moderator_effects(pooled, model, element, names, planned=planned, near=near)
        for names, planned in ((declared, True), (more, False))
        if names
    ]
    return pd.concat(parts, ignore_index=True) if parts else moderator_effects(pooled, model, element, (), planned=True)


def _known_sectors(sectors: SectorEffects | None) -> pd.DataFrame:
    if sectors is None:
        return pd.DataFrame(columns=["sector", "n_consortia", "n_communities", "estimate", "std_error", "df"])
    return sectors.table


def _sector_test(sectors: SectorEffects | None) -> SectorTest | None:
    if sectors is None or sectors.test is None:
        return None
    test = sectors.test
    return SectorTest(test["statistic"], test["num_df"], test["den_df"], test["p_value"])


def _two_stage(row: dict[str, float]) -> TwoStage:
    low, high, n = row["conf_low"], row["conf_high"], int(row["n_estimable"])
    return TwoStage(row["estimate"], row["std_error"], low, high, row["tau"], n)


def told_together(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, with all elements of which the same is said."""
    found: dict[tuple[str, str], Problem] = {}
    for one in problems:
        rest = {name: value for name, value in one.values.items() if name != "elements"}
        key = (one.code, str(rest))
        if key in found and "elements" in one.values:
            elements = dict.fromkeys([*found[key].values["elements"], *one.values["elements"]])
            found[key] = Problem(one.code, one.where, rest | {"elements": list(elements)})
        else:
            found.setdefault(key, one)
    return list(found.values())


def _problems(pooled: PooledModel, fit: PooledFit | None, element: str, sectors: SectorEffects | None) -> list[Problem]:
    """What is missing for one element."""
    found = []
    if fit is not None and not np.isfinite(fit.effect(pooled.plan.effects[element])[0]):
        found.append(Problem("Y196", values={"elements": [element], "model": pooled.plan.name}))
    elif fit is not None and element not in fit.slopes:
        found.append(Problem("Y197", values={"elements": [element], "n": int(pooled.varies(element).sum())}))
    if sectors is not None:
        absent = sectors.table.loc[sectors.table["estimate"].isna(), "sector"].tolist()
        if absent and len(sectors.table) > 1:
            found.append(Problem("Y198", values={"elements": [element], "sectors": absent}))
        if not sectors.jointly:
            found.append(Problem("Y199", values={"elements": [element], "model": pooled.plan.name}))
    return found
