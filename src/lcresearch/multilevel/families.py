"""Log-likelihoods of single rows as functions of the linear predictor, with three derivatives.

A family holds the outcomes of all rows. The Laplace approximation needs of each row the log-likelihood, its first
derivative, the weight (minus the second) and the slope of the weight. Weights are those of the observed information, so
that the approximation is that of the likelihood itself; with a link that is not canonical (probit) lme4 takes expected
weights instead, and glmmTMB and clmm the observed ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import scipy.special

from lcresearch.multilevel.small_matrices import Array

LINKS = {"binomial": ("logit", "probit"), "poisson": ("log",), "cumulative": ("logit", "probit")}


@dataclass(frozen=True)
class RowDerivatives:
    """What a family says of each row at one linear predictor; all of shape (n,).

    Attributes
    ----------
    value : array
        Log-likelihood.
    first : array
        Its derivative to the linear predictor.
    weight : array
        Minus its second derivative.
    weight_slope : array
        Derivative of the weight.
    upper, lower : tuple of array, or None
        Derivatives of value, first and weight to the threshold above and below the answer of the row.
    """

    value: Array
    first: Array
    weight: Array
    weight_slope: Array
    upper: tuple[Array, Array, Array] | None = None
    lower: tuple[Array, Array, Array] | None = None


class Family(Protocol):
    """What all families have in common.

    ``n_extra`` is the number of parameters beside the linear predictor: thresholds, or none.
    """

    @property
    def n_extra(self) -> int:
        """Number of thresholds."""
        ...

    def at(self, eta: Array, extra: Array) -> RowDerivatives:
        """All rows at a linear predictor (n,) and thresholds (n_extra,)."""
        ...

    def to_extra(self, found: RowDerivatives, of_value: Array, of_first: Array, of_weight: Array) -> Array:
        """The derivative to the thresholds of sums over rows with these coefficients, shape (n_extra,)."""
        ...


class _NoThresholds:
    """Families whose only parameter is the linear predictor."""

    @property
    def n_extra(self) -> int:
        """No thresholds."""
        return 0

    def to_extra(self, found: RowDerivatives, of_value: Array, of_first: Array, of_weight: Array) -> Array:
        """Nothing."""
        return np.zeros(0)


@dataclass(frozen=True)
class BinomialLogit(_NoThresholds):
    """Successes out of trials, logit link.

    Attributes
    ----------
    successes, trials : array, shape (n,)
    """

    successes: Array
    trials: Array

    def at(self, eta: Array, extra: Array) -> RowDerivatives:
        """log C(m, k) + k eta - m log(1 + exp(eta)), all from one exponential."""
        rare = np.exp(-np.abs(eta))
        common = 1 / (1 + rare)
        above = eta > 0
        value = self.ways + self.successes * eta - self.trials * (np.where(above, eta, 0) + np.log1p(rare))
        chance = np.where(above, common, rare * common)
        weight = self.trials * rare * common**2
        slope = weight * np.where(above, rare - 1, 1 - rare) * common
        return RowDerivatives(value, self.successes - self.trials * chance, weight, slope)

    @cached_property
    def ways(self) -> Array:
        """log C(m, k)."""
        return log_choose(self.trials, self.successes)


@dataclass(frozen=True)
class BinomialProbit(_NoThresholds):
    """Successes out of trials, probit link.

    Attributes
    ----------
    successes, trials : array, shape (n,)
    """

    successes: Array
    trials: Array

    def at(self, eta: Array, extra: Array) -> RowDerivatives:
        """log C(m, k) + k log Phi(eta) + (m - k) log Phi(-eta)."""
        failures = self.trials - self.successes
        above, below = _log_normal(eta), _log_normal(-eta)
        pairs = zip(above, below, (1, -1, 1, -1), strict=True)
        value, first, weight, slope = (self.successes * a + sign * failures * b for a, b, sign in pairs)
        return RowDerivatives(self.ways + value, first, weight, slope)

    @cached_property
    def ways(self) -> Array:
        """log C(m, k)."""
        return log_choose(self.trials, self.successes)


@dataclass(frozen=True)
class PoissonLog(_NoThresholds):
    """Counts, log link.

    Attributes
    ----------
    counts : array, shape (n,)
    weights : array, shape (n,)
        How often each row counts.
    """

    counts: Array
    weights: Array

    def at(self, eta: Array, extra: Array) -> RowDerivatives:
        """y eta - exp(eta) - log y!."""
        mean = np.exp(eta)
        value = self.counts * eta - mean - self.log_factorials
        weight = self.weights * mean
        return RowDerivatives(self.weights * value, self.weights * (self.counts - mean), weight, weight)

    @cached_property
    def log_factorials(self) -> Array:
        """log y!."""
        return np.asarray(scipy.special.gammaln(self.counts + 1))


def inverse_link(link: str, eta: Array) -> Array:
    """The mean (of one trial) at a linear predictor."""
    if link == "logit":
        return np.asarray(scipy.special.expit(eta))
    return np.asarray(scipy.special.ndtr(eta) if link == "probit" else np.exp(eta))


def log_choose(trials: Array, successes: Array) -> Array:
    """Logarithm of the number of ways, exactly zero for one trial."""
    gammaln = scipy.special.gammaln
    ways = gammaln(trials + 1) - gammaln(successes + 1) - gammaln(trials - successes + 1)
    return np.where(trials == 1, 0.0, ways)


def _log_normal(eta: Array) -> tuple[Array, Array, Array, Array]:
    """log Phi(eta), its derivative, minus its second derivative, and the derivative of that."""
    value = scipy.special.log_ndtr(eta)
    ratio = np.exp(-0.5 * eta**2 - 0.5 * np.log(2 * np.pi) - value)
    beyond = eta + ratio
    return value, ratio, ratio * beyond, ratio * (1 - beyond**2 - ratio * beyond)
