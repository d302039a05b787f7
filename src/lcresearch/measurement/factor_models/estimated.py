"""A fitted model as numbers: estimates with covariances, tests of fit, and the data they come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models import fit_measures, incomplete_fit, robust_scores, sandwich, saturated
from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.arrow import ArrowInverse
from lcresearch.measurement.factor_models.blocks import Blocks, Rows
from lcresearch.measurement.factor_models.fit_measures import Test
from lcresearch.measurement.factor_models.fitted import Fitted
from lcresearch.measurement.factor_models.implied import Implied, Layout
from lcresearch.measurement.factor_models.normal_theory import NormalTheory
from lcresearch.measurement.factor_models.saturated import FreeMoments

ESTIMATORS = ("ML", "MLR", "MLM")


@dataclass(frozen=True)
class Estimated(Fitted):
    """A model by maximum likelihood.

    The estimator is ``ML``, ``MLR`` (Huber-White errors, Yuan-Bentler test) or ``MLM`` (both of Satorra & Bentler).

    Attributes
    ----------
    objective : NormalTheory
    rows : Rows or None
        None where only moments are there.
    """

    objective: NormalTheory
    rows: Rows | None = None

    @property
    def blocks(self) -> Blocks:
        """The data."""
        return self.objective.blocks

    @property
    def n(self) -> float:
        """Persons."""
        return self.blocks.n_persons

    @cached_property
    def information(self) -> ArrowInverse:
        """The inverse of the information for standard errors: observed where answers are missing, else expected."""
        if self.blocks.complete:
            return self.expected
        return self.arrow.factored(self.arrow.local_matrices(self.objective.local_hessian(self.theta)))

    @cached_property
    def covariance(self) -> Array:
        """Of the estimated parameters, shape (n_free, n_free)."""
        if self.estimator == "ML" or self.rows is None:
            return self.information.dense / self.n
        satorra_bentler = self.estimator == "MLM"
        return sandwich.sandwich(self.objective, self.rows, self.arrow, self.theta, satorra_bentler=satorra_bentler)

    @cached_property
    def local_covariance(self) -> Array:
        """Covariances of the values of the parameters of each group, shape (n_groups, n_parameters, n_parameters)."""
        if self.estimator != "ML" and self.rows is not None:
            return super().local_covariance
        local = self.information.local / self.n
        return np.asarray(self.arrow.spread @ local @ np.swapaxes(self.arrow.spread, 1, 2))

    def score_scaling(self, layout: Layout, implied: Implied) -> Array | None:
        """By how much score tests of single parameters are too large; None where they are right as they are."""
        if self.estimator == "ML" or self.rows is None:
            return None
        return robust_scores.score_scaling(
            self.objective.over(layout), self.rows, self.arrow, self.theta, self.expected, self.n * self.covariance,
            satorra_bentler=self.estimator == "MLM",
        )  # fmt: skip

    @cached_property
    def baseline_moments(self) -> FreeMoments:
        """Of the independence model."""
        return saturated.independence_moments(self.blocks, self.layout.table.covariate_places)

    @cached_property
    def traces(self) -> sandwich.Traces | None:
        """Traces for the scaling of tests; None where they are not scaled."""
        if self.estimator == "ML" or self.rows is None:
            return None
        kind = self.estimator == "MLM"
        return sandwich.traces(
            self.objective, self.rows, self.theta, self.free_moments, self.baseline_moments, satorra_bentler=kind
        )

    @property
    def n_moments(self) -> int:
        """Means and covariances of the sample."""
        p = self.layout.n_observed
        means = p if self.layout.table.mean_structure else 0
        return self.layout.table.n_groups * (p * (p + 1) // 2 + means)

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.n_moments - self.layout.n_free

    @cached_property
    def test(self) -> Test:
        """Of the model against free moments."""
        value = self.optimum.value - self._value(self.free_moments)
        return Test(2 * self.n * value, self.df, self._scaling(self.implied.covariance, "model", self.df))

    @cached_property
    def baseline(self) -> Test:
        """Of the independence model."""
        p = self.layout.n_observed
        q = len(self.layout.table.covariates)
        df = self.layout.table.n_groups * (p * (p - 1) - q * (q - 1)) // 2
        value = self._value(self.baseline_moments) - self._value(self.free_moments)
        return Test(2 * self.n * value, df, self._scaling(self.baseline_moments.covariance, "baseline", df))

    def _scaling(self, covariance: Array, which: str, df: int) -> float:
        """The scaling factor of a test."""
        traces = self.traces
        if traces is None or df <= 0 or self.rows is None:
            return 1.0
        whole = traces.saturated
        if self.estimator == "MLM":
            whole = sandwich.weighted_trace(self.objective, self.rows, covariance)
        return float((whole - getattr(traces, which)) / df)

    def _value(self, moments: FreeMoments) -> float:
        return self.objective.value_of(moments.covariance, moments.mean)

    @property
    def log_likelihood(self) -> float:
        """Of the model; without a mean structure the means are those of the sample."""
        return self._log_likelihood(self.optimum.value)

    def _log_likelihood(self, value: float) -> float:
        answers = float((self.blocks.n * self.blocks.known.sum(axis=1)).sum())
        return float(-self.n * value - answers * np.log(2 * np.pi) / 2)

    def difference(self, free: Fitted) -> Test:
        """The test against a less restricted model (Satorra & Bentler 2001 where both are scaled)."""
        return fit_measures.difference_test(self.test, free.test)

    def fit(self) -> dict[str, float]:
        """Measures of fit by name; with missing answers also those that complete answers would give."""
        robust = self.traces is not None
        n_groups = self.layout.table.n_groups
        cfi, tli = fit_measures.incremental(self.test, self.baseline, robust=robust)
        error = fit_measures.rmsea(self.test, self.n, n_groups, robust=robust)
        corrected = {} if self.blocks.complete else self._corrected()
        if robust and corrected:
            cfi, tli, error = corrected["cfi_robust"], corrected["tli_robust"], _named(corrected)
        sample = self.free_moments
        means = sample.mean if self.layout.table.mean_structure else None
        weight = self.blocks.group_sizes / self.n
        return {
            "chi_square": self.test.scaled,
            "df": float(self.df),
            "p_value": self.test.p_value,
            "scaling_factor": self.test.scaling,
            "cfi": cfi,
            "tli": tli,
            **error,
            "srmr": fit_measures.srmr(sample.covariance, means, self.implied.covariance, self.implied.mean, weight),
            **corrected,
            "log_likelihood": self.log_likelihood,
            **fit_measures.information_criteria(self.log_likelihood, self.layout.n_free, self.n),
        }

    def _corrected(self) -> dict[str, float]:
        """CFI, TLI and RMSEA of complete answers (Zhang & Savalei 2023); NaN where they do not exist."""
        rows = None if self.traces is None else self.rows
        found = incomplete_fit.corrected_tests(self.objective, self.arrow, self.theta, self.free_moments, rows)
        return fit_measures.robust_by_name(found, self.n, self.layout.table.n_groups)


def _named(corrected: dict[str, float]) -> dict[str, float]:
    """The RMSEA of complete answers under the names of the plain one."""
    return {name.replace("_robust", ""): value for name, value in corrected.items() if name.startswith("rmsea")}
