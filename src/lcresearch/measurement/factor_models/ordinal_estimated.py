"""A fitted model of ordered items as numbers: robust errors and tests that are adjusted in mean and variance.

With J the derivatives of thresholds and correlations, W the weights, G their asymptotic covariance matrix (n times) and
E = J'WJ, estimates have the covariances E^-1 J'WGWJ E^-1, divided by N less the number of groups as in lavaan. The
discrepancy is a sum of chi-squares with weights that are the eigenvalues of UG, U = W - WJ E^-1 J'W. The first two
moments of that sum make the test (Asparouhov & Muthen 2010; ``scaled.shifted`` in lavaan).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models import fit_measures
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.fitted import Fitted
from lcresearch.measurement.factor_models.implied import Implied, Layout
from lcresearch.measurement.factor_models.least_squares import LeastSquares, ordinal_moments
from lcresearch.measurement.factor_models.ordinal_layout import OrdinalImplied, OrdinalLayout
from lcresearch.measurement.factor_models.ordinal_sample import OrdinalSample
from lcresearch.measurement.factor_models.pseudo_likelihood import robust_tests


@dataclass(frozen=True)
class OrdinalEstimated(Fitted):
    """A model of ordered items by diagonally weighted least squares (WLSMV).

    Attributes
    ----------
    objective : LeastSquares
    """

    objective: LeastSquares

    @property
    def layout(self) -> OrdinalLayout:
        """Places of the parameters."""
        return self.objective.layout

    @property
    def sample(self) -> OrdinalSample:
        """Thresholds and correlations of the sample."""
        return self.objective.sample

    @cached_property
    def implied(self) -> OrdinalImplied:
        """Thresholds and correlations of the model."""
        return self.layout.implied(self.theta)

    @property
    def n(self) -> float:
        """Persons."""
        return float(self.sample.n.sum())

    @cached_property
    def jacobian(self) -> Array:
        """Derivatives to the free parameters of each group, shape (n_groups, t + c, k)."""
        return np.asarray(self.implied.jacobian @ self.arrow.spread)

    @cached_property
    def weighted_gamma(self) -> Array:
        """W G of each group, without shares: shape (n_groups, t + c, t + c)."""
        return np.asarray(self.sample.gamma / self.sample.variances[:, :, None])

    @cached_property
    def filling(self) -> Array:
        """J'WGWJ, shape (n_free, n_free)."""
        return self.arrow.dense(self._between(self.weighted_gamma))

    def _between(self, middle: Array) -> Array:
        """J' M W J of each group times its share, shape (n_groups, k, k)."""
        weighted = self.objective.weights[:, :, None] * self.jacobian
        return np.asarray(np.swapaxes(self.jacobian, 1, 2) @ (middle @ weighted))

    @cached_property
    def covariance(self) -> Array:
        """Of the estimated parameters, shape (n_free, n_free)."""
        inverse = self.expected.dense
        return np.asarray(inverse @ self.filling @ inverse / (self.n - len(self.sample.n)))

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return int(self.sample.statistics.size - self.layout.n_free)

    @cached_property
    def test(self) -> Test:
        """Of the model against free thresholds and correlations."""
        product = self.weighted_gamma
        inverse = self.expected.dense
        twice = self.arrow.dense(self._between(product @ product))
        reduced = inverse @ self.filling
        first = float(product.shape[0] * product.shape[1] - np.trace(reduced))
        second = float((product * np.swapaxes(product, 1, 2)).sum())
        second += float((reduced * reduced.T).sum()) - 2 * float((inverse * twice.T).sum())
        return Test.adjusted(2 * self.n * self.optimum.value, self.df, first, second)

    @cached_property
    def baseline(self) -> Test:
        """Of items that do not go together."""
        t = self.sample.n_thresholds
        correlations = self.sample.statistics[:, t:]
        product = self.weighted_gamma[:, t:, t:]
        statistic = self.n * float((self.objective.pull[:, t:] * correlations**2).sum())
        second = float((product * np.swapaxes(product, 1, 2)).sum())
        return Test.adjusted(statistic, correlations.size, float(correlations.size), second)

    def score_scaling(self, layout: Layout, implied: Implied) -> Array:
        """By how much score tests of single parameters are too large, shape (n_groups, n_parameters).

        With a = E^-1 J'Wj, for the derivatives j to a parameter that is fixed, a score moves as j - Ja: its variance is
        (j - Ja)' WGW (j - Ja) where the test takes (j - Ja)' W (j - Ja) (Satorra 1989).
        """
        wide = ordinal_moments(implied).jacobian
        weighted = self.objective.weights[:, :, None] * wide
        own = self.objective.weights[:, :, None] * self.jacobian
        spread = self.weighted_gamma @ weighted
        inverse, n_free = self.expected.dense, self.layout.n_free
        found = np.empty((len(wide), wide.shape[2]))
        for group, local in enumerate(self.arrow.local):
            there = local[local >= 0]
            to_free = own[group].T @ wide[group]
            moved = inverse[:, there] @ to_free[: len(there)]
            filled = np.zeros((n_free, wide.shape[2]))
            filled[there] = (self.jacobian[group].T @ spread[group])[: len(there)]
            variance = (wide[group] * spread[group]).sum(axis=0) - 2 * (moved * filled).sum(axis=0)
            variance += (moved * (self.filling @ moved)).sum(axis=0)
            expected = (wide[group] * weighted[group]).sum(axis=0) - (moved[there] * to_free[: len(there)]).sum(axis=0)
            with np.errstate(divide="ignore", invalid="ignore"):
                found[group] = variance / expected
        return found

    def difference(self, free: Fitted) -> Test:
        """The test against a less restricted model, adjusted in mean and variance (Satorra 2000)."""
        if not isinstance(free, OrdinalEstimated):
            raise TypeError("both models must be of ordered items")
        df = self.df - free.df
        statistic = 2 * self.n * (self.optimum.value - free.optimum.value)
        if df <= 0:
            return Test(statistic, df, np.nan)
        wide, narrow = free.jacobian, self.jacobian
        inner = free.arrow.dense(np.swapaxes(wide, 1, 2) @ wide)
        across = _scattered(np.swapaxes(wide, 1, 2) @ narrow, free, self)
        held = np.linalg.solve(inner, across)
        information = free.arrow.dense(free.arrow.local_matrices(free.objective.local_information(free.implied)))
        kept = held @ np.linalg.solve(held.T @ information @ held, held.T)
        reduced = (free.expected.dense - kept) @ free.filling
        return Test.adjusted(statistic, df, float(np.trace(reduced)), float((reduced * reduced.T).sum()))

    def fit(self) -> dict[str, float]:
        """Measures of fit by name: scaled ones, and robust ones (Savalei 2021)."""
        n_groups = self.layout.table.n_groups
        cfi, tli = fit_measures.incremental(self.test, self.baseline, robust=False)
        return {
            "chi_square": self.test.scaled,
            "df": float(self.df),
            "p_value": self.test.p_value,
            "scaling_factor": self.test.scaling,
            "shift": self.test.shift,
            "cfi": cfi,
            "tli": tli,
            **fit_measures.rmsea(self.test, self.n - n_groups, n_groups, robust=False),
            "srmr": self._srmr(),
            **self._robust_fit(),
        }

    def _srmr(self) -> float:
        """Root mean square residual of correlations, variances (of 1) counted, a weighted mean over groups."""
        implied = self.implied
        return fit_measures.srmr(self.sample.correlation, None, implied.covariance, implied.mean, self.objective.share)

    def _robust_fit(self) -> dict[str, float]:
        found = robust_tests(self.objective, self.implied, self.arrow, self.expected)
        n_groups = self.layout.table.n_groups
        return fit_measures.robust_by_name(found, self.n - n_groups, n_groups)


def _scattered(of_groups: Array, rows: OrdinalEstimated, columns: OrdinalEstimated) -> Array:
    """The sum over groups of matrices (n_groups, k, l) between the free parameters of two models."""
    found = np.zeros((rows.layout.n_free, columns.layout.n_free))
    for one, other, matrix in zip(rows.arrow.local, columns.arrow.local, of_groups, strict=True):
        there = np.ix_(one[one >= 0], other[other >= 0])
        found[there] += matrix[: (one >= 0).sum(), : (other >= 0).sum()]
    return found
