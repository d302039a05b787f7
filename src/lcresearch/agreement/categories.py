"""Agreement on one category at a time: specific agreement, category kappas, prevalence and bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.agreement.alpha import coincidence_rows
from lcresearch.agreement.coefficients import Estimate, category_shares, nothing_to_compare, undefined
from lcresearch.agreement.ratings import Array, Ratings
from lcresearch.errors import Problem


@dataclass(frozen=True)
class CategoryAgreement:
    """Agreement on each category, arrays of shape (q,); NaN where a category was never or always used.

    Attributes
    ----------
    share : array
        Mean over units of the share of raters that chose it.
    specific : array
        Of the ratings in this category, the share of other raters of the same unit that chose it too (Spitzer & Fleiss,
        1974; for two raters and a 0/1 code the positive and negative agreement of Cicchetti & Feinstein, 1990).
    kappa : array
        Fleiss' kappa of this category against all others (Fleiss, 1971).
    null_std_error : float
        Standard error of a category's kappa when it is 0 (Fleiss, Nee & Landis, 1979); NaN unless all units have the
        same number of ratings.
    """

    share: Array
    specific: Array
    kappa: Array
    null_std_error: float


def category_agreement(ratings: Ratings) -> CategoryAgreement:
    """Share, specific agreement and kappa of each category."""
    q, nan = ratings.q, float("nan")
    if nothing_to_compare(ratings) is not None:
        return CategoryAgreement(np.full(q, nan), np.full(q, nan), np.full(q, nan), nan)
    share = category_shares(ratings)
    coincidences = (ratings.frequency @ coincidence_rows(ratings)).reshape(q, q)
    used = coincidences.sum(axis=1)
    specific = np.divide(np.diag(coincidences), used, out=np.full(q, nan), where=used > 0)
    size = ratings.size[:, None].astype(np.float64)
    possible = np.where(size > 1, size * (size - 1), 1.0)
    apart = np.where(size > 1, 2 * ratings.counts * (size - ratings.counts) / possible, 0.0)
    disagreed = ratings.frequency @ apart / ratings.n_pairable
    by_chance = 2 * share * (1 - share)
    kappa = 1 - np.divide(disagreed, by_chance, out=np.full(q, nan), where=by_chance > 1e-12)
    n = _same_size(ratings)
    null = float(np.sqrt(2 / (ratings.n_rated * n * (n - 1)))) if n else nan
    return CategoryAgreement(share, specific, kappa, null)


def fleiss_null_error(ratings: Ratings) -> float:
    """Standard error of Fleiss' kappa when raters agree by chance only (Fleiss, Nee & Landis, 1979).

    sqrt(2 / (N n (n - 1))) sqrt((sum p q)^2 - sum p q (q - p)) / sum p q, over categories with shares p and q = 1 - p.
    NaN unless all units have the same number of ratings, or when the ratings do not vary.
    """
    n = _same_size(ratings)
    if not n:
        return float("nan")
    p = category_shares(ratings)
    spread = float(p @ (1 - p))
    if spread <= 1e-12:
        return float("nan")
    inner = max(spread**2 - float((p * (1 - p) * (1 - 2 * p)).sum()), 0.0)
    return float(np.sqrt(2 / (ratings.n_rated * n * (n - 1)) * inner) / spread)


def _same_size(ratings: Ratings) -> int:
    sizes = np.unique(ratings.size[(ratings.frequency > 0) & (ratings.size > 0)])
    return int(sizes[0]) if len(sizes) == 1 and sizes[0] > 1 else 0


def specific_agreement(ratings: Ratings, category: int, term: str) -> Estimate:
    """Specific agreement on one category as an estimate, with what units add to its error."""
    if (problem := nothing_to_compare(ratings)) is not None:
        return undefined(term, ratings, problem)
    chosen, size = ratings.counts[:, category], ratings.size.astype(np.float64)
    chosen = np.where(size > 1, chosen, 0.0)
    agreed = chosen * (chosen - 1) / np.maximum(size - 1, 1)
    used = float(ratings.frequency @ chosen)
    if used == 0:
        return undefined(term, ratings, Problem("A022"))
    found = float(ratings.frequency @ agreed) / used
    of_units = (agreed - found * chosen) / used
    return Estimate(
        term,
        found,
        float("nan"),
        found,
        of_units,
        ratings.n_pairable,
        ratings.n_raters,
        least_ratings=2,
        informative=chosen > 0,
        weight=used / ratings.n_pairable,
        of_weight=np.where(size > 1, chosen - used / ratings.n_pairable, 0.0) / ratings.n_pairable,
    )


def prevalence_and_bias(ratings: Ratings) -> tuple[float, float]:
    """Prevalence and bias index of a 0/1 code (Byrt, Bishop & Carlin, 1993), over units with two ratings.

    Prevalence: share of 1 less share of 0, between -1 and 1. Bias: share of 1 of the first rater less that of the
    second; for more raters the largest difference between two. NaN for other than two categories; bias is NaN when
    raters are not identified.
    """
    nan = float("nan")
    if ratings.q != 2 or not ratings.n_pairable:
        return nan, nan
    pairable = ratings.frequency * (ratings.size >= 2)
    used = pairable @ ratings.counts
    prevalence = float((used[1] - used[0]) / used.sum())
    if not ratings.identified:
        return prevalence, nan
    given = pairable @ (ratings.codes >= 0)
    ones = np.divide(pairable @ (ratings.codes == 1), given, out=np.full(len(given), nan), where=given > 0)
    bias = float(ones[0] - ones[1]) if len(ones) == 2 else float(np.nanmax(ones) - np.nanmin(ones))
    return prevalence, bias
