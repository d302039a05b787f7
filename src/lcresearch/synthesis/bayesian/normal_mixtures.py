"""Mixtures of normal distributions, several side by side with the same shares: probabilities, quantiles, densities."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.special

from lcresearch.synthesis.bayesian.panels import Array
from lcresearch.synthesis.bayesian.rising import solve_rising


@dataclass(frozen=True)
class NormalMixtures:
    """Distributions q, each a mixture of the same n shares.

    Attributes
    ----------
    mean, std_dev : array, shape (q, n)
        Of the normal distributions.
    share : array, shape (n,)
        They add up to 1.
    """

    mean: Array
    std_dev: Array
    share: Array

    def below(self, places: Array) -> Array:
        """Probability below each place, shape (m,); the shape (q, m)."""
        return np.array([self._below(row, places) for row in range(len(self.mean))])

    def above(self, places: Array) -> Array:
        """Probability above each place, without loss of digits where it is small; shapes as in :meth:`below`."""
        mirrored = NormalMixtures(-self.mean, self.std_dev, self.share)
        return mirrored.below(-places)

    def density(self, places: Array) -> Array:
        """Density at each place, shapes as in :meth:`below`."""
        return np.array([self._density(row, places) for row in range(len(self.mean))])

    def quantiles(self, probabilities: Array) -> Array:
        """Quantiles of probabilities, shapes as in :meth:`below`."""
        p = np.asarray(probabilities, dtype=float)
        return np.array([self._quantiles(row, p) for row in range(len(self.mean))])

    def _quantiles(self, row: int, p: Array) -> Array:
        of_each = self.mean[row] + self.std_dev[row] * scipy.special.ndtri(p)[:, None]
        return solve_rising(
            lambda places: self._below(row, places),
            lambda places: self._density(row, places),
            p,
            of_each.min(axis=1),
            of_each.max(axis=1),
            _weighted_medians(of_each, self.share),
        )

    def _below(self, row: int, places: Array) -> Array:
        return np.asarray(scipy.special.ndtr(self._z(row, places)) @ self.share)

    def _density(self, row: int, places: Array) -> Array:
        heights = self.share / (self.std_dev[row] * math.sqrt(2 * math.pi))
        return np.asarray(np.exp(-0.5 * self._z(row, places) ** 2) @ heights)

    def _z(self, row: int, places: Array) -> Array:
        return np.asarray((places[:, None] - self.mean[row]) / self.std_dev[row])


def _weighted_medians(values: Array, share: Array) -> Array:
    """Of each row."""
    order = np.argsort(values, axis=1)
    middle = (np.cumsum(share[order], axis=1) < 0.5).sum(axis=1)
    rows = np.arange(len(values))
    return np.asarray(values[rows, order[rows, middle]])
