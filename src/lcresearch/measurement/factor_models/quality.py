"""How good measures are by a factor model: residuals, reliability, distinctness of factors, scores of persons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from lcresearch.errors import MeasurementError
from lcresearch.measurement.factor_models import standardised as units
from lcresearch.measurement.factor_models.arrays import Array, Integers
from lcresearch.measurement.factor_models.fitted import Fitted

SCORES = ("regression", "bartlett")


def residuals(estimated: Fitted, groups: Sequence[str], kind: str) -> pd.DataFrame:
    """Sample minus model for each pair of items; see :meth:`FactorModel.residuals`."""
    if kind not in ("correlation", "covariance"):
        raise MeasurementError("M238", found=str(kind))
    sample, implied = estimated.free_moments.covariance, estimated.implied.covariance
    if kind == "correlation":
        sample, implied = correlations(sample), correlations(implied)
    items = np.array(estimated.layout.table.observed, dtype=object)
    rows, columns = np.tril_indices(len(items))
    parts = [
        pd.DataFrame({"group": label, "item_1": items[columns], "item_2": items[rows], "residual": away[rows, columns]})
        for label, away in zip(groups, sample - implied, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def correlations(covariance: Array) -> Array:
    """Correlations, shape (n_groups, p, p)."""
    unit = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    return np.asarray(covariance / (unit[:, :, None] * unit[:, None, :]))


def loadings_of(estimated: Fitted, values: Array) -> tuple[Array, Array]:
    """Loadings (n_groups, p, n_factors) and covariances of all factors (n_groups, n_factors, n_factors)."""
    p = estimated.layout.n_observed
    arrows = estimated.layout.matrices(values)[0]
    return arrows[:, :p, p:], units.total_covariances(estimated.layout, values)[:, p:, p:]


def reliability(estimated: Fitted, groups: Sequence[str]) -> pd.DataFrame:
    """Omega and average variance extracted of each factor that has items; see :meth:`FactorModel.reliability`."""
    loadings, covariances = loadings_of(estimated, estimated.values)
    sample, implied = estimated.free_moments.covariance, estimated.implied.covariance
    unit = np.diagonal(implied, axis1=1, axis2=2)
    indicators = estimated.layout.table.indicators
    rows = []
    for number, factor in enumerate(estimated.layout.table.latent):
        items = [at for at, name in enumerate(estimated.layout.table.observed) if name in indicators[factor]]
        if not items:
            continue
        for group, label in enumerate(groups):
            own, variance = loadings[group, items, number], covariances[group, number, number]
            true = own.sum() ** 2 * variance
            observed, model = (part[group][np.ix_(items, items)].sum() for part in (sample, implied))
            explained = float((own**2).sum() * variance)
            ave = explained / float(unit[group, items].sum())
            rows.append((factor, label, true / observed, true / model, ave))
    return pd.DataFrame(rows, columns=["factor", "group", "omega", "omega_model", "ave"])


def htmt(estimated: Fitted, groups: Sequence[str]) -> pd.DataFrame:
    """Correlations of items of two factors against those within each; see :meth:`FactorModel.htmt`."""
    found = np.abs(correlations(estimated.free_moments.covariance))
    names = estimated.layout.table.observed
    items = {
        factor: [names.index(each) for each in own if each in names]
        for factor, own in estimated.layout.table.indicators.items()
    }
    rows = []
    for one, other in combinations([factor for factor, own in items.items() if len(own) > 1], 2):
        for group, label in enumerate(groups):
            across = found[group][np.ix_(items[one], items[other])].ravel()
            first, second = (_pairs_within(found[group], items[factor]) for factor in (one, other))
            ratio = across.mean() / np.sqrt(first.mean() * second.mean())
            rows.append(
                (one, other, label, ratio, _geometric(across) / np.sqrt(_geometric(first) * _geometric(second)))
            )
    return pd.DataFrame(rows, columns=["factor_1", "factor_2", "group", "htmt", "htmt_2"])


def _pairs_within(correlation: Array, items: list[int]) -> Array:
    rows, columns = np.tril_indices(len(items), -1)
    return np.asarray(correlation[np.ix_(items, items)][rows, columns])


def _geometric(values: Array) -> float:
    return float(np.exp(np.log(values).mean())) if (values > 0).all() else 0.0


def factor_scores(estimated: Fitted, answers: Array, group: Integers, method: str) -> Array:
    """Scores (n, n_factors) of persons from the answers that are there; NaN where there are none.

    With Lambda the total effect of factors on items and Phi their covariances: regression scores are
    E f + Phi Lambda' Sigma^-1 (y - mu).
    """
    layout = estimated.layout
    p = layout.n_observed
    arrows, _, means = layout.matrices(estimated.values)
    effects = np.linalg.inv(np.eye(arrows.shape[-1]) - arrows)
    total = units.total_covariances(layout, estimated.values)
    factor_mean = (effects @ means[:, :, None])[:, p:, 0]
    mean = estimated.implied.mean if layout.table.mean_structure else estimated.free_moments.mean
    known = ~np.isnan(answers)
    coded, pattern = np.unique(np.column_stack([group, known]), axis=0, return_inverse=True)
    found = np.full((len(answers), len(layout.table.latent)), np.nan)
    for number, row in enumerate(coded):
        here, there = int(row[0]), np.flatnonzero(row[1:])
        own = pattern.reshape(-1) == number
        if not len(there):
            continue
        weights = _weights(arrows[here], total[here], there, p, method)
        found[own] = factor_mean[here] + (answers[np.ix_(own, there)] - mean[here][there]) @ weights.T
    return found


def _weights(arrows: Array, total: Array, items: Integers, p: int, method: str) -> Array:
    """Weights of the answers, shape (n_factors, n_items)."""
    inverse = np.linalg.inv(total[np.ix_(items, items)])
    regression = total[p:][:, items] @ inverse
    if method == "regression":
        return np.asarray(regression)
    loadings = arrows[items, p:]
    precision = np.linalg.pinv(loadings.T @ inverse @ loadings)
    return np.asarray(precision @ loadings.T @ inverse)
