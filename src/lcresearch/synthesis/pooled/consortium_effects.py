"""The effect of an element in each consortium, for a forest plot: drawn to the pooled effect where it says little."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.multilevel.group_effects import group_effects
from lcresearch.synthesis.pooled.fitting import PooledFit
from lcresearch.synthesis.programme.plan import CONSORTIUM

COLUMNS = ("consortium", "sector", "n_communities", "varies", "estimate", "std_error")


def consortium_effects(fit: PooledFit, element: str) -> pd.DataFrame:
    """Best linear unbiased predictions of the effect in each consortium, with their errors, in standard deviations.

    Where the effect was not thought to vary over consortia, all have the pooled one.
    """
    pooled = fit.pooled
    n = np.bincount(pooled.consortium_of_community, minlength=len(pooled.consortia))
    effect = pooled.plan.effects[element]
    table = pd.DataFrame(
        {
            "consortium": pooled.consortia,
            "sector": [pooled.sector_of[name] for name in pooled.consortia],
            "n_communities": n,
            "varies": pooled.varies(element),
        }
    )
    estimate, error, _ = fit.effect(effect)
    if element not in fit.slopes or not np.isfinite(estimate):
        return table.assign(estimate=estimate, std_error=error)
    found = group_effects(fit.fit, CONSORTIUM, fit.slopes[element], {effect: 1.0}) / pooled.unit
    found.index = found.index.astype("str")
    found = found.reindex(list(pooled.consortia))
    return table.assign(estimate=found["estimate"].to_numpy(), std_error=found["std_error"].to_numpy())
