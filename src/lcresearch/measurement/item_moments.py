r"""Covariances and correlations of items with missing answers, and what follows from them in closed form.

With :math:`S` the covariances of :math:`p` items, coefficient alpha (Cronbach, 1951) is

.. math::

   \alpha = \frac{p}{p - 1} \left(1 - \frac{\sum_i S_{ii}}{\sum_i \sum_j S_{ij}}\right)

and Guttman's (1945) sixth bound, with :math:`R` their correlations and :math:`R_i^2` the share of an item's variance
that the other items explain, is

.. math::

   \lambda_6 = 1 - \frac{\sum_i (1 - R_i^2)}{\sum_i \sum_j R_{ij}}
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.measurement.columns import Array


@dataclass(frozen=True)
class ItemMoments:
    """Sample moments of p items over n persons.

    ``covariance``, ``correlation`` and ``pairs`` (persons behind each pair) have shape (p, p); NaN for a pair that
    fewer than two persons answered.
    """

    n: int
    covariance: Array
    correlation: Array
    pairs: Array


def item_moments(answers: Array) -> ItemMoments:
    """Moments over the persons who answered both items of a pair; ``answers`` has shape (n, p), NaN is missing.

    Without missing answers these are the ordinary moments, with n - 1 in the denominator.
    """
    known = (~np.isnan(answers)).astype(float)
    centred = np.where(known > 0, answers - _column_means(answers), 0.0)
    pairs = known.T @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = centred.T @ known
        products = centred.T @ centred - sums * sums.T / pairs
        squares = (centred**2).T @ known - sums**2 / pairs
        covariance = np.where(pairs > 1, products / (pairs - 1), np.nan)
        correlation = products / np.sqrt(squares * squares.T)
    return ItemMoments(len(answers), covariance, correlation, pairs)


def _column_means(answers: Array) -> Array:
    known = ~np.isnan(answers)
    count = np.maximum(known.sum(axis=0), 1)
    return np.asarray(np.where(known, answers, 0.0).sum(axis=0) / count, dtype=np.float64)


def alpha(covariance: Array) -> float:
    """Coefficient alpha, p / (p - 1) (1 - trace / sum) (Cronbach, 1951); of correlations it is standardised alpha."""
    p = len(covariance)
    return float(p / (p - 1) * (1 - np.trace(covariance) / covariance.sum()))


def alpha_std_error(covariance: Array, n: int) -> float:
    """Standard error of alpha for n persons under normality (Duhachek & Iacobucci, 2004; van Zyl et al., 2000)."""
    p, total, trace = len(covariance), float(covariance.sum()), float(np.trace(covariance))
    squared = covariance @ covariance
    inside = total * (float(np.trace(squared)) + trace**2) - 2 * trace * float(squared.sum())
    return float(np.sqrt(max(2 * p**2 / ((p - 1) ** 2 * total**3) * inside, 0.0) / n))


def squared_multiple_correlations(correlation: Array) -> Array:
    """Share of each item's variance that the other items explain; NaN when the matrix cannot be inverted."""
    smallest, largest = np.linalg.eigvalsh(correlation)[[0, -1]]
    if smallest <= 1e-10 * largest:
        return np.full(len(correlation), np.nan)
    return np.asarray(1 - 1 / np.diag(np.linalg.inv(correlation)), dtype=np.float64)


def guttman_lambda_2(correlation: Array) -> float:
    """Guttman's (1945) second lower bound for the reliability of the sum of standardised items."""
    p, total = len(correlation), float(correlation.sum())
    off_diagonal = float((correlation**2).sum() - (np.diag(correlation) ** 2).sum())
    return float(1 - p / total + np.sqrt(p / (p - 1) * off_diagonal) / total)


def guttman_lambda_6(correlation: Array) -> float:
    """Guttman's (1945) sixth lower bound, from the squared multiple correlations."""
    smc = squared_multiple_correlations(correlation)
    return float(1 - (len(correlation) - smc.sum()) / correlation.sum())


def item_rest_correlations(covariance: Array) -> Array:
    """Correlation of each item with the sum of the others, shape (p,); NaN where the others do not vary."""
    variance, with_all = np.diag(covariance), covariance.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rest_variance = covariance.sum() - 2 * with_all + variance
        found = (with_all - variance) / np.sqrt(variance * np.where(rest_variance > 0, rest_variance, np.nan))
    return np.asarray(found, dtype=np.float64)
