"""Eliminating random effects of nested grouping factors, from the finest level to the whole.

Each group g has a matrix R of sums of products over all columns A = [Z X y] (Bates, Maechler, Bolker & Walker 2015,
section 3, with all columns at once). Its own random effects, on the columns i, have the relative covariance matrix S.
With K = (inverse of S + R_ii) inverse, written as (I + S R_ii)^-1 S so that S may be singular, they leave

    R' = R - R_.i K R_i.        and add        log det(I + S R_ii)

R' is summed over the groups of one parent, and so on. What is left at the top holds X'V^-1 X, X'V^-1 y and y'V^-1 y
(V: covariance matrix of y divided by the residual variance), and the logarithms add up to log det V.

All is analytic in S: a complex step gives derivatives to machine precision.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt

from lcresearch.multilevel.derivation import Expansion
from lcresearch.multilevel.small_matrices import (
    Array,
    inverses,
    log_determinants,
    plus_identity,
    product,
    product_transposed,
)

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Level:
    """The groups of one grouping factor, sorted by their parents.

    Attributes
    ----------
    columns : array of int, shape (q,)
        Columns of A that vary over the groups.
    starts : array of int, shape (n_parents,)
        First group of each parent; one zero where the parent is the whole.
    parent : array of int, shape (n_groups,)
    """

    columns: Integers
    starts: Integers
    parent: Integers


@dataclass(frozen=True)
class Step:
    """What one level leaves behind for the way back: R_i. (q, m, J) before, K (q, q, J), K R_i., and R'_i."""

    gain: Array
    taken: Array
    after: Array


@dataclass(frozen=True)
class NestedSums:
    """What is needed of the sums of the finest groups: their rows of the columns that vary, and the sums by parent.

    Attributes
    ----------
    rows : array, shape (q, m, n_groups)
    total : array, shape (m, m, n_parents)
    """

    rows: Array
    total: Array


