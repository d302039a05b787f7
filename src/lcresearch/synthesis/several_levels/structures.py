"""How true effects of several outcomes vary and go together at a level: the covariance matrix G between outcomes.

A structure knows its matrix in two ways: as a sum of given matrices times linear parameters (variances and
covariances), in which the likelihood has simple derivatives; and in coordinates in which each point within bounds is a
covariance matrix, in which the search goes: variances (``one``, ``DIAG``), a variance and a correlation (``CS``),
standard deviations and a correlation (``HCS``), or the lower triangle of a Cholesky factor (``UN``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array

STRUCTURES = ("UN", "CS", "HCS", "DIAG")
ONE = "one"
"""One variance for all effects: what a level has without outcomes."""


@dataclass(frozen=True)
class Structure:
    """A covariance matrix G of shape (q, q) between the q outcomes at a level.

    Attributes
    ----------
    kind : str
        ``one`` (a variance for all); ``UN`` (any); ``DIAG`` (variances, no covariances); ``CS`` (one variance and one
        correlation); ``HCS`` (a variance each, one correlation).
    q : int
        Number of outcomes; 1 for ``one``.
    first : int
        The outcome whose variance is the first coordinate squared; for ``UN`` only.
    """

    kind: str
    q: int = 1
    first: int = 0

    @cached_property
    def bases(self) -> Array:
        """Matrices whose sum, times the linear parameters, is G: shape (linear, q, q), read only.

        A search asks for them at each step.
        """
        found = self._bases()
        found.flags.writeable = False
        return found

    def _bases(self) -> Array:
        eye = np.eye(self.q)
        if self.kind == ONE:
            return np.ones((1, 1, 1))
        if self.kind == "CS":
            return np.array([eye, 1 - eye])
        own = eye[:, :, None] * eye[:, None, :]
        if self.kind == "DIAG":
            return own
        low, high = np.tril_indices(self.q, -1)
        both = eye[low][:, :, None] * eye[high][:, None, :]
        return np.concatenate([own, both + np.swapaxes(both, 1, 2)])

    @property
    def names(self) -> list[tuple[str, int, int]]:
        """What each linear parameter is: ``variance`` or ``covariance``, and of which outcomes (-1: of all)."""
        if self.kind == ONE:
            return [("variance", -1, -1)]
        if self.kind == "CS":
            return [("variance", -1, -1), ("covariance", -1, -1)]
        own = [("variance", o, o) for o in range(self.q)]
        if self.kind == "DIAG":
            return own
        return [*own, *(("covariance", int(a), int(b)) for a, b in zip(*np.tril_indices(self.q, -1), strict=True))]

    def matrix(self, linear: Array) -> Array:
        """G from its linear parameters, shape (q, q)."""
        return np.asarray(np.tensordot(linear, self.bases, axes=1), dtype=np.float64)

    def start(self, variance: float, correlation: float = 0.3) -> Array:
        """Coordinates of equal variances with a correlation."""
        sd = float(np.sqrt(variance))
        if self.kind in (ONE, "DIAG"):
            return np.full(self.q, variance)
        if self.kind == "CS":
            return np.array([variance, correlation])
        if self.kind == "HCS":
            return np.append(np.full(self.q, sd), correlation)
        equal = np.full((self.q, self.q), correlation)
        np.fill_diagonal(equal, 1.0)
        return np.asarray(sd * np.linalg.cholesky(equal)[np.tril_indices(self.q)])

    def bounds(self) -> tuple[Array, Array]:
        """Lowest and highest value of each coordinate."""
        least = -1 / (self.q - 1) if self.q > 1 else -1.0
        if self.kind in (ONE, "DIAG"):
            return np.zeros(self.q), np.full(self.q, np.inf)
        if self.kind in ("CS", "HCS"):
            n = 1 if self.kind == "CS" else self.q
            return np.append(np.zeros(n), least), np.append(np.full(n, np.inf), 1.0)
        n = self.q * (self.q + 1) // 2
        return np.full(n, -np.inf), np.full(n, np.inf)

    def units(self, scale: float) -> Array:
        """The size of each coordinate where effects have the variance ``scale``."""
        if self.kind == "UN":
            return np.full(self.q * (self.q + 1) // 2, np.sqrt(scale))
        if self.kind == "HCS":
            return np.append(np.full(self.q, np.sqrt(scale)), 1.0)
        return np.array([scale, 1.0]) if self.kind == "CS" else np.full(self.q, scale)

    def linear(self, free: Array) -> tuple[Array, Array]:
        """Linear parameters at coordinates, and their derivatives, shape (linear, coordinates)."""
        if self.kind in (ONE, "DIAG"):
            return free, np.eye(len(free))
        if self.kind == "CS":
            return np.array([free[0], free[0] * free[1]]), np.array([[1.0, 0.0], [free[1], free[0]]])
        return self._one_correlation(free) if self.kind == "HCS" else self._any(free)

    def _one_correlation(self, free: Array) -> tuple[Array, Array]:
        sd, rho = free[:-1], free[-1]
        low, high = np.tril_indices(self.q, -1)
        pairs = sd[low] * sd[high]
        jacobian = np.zeros((self.q + len(low), self.q + 1))
        jacobian[: self.q, : self.q] = np.diag(2 * sd)
        rows = self.q + np.arange(len(low))
        jacobian[rows, low] = rho * sd[high]
        jacobian[rows, high] = rho * sd[low]
        jacobian[rows, -1] = pairs
        return np.append(sd**2, rho * pairs), jacobian

    def _any(self, free: Array) -> tuple[Array, Array]:
        """G = L L' for a lower triangle L of outcomes in an order that starts with ``first``."""
        order = np.concatenate([[self.first], np.delete(np.arange(self.q), self.first)])
        places = np.tril_indices(self.q)
        factor = np.zeros((self.q, self.q))
        factor[places] = free
        whole = np.zeros_like(factor)
        whole[order] = factor
        low, high = np.tril_indices(self.q, -1)
        rows, columns = np.append(np.arange(self.q), low), np.append(np.arange(self.q), high)
        moved = np.zeros((len(free), self.q, self.q))
        moved[np.arange(len(free)), order[places[0]], places[1]] = 1.0
        change = moved @ whole.T
        change = change + np.swapaxes(change, 1, 2)
        return (whole @ whole.T)[rows, columns], change[:, rows, columns].T

    def coordinates(self, matrix: Array) -> Array:
        """Coordinates of a covariance matrix that this structure can have."""
        variance = np.diag(matrix)
        if self.kind in (ONE, "DIAG"):
            return np.array(variance)
        if self.kind in ("CS", "HCS"):
            among = np.sqrt(variance[1] * variance[0])
            rho = float(matrix[1, 0] / among) if among > 0 else 0.0
            return np.append(variance[:1] if self.kind == "CS" else np.sqrt(variance), np.clip(rho, -1.0, 1.0))
        order = np.concatenate([[self.first], np.delete(np.arange(self.q), self.first)])
        values, vectors = np.linalg.eigh(matrix[np.ix_(order, order)])
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        factor = np.asarray(np.linalg.qr(root.T, mode="r")).T
        signs = np.where(np.diag(factor) < 0, -1.0, 1.0)
        return np.asarray((factor * signs)[np.tril_indices(self.q)])
