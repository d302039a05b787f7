"""Are random effects and residuals normal? Their standardised values beside the quantiles that they should have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.estimates import term_numbers
from lcresearch.multilevel.residuals import CONDITIONAL, residuals
from lcresearch.multilevel.small_matrices import Array

if TYPE_CHECKING:
    from lcresearch.multilevel.linear_mixed_model import LinearMixedModel

_NOTHING = 1e-10


def normal_quantiles(fit: LinearMixedModel, level: str) -> pd.DataFrame:
    """Standardised random effects of a grouping factor, or residuals, and their normal quantiles.

    See :meth:`LinearMixedModel.quantiles`.
    """
    if level == CONDITIONAL:
        values = residuals(fit, fit.rows_needed("quantiles"), CONDITIONAL, "raw")
        standardised = residuals(fit, fit.rows_needed("quantiles"), CONDITIONAL, "standardised")
        index = fit.rows_needed("quantiles").rows
        return _beside_quantiles(pd.DataFrame({"estimate": values, "standardised": standardised}, index=index))
    known = list(fit.random_effects)
    if level not in known:
        raise MultilevelError("L091", found=str(level), known=[*known, CONDITIONAL])
    table = fit.random_effects[level][["estimate"]].copy()
    errors = _deviations_of_modes(fit, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["standardised"] = np.where(errors > 0, table["estimate"] / errors, np.nan)
    parts = [_beside_quantiles(part) for _, part in table.groupby(level="term", sort=False)]
    return pd.concat(parts).loc[table.index]


def _deviations_of_modes(fit: LinearMixedModel, level: str) -> Array:
    """Standard deviations of the conditional modes themselves, in the order of the table of random effects.

    The variance of a mode is the variance of the effect minus the error variance of the mode (Goldstein 2011, section
    2.12, diagnostic variances): S - sigma2 (M + M Z'X U X'Z M), names as in the module on errors of predictions.
    """
    model, solution = fit.model, fit.solution
    columns, working = model.cross.columns, model.working
    elimination = model.criterion.elimination
    each = []
    for column in columns.fixed:
        combination = np.zeros(len(columns.names))
        combination[column] = 1
        each.append(elimination.effects(solution.steps, combination))
    found: dict[str, pd.Series[float]] = {}
    for (place, block), number in zip(model.criterion.layout.blocks(), term_numbers(model), strict=True):
        term = columns.terms[number]
        if term.term.label != level:
            continue
        carried = np.stack([effects[place][0][:, block] for effects in each], axis=-1)
        spread = each[0][place][1][:, block, block]
        error = spread + np.einsum("gap,pq,gbq->gab", carried, solution.unscaled, carried)
        own = working.part(term.columns)
        error = fit.estimates.sigma2 * np.einsum("ab,gbc,ac->ga", own, error, own)
        whole = np.diagonal(fit.estimates.covariances[number])
        left = whole - error
        deviations = np.sqrt(np.where(left > _NOTHING * np.maximum(whole, np.finfo(float).tiny), left, 0))
        back = np.empty(len(model.order[place]), dtype=np.int64)
        back[model.order[place]] = np.arange(len(back))
        found |= {name: pd.Series(deviations[back, k]) for k, name in enumerate(term.names)}
    terms = fit.random_effects[level].index.get_level_values("term")
    n_groups = len(terms) // len(found)
    wide = np.column_stack([found[name] for name in terms[: len(found)]])
    return wide.reshape(n_groups * len(found))


def _beside_quantiles(table: pd.DataFrame) -> pd.DataFrame:
    """Adds the normal quantile of each standardised value and the 95% band of that place (of the order statistic)."""
    values = table["standardised"]
    n = int(values.notna().sum())
    rank = values.rank(method="first")
    with np.errstate(invalid="ignore"):
        quantile = scipy.stats.norm.ppf((rank - 0.375) / (n + 0.25))
        low, high = (scipy.stats.norm.ppf(scipy.stats.beta.ppf(p, rank, n + 1 - rank)) for p in (0.025, 0.975))
    return table.assign(quantile=quantile, band_low=low, band_high=high)
