"""Two raters: Cohen's kappa with the errors of Fleiss, Cohen and Everitt (1969), and its mean over pairs of raters."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lcresearch.agreement.coefficients import Estimate, nothing_to_compare, undefined
from lcresearch.agreement.ratings import Array, Ratings
from lcresearch.errors import Problem


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of two raters.

    Attributes
    ----------
    table : array, shape (q, q)
        Units by category of the first (row) and second rater (column); only units that both rated.
    observed, expected : float
        Weighted agreement found and expected by chance.
    estimate, std_error : float
        Kappa and its standard error (equation 13 of Fleiss, Cohen and Everitt, 1969).
    null_std_error : float
        Standard error when kappa is 0 (their equation 9), for a test.
    largest : float
        The largest unweighted kappa that these marginals allow (Cohen, 1960); NaN with weights.
    reason : Problem, optional
        Why it is undefined.
    """

    table: Array
    observed: float
    expected: float
    estimate: float
    std_error: float
    null_std_error: float
    largest: float
    reason: Problem | None = None


def cross_table(ratings: Ratings) -> Array:
    """Units by category of the first and of the second rater, shape (q, q)."""
    both = ratings.size == 2
    q = ratings.q
    cells = ratings.codes[both, 0] * q + ratings.codes[both, 1]
    return np.bincount(cells, ratings.frequency[both], minlength=q * q).reshape(q, q).astype(np.float64)


def kappa_of_table(table: Array, weights: Array) -> Kappa:
    """Cohen's kappa, weighted (Cohen, 1968) or not (identity weights), from a cross-table of shape (q, q).

    kappa = (p_o - p_e) / (1 - p_e) with p_o = sum w_kl p_kl and p_e = sum w_kl p_k. p_.l. Its variance is
    [sum p_kl (w_kl (1 - p_e) - (w_k. + w_.l)(1 - p_o))^2 - (p_o p_e - 2 p_e + p_o)^2] / (n (1 - p_e)^4), and
    [sum p_k. p_.l (w_kl - w_k. - w_.l)^2 - p_e^2] / (n (1 - p_e)^2) when kappa is 0, with w_k. = sum_l w_kl p_.l and
    w_.l = sum_k w_kl p_k. (Fleiss, Cohen & Everitt, 1969).
    """
    nan = float("nan")
    n = float(table.sum())
    if n == 0:
        return Kappa(table, nan, nan, nan, nan, nan, nan, Problem("A020"))
    shares = table / n
    row, column = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float((weights * shares).sum()), float(row @ weights @ column)
    if 1 - expected <= 1e-12:
        return Kappa(table, observed, expected, nan, nan, nan, nan, Problem("A021"))
    of_pair = (weights @ column)[:, None] + (row @ weights)[None, :]
    inner = shares * (weights * (1 - expected) - of_pair * (1 - observed)) ** 2
    variance = (inner.sum() - (observed * expected - 2 * expected + observed) ** 2) / (n * (1 - expected) ** 4)
    at_null = (np.outer(row, column) * (weights - of_pair) ** 2).sum() - expected**2
    largest = nan
    if np.array_equal(weights, np.eye(len(weights))):
        largest = float((np.minimum(row, column).sum() - expected) / (1 - expected))
    return Kappa(
        table,
        observed,
        expected,
        1 - (1 - observed) / (1 - expected),
        float(np.sqrt(max(variance, 0.0))),
        float(np.sqrt(max(at_null / (n * (1 - expected) ** 2), 0.0))),
        largest,
    )


def cohen_kappa(ratings: Ratings, weights: Array) -> Estimate:
    """Cohen's kappa as an estimate with what units add to its error, so that clusters of units can be allowed for."""
    term = "cohen_kappa"
    found = kappa_of_table(cross_table(ratings), weights)
    if found.reason is not None:
        return undefined(term, ratings, found.reason, found.observed, found.expected)
    n = float(found.table.sum())
    row, column = found.table.sum(axis=1) / n, found.table.sum(axis=0) / n
    slope = (weights @ column)[:, None] + (row @ weights)[None, :] - 2 * found.expected
    cells = (weights - found.observed - (1 - found.estimate) * slope) / (1 - found.expected)
    both = ratings.size == 2
    first, second = np.maximum(ratings.codes, 0).T
    of_units = np.where(both, cells[first, second], 0.0) / n
    of_weight = -np.where(both, slope[first, second], 0.0) / n
    return Estimate(
        term,
        found.observed,
        found.expected,
        found.estimate,
        of_units,
        n,
        2,
        least_ratings=2,
        weight=1 - found.expected,
        of_weight=of_weight,
    )


def light_kappa(ratings: Ratings, weights: Array) -> Estimate:
    """Mean over pairs of raters of Cohen's kappa (Light, 1971); pairs for which it is undefined are left out."""
    term = "light_kappa"
    if (problem := nothing_to_compare(ratings)) is not None:
        return undefined(term, ratings, problem)
    found = [e for _, _, e in pairwise(ratings, weights) if e.contributions is not None]
    if not found:
        return undefined(term, ratings, Problem("A021"))
    observed, expected, estimate = np.mean([[e.observed, e.expected, e.estimate] for e in found], axis=0).tolist()
    of_units = np.mean([e.contributions for e in found if e.contributions is not None], axis=0)
    of_weight = np.mean([e.of_weight for e in found if e.of_weight is not None], axis=0)
    return Estimate(
        term,
        observed,
        expected,
        estimate,
        of_units,
        ratings.n_pairable,
        ratings.n_raters,
        least_ratings=2,
        weight=1 - expected,
        of_weight=of_weight,
    )


def pairwise(ratings: Ratings, weights: Array) -> list[tuple[int, int, Estimate]]:
    """Cohen's kappa of each pair of raters, by their positions."""
    pairs = combinations(range(ratings.n_raters), 2)
    return [(a, b, cohen_kappa(ratings.pair(a, b), weights)) for a, b in pairs]
