"""Does one trait explain the answers? The statistic C2 (Cai & Monroe, 2014; Cai, Chung & Lee, 2023).

Full tables of patterns are too sparse for a chi-square test. C2 compares the shares of each category and, for each pair
of items, the mean product of the category numbers with what the model implies, weighted so that the result is
chi-square distributed. For two categories it is M2 of Maydeu-Olivares and Joe (2005).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.stats

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response import graded_model
from lcresearch.measurement.item_response.estimation import Fit
from lcresearch.measurement.item_response.graded_model import GradedItems


class ModelFit(NamedTuple):
    """C2, its degrees of freedom and p value, RMSEA with its 90% interval, SRMSR, and the complete rows used."""

    c2: float
    df: int
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    n: int


def c2(found: Fit, codes: Codes) -> ModelFit:
    """Fit of a graded model over the persons who answered all items; NaN where no degree of freedom is left.

    Parameters
    ----------
    found : Fit
    codes : array of int, shape (n, p)
        Category of each answer, -1 missing.
    """
    complete = codes[(codes >= 0).all(axis=1)]
    items, n = found.items, len(complete)
    p = len(items.discriminations)
    first, second = np.triu_indices(p, 1)
    nan = float("nan")
    weights = np.exp(found.grid.log_weights)
    moments = _Conditional.of(items, found.grid.theta)
    model, covariance = _moments(moments, first, second, weights)
    slopes = _slopes(found, first, second, weights)
    df = len(model) - found.places.size
    srmsr = _srmsr(moments, complete, weights, first, second) if n > 1 else nan
    if df < 1 or n < 2:
        return ModelFit(nan, max(df, 0), nan, nan, nan, nan, srmsr, n)
    difference = _sample(complete, items, first, second) - model
    statistic = n * _weighted_square(difference, covariance, slopes)
    low, high = rmsea_interval(statistic, df, n)
    rmsea = float(np.sqrt(max(statistic - df, 0) / (df * (n - 1))))
    return ModelFit(statistic, df, float(scipy.stats.chi2.sf(statistic, df)), rmsea, low, high, srmsr, n)


class _Conditional(NamedTuple):
    """Given the trait: chance to reach each threshold (T, Q), whose item, mean and mean square of each item (p, Q)."""

    reach: Array
    owner: Codes
    level: Codes
    mean: Array
    square: Array

    @classmethod
    def of(cls, items: GradedItems, theta: Array) -> _Conditional:
        chances = graded_model.probabilities(items, theta)
        k = chances.shape[1]
        reach = chances[:, ::-1].cumsum(axis=1)[:, ::-1]
        owner, level = np.nonzero(np.arange(1, k) < items.n_categories[:, None])
        number = np.arange(k, dtype=float)
        mean = np.einsum("jkq,k->jq", chances, number)
        square = np.einsum("jkq,k->jq", chances, number**2)
        return cls(reach[owner, level + 1], owner, level + 1, mean, square)


def _moments(given: _Conditional, first: Codes, second: Codes, weights: Array) -> tuple[Array, Array]:
    """Model moments and the covariance of their sample counterparts (times n).

    The covariance is that between nodes plus the mean of that within a node, where answers are independent: only
    moments that share an item covary.
    """
    pair = given.mean[first] * given.mean[second]
    conditional = np.vstack([given.reach, pair])
    model = conditional @ weights
    centred = conditional - model[:, None]
    covariance = (centred * weights) @ centred.T
    n_single = len(given.owner)
    same = given.owner[:, None] == given.owner
    highest = np.where(given.level[:, None] >= given.level, np.arange(n_single)[:, None], np.arange(n_single))
    both = (given.reach @ weights)[highest] - (given.reach * weights) @ given.reach.T
    covariance[:n_single, :n_single] += np.where(same, both, 0)
    spread = given.square - given.mean**2
    above = _product_with_reach(given)
    for own, other in ((first, second), (second, first)):
        extra = ((above[:, own] - (given.reach[:, None] * given.mean[own])) * given.mean[other]) @ weights
        extra = np.where(given.owner[:, None] == own, extra, 0)
        covariance[:n_single, n_single:] += extra
        covariance[n_single:, :n_single] += extra.T
    within = np.zeros((len(first), len(first)))
    for a, b in ((first, second), (second, first)):
        for c, d in ((first, second), (second, first)):
            shared = (a[:, None] == c) & (b[:, None] != d)
            i, j = np.nonzero(shared)
            within[i, j] += (spread[a[i]] * given.mean[b[i]] * given.mean[d[j]]) @ weights
    diagonal = np.arange(len(first))
    within[diagonal, diagonal] += (given.square[first] * given.square[second] - pair**2) @ weights
    covariance[n_single:, n_single:] += within
    return model, covariance


def _product_with_reach(given: _Conditional) -> Array:
    """E[x_j 1(x_owner >= level)] for j the owner, shape (T, p, Q): level * reach + the levels above; 0 elsewhere."""
    n_single, q = given.reach.shape
    found = np.zeros((n_single, len(given.mean), q))
    higher = (given.owner[:, None] == given.owner) & (given.level > given.level[:, None])
    found[np.arange(n_single), given.owner] = given.level[:, None] * given.reach + higher @ given.reach
    return found


def _slopes(found: Fit, first: Codes, second: Codes, weights: Array) -> Array:
    """Derivative of the model moments to the parameters, shape (moments, size)."""
    items, places = found.items, found.places
    chances = graded_model.probabilities(items, found.grid.theta)
    p, k, _ = chances.shape
    of_chance = chances[..., None] * graded_model.scores(items, found.grid.theta)
    of_reach = of_chance[:, ::-1].cumsum(axis=1)[:, ::-1]
    of_mean = np.einsum("jkqm,k->jqm", of_chance, np.arange(k, dtype=float))
    mean = np.einsum("jkq,k->jq", chances, np.arange(k, dtype=float))
    owner, level = np.nonzero(np.arange(1, k) < items.n_categories[:, None])
    single = np.zeros((len(owner), p, k))
    single[np.arange(len(owner)), owner] = np.einsum("tqm,q->tm", of_reach[owner, level + 1], weights)
    double = np.zeros((len(first), p, k))
    row = np.arange(len(first))
    double[row, first] = np.einsum("rqm,rq,q->rm", of_mean[first], mean[second], weights)
    double[row, second] = np.einsum("rqm,rq,q->rm", of_mean[second], mean[first], weights)
    return places.sum_rows(np.concatenate([single, double]))


def _sample(complete: Codes, items: GradedItems, first: Codes, second: Codes) -> Array:
    owner, level = np.nonzero(np.arange(1, items.thresholds.shape[1] + 1) < items.n_categories[:, None])
    reach = (complete[:, owner] >= level + 1).mean(axis=0)
    values = complete.astype(float)
    product = values.T @ values / len(values)
    return np.concatenate([reach, product[first, second]])


def _weighted_square(difference: Array, covariance: Array, slopes: Array) -> float:
    """e' (V - V D (D' V D)^-1 D' V) e with V the inverse of the covariance: the residual of a weighted regression."""
    factor = scipy.linalg.cholesky(covariance, lower=True)
    e = scipy.linalg.solve_triangular(factor, difference, lower=True)
    d = scipy.linalg.solve_triangular(factor, slopes, lower=True)
    left = e - d @ np.linalg.lstsq(d, e, rcond=None)[0]
    return float(left @ left)


