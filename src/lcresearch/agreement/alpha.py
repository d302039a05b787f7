"""Krippendorff's alpha from a coincidence matrix, for nominal, ordinal, interval and ratio scales."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from lcresearch.agreement.coefficients import Estimate, nothing_to_compare, undefined
from lcresearch.agreement.ratings import Array, Ratings
from lcresearch.agreement.weights import places
from lcresearch.errors import AgreementError, Problem

METRICS = ("nominal", "ordinal", "interval", "ratio")


def differences(metric: str, values: Array, totals: Array) -> Array:
    """Squared differences between categories, shape (..., q, q) (Krippendorff, 2011).

    nominal: 1 for other categories; interval: (v - w)^2; ratio: ((v - w) / (v + w))^2; ordinal:
    (sum of the totals from category c to k, less half of those of c and of k)^2, which is the squared difference of
    mid-ranks. ``values`` has shape (q,), ``totals`` (..., q) and counts how often each category was used.
    """
    if metric == "nominal":
        return np.broadcast_to(1 - np.eye(len(values)), (*totals.shape, len(values)))
    if metric == "ordinal":
        ranks = np.cumsum(totals, axis=-1) - totals / 2
        return np.asarray((ranks[..., :, None] - ranks[..., None, :]) ** 2, dtype=np.float64)
    apart = values[:, None] - values[None, :]
    if metric == "ratio":
        total = values[:, None] + values[None, :]
        apart = np.divide(apart, total, out=np.zeros_like(total), where=total != 0)
    return np.broadcast_to(apart**2, (*totals.shape, len(values)))


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha = 1 - D_o / D_e.

    Attributes
    ----------
    metric : str
        One of ``METRICS``.
    values : array, shape (q,)
        The categories as numbers.
    coincidences : array, shape (q, q)
        o_ck: over units, pairs of ratings c and k, each unit divided by its number of ratings less one.
    """

    metric: str
    values: Array
    coincidences: Array

    @property
    def totals(self) -> Array:
        """n_c: how many pairable ratings each category has, shape (q,)."""
        return np.asarray(self.coincidences.sum(axis=1), dtype=np.float64)

    @property
    def n(self) -> float:
        """Number of pairable ratings."""
        return float(self.coincidences.sum())

    @cached_property
    def differences(self) -> Array:
        """Squared differences between categories, shape (q, q)."""
        return differences(self.metric, self.values, self.totals)

    @property
    def observed(self) -> float:
        """D_o = sum o_ck delta_ck / n."""
        return float((self.coincidences * self.differences).sum()) / self.n if self.n else float("nan")

    @property
    def expected(self) -> float:
        """D_e = sum n_c n_k delta_ck / (n (n - 1))."""
        if self.n <= 1:
            return float("nan")
        return float(self.totals @ self.differences @ self.totals) / (self.n * (self.n - 1))

    @property
    def estimate(self) -> float:
        """Alpha; NaN when the ratings do not vary."""
        return 1 - self.observed / self.expected if self.expected > 0 else float("nan")


def coincidence_rows(ratings: Ratings) -> sparse.csr_array:
    """What one unit of each pattern adds to the coincidence matrix, shape (n_patterns, q * q), sparse."""
    q, codes, size = ratings.q, ratings.codes, ratings.size
    share = np.divide(1.0, size - 1, out=np.zeros(len(size)), where=size > 1)
    rows, cells, added = [], [], []
    for first in range(ratings.n_raters):
        for second in range(ratings.n_raters):
            if first != second:
                both = np.flatnonzero((codes[:, first] >= 0) & (codes[:, second] >= 0))
                rows.append(both)
                cells.append(codes[both, first] * q + codes[both, second])
                added.append(share[both])
    found = (np.concatenate(added), (np.concatenate(rows), np.concatenate(cells)))
    return sparse.csr_array(sparse.coo_array(found, shape=(len(codes), q * q)))


