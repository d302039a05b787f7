"""Fitting a model of two levels: take it apart, gather the data, find the maximum, check what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place
from lcresearch.measurement.columns import groups, item_names, matrix
from lcresearch.measurement.factor_models import checks
from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.model_syntax import Definition, Syntax
from lcresearch.measurement.factor_models.scoring import minimise
from lcresearch.measurement.factor_models.starting_values import starting_theta
from lcresearch.measurement.group_moments import Moments
from lcresearch.measurement.ordinal_moments import OrdinalMoments
from lcresearch.measurement.two_level.cluster_moments import ClusterMoments, cluster_moments
from lcresearch.measurement.two_level.estimated import ESTIMATORS, TwoLevelEstimated
from lcresearch.measurement.two_level.free_moments import (
    FreeModel,
    first_moments,
    free_model,
    given_moments,
    one_arrow,
)
from lcresearch.measurement.two_level.likelihood import ClusterLikelihood
from lcresearch.measurement.two_level.two_level_layout import (
    LEVELS,
    Covariates,
    Tables,
    TwoLevelLayout,
    given_of,
    joined,
    tables_of,
    with_given,
)
from lcresearch.measurement.two_level.two_level_model import TwoLevelFactorModel

_CONSTANT = 1e-10


def fit_two_level(
    syntax: Syntax,
    data: pd.DataFrame | Moments | OrdinalMoments,
    cluster: str,
    *,
    model: str,
    estimator: str | None = None,
    std_lv: bool = False,
    orthogonal: bool = False,
    refused: Sequence[str] = (),
) -> TwoLevelFactorModel:
    """What :func:`~lcresearch.measurement.cfa` gives with ``cluster``.

    Raises
    ------
    MeasurementError
        M361: an option in ``refused``, moments, or an estimator that two levels do not have; and what :func:`tables`,
        :func:`gathered` and :func:`estimate` raise.
    """
    refused = [*refused, *([] if isinstance(data, pd.DataFrame) else ["moments"])]
    if estimator not in (None, *ESTIMATORS):
        refused = [*refused, f"estimator={estimator}"]
    if refused or not isinstance(data, pd.DataFrame):
        raise MeasurementError("M361", what=refused, known=list(ESTIMATORS))
    level_tables, covariates = tables(syntax, std_lv=std_lv, orthogonal=orthogonal)
    found = gathered(data, level_tables[0].observed, level_tables[1].observed, cluster)
    given = given_of(syntax, level_tables, covariates)
    fit = estimate(
        level_tables, found, estimator or "ML", tuple(syntax.definitions), given=given, covariates=covariates
    )
    return TwoLevelFactorModel(fit, cluster, found.clusters, model, found.n_dropped, found.index)


@dataclass(frozen=True)
class ClusterData:
    """What a model of two levels is fitted to.

    Attributes
    ----------
    moments : ClusterMoments
    clusters : tuple of str
    index : Index
        Of the rows that are used.
    cluster : array of int, shape (n_persons,)
        Number of the cluster of each of these rows.
    n_dropped : dict
        Reason -> rows.
    """

    moments: ClusterMoments
    clusters: tuple[str, ...]
    index: pd.Index
    cluster: Integers
    n_dropped: dict[str, int]


def tables(syntax: Syntax, *, std_lv: bool = False, orthogonal: bool = False) -> tuple[Tables, Covariates]:
    """The parameters of both levels, and the covariates of each.

    Raises
    ------
    MeasurementError
        M360: the model does not say what belongs to which level; M204 to M207.
    """
    if set(syntax.levels) != set(LEVELS):
        raise MeasurementError("M360", found=[each or "–" for each in syntax.levels])
    return tables_of(syntax, std_lv=std_lv, orthogonal=orthogonal)


def gathered(data: pd.DataFrame, within: Sequence[str], between: Sequence[str], cluster: str) -> ClusterData:
    """The complete answers to the variables of both levels, in clusters.

    Parameters
    ----------
    data : DataFrame
        A row a person.
    within, between : sequence of str
        Variables of each level.
    cluster : str
        Column.

    Raises
    ------
    MeasurementError
        M001 to M003, M008: columns; M223: nobody is left; M363 to M366, M497: clusters or variables that cannot be
        used.
    """
    alone = [name for name in between if name not in within]
    names = item_names(data, [*within, *alone])
    answers, found = matrix(data, names), groups(data, cluster)
    known = ~np.isnan(answers).any(axis=1)
    used = known & (found.codes >= 0)
    dropped = {
        "missing_cluster": int((found.codes < 0).sum()),
        "missing_answers": int((~known & (found.codes >= 0)).sum()),
    }
    if not used.any():
        raise MeasurementError("M223", n=len(data))
    present, code = np.unique(found.codes[used], return_inverse=True)
    code = code.reshape(-1).astype(np.int64)
    _check_sizes(np.bincount(code), within, between)
    _check_alone(answers[used][:, len(within) :], code, alone)
    moments = cluster_moments(answers[used], code, tuple(names), len(within))
    _check_variation(moments, between)
    labels = tuple(str(found.labels[place]) for place in present)
    return ClusterData(moments, labels, data.index[used], code, dropped)


def _check_sizes(sizes: Integers, within: Sequence[str], between: Sequence[str]) -> None:
    if len(sizes) <= len(between) or len(sizes) < 3:
        raise MeasurementError("M363", n=len(sizes), n_variables=len(between), variables=list(between)[:20])
    if sizes.sum() - len(sizes) <= len(within):
        raise MeasurementError("M364", n=int(sizes.sum()), n_clusters=len(sizes), n_variables=len(within))


def _check_alone(answers: Array, cluster: Integers, names: Sequence[str]) -> None:
    """Refuse variables of clusters that differ between persons of a cluster."""
    first = np.unique(cluster, return_index=True)[1]
    away = np.abs(answers - answers[first][cluster])
    unit = np.abs(answers).max(axis=0, initial=1.0)
    for at, name in enumerate(names):
        wrong = np.unique(cluster[away[:, at] > _CONSTANT * unit[at]])
        if len(wrong):
            raise MeasurementError("M365", where=Place(column=name), n=len(wrong))


def _check_variation(moments: ClusterMoments, between: Sequence[str]) -> None:
    """Refuse variables that do not vary within clusters or between them, or follow from others within."""
    within = moments.within
    unit = np.maximum(np.diagonal(moments.total)[: len(within)], 1e-300)
    flat = np.flatnonzero(~(np.diagonal(within) > _CONSTANT * unit))
    if len(flat):
        raise MeasurementError("M366", where=Place(item=moments.variables[int(flat[0])]), n=len(flat))
    shared = [at for at in range(len(within)) if moments.variables[at] in between]
    spread = np.diagonal(moments.means_covariance)[shared]
    same = [moments.variables[at] for at, found in zip(shared, spread, strict=True) if found <= _CONSTANT * unit[at]]
    if same:
        raise MeasurementError("M497", where=Place(item=same[0]), n=len(same), items=same)
    alone = np.diagonal(moments.total)[len(within) :]
    if (alone <= 0).any():
        at = len(within) + int(np.flatnonzero(alone <= 0)[0])
        raise MeasurementError("M243", where=Place(item=moments.variables[at]))
    checks.check_covariances(within[None], moments.variables[: len(within)], [""])


def estimate(
    level_tables: Tables,
    data: ClusterData,
    estimator: str = "ML",
    definitions: tuple[Definition, ...] = (),
    *,
    given: Sequence[str] = (),
    covariates: Covariates = ((), ()),
    saturated: FreeModel | None = None,
    start: Array | None = None,
) -> TwoLevelEstimated:
    """The fit of tables of both levels to data.

    Raises
    ------
    MeasurementError
        M227, M228: a model that is not identified; M367: data that say too little about some parameters.
    """
    known = given_moments(data.moments, given)
    within, between = (with_given(table, given, known) for table in level_tables)
    layout = joined((within, between), given, covariates)
    objective = ClusterLikelihood(layout, data.moments)
    free = free_model(layout, data.moments, covariances=True) if saturated is None else saturated
    arrow = one_arrow(layout.n_free)
    begin = starting_values(layout, data.moments) if start is None else start
    optimum = minimise(objective, arrow, begin)
    found = TwoLevelEstimated(objective, optimum, free, estimator, definitions=definitions)
    try:
        checks.check_identified(arrow, objective.local_information(found.implied), layout, found.df)
    except MeasurementError as error:
        raise _why_not_identified(error, objective, begin) from None
    return found


def _why_not_identified(error: MeasurementError, objective: ClusterLikelihood, start: Array) -> MeasurementError:
    """M367 in place of M228 where the model can be told apart elsewhere: then it is the data that say too little."""
    problem = error.problems[0]
    if problem.code != "M228":
        return error
    layout = objective.layout
    try:
        checks.check_identified(
            one_arrow(layout.n_free), objective.local_information(layout.implied(start)), layout, df=0
        )
    except MeasurementError:
        return error
    return MeasurementError("M367", parameters=problem.values["parameters"])


def starting_values(layout: TwoLevelLayout, moments: ClusterMoments) -> Array:
    """Starting values of each level; where both have a parameter, their mean."""
    sums, counts = np.zeros((2, layout.n_free))
    for level, places, covariance in zip(layout.levels, layout.places, first_moments(moments), strict=True):
        times = np.bincount(level.free[level.free >= 0], minlength=layout.n_free)
        own = covariance[np.ix_(places, places)][None]
        sums += times * starting_theta(level, own, moments.centre[places][None])
        counts += times
    return np.asarray(sums / counts)
