"""The tests of one item: does its answer depend on the group, among persons alike on the trait?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response.ordinal_regression import (
    OrdinalFit,
    expected_category,
    ordinal_regression,
)

TERMS = ("uniform", "non_uniform", "total")
N_POINTS = 41
_NUMBERS = ("statistic", "p_value", "nagelkerke_change", "mcfadden_change", "beta_change")


class ItemTests(NamedTuple):
    """Rows of the table of tests, the model with group and interaction, and whether all models found an optimum.

    Where one did not, the item cannot be tested and all numbers of the rows are NaN.
    """

    rows: list[dict[str, Any]]
    full: OrdinalFit
    converged: bool


def item_tests(codes: Codes, matching: Array, belongs: Codes, n_groups: int) -> ItemTests:
    """Likelihood-ratio tests of three nested models (Swaminathan & Rogers, 1990; Zumbo, 1999).

    Matching variable alone; with the group (uniform: shifted); with the interaction (non-uniform: steeper or flatter).
    Effect sizes are changes of Nagelkerke's and McFadden's pseudo R2, and of the slope of the matching variable when
    the group is added, as a share of it (Crane et al., 2004).

    Parameters
    ----------
    codes : array of int, shape (n,)
        Categories from 0 without gaps.
    matching : array, shape (n,)
    belongs : array of int, shape (n,)
        Number of the group, 0 for the reference group.
    """
    x = design(matching, belongs, n_groups)
    extra = n_groups - 1
    fits = [ordinal_regression(codes, x[:, :width]) for width in (0, 1, 1 + extra, 1 + 2 * extra)]
    null, alone, shifted, full = fits
    log_likelihoods = {"uniform": (alone, shifted), "non_uniform": (shifted, full), "total": (alone, full)}
    converged = all(fit.converged for fit in fits)
    change = abs(float(alone.slopes[0] - shifted.slopes[0])) / abs(float(alone.slopes[0]) or np.nan)
    rows: list[dict[str, Any]] = []
    for term, (small, large) in log_likelihoods.items():
        df = 2 * extra if term == "total" else extra
        statistic = max(2 * (large.log_likelihood - small.log_likelihood), 0.0)
        rows.append(
            {
                "term": term,
                "statistic": statistic,
                "df": df,
                "p_value": float(scipy.stats.chi2.sf(statistic, df)),
                "nagelkerke_change": nagelkerke(null, large, len(codes)) - nagelkerke(null, small, len(codes)),
                "mcfadden_change": (large.log_likelihood - small.log_likelihood) / -null.log_likelihood,
                "beta_change": change if term == "uniform" else float("nan"),
            }
        )
    if not converged:
        rows = [row | dict.fromkeys(_NUMBERS, float("nan")) for row in rows]
    return ItemTests(rows, full, converged)


def design(matching: Array, belongs: Codes, n_groups: int) -> Array:
    """Matching variable, a column a group but the first, and their products, shape (n, 2 n_groups - 1)."""
    inside = (belongs[:, None] == np.arange(1, n_groups)).astype(float)
    return np.column_stack([matching, inside, inside * matching[:, None]])


def nagelkerke(null: OrdinalFit, fit: OrdinalFit, n: int) -> float:
    """Share explained, 1 - (L0 / L1)^(2/n), over the most that it could be (Nagelkerke, 1991)."""
    most = -np.expm1(2 * null.log_likelihood / n)
    return float(-np.expm1(2 * (null.log_likelihood - fit.log_likelihood) / n) / most)


def magnitude(nagelkerke_change: float, p_adjusted: float, alpha: float) -> str:
    """Negligible below .035 or not significant, moderate to .070, else large (Jodoin & Gierl, 2001)."""
    if np.isnan(p_adjusted):
        return ""
    if p_adjusted >= alpha or nagelkerke_change < 0.035:
        return "negligible"
    return "moderate" if nagelkerke_change < 0.070 else "large"


def zumbo_magnitude(nagelkerke_change: float, p_adjusted: float, alpha: float) -> str:
    """Negligible below .13 or not significant, moderate to .26, else large (Zumbo & Thomas, 1997)."""
    if np.isnan(p_adjusted):
        return ""
    if p_adjusted >= alpha or nagelkerke_change < 0.13:
        return "negligible"
    return "moderate" if nagelkerke_change < 0.26 else "large"


def expected_by_group(
    found: ItemTests, matching: Array, belongs: Codes, n_groups: int, values: Array
) -> tuple[pd.DataFrame, list[float]]:
    """Curves of the mean answer by group, and how far each group lies from the reference group.

    The distance is the mean, over the members of a group, of the difference between the curve of the group and that of
    the reference group at their place on the matching variable: in answer points, signed. NaN where the item cannot be
    tested.
    """
    low, high = (float(end) for end in np.quantile(matching, [0.01, 0.99]))
    points = np.linspace(low, high, N_POINTS)
    curves, distances = [], []
    for g in range(n_groups):
        curve = _curve(found, points, g, n_groups, values)
        curves.append(pd.DataFrame({"group": g, "matching": points, "expected": curve}))
        own = matching[belongs == g]
        differences = _curve(found, own, g, n_groups, values) - _curve(found, own, 0, n_groups, values)
        distances.append(float(differences.mean()) if len(own) else float("nan"))
    return pd.concat(curves, ignore_index=True), distances


def _curve(found: ItemTests, matching: Array, g: int, n_groups: int, values: Array) -> Array:
    if not found.converged:
        return np.full(len(matching), np.nan)
    x = design(matching, np.full(len(matching), g, dtype=np.int64), n_groups)
    return expected_category(found.full, x, values)
