"""A sparse positive definite matrix, eliminated front by front: determinant, solutions, inverse where it is needed.

A front with columns J and rows R below them has the panel (F_JJ, F_RJ). With D = F_JJ^-1 and Y = F_RJ D it leaves
-Y F_RJ' to its parent. On the way back, with Z_RR taken from the parent (Takahashi, Fagan & Chin 1973; Erisman & Tinney
1975),

    Z_RJ = -Z_RR Y          Z_JJ = D - Y' Z_RJ

are the entries of the inverse at all places at which the matrix has entries, for about the cost of the factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from lcresearch.multilevel.fronts import Fronts
from lcresearch.multilevel.small_matrices import Array


@dataclass(frozen=True)
class SparseFactor:
    """A matrix after elimination.

    Attributes
    ----------
    fronts : Fronts
    inverses : list of array, shape (width, width)
        D of each front.
    carried : list of array, shape (below, width)
        Y of each front.
    log_det : float
        Not a number where the matrix is not positive definite.
    """

    fronts: Fronts
    inverses: list[Array]
    carried: list[Array]
    log_det: float

    def solve(self, right: Array) -> Array:
        """The inverse times right-hand sides, shape (n, k)."""
        fronts = self.fronts
        found = np.empty_like(right)
        found[fronts.position] = right
        slices = [slice(a, a + w) for a, w in zip(fronts.first.tolist(), fronts.width.tolist(), strict=True)]
        for columns, rows, carried in zip(slices, fronts.rows, self.carried, strict=True):
            if len(rows):
                found[rows] -= carried @ found[columns]
        for front in range(len(slices) - 1, -1, -1):
            columns, rows = slices[front], fronts.rows[front]
            found[columns] = self.inverses[front] @ found[columns]
            if len(rows):
                found[columns] -= self.carried[front].T @ found[rows]
        return found[fronts.position]

    def inverse(self) -> Array:
        """Entries of the inverse, one long array of panels as :attr:`Fronts.offsets` has them."""
        fronts = self.fronts
        found = np.empty(fronts.offsets[-1])
        whole: dict[int, Array] = {}
        waiting = np.bincount(fronts.parent[fronts.parent >= 0], minlength=len(fronts.width)).tolist()
        for front in range(len(fronts.width) - 1, -1, -1):
            width, parent, carried = int(fronts.width[front]), int(fronts.parent[front]), self.carried[front]
            panel = found[fronts.offsets[front] : fronts.offsets[front + 1]].reshape(-1, width)
            if parent < 0:
                above = np.zeros((0, 0))
                panel[:] = self.inverses[front]
            else:
                places = fronts.in_parent[front]
                above = whole[parent][places[:, None], places]
                panel[width:] = -above @ carried
                panel[:width] = self.inverses[front] - carried.T @ panel[width:]
                waiting[parent] -= 1
                if not waiting[parent]:
                    del whole[parent]
            if waiting[front]:
                whole[front] = _bordered(panel, above)
        return found


def sparse_factor(fronts: Fronts, values: Array) -> SparseFactor:
    """Eliminate a matrix.

    Parameters
    ----------
    fronts : Fronts
    values : array
        Its entries in panels, as :meth:`Fronts.places` puts them; of the square at the top of a panel the lower half.
        Used up.
    """
    inverses: list[Array] = []
    carried: list[Array] = []
    log_det = 0.0
    left: list[list[tuple[Array, Array]]] = [[] for _ in fronts.width]
    for front, (width, below) in enumerate(zip(fronts.width.tolist(), fronts.below.tolist(), strict=True)):
        panel = values[fronts.offsets[front] : fronts.offsets[front + 1]].reshape(-1, width)
        rest = np.zeros((below, below))
        for places, update in left[front]:
            _add(panel, rest, places, update, width)
        left[front] = []
        inverse, more = _inverse(panel[:width])
        log_det += more
        lower = panel[width:]
        across = lower @ inverse
        if below:
            rest -= across @ lower.T
            left[fronts.parent[front]].append((fronts.in_parent[front], rest))
        inverses.append(inverse)
        carried.append(across)
    return SparseFactor(fronts, inverses, carried, log_det)


def _add(panel: Array, rest: Array, places: Array, update: Array, width: int) -> None:
    """Add what a child left to the panel of its parent and to what that will leave."""
    inside = int(np.searchsorted(places, width))
    panel[places[:, None], places[:inside]] += update[:, :inside]
    below = places[inside:] - width
    rest[below[:, None], below] += update[inside:, inside:]


def _inverse(square: Array) -> tuple[Array, float]:
    """The inverse of a positive definite matrix of which the lower half is given, and its log determinant."""
    if len(square) == 1 and square[0, 0] > 0:
        return 1 / square, float(np.log(square[0, 0]))
    lower, failed = scipy.linalg.lapack.dpotrf(square, lower=1)
    if failed:
        return np.full_like(square, np.nan), np.nan
    log_det = 2 * float(np.log(np.diagonal(lower)).sum())
    half, _ = scipy.linalg.lapack.dpotri(lower, lower=1, overwrite_c=1)
    half = np.tril(half)
    inverse = half + half.T
    inverse[np.diag_indices_from(inverse)] /= 2
    return inverse, log_det


def _bordered(panel: Array, above: Array) -> Array:
    """The whole front: its panel, the panel's transpose, and the part taken from the parent."""
    width = panel.shape[1]
    found = np.empty((len(panel), len(panel)))
    found[:, :width] = panel
    found[:width, width:] = panel[width:].T
    found[width:, width:] = above
    return found