class NestedElimination:
    """Sums of products of nested groups, ready to be evaluated for any covariance matrices.

    Parameters
    ----------
    sums : array, shape (m, m, n_groups), or NestedSums
        Of the finest groups, sorted by the groups above them.
    levels : sequence of Level
        Finest first; ``starts`` of the last level is ``[0]``.
    expansion : Expansion, optional
        Where the finest levels are in other columns than those above them; then there are no :meth:`solve` and
        :meth:`spread`, which need rows.
    """

    analytic_gradient = True

    def __init__(self, sums: Array | NestedSums, levels: Sequence[Level], expansion: Expansion | None = None) -> None:
        self.levels, self._expansion = tuple(levels), expansion
        if not isinstance(sums, NestedSums):
            finest = self.levels[0]
            sums = NestedSums(sums[finest.columns], np.add.reduceat(sums, finest.starts, axis=2))
        self._rows, self._total = np.ascontiguousarray(sums.rows), sums.total

    def evaluate(self, covariances: Sequence[Array]) -> tuple[float | complex, Array, list[Step]]:
        """log det V, the matrix left at the top (m, m), and the steps on the way.

        Parameters
        ----------
        covariances : sequence of array, shape (q, q)
            Relative covariance matrix of each level, finest first.
        """
        log_det: float | complex = 0.0
        steps: list[Step] = []
        total = self._total
        for place, (level, covariance) in enumerate(zip(self.levels, covariances, strict=True)):
            if place:
                rows, total = total[level.columns], np.add.reduceat(total, level.starts, axis=2)
                more, gone, step = _eliminated(rows, level, covariance)
            else:
                more, gone, step = self._finest(covariance)
            log_det = log_det + more
            total = total - gone
            if self._expansion is not None and place == self._expansion.level:
                total = self._expansion.expanded(total)
            steps.append(step)
        return log_det, total[:, :, 0], steps

    def _finest(self, covariance: Array) -> tuple[float | complex, Array, Step]:
        """The first elimination: what it adds to log det V, what it takes off each parent, and its step."""
        return _eliminated(self._rows, self.levels[0], covariance)

    def gradient(self, steps: Sequence[Step], adjoint: Array) -> list[Array]:
        """Derivatives of log det V + sum(adjoint * top) to each covariance matrix, shape (q, q) each.

        Parameters
        ----------
        steps : as :meth:`evaluate` gives them
        adjoint : array, shape (m, m), symmetric
            Derivative of the criterion to the matrix left at the top.
        """
        found: list[Array] = []
        above = adjoint[:, :, None]
        for place in range(len(self.levels) - 1, -1, -1):
            level, step = self.levels[place], steps[place]
            found.append(_derivative(step, above, level) if place else self._finest_derivative(step, above))
            if place:
                left = above[:, :, level.parent] if above.shape[2] > 1 else above
                above = self._carried(left, step, place)
        return found[::-1]

    def _finest_derivative(self, step: Step, adjoint: Array) -> Array:
        """The derivative to the covariance matrix of the first level, from those to what is left of each parent."""
        return _derivative(step, adjoint, self.levels[0])

    def effects(self, steps: Sequence[Step], combination: Array) -> list[tuple[Array, Array]]:
        """Conditional modes (n_groups, q) and covariance matrices (n_groups, q, q), each level.

        The covariance matrices are relative to the residual variance.

        Parameters
        ----------
        steps : as :meth:`evaluate` gives them
        combination : array, shape (m,)
            Columns of A that make the residual of the fixed part: 1 for y, minus the coefficients for X.
        """
        return self._effects(steps, combination, lowest=0)

    def _effects(self, steps: Sequence[Step], combination: Array, *, lowest: int) -> list[tuple[Array, Array]]:
        """The same from one level on."""
        found: list[tuple[Array, Array]] = []
        m = len(combination)
        vector, spread = combination[:, None], np.zeros((m, m, 1))
        for place in range(len(self.levels) - 1, lowest - 1, -1):
            level, step = self.levels[place], steps[place]
            own_vector, own_spread = vector[:, level.parent], spread[:, :, level.parent]
            modes = np.einsum("abj,bj->aj", step.taken, own_vector)
            own = step.gain + product_transposed(product(step.taken, own_spread), step.taken)
            found.append((modes.T, np.moveaxis(own, -1, 0)))
            if place > lowest:
                vector = own_vector.copy()
                vector[level.columns] -= modes
                spread = self._carried(own_spread, step, place)
                if self._expansion is not None and place - 1 == self._expansion.level:
                    vector = self._expansion.vectors(vector)
        return found[::-1]

    def _carried(self, above: Array, step: Step, place: int) -> Array:
        """E above E' + S K S' for each group of a level, in the columns of the level below it."""
        columns = self.levels[place].columns
        if self._expansion is not None and place - 1 == self._expansion.level:
            return self._expansion.carried(above, step.taken, step.gain, columns)
        return _carried(above, step, columns)

    def solve(self, steps: Sequence[Step], right: Array) -> list[Array]:
        """(S^-1 + Z'WZ)^-1 times a vector, for weighted sums of products: shape (n_groups, q) each level.

        Parameters
        ----------
        steps : as :meth:`evaluate` gives them
        right : array, shape (m, n_groups)
            The vector as sums over the rows of the finest groups.
        """
        own = []
        for level, step in zip(self.levels, steps, strict=True):
            mine = right[level.columns]
            own.append(np.einsum("abj,bj->aj", step.gain, mine))
            right = right - np.einsum("abj,aj->bj", step.taken, mine)
            right = np.add.reduceat(right, level.starts, axis=1)
        above, found = np.zeros((len(right), 1)), []
        for level, step, part in zip(self.levels[::-1], steps[::-1], own[::-1], strict=True):
            above = above[:, level.parent]
            modes = part - np.einsum("abj,bj->aj", step.taken, above)
            above[level.columns] += modes
            found.append(modes.T)
        return found[::-1]

    def spread(self, steps: Sequence[Step], levels: Container[int] | None = None) -> Array:
        """Covariances of the effects on the columns of A in each finest group: shape (m, m, n_groups).

        Of all levels, or of some of the outermost ones that are given by their places.
        """
        m = steps[0].taken.shape[1]
        found = np.zeros((m, m, 1))
        for place in range(len(self.levels) - 1, -1, -1):
            found = found[:, :, self.levels[place].parent]
            if levels is None or place in levels:
                found = _carried(found, steps[place], self.levels[place].columns)
        return found


