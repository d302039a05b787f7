"""What would change if the model had one parameter more, or one equality less: score tests, without fitting again.

For a parameter that is fixed or shared, with g the derivative of the likelihood to it and I the expected information,
MI = N g^2 / (I_xx - I_xf I_ff^-1 I_fx), with f the free parameters (Sorbom 1989). All candidates of all groups at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.measurement.factor_models import standardised as units
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.fitted import Fitted
from lcresearch.measurement.factor_models.implied import Layout, layout_of
from lcresearch.measurement.factor_models.parameter_table import Parameter

_NOTHING_LEFT = 1e-8


def modification_indices(estimated: Fitted, groups: Sequence[str], minimum: float) -> pd.DataFrame:
    """Parameters that are not in the model, or are fixed at zero; see :meth:`FactorModel.modification_indices`."""
    layout = _extended(estimated.layout)
    index, change = score_tests(estimated, layout)
    fixed = (layout.free < 0) & (layout.fixed == 0)
    kinds = np.array([each.operator != "~" or each.right != "1" for each in layout.table.parameters])
    group, at = np.nonzero(fixed & kinds & np.isfinite(index))
    units_of = _change_in_units(layout, layout.values(estimated.theta))
    scaling = estimated.score_scaling(layout, layout.implied(estimated.theta))
    scaled = index if scaling is None else index / scaling
    table = pd.DataFrame(
        {
            "term": [layout.table.parameters[k].name for k in at],
            "group": [groups[int(g)] for g in group],
            "mi": index[group, at],
            "p_value": stats.chi2.sf(scaled[group, at], 1),
            "epc": change[group, at],
            "std_epc": change[group, at] * units_of[group, at],
        }
    )
    table = table[table["mi"] >= minimum].sort_values("mi", ascending=False, kind="stable")
    return table.reset_index(drop=True)


def equality_tests(estimated: Fitted, groups: Sequence[str]) -> pd.DataFrame:
    """Parameters that groups share, each group on its own; see :meth:`FactorModel.equality_tests`."""
    layout = estimated.layout
    index, change = score_tests(estimated, layout)
    scaling = estimated.score_scaling(layout, estimated.implied)
    scaled = index if scaling is None else index / scaling
    shared = (layout.free >= 0) & np.isin(layout.free, estimated.arrow.shared)
    group, at = np.nonzero(shared & np.isfinite(index))
    table = pd.DataFrame(
        {
            "term": [layout.table.parameters[k].name for k in at],
            "group": [groups[int(g)] for g in group],
            "mi": index[group, at],
            "p_value": stats.chi2.sf(scaled[group, at], 1),
            "epc": change[group, at],
        }
    )
    return table.sort_values("mi", ascending=False, kind="stable").reset_index(drop=True)


def score_tests(estimated: Fitted, layout: Layout) -> tuple[Array, Array]:
    """MI and expected change of each parameter in each group, freed on its own: shapes (n_groups, n_parameters).

    NaN where nothing is left of it once the free parameters have moved.
    """
    objective = estimated.objective.over(layout)
    implied = layout.implied(estimated.theta)
    gradient = objective.local_gradient(implied)
    information = objective.local_information(implied)
    k = estimated.layout.free.shape[1]
    spread = estimated.arrow.spread
    to_free = information[:, :, :k] @ spread
    inverse = estimated.expected.local
    own = np.diagonal(information, axis1=1, axis2=2)
    left = own - np.einsum("gxk,gkl,gxl->gx", to_free, inverse, to_free, optimize=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = left > _NOTHING_LEFT * np.maximum(own, 1e-300)
        index = np.where(found, estimated.n * gradient**2 / left, np.nan)
        change = np.where(found, -gradient / left, np.nan)
    return index, change


def _extended(layout: Layout) -> Layout:
    """The layout with all loadings and covariances that the model does not have, fixed at zero, behind its own."""
    table = layout.table
    known = {each.name for each in table.parameters} | {f"{p.right}{p.operator}{p.left}" for p in table.parameters}
    n = table.n_groups
    zero, empty, none = (0.0,) * n, ("",) * n, (None,) * n
    first_order = [name for name in table.latent if any(i in table.observed for i in table.indicators[name])]
    pairs = [(factor, "=~", item) for factor in first_order for item in table.observed]
    pairs += [(a, "~~", b) for a, b in combinations(table.observed, 2)]
    pairs += [(a, "~~", b) for a, b in combinations(first_order, 2)]
    new = [
        Parameter(left, operator, right, zero, empty, none)
        for left, operator, right in pairs
        if f"{left}{operator}{right}" not in known
    ]
    return layout.extended(layout_of(replace(table, parameters=(*table.parameters, *new))))


def _change_in_units(layout: Layout, values: Array) -> Array:
    """By which a change is multiplied to be in standard deviations."""
    total = np.sqrt(np.maximum(np.diagonal(units.total_covariances(layout, values), axis1=1, axis2=2), 0))
    own = np.sqrt(np.maximum(np.diagonal(layout.matrices(values)[1], axis1=1, axis2=2), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        arrow = total[:, layout.column] / total[:, layout.row]
        covariance = 1 / (own[:, layout.row] * own[:, layout.column])
    return np.asarray(np.where(layout.matrix == 0, arrow, covariance))
