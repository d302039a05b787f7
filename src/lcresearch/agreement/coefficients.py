"""Coefficients 1 - (1 - observed) / (1 - expected) for any number of raters, with what units add to their variance.

Notation of Gwet (2014): r_ik raters put unit i into category k, r_i rated it, w_kl are weights of agreement, n units
have a rating and n' at least two. Observed agreement is the mean over those n' units of
p_i = sum_k r_ik ((W r_i)_k - 1) / (r_i (r_i - 1)); the coefficients differ in what they expect by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.agreement.ratings import Array, Ratings
from lcresearch.errors import Problem


@dataclass(frozen=True)
class Estimate:
    """A coefficient of agreement.

    Attributes
    ----------
    term : str
        Its name, such as ``gwet_ac1``.
    observed, expected : float
        Agreement found and agreement expected by chance, between 0 and 1 (NaN for shares that have no chance part).
    estimate : float
        1 - (1 - observed) / (1 - expected); NaN when undefined.
    contributions : array, shape (n_patterns,), optional
        What one unit of each pattern adds to the error of the coefficient, with sum 0 over units: the variance follows.
    n_units : float
        Units with at least two ratings.
    n_raters : int
        Raters (the largest number of ratings of a unit, when raters are not identified).
    reason : Problem, optional
        Why it is undefined.
    least_ratings : int
        Ratings that a unit must have to count as a unit in the variance: 1 or 2.
    informative : array of bool, shape (n_patterns,), optional
        Patterns that tell something of this coefficient, when those are not all.
    weight : float
        Weight of a code when codes are taken together: 1 - expected, so that disagreements and chance disagreements are
        summed (pooled kappa; De Vries et al., 2008).
    of_weight : array, shape (n_patterns,), optional
        What one unit of each pattern adds to the error of the weight.
    """

    term: str
    observed: float
    expected: float
    estimate: float
    contributions: Array | None
    n_units: float
    n_raters: int
    reason: Problem | None = None
    least_ratings: int = 1
    informative: npt.NDArray[np.bool_] | None = None
    weight: float = 1.0
    of_weight: Array | None = None


def unit_agreement(ratings: Ratings, weights: Array) -> Array:
    """p_i of each pattern, shape (n_patterns,); 0 where fewer than two raters gave a rating."""
    counts, size = ratings.counts, ratings.size.astype(np.float64)
    pairs = np.einsum("ik,ik->i", counts, counts @ weights) - size
    possible = size * (size - 1)
    return np.asarray(np.divide(pairs, possible, out=np.zeros(len(size)), where=possible > 0), dtype=np.float64)


def category_shares(ratings: Ratings) -> Array:
    """Mean over units of the share of raters that chose each category, shape (q,)."""
    rated = np.maximum(ratings.size, 1)
    total = (ratings.frequency / rated) @ ratings.counts
    return np.asarray(total / ratings.n_rated, dtype=np.float64)


def percent_agreement(ratings: Ratings, weights: Array) -> Estimate:
    """Share of pairs of ratings of a unit that agree, averaged over units; weighted when weights are given."""
    if (problem := nothing_to_compare(ratings)) is not None:
        return undefined("percent_agreement", ratings, problem)
    observed, of_units = _observed(ratings, weights)
    nan, term = float("nan"), "percent_agreement"
    return Estimate(term, observed, nan, observed, of_units, ratings.n_pairable, ratings.n_raters, least_ratings=2)


def fleiss_kappa(ratings: Ratings, weights: Array) -> Estimate:
    """Fleiss' kappa (1971); Scott's pi (1955) for two raters who rated all units.

    Chance agreement is sum_kl w_kl pi_k pi_l, with pi_k the share of category k over all raters: raters are taken to be
    interchangeable. With missing ratings and weights as in Gwet (2014).
    """
    shares = category_shares(ratings) if ratings.n_rated else np.zeros(ratings.q)
    slope = weights @ shares
    expected = float(shares @ slope)
    per_unit = _mean_of(ratings, slope)
    term = "scott_pi" if ratings.n_raters == 2 and ratings.identified else "fleiss_kappa"
    return chance_corrected(term, ratings, weights, expected, 2 * (per_unit - expected))


def brennan_prediger(ratings: Ratings, weights: Array) -> Estimate:
    """Brennan and Prediger's kappa (1981): chance is that of drawing each of the q categories equally often.

    For two categories and two raters this is the prevalence and bias adjusted kappa of Byrt, Bishop and Carlin (1993).
    It depends on how many categories there are, also those nobody used.
    """
    expected = float(weights.sum()) / max(ratings.q, 1) ** 2
    return chance_corrected("brennan_prediger", ratings, weights, expected, np.zeros(len(ratings.codes)))


def gwet_ac(ratings: Ratings, weights: Array) -> Estimate:
    """Gwet's AC1 (2008), and AC2 with weights (2014).

    Chance agreement is T / (q (q - 1)) sum_k pi_k (1 - pi_k) with T the sum of all weights: raters are taken to agree
    by chance only on units that are hard to rate.
    """
    q = ratings.q
    weighted = not np.array_equal(weights, np.eye(q))
    term = "gwet_ac2" if weighted else "gwet_ac1"
    if q < 2:
        return undefined(term, ratings, nothing_to_compare(ratings) or Problem("A021"))
    shares = category_shares(ratings) if ratings.n_rated else np.zeros(q)
    factor = float(weights.sum()) / (q * (q - 1))
    expected = factor * float(shares @ (1 - shares))
    per_unit = factor * _mean_of(ratings, 1 - shares)
    return chance_corrected(term, ratings, weights, expected, 2 * (per_unit - expected))


def conger_kappa(ratings: Ratings, weights: Array) -> Estimate:
    """Conger's kappa (1980): Cohen's kappa for several raters, each with an own distribution over the categories.

    Chance agreement is the mean over pairs of raters g, h of sum_kl w_kl p_gk p_hl, with p_gk the share of category k
    in the ratings of g. With missing ratings and weights as in Gwet (2014). For two raters who rated all units this is
    Cohen's kappa.
    """
    term = "conger_kappa"
    if (problem := nothing_to_compare(ratings)) is not None:
        return undefined(term, ratings, problem)
    given = ratings.codes >= 0
    n_by_rater = ratings.frequency @ given
    present = n_by_rater > 0
    given, codes, n_by_rater = given[:, present], ratings.codes[:, present], n_by_rater[present]
    r = given.shape[1]
    of_rater = _shares_of_raters(ratings.frequency, codes, given, ratings.q)
    total = of_rater.sum(axis=0)
    pairs = r * (r - 1)
    expected = float(total @ weights @ total - np.einsum("gk,kl,gl->", of_rater, weights, of_rater)) / pairs
    # d expected / d p_gk = 2 (W (total - p_g))_k / pairs; p_gk is a mean over the units that g rated
    slope = 2 * (total - of_rater) @ weights / pairs
    level = np.einsum("gk,gk->g", slope, of_rater)
    found = np.where(given, slope[np.arange(r), np.maximum(codes, 0)] - level, 0.0)
    of_units = (found * (ratings.n_rated / n_by_rater)).sum(axis=1)
    return chance_corrected(term, ratings, weights, expected, of_units)


def _shares_of_raters(frequency: Array, codes: np.ndarray, given: np.ndarray, q: int) -> Array:
    rows, raters = np.nonzero(given)
    cells = np.bincount(raters * q + codes[rows, raters], frequency[rows], minlength=codes.shape[1] * q)
    table = cells.reshape(codes.shape[1], q)
    return np.asarray(table / table.sum(axis=1, keepdims=True), dtype=np.float64)


def _mean_of(ratings: Ratings, of_category: Array) -> Array:
    """Mean over a unit's ratings of a number that belongs to their category, shape (n_patterns,)."""
    return np.asarray(ratings.counts @ of_category / np.maximum(ratings.size, 1), dtype=np.float64)


