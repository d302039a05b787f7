"""Two stages beside one: effects within each consortium, and a meta-analysis of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.errors import MultilevelError, SynthesisError
from lcresearch.multilevel.design import INTERCEPT
from lcresearch.synthesis.packages.stage_one import MORE_COMMUNITIES
from lcresearch.synthesis.pooled.fitting import FixedPart, PooledFit, base_part, community_columns, fit_pooled
from lcresearch.synthesis.pooled.one_stage import Adjusted
from lcresearch.synthesis.pooled.pooled_model import PooledModel
from lcresearch.synthesis.random_effects.meta_analysis import meta_analysis
from lcresearch.synthesis.random_effects.result import MetaAnalysis

Array = npt.NDArray[np.float64]

STAGE_ONE_COLUMNS = ("consortium", "sector", "n_communities", "n_columns", "estimate", "std_error", "df", "reason")
LEAST_FOR_STAGE_TWO = 2


def stage_one(pooled: PooledModel, model: Adjusted) -> dict[str, pd.DataFrame]:
    """Effects of the elements that are asked, within each consortium, from its own sums.

    A consortium is estimable where it has at least 5 more communities than columns that are features of communities and
    differ between its own; elements that are the same in all its communities have no effect there.

    Returns
    -------
    dict of str to DataFrame
        Element -> ``consortium, sector, n_communities, n_columns, estimate, std_error, df, reason``, in standard
        deviations of the outcome; ``reason`` is empty or says why there is no estimate: ``few_communities``,
        ``does_not_vary`` or ``not_identified``.
    """
    rows: dict[str, list[dict[str, object]]] = {element: [] for element in model.asked}
    for consortium in pooled.consortia:
        own = pooled.only([consortium])
        fit, n_columns, reason = _within(own, model)
        shared = {"consortium": consortium, "sector": own.sector_of[consortium], "n_communities": own.n_communities}
        for element in model.asked:
            why = reason or ("" if own.varies(element)[0] else "does_not_vary")
            found = (np.nan, np.nan, np.nan) if fit is None or why else fit.effect(own.plan.effects[element])
            if not why and not np.isfinite(found[0]):
                why = "not_identified"
            effect = {"estimate": found[0], "std_error": found[1], "df": found[2], "reason": why}
            rows[element].append({**shared, "n_columns": n_columns, **effect})
    return {element: pd.DataFrame(found, columns=list(STAGE_ONE_COLUMNS)) for element, found in rows.items()}


def _within(own: PooledModel, model: Adjusted) -> tuple[PooledFit | None, int, str]:
    """The fit within one consortium, the number of columns of communities, and why there is none."""
    part = within_part(own, model)
    mains = [name for columns in part.terms.values() for name in columns if name not in part.derived]
    columns = community_columns(own, [name for name in mains if name != INTERCEPT and ":" not in name])
    n_columns = len(columns)
    if own.n_communities < n_columns + MORE_COMMUNITIES:
        return None, n_columns, "few_communities"
    try:
        return fit_pooled(own, part, {}), n_columns, ""
    except MultilevelError:
        return None, n_columns, "not_identified"


def within_part(own: PooledModel, model: Adjusted) -> FixedPart:
    """The fixed part within one consortium: columns that are the same in all its communities say nothing there."""
    elements = [name for name in model.elements if own.varies(name)[0]]
    covariates = [
        name
        for name in model.covariates
        if any(not own.constant(column) or own.varies(column)[0] for column in own.plan.terms[name])
    ]
    return base_part(own, elements, covariates)


@dataclass(frozen=True)
class StageTwo:
    """The meta-analysis of one element.

    Attributes
    ----------
    effects : DataFrame
        Of :func:`stage_one`.
    pooled : MetaAnalysis, optional
        REML with the test of Knapp and Hartung; none with fewer than two estimates.
    by_sector : MetaAnalysis, optional
        The same with sectors as moderator, where there are more estimates than sectors.
    """

    effects: pd.DataFrame
    pooled: MetaAnalysis | None
    by_sector: MetaAnalysis | None

    def row(self, one_stage: float) -> dict[str, float]:
        """``estimate, std_error, df, conf_low, conf_high, pred_low, pred_high, tau, ...`` beside the one-stage one."""
        names = (
            "estimate",
            "std_error",
            "df",
            "conf_low",
            "conf_high",
            "pred_low",
            "pred_high",
            "tau",
            "i2",
            "q_p_value",
        )
        found = dict.fromkeys((*names, "sector_p_value", "difference"), float("nan"))
        found |= {"n_estimable": int(self.effects["estimate"].notna().sum()), "n_not_estimable": 0}
        found["n_not_estimable"] = len(self.effects) - found["n_estimable"]
        if self.pooled is None:
            return found
        row, glance = self.pooled.tidy().iloc[0], self.pooled.glance().iloc[0]
        found |= {name: float(row[name]) for name in ("estimate", "std_error", "df", "conf_low", "conf_high")}
        wide = self.pooled.prediction_interval().iloc[0]
        found |= {name: float(wide[name]) for name in ("pred_low", "pred_high")}
        found |= {"tau": float(np.sqrt(self.pooled.tau2)), "i2": float(glance["i2"])}
        found |= {"q_p_value": float(glance["q_p_value"]), "difference": float(row["estimate"]) - one_stage}
        if self.by_sector is not None:
            found["sector_p_value"] = float(self.by_sector.omnibus()["p_value"].iloc[0])
        return found


def stage_two(effects: pd.DataFrame) -> StageTwo:
    """Pool the effects of one element over consortia."""
    there = effects[effects["estimate"].notna()]
    if len(there) < LEAST_FOR_STAGE_TWO:
        return StageTwo(effects, None, None)
    yi, vi, labels = there["estimate"].to_numpy(), there["std_error"].to_numpy() ** 2, there["consortium"].tolist()
    pooled = meta_analysis(yi, vi, labels=labels)
    by_sector = None
    if 1 < there["sector"].nunique() < len(there) - 1:
        try:
            by_sector = meta_analysis(yi, vi, data=there.reset_index(drop=True), labels=labels, moderators=["sector"])
        except SynthesisError:
            by_sector = None
    return StageTwo(effects, pooled, by_sector)
