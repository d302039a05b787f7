"""Codes measured with error: how large the error is in each case, how uncertain that is, and what to expect instead.

Two kinds of error are brought to one form, W = X + U with U of mean zero and a known variance in each case. A degree
that is a mean over m coders has the error variance of one coder divided by m. Presence that any of m coders gives is
right with chances se = 1 - (1 - se_1)^m and sp = sp_1^m, and (W - (1 - sp)) / (se + sp - 1) has expectation X (the
matrix method; Kuechenhoff, Mwalili & Lesaffre, 2006; Buonaccorsi, 2010, Measurement Error).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lcresearch.integration.cases.code_reliability import error_of

Array = npt.NDArray[np.float64]
LOWEST = 0.1
"""Share of the variance of a code that must be no error, for its effect to be corrected."""


@dataclass(frozen=True)
class Surrogate:
    """A code with error, at one value of what its error may be.

    Attributes
    ----------
    values : array, shape (n_cases,)
        W, so scaled that its expectation is the code without error.
    variances : array, shape (n_cases,)
        Of the error.
    factor : float
        By which the variance of W between all cases that there could be differs from that between these.
    """

    values: Array
    variances: Array
    factor: float = 1.0

    @property
    def reliability(self) -> float:
        """Share of the variance of W that is no error."""
        total = float(np.var(self.values, ddof=1)) * self.factor
        return 1 - float(self.variances.mean()) / total if total > 0 else float("nan")

    @property
    def usable(self) -> bool:
        """Whether enough is left to tell the code from its error."""
        return bool(self.reliability > LOWEST)


def degree(values: Array, readers: Array, error_variance: float) -> Surrogate:
    """A mean over coders: the error of one coder, divided by their number."""
    return Surrogate(values, error_variance / readers)


def presence(values: Array, readers: Array, sensitivity: float, specificity: float) -> Surrogate:
    """Presence that any coder gives, scaled so that errors are zero on average; NaN where coding tells nothing."""
    hits, rights = 1 - (1 - sensitivity) ** readers, specificity**readers
    informative = hits + rights - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = (values - (1 - rights)) / informative
        share = (values.mean() - (1 - rights).mean()) / informative.mean()
        spread = share * hits * (1 - hits) + (1 - share) * rights * (1 - rights)
        variances = spread / informative**2
    if not 0 < share < 1 or np.any(informative <= 0):
        return Surrogate(np.full_like(values, np.nan), np.full_like(values, np.nan))
    return Surrogate(scaled, variances)


def calibrated(surrogates: Sequence[Surrogate], others: Array) -> Array:
    """What codes without error are expected to be, given the codes with error and what else is in the model.

    Regression calibration with replicates (Carroll, Ruppert, Stefanski & Crainiceanu, 2006, Measurement Error in
    Nonlinear Models, chapter 4), at the level of cases: E(X | W, Z) by the linear regression that the variances of W
    and Z, less those of the errors, imply; errors of different codes are taken to be independent.

    Parameters
    ----------
    surrogates : sequence of Surrogate
        K codes.
    others : array, shape (n_cases, q)
        Z: means of the other predictors in each case.

    Returns
    -------
    array, shape (n_cases, K)

    Examples
    --------
    Half of the variance is error: what is expected lies halfway to the mean.

    >>> w = np.array([0.0, 2.0, 4.0])
    >>> calibrated([Surrogate(w, np.full(3, 2.0))], np.empty((3, 0))).ravel().tolist()
    [1.0, 2.0, 3.0]
    """
    observed = np.column_stack([one.values for one in surrogates])
    variances = np.column_stack([one.variances for one in surrogates])
    n_codes = observed.shape[1]
    both = np.column_stack([observed, others])
    centred = both - both.mean(axis=0)
    scale = np.sqrt([*(one.factor for one in surrogates), *np.ones(others.shape[1])])
    total = np.atleast_2d(np.cov(both, rowvar=False)) * np.outer(scale, scale)
    real = total.copy()
    places = np.arange(n_codes)
    real[places, places] -= variances.mean(axis=0)
    by_case = np.repeat(real[None], len(both), axis=0)
    by_case[:, places, places] += variances
    weights = np.linalg.pinv(by_case) @ centred[:, :, None]
    return np.asarray(observed.mean(axis=0) + (real[:n_codes] @ weights)[:, :, 0], dtype=np.float64)


@dataclass(frozen=True)
class Evidence:
    """What the double-coded cases tell of the error of one code.

    Attributes
    ----------
    code : str
    measure : str
    error_variance : float
    error_df : int
    counts : array of int, shape (6,)
        Hits, missed, rightly silent, falsely given; cases on which two coders are alike, and differ.
    basis : str
        ``agreed``, ``coders``, ``given`` (known from elsewhere) or empty.
    chances : tuple of two floats
        Sensitivity and specificity.
    """

    code: str
    measure: str
    error_variance: float
    error_df: int
    counts: npt.NDArray[np.int64]
    basis: str
    chances: tuple[float, float]

    @classmethod
    def of(cls, row: pd.Series[float], measure: str) -> Evidence:
        """A row of the table of reliability."""
        names = ["n_hit", "n_missed", "n_silent", "n_false", "n_alike", "n_differ"]
        counts = np.array([int(row[name]) for name in names], dtype=np.int64)
        chances = float(row["sensitivity"]), float(row["specificity"])
        basis = str(row["basis"]) if measure == "presence" else "coders"
        return cls(
            str(row["code"]), measure, float(row["error_variance"]), int(row["error_df"]), counts, basis, chances
        )

    @property
    def known(self) -> bool:
        """Whether anything is known of the error."""
        if self.measure == "presence":
            return bool(self.basis) and not np.isnan(sum(self.chances))
        return not np.isnan(self.error_variance)

    def surrogate(self, values: Array, readers: Array) -> Surrogate:
        """The code with its most likely error."""
        if self.measure == "presence":
            return presence(values, readers, *self.chances)
        return degree(values, readers, self.error_variance)

    def drawn(self, values: Array, readers: Array, rng: np.random.Generator) -> Surrogate:
        """The code with an error that the double-coded cases allow.

        A variance (of the error, and of degrees between cases) is drawn as df s^2 / chi^2(df); a chance from its beta
        distribution with the prior of Jeffreys, and the variance of presence by weights of cases from a Dirichlet
        distribution (Rubin, 1981, The Bayesian bootstrap). An error known from elsewhere is not drawn.
        """
        n = len(values)
        if self.measure != "presence":
            known = self.basis == "given"
            variance = self.error_variance * (1.0 if known else self.error_df / rng.chisquare(self.error_df))
            return replace(degree(values, readers, float(variance)), factor=float((n - 1) / rng.chisquare(n - 1)))
        weights = rng.dirichlet(np.ones(n))
        factor = float(weights @ (values - weights @ values) ** 2) / float(np.var(values)) if np.ptp(values) else 1.0
        return replace(self._drawn_presence(values, readers, rng), factor=factor)

    def _drawn_presence(self, values: Array, readers: Array, rng: np.random.Generator) -> Surrogate:
        hit, missed, silent, false, alike, differ = self.counts + 0.5
        if self.basis == "given":
            return self.surrogate(values, readers)
        if self.basis == "agreed":
            return presence(values, readers, rng.beta(hit, missed), rng.beta(silent, false))
        right = 1 - float(error_of(np.array([rng.beta(differ, alike)]))[0])
        return presence(values, readers, right, right)
