"""What may be wrong with a fitted graded model: items that do not fit, pairs that share more than the trait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem
from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response import item_fit
from lcresearch.measurement.item_response.estimation import Fit
from lcresearch.measurement.item_response.limited_information import ModelFit
from lcresearch.multiple_testing import holm

EXCESS = 0.20
"""Q3 above the mean of all pairs by this much marks local dependence (Christensen, Makransky & Horton, 2017)."""
FEWEST_PERSONS = 200
"""Below this, parameters of five-category items are poor (Forero & Maydeu-Olivares, 2009)."""
STEEP, FLAT = 5.0, 0.35
"""Discriminations beyond these are hardly credible, or tell next to nothing (Baker, 2001: below .35 very low)."""
RMSEA_ADEQUATE, SRMSR_ADEQUATE = 0.089, 0.05
"""Limits of adequate fit of Maydeu-Olivares and Joe (2014)."""
RATIO = 3.0
"""First to second eigenvalue below this, the second above 1, speaks against one trait (a rule of thumb)."""
RARE = 10


class Checks(NamedTuple):
    """Tables of item fit and of local dependence, and the first two eigenvalues."""

    item_fit: pd.DataFrame
    local_dependence: pd.DataFrame
    eigenvalues: tuple[float, float]

    @property
    def eigenvalue_ratio(self) -> float:
        """First to second eigenvalue."""
        first, second = self.eigenvalues
        return first / second if second > 0 else float("nan")


def checks(fitted: Fit, codes: Codes, names: Sequence[str], theta: Array, *, own_slope: bool) -> Checks:
    """S-X2 of items with Holm's correction, Q3 of pairs, and the eigenvalues of the correlations of the items."""
    found = item_fit.s_x2(fitted.items, codes, fitted.grid, int(own_slope))
    table = pd.DataFrame(
        {
            "item": list(names),
            "s_x2": [fit.statistic for fit in found],
            "df": [fit.df for fit in found],
            "p_value": [fit.p_value for fit in found],
        }
    )
    table["p_adjusted"] = holm(table["p_value"].to_numpy(dtype=float))
    correlations = item_fit.q3(fitted.items, codes, theta)
    first, second = np.triu_indices(len(names), 1)
    pairs = pd.DataFrame(
        {
            "item_1": [names[int(i)] for i in first],
            "item_2": [names[int(j)] for j in second],
            "q3": correlations[first, second],
        }
    )
    pairs["excess"] = pairs["q3"] - pairs["q3"].mean()
    pairs = pairs.sort_values("excess", ascending=False, ignore_index=True)
    return Checks(table, pairs, _eigenvalues(codes))


def _eigenvalues(codes: Codes) -> tuple[float, float]:
    correlation = pd.DataFrame(np.where(codes >= 0, codes, np.nan)).corr().to_numpy()
    if np.isnan(correlation).any():
        return float("nan"), float("nan")
    values = np.linalg.eigvalsh(correlation)
    return float(values[-1]), float(values[-2])


def doubts(
    fitted: Fit, found: Checks, overall: ModelFit, categories: pd.DataFrame, names: Sequence[str], n: int
) -> list[Problem]:
    """Everything that the reader should know before using the model."""
    problems = [] if fitted.converged else [Problem("M337")]
    if n < FEWEST_PERSONS:
        problems.append(Problem("M338", values={"n": n, "fewest": FEWEST_PERSONS}))
    for name, a in zip(names, fitted.items.discriminations, strict=True):
        code = "M339" if a < 0 else "M340" if a > STEEP else "M341" if a < FLAT else None
        if code:
            problems.append(Problem(code, Place(item=name), {"value": float(a)}))
    rare = categories.drop_duplicates(["item", "category"]).query("n < @RARE")
    if len(rare):
        problems.append(Problem("M342", values={"n": len(rare), "fewest": RARE, "items": sorted(set(rare["item"]))}))
    misfits = found.item_fit[found.item_fit["p_adjusted"] < 0.05]
    for item, value, df in zip(misfits["item"], misfits["s_x2"], misfits["df"], strict=True):
        problems.append(Problem("M343", Place(item=item), {"value": float(value), "df": int(df)}))
    dependent = found.local_dependence[found.local_dependence["excess"] > EXCESS]
    if len(names) > 2 and len(dependent):
        pairs = ", ".join(f"{row.item_1}–{row.item_2}" for row in dependent.itertuples())
        problems.append(Problem("M344", values={"pairs": pairs}))
    poor = overall.p_value < 0.05 and overall.rmsea > RMSEA_ADEQUATE and overall.srmsr > SRMSR_ADEQUATE
    if len(names) > 2 and (poor or (found.eigenvalue_ratio < RATIO and found.eigenvalues[1] > 1)):
        values = {"rmsea": overall.rmsea, "srmsr": overall.srmsr, "ratio": found.eigenvalue_ratio}
        problems.append(Problem("M345", values=values))
    return problems
