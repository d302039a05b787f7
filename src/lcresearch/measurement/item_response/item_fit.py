"""How well the graded model fits each item: S-X2 (Orlando & Thissen, 2000), for several categories (Kang & Chen, 2008).

Persons with the same sum score are compared: how many chose each category, and how many would if the model held. Sum
scores, unlike estimated traits, are observed, so that the statistic keeps close to its chi-square distribution.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.measurement.columns import Array, Codes
from lcresearch.measurement.item_response import graded_model
from lcresearch.measurement.item_response.graded_model import GradedItems
from lcresearch.measurement.item_response.marginal_likelihood import Nodes

FEWEST_EXPECTED = 1.0
"""Cells with fewer expected persons are merged with their neighbour, as in mirt and IRTPRO."""


class ItemFit(NamedTuple):
    """S-X2 of one item with its degrees of freedom and p value; NaN where no degree of freedom is left."""

    statistic: float
    df: int
    p_value: float


def sum_score_chances(chances: Array) -> Array:
    """Chance of each sum of category numbers at each node, shape (n_sums, Q), from chances, shape (p, K, Q).

    The recursion of Lord and Wingersky (1984), for several categories (Thissen et al., 1995).
    """
    _, k, q = chances.shape
    found = np.ones((1, q))
    for of_item in chances:
        longer = np.zeros((len(found) + k - 1, q))
        for category in range(k):
            longer[category : category + len(found)] += of_item[category] * found
        found = longer
    return found


def s_x2(items: GradedItems, codes: Codes, grid: Nodes, n_parameters: int) -> list[ItemFit]:
    """S-X2 of every item, over the persons who answered all items; ``n_parameters`` beyond the item's thresholds.

    Parameters
    ----------
    codes : array of int, shape (n, p)
        Category of each answer, -1 missing.
    n_parameters : int
        1 when the discrimination of an item was estimated from it, 0 when it is common to all items.
    """
    complete = codes[(codes >= 0).all(axis=1)]
    chances = graded_model.probabilities(items, grid.theta)
    weights = np.exp(grid.log_weights)
    n_sums = int((items.n_categories - 1).sum()) + 1
    sums = complete.sum(axis=1)
    of_sum = np.bincount(sums, minlength=n_sums)
    found = []
    for j, k in enumerate(items.n_categories):
        rest = sum_score_chances(np.delete(chances, j, axis=0))
        joint = np.zeros((n_sums, int(k)))
        for category in range(int(k)):
            last = min(len(rest), n_sums - category)
            joint[category : category + last, category] = (rest[:last] * chances[j, category] * weights).sum(axis=1)
        share = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
        observed = np.bincount(sums * int(k) + complete[:, j], minlength=n_sums * int(k)).reshape(n_sums, int(k))
        found.append(_compare(observed.astype(float), share * of_sum[:, None], int(k) - 1 + n_parameters))
    return found


def _compare(observed: Array, expected: Array, n_parameters: int) -> ItemFit:
    """Chi-square of a table of sum scores by categories, after merging thin cells."""
    inner = slice(1, -1)
    observed, expected = _merge_scores(observed[inner], expected[inner])
    statistic, cells, rows = 0.0, 0, 0
    for seen, thought in zip(observed, expected, strict=True):
        o, e = _merge_cells(seen, thought)
        if len(e) < 2:
            continue
        statistic += float(((o - e) ** 2 / e).sum())
        cells, rows = cells + len(e), rows + 1
    df = cells - rows - n_parameters
    if df < 1:
        return ItemFit(float("nan"), max(df, 0), float("nan"))
    return ItemFit(statistic, df, float(scipy.stats.chi2.sf(statistic, df)))


def _merge_scores(observed: Array, expected: Array) -> tuple[Array, Array]:
    """Join sum scores with too few persons to the next one towards the middle, from both ends."""
    total = expected.sum(axis=1)
    middle = int(np.searchsorted(np.cumsum(total), total.sum() / 2)) if len(total) else 0
    target = np.arange(len(total))
    for order in (range(middle), range(len(total) - 1, middle, -1)):
        carried = 0.0
        for row in order:
            carried += total[row]
            if carried < FEWEST_EXPECTED * 2:
                target[row] = -1
            else:
                carried = 0.0
    places = np.flatnonzero(target >= 0)
    if not len(places):
        return observed[:0], expected[:0]
    for gone in np.flatnonzero(target < 0):
        after = int(np.searchsorted(places, gone))
        target[gone] = places[after if gone < middle else after - 1]
    shape = observed.shape
    joined = np.zeros((2, *shape))
    np.add.at(joined[0], target, observed)
    np.add.at(joined[1], target, expected)
    return joined[0][places], joined[1][places]


def _merge_cells(observed: Array, expected: Array) -> tuple[Array, Array]:
    """Join neighbouring categories until each has the fewest expected persons."""
    o, e = list(observed), list(expected)
    while len(e) > 1 and min(e) < FEWEST_EXPECTED:
        k = int(np.argmin(e))
        other = k + 1 if k == 0 or (k + 1 < len(e) and e[k + 1] < e[k - 1]) else k - 1
        low, high = sorted((k, other))
        o[low : high + 1] = [o[low] + o[high]]
        e[low : high + 1] = [e[low] + e[high]]
    return np.array(o), np.array(e)


def q3(items: GradedItems, codes: Codes, theta: Array) -> Array:
    """Correlations of what the trait leaves unexplained in pairs of items, shape (p, p) (Yen, 1984, Q3).

    Over the persons who answered both; the trait of a person is given. NaN on the diagonal.
    """
    known = (codes >= 0) & ~np.isnan(theta)[:, None]
    k = items.thresholds.shape[1] + 1
    distinct, place = np.unique(np.where(np.isnan(theta), 0.0, theta), return_inverse=True)
    values = np.broadcast_to(np.arange(k, dtype=float), (len(items.discriminations), k))
    expected = graded_model.expected_answers(items, distinct, values)[:, place.reshape(-1)].T
    residual = pd.DataFrame(np.where(known, codes - expected, np.nan))
    found = residual.corr().to_numpy(copy=True)
    np.fill_diagonal(found, np.nan)
    return np.asarray(found)
