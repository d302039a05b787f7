"""Fitting a measurement model: take it apart, gather the data, find the maximum, check what came out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError, Place, Problem
from lcresearch.measurement.columns import groups_or_one, item_names, matrix
from lcresearch.measurement.factor_models import checks, model_syntax, saturated
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import arrow_of
from lcresearch.measurement.factor_models.blocks import Blocks, Rows, blocks_of_rows
from lcresearch.measurement.factor_models.estimated import ESTIMATORS, Estimated
from lcresearch.measurement.factor_models.factor_model import FactorModel
from lcresearch.measurement.factor_models.implied import layout_of
from lcresearch.measurement.factor_models.model_syntax import Definition
from lcresearch.measurement.factor_models.normal_theory import NormalTheory
from lcresearch.measurement.factor_models.ordinal_fitting import fit_ordered, is_ordered
from lcresearch.measurement.factor_models.parameter_table import ParameterTable, equal_across_groups, table_of
from lcresearch.measurement.factor_models.runaway import why_not_identified
from lcresearch.measurement.factor_models.saturated import FreeMoments
from lcresearch.measurement.factor_models.scoring import minimise
from lcresearch.measurement.factor_models.starting_values import starting_theta
from lcresearch.measurement.group_moments import Moments
from lcresearch.measurement.ordinal_moments import OrdinalMoments
from lcresearch.measurement.two_level.fitting import fit_two_level
from lcresearch.measurement.two_level.two_level_model import TwoLevelFactorModel

MISSING = ("listwise", "fiml")


@dataclass(frozen=True)
class Data:
    """What a model is fitted to.

    Attributes
    ----------
    blocks : Blocks
    rows : Rows or None
        None for moments.
    groups : tuple of str
        Labels; one empty one without groups.
    index : Index or None
        Of the rows that are used.
    n_dropped : dict
        Reason -> rows.
    """

    blocks: Blocks
    rows: Rows | None
    groups: tuple[str, ...]
    index: pd.Index | None = None
    n_dropped: dict[str, int] = field(default_factory=dict)


@overload
def cfa(
    model: str,
    data: pd.DataFrame | Moments | OrdinalMoments,
    *,
    cluster: None = None,
    group: str | None = None,
    ordered: Sequence[str] | bool = (),
    estimator: str | None = None,
    missing: str = "listwise",
    mean_structure: bool | None = None,
    std_lv: bool = False,
    orthogonal: bool = False,
    group_equal: Collection[str] = (),
    group_partial: Collection[str] = (),
    parameterization: str = "delta",
) -> FactorModel: ...


@overload
def cfa(
    model: str,
    data: pd.DataFrame,
    *,
    cluster: str,
    estimator: str | None = None,
    std_lv: bool = False,
    orthogonal: bool = False,
) -> TwoLevelFactorModel: ...


def cfa(
    model: str,
    data: pd.DataFrame | Moments | OrdinalMoments,
    *,
    cluster: str | None = None,
    group: str | None = None,
    ordered: Sequence[str] | bool = (),
    estimator: str | None = None,
    missing: str = "listwise",
    mean_structure: bool | None = None,
    std_lv: bool = False,
    orthogonal: bool = False,
    group_equal: Collection[str] = (),
    group_partial: Collection[str] = (),
    parameterization: str = "delta",
) -> FactorModel | TwoLevelFactorModel:
    """Fit a confirmatory factor model, or a simple structural model, in the syntax of lavaan.

    Estimates are those of lavaan (Rosseel 2012) to six digits: maximum likelihood with covariances divided by n; for
    ordered items diagonally weighted least squares from thresholds and polychoric correlations, with robust errors and
    a test that is adjusted in mean and variance (WLSMV).

    Parameters
    ----------
    model : str
        ``capacity =~ a1 + a2 + a3``; ``~~`` for (co)variances, ``~ 1`` for intercepts, ``~`` for regressions, ``*`` for
        fixed values, labels and starts, ``:=`` for what follows from labelled parameters.
    data : DataFrame, Moments or OrdinalMoments
        A row a person; or :func:`~lcresearch.measurement.moments`, from which only ``ML`` can be had; or
        :func:`~lcresearch.measurement.ordinal_moments` of ordered items.
    cluster : str, optional
        Column of the communities in which persons are, for a model of two levels: parts that begin with ``level:
        within`` (or 1) and ``level: between`` (or 2). The result is then a
        :class:`~lcresearch.measurement.TwoLevelFactorModel`. Items that both parts have are split into what persons
        and what communities differ in; an item of one part alone varies at that level alone. ``ML`` or ``MLR`` (errors
        and tests that hold when answers are not normal).
    group : str, optional
        Column of the groups, sorted or in the order of its categories; the first is the reference. With moments of
        several groups these are the groups.
    ordered : sequence of str, or True
        Items whose answers are ordered categories, as numbers or as ordered categoricals of pandas; all items of the
        model or none. A model with ``a1 | t1`` or
        ``a1 ~*~ a1`` is one of ordered items too.
    estimator : str, optional
        ``ML`` (the default); ``MLR``: Huber-White errors and the Yuan-Bentler test, for answers that are not normal;
        ``MLM``: those of Satorra & Bentler (1994), for complete answers. ``WLSMV`` for ordered items.
    missing : "listwise", "fiml" or "pairwise"
        Persons who left an item open are left out and counted; or they count with what they answered
        (full-information maximum likelihood), which holds if answers are missing at random; measures of fit then have
        those of complete answers beside them (``cfi_robust``, ``tli_robust``, ``rmsea_robust``: Zhang & Savalei 2023).
        With ordered items they can count for the pairs of items that they answered.
    mean_structure : bool, optional
        Intercepts and means; by default with groups, with ``fiml`` and where the model has ``~ 1``.
    std_lv : bool
        Variances of factors are 1, in place of first loadings.
    orthogonal : bool
        Factors do not go together.
    group_equal : collection of str
        What is equal in all groups: ``loadings, intercepts, residuals, residual_covariances, means, lv_variances,
        lv_covariances``; with ordered items also ``thresholds``, which intercepts then bring along.
    group_partial : collection of str
        What may differ all the same: ``"capacity=~a2"``, ``"a2~1"``, ``"a2|t1"``.
    parameterization : "delta" or "theta"
        Of ordered items: whether the responses behind the answers have variance 1, or their residuals.

    Returns
    -------
    FactorModel or TwoLevelFactorModel
        The latter when the model has a part ``level:``.

    Raises
    ------
    MeasurementError
        The model cannot be read (M201 to M211), the data cannot be used (M001 to M008, M223 to M226, M420 to M425),
        what is asked does not go together (M229 to M233, M400), the parameters cannot be told apart (M227, M228), or
        the search runs off (M429, M430).
        For ordered items: M240 to M250; for two levels: M360 to M367, M497.

    Examples
    --------
    Invented answers of 60 persons to four items:

    >>> rng = np.random.default_rng(1)
    >>> capacity = rng.normal(size=60)
    >>> frame = pd.DataFrame({f"a{k}": 3 + 0.8 * capacity + rng.normal(0, 0.6, 60) for k in range(1, 5)})
    >>> fit = cfa("capacity =~ a1 + a2 + a3 + a4", frame)
    >>> fit.glance()[["n", "df"]].iloc[0].tolist()
    [60, 2]
    """
    syntax = model_syntax.parse(model)
    group_equal, group_partial = _several(group_equal), _several(group_partial)
    ordered = ordered if isinstance(ordered, bool) else _several(ordered)
    if cluster is not None:
        asked = {
            "group": group is not None or bool(group_equal) or bool(group_partial), "ordered": bool(ordered),
            "missing": missing != "listwise", "mean_structure": mean_structure is not None,
        }  # fmt: skip
        return fit_two_level(
            syntax, data, cluster, model=model, estimator=estimator, std_lv=std_lv, orthogonal=orthogonal,
            refused=[name for name, given in asked.items() if given],
        )  # fmt: skip
    if any(syntax.levels):
        raise MeasurementError("M362")
    if isinstance(data, OrdinalMoments) or is_ordered(syntax, ordered) or estimator == "WLSMV":
        fit = fit_ordered(
            syntax, data, group=group, ordered=ordered, estimator=estimator, missing=missing,
            parameterization=parameterization, std_lv=std_lv, orthogonal=orthogonal, group_equal=group_equal,
            group_partial=group_partial,
        )  # fmt: skip
        return FactorModel(fit, fit.sample.groups, model, fit.sample.missing, fit.sample.n_dropped, fit.sample.index)
    estimator = _checked(estimator, missing, data)
    if missing == "fiml" and mean_structure is False:
        raise MeasurementError("M400")
    means = missing == "fiml" if mean_structure is None else mean_structure
    found = gathered(data, table_of(syntax, _n(syntax)).observed, group, missing)
    n_groups = len(found.groups)
    means = means or (n_groups > 1 and mean_structure is None)
    table = table_of(syntax, n_groups, mean_structure=means, std_lv=std_lv, orthogonal=orthogonal)
    table = equal_across_groups(table, group_equal, freed=group_partial, std_lv=std_lv)
    estimated = estimate(table, found, estimator, tuple(syntax.definitions))
    return FactorModel(estimated, found.groups, model, missing, found.n_dropped, found.index)


def _several(names: Sequence[str] | Collection[str]) -> list[str]:
    """A list of names; one name in a string is a list of one."""
    return [names] if isinstance(names, str) else list(names)


def _n(syntax: model_syntax.Syntax) -> int:
    """Groups that the modifiers of a model tell apart."""
    return max(each.modifier.n_groups for each in syntax.statements)


def _checked(estimator: str | None, missing: str, data: object) -> str:
    """The estimator, after refusing what does not go together."""
    if estimator is not None and estimator not in ESTIMATORS:
        raise MeasurementError("M229", found=str(estimator), known=list(ESTIMATORS))
    if missing not in MISSING:
        raise MeasurementError("M230", found=str(missing), known=list(MISSING))
    if isinstance(data, Moments) and (missing == "fiml" or estimator not in (None, "ML")):
        raise MeasurementError("M231", what="fiml" if missing == "fiml" else str(estimator))
    if estimator == "MLM" and missing == "fiml":
        raise MeasurementError("M233")
    return estimator or "ML"


def gathered(data: pd.DataFrame | Moments, items: Sequence[str], group: str | None, missing: str = "listwise") -> Data:
    """The data of some items as blocks, with rows that cannot be used counted.

    Raises
    ------
    MeasurementError
        M001 to M003, M008: columns; M223: nobody is left; M224 to M226, M243, M420 to M425: groups or items that
        cannot be used.
    """
    if isinstance(data, Moments):
        return _of_moments(data.select(items))
    names = item_names(data, list(items))
    answers = matrix(data, names)
    codes, labels = groups_or_one(data, group)
    known = ~np.isnan(answers)
    used = (known.all(axis=1) if missing == "listwise" else known.any(axis=1)) & (codes >= 0)
    dropped = {"missing_group": int((codes < 0).sum()), "missing_answers": int((~used & (codes >= 0)).sum())}
    if not used.any():
        nobody = [name for name, there in zip(names, np.any(known, axis=0).tolist(), strict=True) if not there]
        if nobody and len(nobody) < len(names):
            raise MeasurementError([Problem("M424", Place(item=name), {"group": ""}) for name in nobody])
        raise MeasurementError("M223", n=len(data))
    present, code = np.unique(codes[used], return_inverse=True)
    labels = tuple(labels[place] for place in present)
    blocks, rows = blocks_of_rows(answers[used], code.reshape(-1).astype(np.int64))
    checks.check_answered(blocks, names, labels)
    variances = np.diagonal(saturated.independence_moments(blocks).covariance, axis1=1, axis2=2)
    checks.check_blocks(blocks, names, labels, variances)
    if blocks.complete:
        checks.check_covariances(blocks.covariance, names, labels)
    return Data(blocks, rows, labels, data.index[used], dropped)


def _of_moments(moments: Moments) -> Data:
    n_groups, p = moments.mean.shape
    known = np.ones((n_groups, p), dtype=bool)
    blocks = Blocks(np.arange(n_groups), moments.n, moments.mean, moments.covariance, known)
    checks.check_blocks(blocks, moments.items, moments.groups, np.diagonal(moments.covariance, axis1=1, axis2=2))
    checks.check_covariances(moments.covariance, moments.items, moments.groups)
    return Data(blocks, None, moments.groups, None, {"missing_answers": moments.n_dropped})


def estimate(
    table: ParameterTable,
    data: Data,
    estimator: str = "ML",
    definitions: tuple[Definition, ...] = (),
    *,
    start: Array | None = None,
    free_moments: FreeMoments | None = None,
) -> Estimated:
    """The fit of a table to data.

    Raises
    ------
    MeasurementError
        M227, M228: a model that is not identified; M429, M430: a search that runs off.
    """
    layout = layout_of(table)
    objective = NormalTheory(layout, data.blocks)
    arrow = arrow_of(layout)
    moments = saturated.saturated_moments(data.blocks) if free_moments is None else free_moments
    begin = starting_theta(layout, moments.covariance, moments.mean) if start is None else start
    optimum = minimise(objective, arrow, begin)
    found = Estimated(objective, arrow, optimum, moments, estimator, data.rows, definitions=definitions)
    information = arrow.local_matrices(objective.local_information(found.implied))
    try:
        checks.check_identified(arrow, information, layout, found.df)
    except MeasurementError as error:
        raise why_not_identified(error, found, begin, data.groups) from None
    return found
