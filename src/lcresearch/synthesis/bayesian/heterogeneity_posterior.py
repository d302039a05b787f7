"""The posterior of tau in the normal-normal model, and what follows at each value of tau.

An effect y_i has the known variance v_i about a true effect theta_i, and the true effects have the standard deviation
tau about a mean mu. Given tau, mu is normal and so is each theta_i; what is left is an integral over tau alone (Röver
2020, section 2). It is taken over log tau: there the function is smooth at one scale, however different the variances
are, and near zero and far away it falls exponentially, also where the prior has heavy tails.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.synthesis.bayesian.heterogeneity_priors import MeanPrior, TauPrior
from lcresearch.synthesis.bayesian.panels import NODES, WEIGHTS, Array, Panels, integrate
from lcresearch.synthesis.bayesian.rising import solve_rising

_BELOW = 40.0
_ABOVE_LIGHT = 5.0
_ABOVE_HEAVY = 37.0
_HEAVIEST = 0.1
_MOST_NUMBERS = 2_000_000
_SOME_MASS = 1e-18


@dataclass(frozen=True)
class GivenTau:
    """What follows at each of n values of tau.

    Attributes
    ----------
    mean, variance : array, shape (n,)
        Of the posterior of mu.
    log_likelihood : array, shape (n,)
        With mu integrated out. Of a flat prior on mu, the density of that prior is 1.
    """

    mean: Array
    variance: Array
    log_likelihood: Array


@dataclass(frozen=True)
class TauPosterior:
    """The posterior of tau.

    Attributes
    ----------
    yi, vi : array, shape (k,)
    tau_prior : TauPrior
    mean_prior : MeanPrior
    """

    yi: Array
    vi: Array
    tau_prior: TauPrior
    mean_prior: MeanPrior

    @property
    def tail(self) -> float:
        """The posterior density falls like tau to the power minus this."""
        return len(self.yi) - (not self.mean_prior.proper) + self.tau_prior.tail

    @property
    def proper(self) -> bool:
        """Whether the posterior is a distribution."""
        return self.tail > 1

    def has_moment(self, order: int) -> bool:
        """Whether tau to this power has a mean, which can be told from the numbers."""
        return self.tail - 1 - order >= _HEAVIEST

    def log_density(self, log_tau: Array) -> Array:
        """Of log tau, not normalised."""
        tau = np.exp(log_tau)
        given = given_tau(tau.ravel(), self.yi, self.vi, self.mean_prior)
        return given.log_likelihood.reshape(tau.shape) + self.tau_prior.log_density(tau) + log_tau

    @cached_property
    def panels(self) -> Panels:
        """The integral over log tau."""
        low, high = self._ends()
        return integrate(self.log_density, np.linspace(low, high, math.ceil(high - low) + 1))

    def _ends(self) -> tuple[float, float]:
        """Where the density of log tau is negligible, also for the moments that exist."""
        prior, errors = self.tau_prior, np.sqrt(self.vi)
        low = math.log(min(float(errors.min()), prior.scale)) - _BELOW - math.log(len(self.yi)) / 4
        if math.isfinite(prior.upper):
            return low, math.log(prior.upper)
        widths = [float(errors.max()), float(np.ptp(self.yi)), prior.scale if prior.proper else 0.0]
        spare = [self.tail - 1 - order for order in (0, 1, 2) if self.has_moment(order)]
        above = _ABOVE_LIGHT if math.isinf(self.tail) else _ABOVE_HEAVY / min(spare, default=self.tail - 1)
        return low, math.log(max(widths)) + above

    @cached_property
    def nodes(self) -> tuple[Array, Array]:
        """Values of tau and their shares of the posterior, each of shape (n,)."""
        return np.exp(self.panels.nodes).ravel(), self.panels.masses.ravel()

    @cached_property
    def shown_nodes(self) -> tuple[Array, Array]:
        """The nodes without those that hold nothing: enough for probabilities, not for moments."""
        tau, mass = self.nodes
        some = mass > _SOME_MASS
        return tau[some], mass[some]

    @cached_property
    def given(self) -> GivenTau:
        """Mean and variance of mu at each node."""
        return given_tau(self.nodes[0], self.yi, self.vi, self.mean_prior)

    def moment(self, order: int) -> float:
        """Mean of tau to this power; NaN where there is none."""
        tau, mass = self.nodes
        return float(mass @ tau**order) if self.has_moment(order) else math.nan

    def density(self, tau: Array) -> Array:
        """Of tau, per unit of tau; shape as given."""
        tau = np.asarray(tau, dtype=float)
        tiny = math.exp(self.panels.edges[0])
        log_tau = np.log(np.maximum(tau, tiny))
        found = np.exp(self.log_density(log_tau) - log_tau - self.panels.log_total)
        return np.where(tau < 0, 0.0, found)

    def probability_below(self, tau: Array) -> Array:
        """Probability that tau is below each of these, shape (n,)."""
        with np.errstate(divide="ignore"):
            return self._below(np.log(np.maximum(np.asarray(tau, dtype=float), 0.0)))

    def _below(self, log_tau: Array) -> Array:
        panels = self.panels
        place = np.clip(log_tau, panels.edges[0], panels.edges[-1])
        panel = np.clip(np.searchsorted(panels.edges, place, side="right") - 1, 0, len(panels.edges) - 2)
        begin = panels.edges[panel]
        half = (place - begin) / 2
        found = np.exp(self.log_density(begin[:, None] + half[:, None] * (1 + NODES)) - panels.log_total)
        return np.asarray(panels.below[panel] + half * (found @ WEIGHTS))

    def quantiles(self, probabilities: Array) -> Array:
        """Of tau, shape (n,); zero at probability zero."""
        p = np.asarray(probabilities, dtype=float)
        edges, below = self.panels.edges, self.panels.below
        panel = np.clip(np.searchsorted(below, p, side="right") - 1, 0, len(edges) - 2)

        def slope(log_tau: Array) -> Array:
            return np.exp(self.log_density(log_tau) - self.panels.log_total)

        found = np.exp(solve_rising(self._below, slope, p, edges[panel], edges[panel + 1]))
        return np.where(p <= 0, 0.0, np.where(p >= 1, self.tau_prior.upper, found))


def given_tau(tau: Array, yi: Array, vi: Array, prior: MeanPrior) -> GivenTau:
    """Posterior of mu and the likelihood at each value of tau.

    Parameters
    ----------
    tau : array, shape (n,)
    yi, vi : array, shape (k,)
    prior : MeanPrior

    Examples
    --------
    >>> found = given_tau(np.array([0.0]), np.array([0.0, 1.0]), np.array([1.0, 1.0]), MeanPrior())
    >>> found.mean.tolist(), found.variance.tolist()
    ([0.5], [0.5])
    """
    rows = max(1, _MOST_NUMBERS // len(yi))
    parts = [_given_tau(tau[begin : begin + rows], yi, vi, prior) for begin in range(0, len(tau), rows)]
    return GivenTau(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _given_tau(tau: Array, yi: Array, vi: Array, prior: MeanPrior) -> tuple[Array, Array, Array]:
    total = vi + (tau**2)[:, None]
    weight = 1 / total
    centre = prior.mean if prior.proper else float(np.median(yi))
    apart = yi - centre
    precision = weight.sum(axis=1) + prior.std_dev**-2
    shift = (weight @ apart) / precision
    off = (weight * (apart - shift[:, None]) ** 2).sum(axis=1) + (shift / prior.std_dev) ** 2
    likelihood = -0.5 * (np.log(total).sum(axis=1) + np.log(precision) + off)
    if prior.proper:
        likelihood -= math.log(prior.std_dev)
    free = len(yi) - (not prior.proper)
    return centre + shift, 1 / precision, likelihood - free / 2 * math.log(2 * math.pi)