def _srmsr(given: _Conditional, complete: Codes, weights: Array, first: Codes, second: Codes) -> float:
    """Root mean square difference of observed and implied correlations (Maydeu-Olivares, 2013)."""
    mean = given.mean @ weights
    products = (given.mean * weights) @ given.mean.T
    variance = given.square @ weights - mean**2
    implied = (products - np.outer(mean, mean)) / np.sqrt(np.outer(variance, variance))
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = np.corrcoef(complete.T)
    return float(np.sqrt(((observed - implied)[first, second] ** 2).mean()))


def rmsea_interval(statistic: float, df: int, n: int, conf_level: float = 0.90) -> tuple[float, float]:
    """Interval of RMSEA from the noncentral chi-square distribution (Steiger, 1990)."""

    def noncentrality(chance: float) -> float:
        if scipy.stats.chi2.cdf(statistic, df) < chance:
            return 0.0
        high = 1.0
        while scipy.stats.ncx2.cdf(statistic, df, high) > chance:
            high *= 2
        return float(
            scipy.optimize.brentq(lambda c: scipy.stats.ncx2.cdf(statistic, df, max(c, 1e-12)) - chance, 0, high)
        )

    tail = (1 - conf_level) / 2
    low, high = noncentrality(1 - tail), noncentrality(tail)
    return float(np.sqrt(low / (df * (n - 1)))), float(np.sqrt(high / (df * (n - 1))))
