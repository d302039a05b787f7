"""Intervals for Krippendorff's alpha by resampling units, or by Krippendorff's own algorithm."""

from __future__ import annotations

import numpy as np

from lcresearch.agreement.alpha import Alpha, coincidence_rows, differences, krippendorff
from lcresearch.agreement.ratings import Array, Ratings
from lcresearch.errors import AgreementError

CELLS_AT_ONCE = 4_000_000


def resampled_alpha(ratings: Ratings, metric: str, n_draws: int, rng: np.random.Generator) -> Array:
    """Alpha of samples of units, or of clusters, drawn with replacement, shape (n_draws,).

    Samples without variation have no alpha and are NaN. All samples are taken at once: a sample is a vector of
    frequencies of patterns of ratings.

    Raises
    ------
    AgreementError
        A012 frequencies that are no whole numbers, without clusters.
    """
    added = coincidence_rows(ratings)
    q, values = ratings.q, krippendorff(ratings, metric, added).values
    at_once = max(1, CELLS_AT_ONCE // max(q * q, len(ratings.codes)))
    found = np.empty(n_draws)
    draw = _Draws(ratings, rng)
    for start in range(0, n_draws, at_once):
        n = min(at_once, n_draws - start)
        coincidences = np.asarray(draw(n) @ added).reshape(n, q, q)
        found[start : start + n] = alphas(metric, values, coincidences)
    return found


def alphas(metric: str, values: Array, coincidences: Array) -> Array:
    """Alpha of many coincidence matrices, shape (n, q, q), at once; NaN where values do not vary."""
    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    delta = differences(metric, values, totals)
    observed = (coincidences * delta).sum(axis=(1, 2))
    expected = np.einsum("bc,bck,bk->b", totals, delta, totals)
    ratio = np.divide(observed, expected, out=np.full(len(n), np.nan), where=expected > 0)
    return np.asarray(1 - (n - 1) * ratio, dtype=np.float64)


class _Draws:
    """Frequencies of patterns in samples with replacement of units or of clusters."""

    def __init__(self, ratings: Ratings, rng: np.random.Generator) -> None:
        self.rng, self.frequency = rng, ratings.frequency
        pairable = ratings.size >= 2
        if ratings.cluster is None:
            whole = np.where(pairable, ratings.frequency, 0.0)
            if not np.array_equal(whole, np.rint(whole)):
                raise AgreementError("A012")
            self.n, self.share, self.cluster = int(whole.sum()), whole / whole.sum(), None
        else:
            names, cluster = np.unique(ratings.cluster[pairable], return_inverse=True)
            self.n, self.share = len(names), np.full(len(names), 1 / len(names))
            self.cluster = np.zeros(len(pairable), dtype=np.int64)
            self.cluster[pairable] = cluster

    def __call__(self, n: int) -> Array:
        drawn = self.rng.multinomial(self.n, self.share, size=n).astype(np.float64)
        return drawn if self.cluster is None else drawn[:, self.cluster] * self.frequency


def krippendorff_draws(alpha: Alpha, n_raters: int, n_draws: int, rng: np.random.Generator) -> Array:
    """Draws of alpha by the algorithm of Krippendorff and Hayes, shape (n_draws,).

    A draw sums the differences of M pairs, taken from the observed coincidences: 1 - sum(delta) / (M D_e), with M the
    lesser of 25 times the number of filled cells and (m - 1) n / 2. D_e is held at its value. Draws below -1 become
    -1; a part of the draws of exactly 1, as large as the chance that a sample would not vary, becomes 0.

    References
    ----------
    Hayes & Krippendorff (2007), Communication Methods and Measures 1, 77-89, and their macro KALPHA, version 3.
    """
    o, n = alpha.coincidences, alpha.n
    upper = np.triu_indices(len(o))
    shares = np.where(upper[0] == upper[1], 1.0, 2.0) * o[upper] / n
    m = min(25 * int(np.count_nonzero(o)), int((n_raters - 1) * n / 2))
    drawn = rng.multinomial(m, shares / shares.sum(), size=n_draws)
    found = np.maximum(1 - drawn @ alpha.differences[upper] / (m * alpha.expected), -1.0)
    perfect = np.flatnonzero(found == 1)
    diagonal = np.diag(o)
    if np.count_nonzero(diagonal) == 1:
        found[perfect] = 0.0
    else:
        too_many = round(n_draws * float(((diagonal / n) ** m).sum()))
        found[perfect[:too_many]] = 0.0
    return np.asarray(found, dtype=np.float64)
