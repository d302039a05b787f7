"""Ordered categories: P(Y <= k) = F(threshold_k - eta), with F logistic or normal (McCullagh 1980, equation 2.4).

The probability of the answer of a row is D = F(a) - F(c), with a the threshold above it and c the one below, both less
eta. All derivatives follow from those of log D to a and c, since a and c move by one when a threshold does and by minus
one when eta does. Chances are kept as logarithms in the nearer tail, so that answers that are far off stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.special

from lcresearch.multilevel.families import RowDerivatives
from lcresearch.multilevel.small_matrices import Array

Integers = npt.NDArray[np.int64]
_FAR = 1e3


@dataclass(frozen=True)
class Cumulative:
    """Answers in ordered categories.

    Attributes
    ----------
    codes : array of int, shape (n,)
        Category of each row, from 0.
    n_categories : int
    link : str
        ``logit`` or ``probit``.
    weights : array, shape (n,)
        How often each row counts.
    """

    codes: Integers
    n_categories: int
    link: str
    weights: Array

    @property
    def n_extra(self) -> int:
        """Number of thresholds."""
        return self.n_categories - 1

    def at(self, eta: Array, extra: Array) -> RowDerivatives:
        """log(F(a) - F(c)) with its derivatives; minus infinity where thresholds are not in order."""
        ends = np.concatenate(([-_FAR], extra, [_FAR]))
        ordered = bool((np.diff(extra) > 0).all())
        above, below = ends[self.codes + 1] - eta, ends[self.codes] - eta
        first_row, last_row = self.codes == 0, self.codes == self.n_extra
        log_d = _log_difference(self.link, above, below) if ordered else np.full(len(eta), -np.inf)
        log_d = np.where(first_row & last_row, 0.0, log_d)
        a, a2, a3 = _densities(self.link, above, log_d, last_row)
        c, c2, c3 = _densities(self.link, below, log_d, first_row)
        c, c2, c3 = -c, -c2, -c3
        aa, ac, cc = a2 - a**2, -a * c, c2 - c**2
        aaa, ccc = a3 - 3 * a2 * a + 2 * a**3, c3 - 3 * c2 * c + 2 * c**3
        aac, acc = (2 * a**2 - a2) * c, (2 * c**2 - c2) * a
        w = self.weights
        upper = (w * a, -w * (aa + ac), -w * (aaa + 2 * aac + acc))
        lower = (w * c, -w * (ac + cc), -w * (aac + 2 * acc + ccc))
        weight = -w * (aa + 2 * ac + cc)
        return RowDerivatives(w * log_d, -w * (a + c), weight, -(upper[2] + lower[2]), upper, lower)

    def to_extra(self, found: RowDerivatives, of_value: Array, of_first: Array, of_weight: Array) -> Array:
        """The derivative to the thresholds of sums over rows with these coefficients, shape (n_extra,)."""
        assert found.upper is not None
        assert found.lower is not None
        above, below = (
            np.bincount(self.codes, of_value * v + of_first * f + of_weight * w, self.n_categories)
            for v, f, w in (found.upper, found.lower)
        )
        return above[:-1] + below[1:]


def category_chances(link: str, eta: Array, thresholds: Array) -> Array:
    """The probability of each category, shape (n, n_categories)."""
    ends = np.concatenate(([-_FAR], thresholds, [_FAR]))
    places = ends[None, :] - eta[:, None]
    return np.exp(_log_difference(link, places[:, 1:], places[:, :-1]))


def _log_difference(link: str, above: Array, below: Array) -> Array:
    """log(F(above) - F(below)), from whichever tail is nearer."""
    flip = above + below > 0
    high, low = np.where(flip, -below, above), np.where(flip, -above, below)
    log_high, log_low = _log_chance(link, high), _log_chance(link, low)
    return np.asarray(log_high + np.log(-np.expm1(np.minimum(log_low - log_high, 0))))


def _log_chance(link: str, x: Array) -> Array:
    return np.asarray(-np.logaddexp(0, -x) if link == "logit" else scipy.special.log_ndtr(x))


def _densities(link: str, x: Array, log_d: Array, absent: Array) -> tuple[Array, Array, Array]:
    """The density at x and its two derivatives, each divided by D; zero where there is no threshold."""
    if link == "logit":
        size = -np.abs(x) - 2 * np.logaddexp(0, -np.abs(x))
        tilt = -np.tanh(x / 2)
        first, second = tilt, 1 - 1.5 / np.cosh(np.clip(x / 2, -300, 300)) ** 2
    else:
        size = -0.5 * x**2 - 0.5 * np.log(2 * np.pi)
        first, second = -x, x**2 - 1
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = np.where(absent, 0.0, np.exp(size - log_d))
    return ratio, ratio * first, ratio * second
