"""Fitting a measurement model to ordered items: thresholds and polychoric correlations, then least squares."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError
from lcresearch.measurement.factor_models import checks
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import arrow_of
from lcresearch.measurement.factor_models.least_squares import LeastSquares
from lcresearch.measurement.factor_models.model_syntax import Definition, Syntax
from lcresearch.measurement.factor_models.ordinal_estimated import OrdinalEstimated
from lcresearch.measurement.factor_models.ordinal_layout import (
    PARAMETERIZATIONS,
    OrdinalLayout,
    items_with_arrows,
    ordinal_layout,
)
from lcresearch.measurement.factor_models.ordinal_parameters import with_thresholds
from lcresearch.measurement.factor_models.ordinal_sample import OrdinalSample, ordinal_sample
from lcresearch.measurement.factor_models.parameter_table import ParameterTable, equal_across_groups, table_of
from lcresearch.measurement.factor_models.saturated import FreeMoments
from lcresearch.measurement.factor_models.scoring import minimise
from lcresearch.measurement.factor_models.starting_values import starting_theta
from lcresearch.measurement.group_moments import Moments
from lcresearch.measurement.ordinal_moments import OrdinalMoments

MISSING = ("listwise", "pairwise")
ESTIMATORS = ("WLSMV",)


def is_ordered(syntax: Syntax, ordered: Sequence[str] | bool) -> bool:
    """Whether a model is one of ordered items: it was said, or the model has thresholds or scalings."""
    named = ordered if isinstance(ordered, bool) else bool(len(ordered))
    return named or any(each.operator in ("|", "~*~") for each in syntax.statements)


def fit_ordered(
    syntax: Syntax,
    data: pd.DataFrame | Moments | OrdinalMoments,
    *,
    group: str | None,
    ordered: Sequence[str] | bool,
    estimator: str | None,
    missing: str,
    parameterization: str,
    std_lv: bool,
    orthogonal: bool,
    group_equal: Collection[str],
    group_partial: Collection[str],
) -> OrdinalEstimated:
    """The steps of a fit: see :func:`~lcresearch.measurement.cfa`.

    Raises
    ------
    MeasurementError
        M231: moments; M240 to M243: data that cannot be used, or items that are not ordered; M244 to M250: what does
        not go together.
    """
    check_options(estimator, missing, parameterization)
    items = table_of(syntax, max(each.modifier.n_groups for each in syntax.statements)).observed
    check_ordered(items, ordered, syntax, data)
    sample = sample_of(data, items, group, missing)
    n_groups = len(sample.groups)
    equal = (
        {*group_equal, "thresholds", "intercepts"} if {"thresholds", "intercepts"} & set(group_equal) else group_equal
    )
    table = table_of(syntax, n_groups, mean_structure=True, std_lv=std_lv, orthogonal=orthogonal)
    table = with_thresholds(table, syntax, sample.n_categories, parameterization, equal)
    table = equal_across_groups(table, equal, freed=group_partial, std_lv=std_lv)
    return estimate_ordered(table, sample, parameterization, tuple(syntax.definitions))


def sample_of(
    data: pd.DataFrame | Moments | OrdinalMoments, items: Sequence[str], group: str | None, missing: str
) -> OrdinalSample:
    """Thresholds and correlations of some items, estimated from rows or taken from a file; M231 for other moments."""
    if isinstance(data, Moments):
        raise MeasurementError("M231", what="WLSMV")
    if isinstance(data, OrdinalMoments):
        return data.sample(items)
    return ordinal_sample(data, items, group, missing)


def names_in(data: pd.DataFrame | Moments | OrdinalMoments) -> list[str]:
    """Columns, or items of statistics."""
    return list(map(str, data.columns if isinstance(data, pd.DataFrame) else data.items))


def estimate_ordered(
    table: ParameterTable,
    sample: OrdinalSample,
    parameterization: str = "delta",
    definitions: tuple[Definition, ...] = (),
) -> OrdinalEstimated:
    """The fit of a table, as :func:`~.ordinal_parameters.with_thresholds` makes it, to a sample.

    Raises
    ------
    MeasurementError
        M227, M228: a model that is not identified; M246: items that predict others.
    """
    layout = ordinal_layout(table, parameterization)
    predictors = items_with_arrows(layout)
    if predictors:
        raise MeasurementError("M246", items=predictors)
    objective = LeastSquares(layout, sample)
    arrow = arrow_of(layout)
    optimum = minimise(objective, arrow, _start(layout, sample))
    moments = FreeMoments(np.zeros((len(sample.groups), len(sample.items))), sample.correlation)
    found = OrdinalEstimated(objective, arrow, optimum, moments, "WLSMV", definitions=definitions)
    information = arrow.local_matrices(objective.local_information(found.implied))
    checks.check_identified(arrow, information, layout, found.df)
    return found


def _start(layout: OrdinalLayout, sample: OrdinalSample) -> Array:
    """Where the search begins: thresholds of the sample, and loadings from its correlations."""
    t = sample.n_thresholds
    mean = np.zeros((len(sample.groups), len(sample.items)))
    theta = starting_theta(layout, sample.correlation, mean)
    places = layout.free[:, layout.threshold_place]
    kept = places >= 0
    counts = np.bincount(places[kept], minlength=layout.n_free)
    sums = np.bincount(places[kept], sample.statistics[:, :t][kept], layout.n_free)
    theta = np.where(counts > 0, sums / np.maximum(counts, 1), theta)
    for at in (layout.scaling_place, layout.variance_place):
        own = layout.free[:, at]
        theta[own[own >= 0]] = 1.0
    return theta


def check_options(estimator: str | None, missing: str, parameterization: str) -> None:
    """M247 to M249: options that ordered items do not have."""
    if estimator is not None and estimator not in ESTIMATORS:
        raise MeasurementError("M247", found=str(estimator))
    if missing not in MISSING:
        raise MeasurementError("M248", found=str(missing), known=list(MISSING))
    if parameterization not in PARAMETERIZATIONS:
        raise MeasurementError("M249", found=str(parameterization), known=list(PARAMETERIZATIONS))


def check_ordered(
    items: Sequence[str],
    ordered: Sequence[str] | bool,
    syntax: Syntax,
    data: pd.DataFrame | Moments | OrdinalMoments,
) -> None:
    """All items of the model must be ordered (M241), and all that are said to be must exist (M250)."""
    if ordered is True or (isinstance(data, OrdinalMoments) and not ordered):
        return
    names = () if isinstance(ordered, bool) else (ordered,) if isinstance(ordered, str) else ordered
    said = {*names, *(each.left for each in syntax.statements if each.operator in ("|", "~*~"))}
    unknown = sorted(said - {*items, *names_in(data)})
    if unknown:
        raise MeasurementError("M250", found=unknown, known=list(items))
    continuous = [item for item in items if item not in said]
    if continuous:
        raise MeasurementError("M241", items=continuous)
