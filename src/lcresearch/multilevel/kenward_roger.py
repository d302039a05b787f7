"""The adjusted covariance matrix and degrees of freedom of Kenward & Roger (1997), for REML fits.

V is linear in the variances, covariances and the residual variance, so everything follows from first and second
derivatives of X'V^-1 X and log det V to these: P_i is the first derivative, Q_ij + Q_ji the second, and
tr(V^-1 G_i V^-1 G_j) minus the second derivative of log det V. First derivatives are taken by complex steps, second
ones by central differences of these. Names as in Halekoh & Hojsgaard (2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.multilevel.covariance import CovarianceLayout
from lcresearch.multilevel.criterion import Criterion
from lcresearch.multilevel.small_matrices import Array

_STEP = 1e-30
_DIFFERENCE = 1e-4


@dataclass(frozen=True)
class KenwardRoger:
    """What tests and intervals need, in working units.

    Attributes
    ----------
    covariance : array, shape (p, p)
        Adjusted covariance matrix of the fixed effects.
    unadjusted : array, shape (p, p)
    first : array, shape (k, p, p)
        P_i.
    parameters : array, shape (k, k)
        W: covariance matrix of the variance parameters, from the expected information.
    """

    covariance: Array
    unadjusted: Array
    first: Array
    parameters: Array

    def test(self, contrasts: Array) -> tuple[float, float]:
        """Denominator degrees of freedom and the factor by which F is multiplied, for L beta = 0 with L (q, p)."""
        q = len(contrasts)
        phi, w = self.unadjusted, self.parameters
        middle = contrasts.T @ np.linalg.solve(contrasts @ phi @ contrasts.T, contrasts)
        moved = np.einsum("ab,kbc->kac", middle @ phi, self.first) @ phi
        traces = np.einsum("kaa->k", moved)
        a1 = float(traces @ w @ traces)
        a2 = float(np.einsum("kl,kab,lba->", w, moved, moved))
        b = (a1 + 6 * a2) / (2 * q)
        g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2) if a2 else 0.0
        below = 3 * q + 2 * (1 - g)
        c1, c2, c3 = g / below, (q - g) / below, (q + 2 - g) / below
        v0, v1, v2 = 1 + c1 * b, 1 - c2 * b, 1 - c3 * b
        v0 = 0.0 if abs(v0) < 1e-10 else v0
        kept = 1 - a2 / q
        ratio = 1.0 if abs(kept) < 1e-14 and abs(v1) < 1e-14 else kept / v1
        rho = ratio**2 * v0 / v2 / q
        df = 4 + (q + 2) / (q * rho - 1) if q * rho != 1 else np.inf
        scaling = 1.0 if not np.isfinite(df) or abs(df - 2) < 1e-2 else df * kept / (df - 2)
        return float(df), float(scaling)


def kenward_roger(criterion: Criterion, theta: Array) -> KenwardRoger:
    """At the optimum of a REML criterion."""
    relative = criterion.layout.covariances(theta)
    solution = criterion.solve(relative)
    sigma2 = float(solution.sigma2)
    directions = [*_directions(criterion.layout), None]
    sizes = [_size(criterion, direction, relative, sigma2) for direction in directions]
    at = _Information(criterion, [sigma2 * each for each in relative], sigma2, directions)
    phi = np.linalg.inv(at.value())
    k, p = len(directions), len(phi)
    first = np.array([at.first(i)[0] for i in range(k)])
    second, curvature = np.empty((k, k, p, p)), np.empty((k, k))
    for j, size in enumerate(sizes):
        above = [at.first(i, j, size) for i in range(k)]
        below = [at.first(i, j, -size) for i in range(k)]
        for i in range(k):
            second[i, j] = (above[i][0] - below[i][0]) / (2 * size)
            curvature[i, j] = (above[i][1] - below[i][1]) / (2 * size)
    second = (second + second.transpose(1, 0, 2, 3)) / 2
    curvature = (curvature + curvature.T) / 2
    moved = first @ phi
    products = np.einsum("iab,jba->ij", moved, moved)
    information = -curvature - np.einsum("ab,ijba->ij", phi, second) + products
    parameters = 2 * np.linalg.pinv(information, rcond=1e-10, hermitian=True)
    inner = second / 2 - np.einsum("iab,jbc->ijac", moved, first)
    adjustment = phi @ np.einsum("ij,ijab->ab", parameters, inner) @ phi
    return KenwardRoger(phi + adjustment + adjustment.T, phi, first, parameters)


@dataclass(frozen=True)
class _Information:
    """X'V^-1 X and log det V around given covariance matrices (absolute ones) and a residual variance."""

    criterion: Criterion
    covariances: Sequence[Array]
    sigma2: float
    directions: Sequence[tuple[int, Array] | None]

    def value(self) -> Array:
        """X'V^-1 X."""
        return self._at(list(self.covariances), self.sigma2)[0].real

    def first(self, direction: int, moved: int | None = None, by: float = 0.0) -> tuple[Array, float]:
        """Derivatives of X'V^-1 X and log det V along one parameter, after another one was moved."""
        covariances, sigma2 = [each.astype(complex) for each in self.covariances], complex(self.sigma2)
        for place, step in ((direction, 1j * _STEP), (moved, by)):
            if place is None:
                continue
            found = self.directions[place]
            if found is None:
                sigma2 += step
            else:
                covariances[found[0]] = covariances[found[0]] + step * found[1]
        information, log_det = self._at(covariances, sigma2)
        return information.imag / _STEP, float(log_det.imag / _STEP)

    def _at(self, covariances: list[Array], sigma2: complex | float) -> tuple[Array, complex]:
        log_det, top, _ = self.criterion.elimination.evaluate([each / sigma2 for each in covariances])
        fixed = self.criterion.fixed
        return top[np.ix_(fixed, fixed)] / sigma2, complex(log_det + self.criterion.n * np.log(sigma2))


def _directions(layout: CovarianceLayout) -> list[tuple[int, Array]]:
    """A matrix for each variance and covariance: the grouping factor, and where the parameter stands."""
    found = []
    for place, columns in layout.blocks():
        size = sum(layout.sizes[place])
        for a in range(columns.start, columns.stop):
            for b in range(columns.start, a + 1):
                direction = np.zeros((size, size))
                direction[a, b] = direction[b, a] = 1
                found.append((place, direction))
    return found


def _size(criterion: Criterion, direction: tuple[int, Array] | None, relative: Sequence[Array], sigma2: float) -> float:
    """A step that is small beside the parameter, and beside the residual variance where the parameter is zero."""
    if direction is None:
        return _DIFFERENCE * sigma2
    place, where = direction
    a, b = np.argwhere(where)[0]
    covariance = relative[place]
    own = float(np.sqrt(max(covariance[a, a], 0) * max(covariance[b, b], 0)))
    return _DIFFERENCE * sigma2 * max(own, 1e-3)