def krippendorff(ratings: Ratings, metric: str = "nominal", rows: sparse.csr_array | None = None) -> Alpha:
    """Alpha from ratings; pass ``rows`` when :func:`coincidence_rows` is at hand.

    Raises
    ------
    AgreementError
        A007 an unknown metric, A009 numbers are needed, A011 values of opposite sign on a ratio scale.
    """
    values = checked_values(ratings, metric)
    added = coincidence_rows(ratings) if rows is None else rows
    return Alpha(metric, values, (ratings.frequency @ added).reshape(ratings.q, ratings.q))


def checked_values(ratings: Ratings, metric: str) -> Array:
    """The categories as numbers that the metric can use, shape (q,)."""
    if metric not in METRICS:
        raise AgreementError("A007", found=metric, known=", ".join(METRICS))
    if metric in ("interval", "ratio") and ratings.values is None:
        raise AgreementError("A009", purpose=metric, found=", ".join(map(str, ratings.categories)))
    values = places(ratings)
    if metric == "ratio" and values.min(initial=0.0) < 0 < values.max(initial=0.0):
        raise AgreementError("A011")
    return values


def krippendorff_alpha(ratings: Ratings, metric: str = "nominal") -> Estimate:
    """Krippendorff's alpha as an estimate with what units add to its error.

    ``observed`` and ``expected`` are 1 less D_o / n and D_e for the nominal metric, and for other metrics the same with
    differences as shares of the largest one. What units add is the derivative of 1 - n D_o / D_e (no small-sample part,
    as in Gwet, 2014), for the ordinal metric also through the mid-ranks.

    References
    ----------
    Krippendorff (2011), Computing Krippendorff's alpha-reliability; Hayes & Krippendorff (2007), Communication Methods
    and Measures 1; Gwet (2014), Handbook of inter-rater reliability.
    """
    term = "krippendorff_alpha"
    checked_values(ratings, metric)
    if (problem := nothing_to_compare(ratings)) is not None:
        return undefined(term, ratings, problem)
    rows = coincidence_rows(ratings)
    found = krippendorff(ratings, metric, rows)
    if not found.expected > 0:
        return undefined(term, ratings, Problem("A021"), 1.0, 1.0)
    largest = float(found.differences.max())
    of_units, of_expected = _contributions(ratings, found, rows)
    return Estimate(
        term,
        1 - found.observed / largest,
        1 - found.expected / largest,
        found.estimate,
        of_units,
        ratings.n_pairable,
        ratings.n_raters,
        least_ratings=2,
        weight=found.expected / largest,
        of_weight=of_expected / largest,
    )


def _contributions(ratings: Ratings, found: Alpha, rows: sparse.csr_array) -> tuple[Array, Array]:
    """The derivatives of 1 - n D / E and of E / n^2 to a unit, with D = sum o delta and E = sum n_c n_k delta."""
    delta, totals, o = found.differences, found.totals, found.coincidences
    D, E, n = float((o * delta).sum()), float(totals @ delta @ totals), found.n  # noqa: N806
    pairable = ratings.size >= 2
    counts = np.where(pairable[:, None], ratings.counts, 0.0)
    of_D = rows @ delta.ravel()  # noqa: N806
    of_E = counts @ (2 * delta @ totals)  # noqa: N806
    if found.metric == "ordinal":
        ranks = np.cumsum(totals) - totals / 2
        apart = ranks[:, None] - ranks[None, :]
        of_D = of_D + counts @ _through_ranks(4 * (o * apart).sum(axis=1))  # noqa: N806
        of_E = of_E + counts @ _through_ranks(4 * totals * (apart @ totals))  # noqa: N806
        # the squared ranks grow with the number of ratings: take out that common factor
        of_D, of_E = of_D - 2 * D / n * counts.sum(axis=1), of_E - 2 * E / n * counts.sum(axis=1)  # noqa: N806
    slope = -(D / E * counts.sum(axis=1) + n / E * of_D - n * D / E**2 * of_E)
    of_expected = of_E / n**2 - 2 * E / n**3 * counts.sum(axis=1)
    return np.asarray(slope, dtype=np.float64), np.asarray(of_expected, dtype=np.float64)


def _through_ranks(of_rank: Array) -> Array:
    """From the derivative to each mid-rank to that of one more rating in a category, shape (q,)."""
    above = of_rank[::-1].cumsum()[::-1] - of_rank
    return np.asarray(above + of_rank / 2, dtype=np.float64)
