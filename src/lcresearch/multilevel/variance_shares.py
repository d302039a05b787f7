"""Shares of variance: intraclass correlations and R squared (Nakagawa, Johnson & Schielzeth 2017).

With random slopes the variance of a term is the mean over rows of z'Sz (Johnson 2014): the trace of S with the mean of
z z', which the sums of products hold. With multiple membership each row counts with the sum of its squared weights, as
groups are independent. The variance of the fixed part is that of the predictions, with divisor n - 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lcresearch.multilevel.crossproducts import Crossproducts, sums_of_rows
from lcresearch.multilevel.design import Design
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


def variance_shares(model: Grouped, estimates: Estimates, design: Design | None = None) -> VarianceShares:
    """The variance that each part of a model explains.

    Each row counts once. From sums of products with precision weights rows count by their weights, unless the rows
    of the ``design`` are there.
    """
    cross = model.cross
    if cross.weights is not None and design is not None:
        cross = sums_of_rows(replace(design, weights=None))
    moments = row_moments(cross)
    n, columns = cross.n, cross.columns
    x = moments[np.ix_(columns.fixed, columns.fixed)]
    means = moments[0, columns.fixed]
    spread = (x - np.outer(means, means)) * n / (n - 1)
    fixed = float(estimates.beta @ spread @ estimates.beta)
    random: dict[str, float] = {}
    for term, covariance in zip(columns.terms, estimates.covariances, strict=True):
        several = term.term.group in cross.memberships
        own_moments = row_moments(cross, cross.squared_weights(term.term.group)) if several else moments
        own = float((covariance * own_moments[np.ix_(term.columns, term.columns)]).sum())
        random[term.term.label] = random.get(term.term.label, 0.0) + own
    return VarianceShares(max(fixed, 0.0), random, estimates.sigma2)


def row_moments(cross: Crossproducts, factor: Array | None = None) -> Array:
    """Means over all rows of the products of the columns of A, times a factor of each cell (n_cells,): shape (m, m)."""
    sums = cross.total if factor is None else cross.sums @ factor
    moments, shift = sums / cross.total[0, 0], cross.shift
    crossed = np.outer(shift, moments[0])
    return np.asarray(moments + crossed + crossed.T + moments[0, 0] * np.outer(shift, shift))


def mean_sizes(cross: Crossproducts) -> dict[str, float]:
    """Rows of a group in the mean, by grouping factor, for design effects.

    With multiple membership the sum of all weights a group, divided by the mean over the rows of their squares: so that
    for a random intercept and groups of equal size the variance of the mean of all rows is 1 + (size - 1) icc times
    that of independent rows.
    """
    found, rows = {}, cross.sizes / cross.sizes.sum()
    for group in cross.columns.groups:
        size = cross.n / cross.n_groups[group]
        if group in cross.memberships:
            size *= float(rows @ cross.weight_sums(group)) ** 2 / float(rows @ cross.squared_weights(group))
        found[":".join(group)] = size
    return found
