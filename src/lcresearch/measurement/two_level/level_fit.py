"""How well each level of a model fits on its own: the other level is left free (Ryu & West 2009).

The fit of a whole model hardly tells of the level of communities, for most data are of persons. With the other level
saturated, all misfit is of the level that is looked at; the baseline leaves out the covariances of that level alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch.measurement.factor_models import fit_measures
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.parameter_table import ParameterTable
from lcresearch.measurement.factor_models.scoring import minimise
from lcresearch.measurement.two_level.bounded import is_possible, minimise_bounded
from lcresearch.measurement.two_level.estimated import TwoLevelEstimated
from lcresearch.measurement.two_level.fitting import starting_values
from lcresearch.measurement.two_level.free_moments import free_table, one_arrow
from lcresearch.measurement.two_level.likelihood import ClusterLikelihood
from lcresearch.measurement.two_level.two_level_layout import LEVELS, joined

COLUMNS = ["level", "chi_square", "df", "p_value", "cfi", "rmsea", "srmr", "converged"]


def level_fit(estimated: TwoLevelEstimated) -> pd.DataFrame:
    """``level, chi_square, df, p_value, cfi, rmsea, srmr, converged``; RMSEA of the upper level counts clusters.

    No p value where between covariances of the model cannot be: those of the saturated model must be possible.
    """
    within, between = (layout.table for layout in estimated.layout.levels)
    both = [name for name in within.observed if name in between.observed]
    free = (
        free_table(within.observed, within.observed, both),
        free_table(between.observed, between.observed, []),
    )
    alone = free_table(within.observed, [], both), free_table(between.observed, [], [])
    rows = []
    for number, (level, table) in enumerate(zip(LEVELS, (within, between), strict=True)):
        n = estimated.n - estimated.moments.n_clusters if number == 0 else estimated.moments.n_clusters
        test, fits, possible = _fitted(estimated, free, number, table)
        baseline, fits_alone, _ = _fitted(estimated, free, number, alone[number])
        cfi = fit_measures.incremental(test, baseline, robust=False)[0]
        rmsea = fit_measures.rmsea(test, n, 1, robust=False)["rmsea"]
        srmr = estimated.srmr()[f"srmr_{level}"]
        p_value = test.p_value if possible else np.nan
        rows.append((level, test.statistic, test.df, p_value, cfi, rmsea, srmr, fits and fits_alone))
    return pd.DataFrame(rows, columns=COLUMNS)


def _fitted(
    estimated: TwoLevelEstimated, free: tuple[ParameterTable, ParameterTable], number: int, table: ParameterTable
) -> tuple[Test, bool, bool]:
    """The test of a table at one level, with the other level free; whether the search ended; whether between can be.

    Free covariances between are bounded, as those of the saturated model are; those that follow from a model are not.
    """
    tables = (table, free[1]) if number == 0 else (free[0], table)
    layout = joined(tables)
    objective = ClusterLikelihood(layout, estimated.moments)
    search = minimise if tables[1] is estimated.layout.levels[1].table else minimise_bounded
    optimum = search(objective, one_arrow(layout.n_free), starting_values(layout, estimated.moments))
    saturated = estimated.saturated
    statistic = 2 * estimated.n * (optimum.value - saturated.optimum.value)
    converged = optimum.converged and bool(np.isfinite(optimum.value))
    between = layout.implied(optimum.theta)[1].covariance[0]
    return Test(statistic, saturated.n_free - layout.n_free), converged, is_possible(between)