def _observed(ratings: Ratings, weights: Array) -> tuple[float, Array]:
    """Mean agreement over units with two ratings, and what each unit adds to its error."""
    per_unit = unit_agreement(ratings, weights)
    observed = float(ratings.frequency @ per_unit) / ratings.n_pairable
    return observed, np.where(ratings.size >= 2, per_unit - observed, 0.0) / ratings.n_pairable


def chance_corrected(
    term: str, ratings: Ratings, weights: Array, expected: float, expected_deviations: Array
) -> Estimate:
    """A coefficient from its chance agreement, and what a unit adds to it.

    Raters' missing units enter as in Gwet (2014, section 5.3): a unit with one rating adds to the chance part only, and
    the number of units with two is taken as random.
    """
    if (problem := nothing_to_compare(ratings)) is not None:
        return undefined(term, ratings, problem)
    observed, of_observed = _observed(ratings, weights)
    if 1 - expected <= 1e-12:
        return undefined(term, ratings, Problem("A021"), observed, expected)
    estimate = 1 - (1 - observed) / (1 - expected)
    n = ratings.n_rated
    found = (of_observed - (1 - estimate) * expected_deviations / n) / (1 - expected)
    found += estimate * (np.where(ratings.size >= 2, n / ratings.n_pairable, 0.0) - 1) / n
    found = np.where(ratings.size >= 1, found, 0.0)
    of_weight = np.where(ratings.size >= 1, -expected_deviations / n, 0.0)
    units, raters = ratings.n_pairable, ratings.n_raters
    return Estimate(term, observed, expected, estimate, found, units, raters, weight=1 - expected, of_weight=of_weight)


def nothing_to_compare(ratings: Ratings) -> Problem | None:
    """The problem that no unit has two ratings, or None."""
    return None if ratings.n_pairable > 0 else Problem("A020")


def undefined(
    term: str,
    ratings: Ratings,
    reason: Problem,
    observed: float = float("nan"),
    expected: float = float("nan"),
) -> Estimate:
    """A coefficient that these ratings cannot tell."""
    nan = float("nan")
    return Estimate(term, observed, expected, nan, None, ratings.n_pairable, ratings.n_raters, reason)


def standard_error(estimate: Estimate, ratings: Ratings) -> float:
    """Standard error from what units, or clusters when units within them are not independent, add to the error.

    n units: sqrt(n / (n - 1) sum_i c_i^2), with c_i what a unit adds. G clusters: the same with the sums of c_i over
    the units of a cluster. NaN with fewer than two of them.
    """
    if estimate.contributions is None:
        return float("nan")
    in_use = (ratings.size >= estimate.least_ratings) & (ratings.frequency > 0)
    frequency, found = ratings.frequency[in_use], estimate.contributions[in_use]
    if ratings.cluster is None:
        n, squares = float(frequency.sum()), float(frequency @ found**2)
    else:
        _, cluster = np.unique(ratings.cluster[in_use], return_inverse=True)
        sums = np.bincount(cluster, frequency * found)
        n, squares = len(sums), float(sums @ sums)
    return float(np.sqrt(n / (n - 1) * squares)) if n > 1 else float("nan")