def _eliminated(rows: Array, level: Level, covariance: Array) -> tuple[float | complex, Array, Step]:
    """What one level adds to log det V, what it takes off the sums of each parent, and its step."""
    own = rows[:, level.columns]
    mixed = plus_identity(product(covariance, own))
    gain = np.einsum("abj,bc->acj", inverses(mixed), covariance)
    taken = product(gain, rows)
    step = Step(gain, taken, rows - product(own, taken))
    return log_determinants(mixed).sum(), _summed_products(rows, taken, level.starts), step


def _derivative(step: Step, adjoint: Array, level: Level) -> Array:
    """The derivative to the covariance matrix of a level, from those to what it leaves of each parent."""
    after = step.after
    return np.asarray(after[:, level.columns].sum(axis=2) - _weighted(after, adjoint, level.starts))


def _weighted(after: Array, adjoint: Array, starts: Integers) -> Array:
    """Sums over all groups of after adjoint after', each with the symmetric adjoint of its parent: shape (q, q)."""
    if adjoint.shape[2] == 1:
        return _contracted(adjoint[:, :, 0] @ after, after.transpose(1, 2, 0))
    q, m = after.shape[:2]
    found = np.zeros((q, q), dtype=np.result_type(after, adjoint))
    for a, b in combinations_with_replacement(range(q), 2):
        for i in range(m):
            products = after[a, i] * after[b, : i + 1]
            products[:i] += after[b, i] * after[a, :i]
            found[a, b] += (np.add.reduceat(products, starts, axis=1) * adjoint[i, : i + 1]).sum()
        found[b, a] = found[a, b]
    return found


def _summed_products(rows: Array, taken: Array, starts: Integers) -> Array:
    """Sums over the groups of each parent of rows' taken, which is symmetric: shape (m, m, n_parents).

    Row by row, so that no matrix a group is made.
    """
    if len(starts) == 1:
        return _contracted(rows.transpose(1, 0, 2), taken.transpose(0, 2, 1))[:, :, None]
    m = rows.shape[1]
    found = np.empty((m, m, len(starts)), dtype=taken.dtype)
    for i in range(m):
        products = np.einsum("aj,akj->kj", rows[:, i], taken[:, : i + 1])
        found[i, : i + 1] = found[: i + 1, i] = np.add.reduceat(products, starts, axis=1)
    return found


def _contracted(left: Array, right: Array) -> Array:
    """Sums over the last two axes of left and the first two of right: as ``np.tensordot``, which first looks around."""
    return np.asarray(np.dot(left.reshape(len(left), -1), right.reshape(-1, right.shape[2])))


def _carried(above: Array, step: Step, columns: Integers) -> Array:
    """E above E' + S K S' for each group, with E = I - S K R_i. and S the columns i of the identity."""
    taken = step.taken
    kind = np.result_type(above, taken)
    moved = np.broadcast_to(above, (*above.shape[:2], taken.shape[2])).astype(kind)
    left = product(taken, moved)
    for place, column in enumerate(columns):
        moved[column] -= left[place]
    right = product_transposed(moved, taken)
    for place, column in enumerate(columns):
        moved[:, column] -= right[:, place]
        moved[column, columns] += step.gain[place]
    return moved
