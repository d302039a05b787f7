"""Shares of variance: intraclass correlations and R squared (Nakagawa, Johnson & Schielzeth 2017).

With random slopes the variance of a term is the mean over rows of z'Sz (Johnson 2014): the trace of S with the mean of
z z', which the sums of products hold. The variance of the fixed part is that of the predictions, with divisor n - 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.estimates import Estimates, Grouped
from lcresearch.multilevel.small_matrices import Array


@dataclass(frozen=True)
class VarianceShares:
    """Variances of the parts of a model, averaged over its rows.

    Attributes
    ----------
    fixed : float
    random : dict of str to float
        By grouping factor, in the order of the formula.
    residual : float
    """

    fixed: float
    random: dict[str, float]
    residual: float

    @property
    def total(self) -> float:
        """All parts together."""
        return self.fixed + sum(self.random.values()) + self.residual


def variance_shares(model: Grouped, estimates: Estimates) -> VarianceShares:
    """The variance that each part of a model explains."""
    moments = row_moments(model)
    n, columns = model.cross.n, model.cross.columns
    x = moments[np.ix_(columns.fixed, columns.fixed)]
    means = moments[0, columns.fixed]
    spread = (x - np.outer(means, means)) * n / (n - 1)
    fixed = float(estimates.beta @ spread @ estimates.beta)
    random: dict[str, float] = {}
    for term, covariance in zip(columns.terms, estimates.covariances, strict=True):
        own = float((covariance * moments[np.ix_(term.columns, term.columns)]).sum())
        random[term.term.label] = random.get(term.term.label, 0.0) + own
    return VarianceShares(max(fixed, 0.0), random, estimates.sigma2)


def row_moments(model: Grouped) -> Array:
    """Means over all rows of the products of the columns of A, shape (m, m)."""
    cross = model.cross
    total = cross.sums.sum(axis=2)
    moments, shift = total / total[0, 0], cross.shift
    crossed = np.outer(shift, moments[0])
    return np.asarray(moments + crossed + crossed.T + np.outer(shift, shift))
