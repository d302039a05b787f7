"""The normal likelihood of persons in clusters of unequal size, with its first and second derivatives.

With G the inverses of Sigma_W and of V_n = Sigma_B + Sigma_W / n (zero where a level does not have a variable), P the
products of deviations from the model, and derivatives of covariances D = l r' + r l' (see
:mod:`lcresearch.measurement.factor_models.implied`), all sums run over the distinct sizes of clusters at once; the
derivatives of V_n to a parameter of the within level are those of Sigma_W over n.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array
from lcresearch.measurement.factor_models.implied import ARROW, Implied
from lcresearch.measurement.two_level.cluster_moments import ClusterMoments
from lcresearch.measurement.two_level.two_level_layout import TwoLevelLayout

_STEP = 1e-30
_CHUNK = 3_000_000

Pair = tuple[Implied, Implied]


@dataclass(frozen=True)
class Derivatives:
    """Derivatives of the moments of all variables to the estimated places, those of within first.

    Attributes
    ----------
    left, right, slope : array, shape (p, n_places)
        The derivative of a covariance matrix is l_k r_k' + r_k l_k', that of the means is the slope.
    of_within : array of bool, shape (n_places,)
    """

    left: Array
    right: Array
    slope: Array
    of_within: Array


@dataclass(frozen=True)
class ClusterLikelihood:
    """Minus the log-likelihood a person, but for constants.

    Attributes
    ----------
    layout : TwoLevelLayout
    moments : ClusterMoments
    """

    layout: TwoLevelLayout
    moments: ClusterMoments

    def over(self, layout: TwoLevelLayout) -> ClusterLikelihood:
        """The same data under another layout."""
        return replace(self, layout=layout)

    @cached_property
    def weight(self) -> Array:
        """Clusters of each size over persons, shape (n_sizes,)."""
        return self.moments.count / self.moments.n_persons

    @property
    def weight_within(self) -> float:
        """Persons minus clusters, over persons."""
        return 1 - self.moments.n_clusters / self.moments.n_persons

    def between_covariances(self, implied: Pair) -> Array:
        """Covariances of cluster means for each size, shape (n_sizes, p, p)."""
        p, n = len(self.layout.variables), self.layout.n_within
        places = self.layout.places[1]
        found = np.zeros((len(self.moments.size), p, p))
        found[:, places[:, None], places] += implied[1].covariance[0]
        found[:, :n, :n] += implied[0].covariance[0] / self.moments.size[:, None, None]
        return found

    def mean(self, implied: Pair) -> Array:
        """Means of all variables, shape (p,)."""
        found = np.zeros(len(self.layout.variables))
        found[: self.layout.n_within] = implied[0].mean[0]
        found[self.layout.places[1]] += implied[1].mean[0]
        return found

    def value(self, theta: Array) -> float:
        """Half of [(N - J) f_W + sum over clusters f_n] / N with f = log det + trace; infinite outside."""
        implied = self.layout.implied(theta)
        spread, within = self.between_covariances(implied), implied[0].covariance[0]
        try:
            lower, lower_within = np.linalg.cholesky(spread), np.linalg.cholesky(within)
        except np.linalg.LinAlgError:
            return np.inf
        log_det = 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
        distance = (np.linalg.inv(spread) * self.products(implied)).sum(axis=(1, 2))
        inside = 2 * np.log(np.diagonal(lower_within)).sum() + (np.linalg.inv(within) * self.moments.within).sum()
        return float(((self.weight * (log_det + distance)).sum() + self.weight_within * inside) / 2)

    def products(self, implied: Pair) -> Array:
        """Products of deviations of cluster means from the means of the model, shape (n_sizes, p, p)."""
        away = self.moments.mean - self.mean(implied)
        return np.asarray(self.moments.covariance + away[:, :, None] * away[:, None, :])

    def derivatives(self, implied: Pair) -> Derivatives:
        """Of the moments, at the places of all variables."""
        p = len(self.layout.variables)
        parts = []
        for level, places, kept in zip(implied, self.layout.places, self.layout.kept, strict=True):
            wide = np.zeros((3, p, len(kept)))
            wide[:, places] = np.stack([part[0][:, kept] for part in (level.left, level.right, level.slope)])
            parts.append(wide)
        left, right, slope = np.concatenate(parts, axis=2)
        return Derivatives(left, right, slope, np.arange(left.shape[1]) < parts[0].shape[2])

    def pulls(self, implied: Pair) -> tuple[Array, Array, Array]:
        """Minus twice the derivatives to Sigma_W and Sigma_B, shape (p, p), and minus that to the means, (p,)."""
        inverse = np.linalg.inv(self.between_covariances(implied))
        pull = self.weight[:, None, None] * (inverse @ self.products(implied) @ inverse - inverse)
        away = self.moments.mean - self.mean(implied)
        shift = np.einsum("s,sij,sj->i", self.weight, inverse, away)
        of_within = (pull / self.moments.size[:, None, None]).sum(axis=0)
        own = np.linalg.inv(implied[0].covariance[0])
        n = self.layout.n_within
        of_within[:n, :n] += self.weight_within * (own @ self.moments.within @ own - own)
        return of_within, pull.sum(axis=0), shift

    def local_gradient(self, implied: Pair) -> Array:
        """Derivatives of :meth:`value` to theta, shape (n_free,)."""
        slopes = self.derivatives(implied)
        within, between, shift = self.pulls(implied)
        along = np.where(
            slopes.of_within,
            (slopes.left * (within @ slopes.right)).sum(axis=0),
            (slopes.left * (between @ slopes.right)).sum(axis=0),
        )
        return np.asarray(-(along + shift @ slopes.slope) @ self.layout.spread)

    def gradient(self, theta: Array) -> Array:
        """The same at theta."""
        return self.local_gradient(self.layout.implied(theta))

    def gathered(self, local: Array) -> Array:
        """The gradient as it is: levels are summed already."""
        return local

    def local_information(self, implied: Pair) -> Array:
        """Expected second derivatives, shape (1, n_free, n_free)."""
        slopes = self.derivatives(implied)
        inverse = np.linalg.inv(self.between_covariances(implied))
        found = np.zeros((slopes.left.shape[1],) * 2)
        for part in self._chunks(found.size):
            found += self._summed(slopes, part, half_trace(slopes, inverse[part]))
        found += slopes.slope.T @ np.einsum("s,sij->ij", self.weight, inverse) @ slopes.slope
        own = self._within(slopes)
        found[np.ix_(slopes.of_within, slopes.of_within)] += (
            self.weight_within * half_trace(own, np.linalg.inv(implied[0].covariance))[0]
        )
        return self._over_free(found)

    def local_hessian(self, theta: Array) -> Array:
        """Observed second derivatives, shape (1, n_free, n_free)."""
        implied = self.layout.implied(theta)
        slopes = self.derivatives(implied)
        inverse = np.linalg.inv(self.between_covariances(implied))
        doubled = inverse @ self.products(implied) @ inverse
        away = np.einsum("sij,sj->si", inverse, self.moments.mean - self.mean(implied))
        found = np.zeros((slopes.left.shape[1],) * 2)
        for part in self._chunks(found.size):
            second = _traces(slopes, inverse[part], doubled[part]) - half_trace(slopes, inverse[part])
            found += self._summed(slopes, part, second)
            found += self._mean_and_spread(slopes, part, inverse[part], away[part])
        found += slopes.slope.T @ np.einsum("s,sij->ij", self.weight, inverse) @ slopes.slope
        own, inside = self._within(slopes), np.linalg.inv(implied[0].covariance)
        second = _traces(own, inside, inside @ self.moments.within @ inside) - half_trace(own, inside)
        found[np.ix_(slopes.of_within, slopes.of_within)] += self.weight_within * second[0]
        return self._over_free(found + self._bent(theta, implied))

    def _chunks(self, elements: int) -> Iterator[slice]:
        """Sizes a few at a time, so that matrices of places fit in memory."""
        step = max(_CHUNK // max(elements, 1), 1)
        for start in range(0, len(self.moments.size), step):
            yield slice(start, start + step)

    def _summed(self, slopes: Derivatives, part: slice, of_sizes: Array) -> Array:
        """Weighted sums over sizes of matrices of places, where the derivatives to within places are over n."""
        weight, size = self.weight[part], self.moments.size[part]
        flat = of_sizes.reshape(len(weight), -1)
        none, one, two = (np.reshape((weight / size**k) @ flat, of_sizes.shape[1:]) for k in range(3))
        times = slopes.of_within[:, None].astype(int) + slopes.of_within
        return np.asarray(np.choose(times, (none, one, two)))

    def _mean_and_spread(self, slopes: Derivatives, part: slice, inverse: Array, away: Array) -> Array:
        """What means and covariances have together: zero in expectation."""
        weight, scale = self.weight[part], 1 / self.moments.size[part]
        to_slope = inverse @ slopes.slope
        crossed = (away @ slopes.left)[:, :, None] * (slopes.right.T @ to_slope)
        crossed += (away @ slopes.right)[:, :, None] * (slopes.left.T @ to_slope)
        within = np.einsum("s,skl->kl", weight * scale, crossed)
        between = np.einsum("s,skl->kl", weight, crossed)
        found = np.where(slopes.of_within[:, None], within, between)
        return np.asarray(found + found.T)

    def _within(self, slopes: Derivatives) -> Derivatives:
        n = self.layout.n_within
        own = slopes.of_within
        return Derivatives(slopes.left[:n, own], slopes.right[:n, own], slopes.slope[:n, own], own[own])

    def _bent(self, theta: Array, implied: Pair) -> Array:
        """What second derivatives of the moments add, shape (n_places, n_places): by complex steps, all at once."""
        within, between, shift = self.pulls(implied)
        blocks = []
        for layout, places, kept, pull in zip(
            self.layout.levels, self.layout.places, self.layout.kept, (within, between), strict=True
        ):
            found = np.zeros((len(kept), len(kept)))
            if (layout.matrix == ARROW).any() and len(kept):
                values = np.repeat(layout.values(theta), len(kept), axis=0).astype(complex)
                values[np.arange(len(kept)), kept] += 1j * _STEP
                moved = layout.implied_by(values)
                inner = pull[np.ix_(places, places)] @ moved.right[:, :, kept]
                along = (moved.left[:, :, kept] * inner).sum(axis=1)
                along = along + np.einsum("i,kil->kl", shift[places], moved.slope[:, :, kept])
                found = -along.imag / _STEP
            blocks.append(found)
        n = len(blocks[0])
        whole = np.zeros((n + len(blocks[1]),) * 2)
        whole[:n, :n], whole[n:, n:] = blocks
        return (whole + whole.T) / 2

    def _over_free(self, of_places: Array) -> Array:
        return np.asarray(self.layout.spread.T @ of_places @ self.layout.spread)[None]


def half_trace(slopes: Derivatives, inverse: Array) -> Array:
    """Half of tr(G D_k G D_l) for each size, shape (n_sizes, n_places, n_places)."""
    left, right = slopes.left, slopes.right
    across = left.T @ inverse @ right
    return np.asarray((left.T @ inverse @ left) * (right.T @ inverse @ right) + across * np.swapaxes(across, 1, 2))


def _traces(slopes: Derivatives, one: Array, other: Array) -> Array:
    """tr(A D_k B D_l) for symmetric A and B, made symmetric in k and l, shape (n_sizes, n_places, n_places)."""
    left, right = slopes.left, slopes.right
    first, second = left.T @ one @ right, left.T @ other @ right
    found = (left.T @ one @ left) * (right.T @ other @ right) + (right.T @ one @ right) * (left.T @ other @ left)
    found += first * np.swapaxes(second, 1, 2)
    found += np.swapaxes(first, 1, 2) * second
    return np.asarray(found)
