"""Eliminating random effects of crossed grouping factors: the largest one group by group, the rest as one dense matrix.

See :mod:`~lcresearch.multilevel.sparse_crossed` for a rest that is large and sparse.

With B the sums of products between the effects of the first factor and the others, and D those among the others
(Bates, Maechler, Bolker & Walker 2015, section 3; the order of Bates' MixedModels.jl):

    S = D - B' K B           K: as in :mod:`~lcresearch.multilevel.nested`, a block a group
    log det V = log det (first) + log det(I + C S)      C: covariance matrices of all other effects, block by block

With complex covariance matrices the derivative is carried to first order, from the gradient at the real ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse

from lcresearch.multilevel.crossed_sums import CrossedSums, Factor, crossed_sums
from lcresearch.multilevel.group_products import group_products
from lcresearch.multilevel.lower_triangles import filled, log_det_and_inverse, times
from lcresearch.multilevel.small_matrices import Array, inverses, log_determinants, plus_identity, product

Integers = npt.NDArray[np.int64]
_ROUNDING = 1e-14
_WELL_CONDITIONED = 1e-5


@dataclass(frozen=True)
class _Steps:
    """What is kept for the way back; of ``schur`` (S), ``gain`` (K) and ``inverse`` the lower triangle."""

    first_gain: Array
    schur: Array
    schur_rest: Array
    gain: Array
    inverse: Array | None
    covariances: tuple[Array, ...] = field(default=())


class CrossedElimination:
    """Sums of products of the cells of crossed factors, ready to be evaluated for any covariance matrices.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells), or CrossedSums
    factors : sequence of Factor
        The first one is eliminated group by group and should be the largest.
    """

    analytic_gradient = False

    def __init__(self, sums: Array | CrossedSums, factors: Sequence[Factor]) -> None:
        self.factors = tuple(factors)
        found = sums if isinstance(sums, CrossedSums) else crossed_sums(sums, self.factors)
        self._total, self._rows, self._own = found.total, found.rows, found.own
        self._between, self._rest, self._slices = found.between, found.rest, found.slices
        self._products = group_products(self._between, len(self.factors[0].columns))
        self._among = found.among.toarray()
        self._last: tuple[list[Array], float, Array, Any] | None = None
        self._known: tuple[Any, list[Array]] | None = None

    @property
    def dense_size(self) -> int:
        """Order of the largest dense matrix: of the effects beside the first factor."""
        return self._slices[-1].stop

    def evaluate(self, covariances: Sequence[Array]) -> tuple[float | complex, Array, Any]:
        """log det V, the matrix left at the top (m, m), and the steps on the way; see the nested elimination."""
        real = [np.ascontiguousarray(each.real) for each in covariances]
        if self._last is None or not all(map(np.array_equal, self._last[0], real)):
            self._last = (real, *self._evaluated(real))
        _, log_det, top, steps = self._last
        if not any(map(np.iscomplexobj, covariances)):
            return log_det, top, steps
        more, change = self._change(steps, [each.imag for each in covariances])
        return log_det + 1j * more, top + 1j * change, steps

    def _evaluated(self, covariances: Sequence[Array]) -> tuple[float, Array, Any]:
        """The same for real covariance matrices."""
        log_det, first_gain, top, schur_rest = self._without_first(covariances[0])
        schur = self._among - self._products.summed(first_gain)
        more, gain, inverse = self._gain(schur, covariances[1:])
        steps = _Steps(first_gain, schur, schur_rest, gain, inverse, tuple(covariances[1:]))
        return log_det + more, top - schur_rest.T @ times(gain, schur_rest), steps

    def _change(self, steps: Any, changes: Sequence[Array]) -> tuple[float, Array]:
        """Derivatives of log det V and the top along changes of the covariance matrices."""
        gradient = self.gradient(steps, np.zeros_like(self._total))
        log_det = sum(float((one * other).sum()) for one, other in zip(gradient, changes, strict=True))
        top = np.zeros_like(self._total)
        for left, change in zip(self._after(steps), changes, strict=True):
            top -= np.einsum("gam,ab,gbk->mk", left, change, left, optimize=True)
        return log_det, top

    def _without_first(self, covariance: Array) -> tuple[float, Array, Array, Array]:
        """The first factor eliminated: log det, its K (n_groups, q, q), and what is left of the total and the rest."""
        mixed = plus_identity(product(covariance, np.moveaxis(self._own, 0, -1)))
        gain = np.moveaxis(inverses(mixed), -1, 0) @ covariance
        taken = (gain @ self._rows).reshape(-1, self._rows.shape[-1])
        rows = self._rows.reshape(taken.shape)
        log_det = float(log_determinants(mixed).sum())
        return log_det, gain, self._total - rows.T @ taken, self._rest - self._between.T @ taken

    def _gain(self, schur: Array, covariances: Sequence[Array]) -> tuple[float, Array, Array | None]:
        """log det(I + C S), K = (I + C S)^-1 C, and the inverse of I + L' S L with C = L L', if C has such a root."""
        if any(map(is_indefinite, covariances)):
            wide = self._wide(covariances)
            mixed = wide @ filled(schur)
            mixed[np.diag_indices_from(mixed)] += 1
            return float(np.linalg.slogdet(mixed)[1]), np.linalg.solve(mixed, wide), None
        roots = [root_of(covariance) for covariance in covariances]
        inner = self._on_both_sides(schur, roots, transposed_left=True)
        inner[np.diag_indices_from(inner)] += 1
        log_det, inverse = log_det_and_inverse(inner)
        return log_det, self._on_both_sides(inverse, roots, transposed_left=False), inverse

    def _wide(self, covariances: Sequence[Array]) -> Array:
        """C, with a block for each group of each factor."""
        pairs = zip(self.factors[1:], covariances, strict=True)
        return scipy.linalg.block_diag(*(np.kron(np.eye(factor.n_groups), each) for factor, each in pairs))

    def _on_both_sides(self, matrix: Array, roots: Sequence[Array], *, transposed_left: bool) -> Array:
        """L' M L, or L M L', for L with the roots as blocks along its diagonal: of M and the result the lower half."""
        if all(len(root) == 1 for root in roots):
            along = np.repeat([root[0, 0] for root in roots], [each.stop - each.start for each in self._slices])
            scaled = matrix * along
            scaled *= along[:, None]
            return scaled
        matrix, found = filled(matrix), np.empty_like(matrix)
        for rows, left in zip(self._slices, roots, strict=True):
            for columns, right in zip(self._slices, roots, strict=True):
                block = matrix[rows, columns]
                if transposed_left:
                    found[rows, columns] = _times_blocks(_times_blocks(block, right).T, left).T
                else:
                    found[rows, columns] = _times_blocks(_times_blocks(block, right.T).T, left.T).T
        return found

    def gradient(self, steps: Any, adjoint: Array) -> list[Array]:
        """Derivatives of log det V + sum(adjoint * top) to each covariance matrix; see the nested elimination."""
        pairs = zip(self._precisions(steps), self._after(steps), strict=True)
        return [precision - (left @ adjoint @ _transposed(left)).sum(axis=0) for precision, left in pairs]

    def _precisions(self, steps: Any) -> list[Array]:
        """Diagonal blocks of Z'V^-1 Z of each factor, added up: (q, q) each. The last ones are remembered."""
        if self._known is None or self._known[0] is not steps:
            found = [self._first_precision(steps)]
            for place, (factor, rows) in enumerate(zip(self.factors[1:], self._slices, strict=True)):
                found.append(self._precision(steps, place, rows, len(factor.columns)).sum(axis=0))
            self._known = steps, found
        return self._known[1]

    def _after(self, steps: Any) -> list[Array]:
        """Sums of each factor's effects with all columns after all eliminations, Z'V^-1 A: (n_groups, q, m) each."""
        taken = self._gain_times(steps, steps.schur_rest)
        after = steps.schur_rest - self._schur_times(steps, taken)
        rows = self._rows - (self._between @ taken).reshape(self._rows.shape)
        found = [rows - self._own @ (steps.first_gain @ rows)]
        for factor, places in zip(self.factors[1:], self._slices, strict=True):
            found.append(after[places].reshape(factor.n_groups, len(factor.columns), -1))
        return found

    def _gain_times(self, steps: Any, right: Array) -> Array:
        """K times a matrix or vector."""
        return times(steps.gain, right)

    def _schur_times(self, steps: Any, right: Array) -> Array:
        """S times a matrix."""
        return times(steps.schur, right)

    def _gain_blocks(self, steps: Any, factor: Factor, rows: slice) -> Array:
        """Diagonal blocks of K for one factor, shape (n_groups, q, q)."""
        return _diagonal_blocks(steps.gain[rows, rows], len(factor.columns))

    def _within(self, steps: Any) -> Array:
        """Blocks of B K B' of the groups of the first factor, shape (n_groups, q, q)."""
        return self._products.within(steps.gain)

    def _whole_gain(self, steps: Any) -> Array:
        """K as :meth:`_with_first` and :meth:`_with_others` look things up in it."""
        return filled(steps.gain)

    def _with_first(self, steps: Any, gain: Array, places: Sequence[int]) -> list[Array]:
        """Covariances in each cell of the first factor's effects with those of others, (q, q, n_cells) each."""
        scaled = (_block_diagonal(steps.first_gain) @ self._between).tocsr()
        first, *others = self.factors
        mixed = [-np.asarray(scaled @ gain[:, self._slices[place]]) for place in places]
        return [_gathered(each, first, others[place]) for each, place in zip(mixed, places, strict=True)]

    def _with_others(self, gain: Array, one: int, other: int) -> Array:
        """Covariances in each cell of the effects of two factors beside the first, shape (q, q, n_cells)."""
        block = gain[self._slices[one], self._slices[other]]
        return _gathered(block, self.factors[1 + one], self.factors[1 + other])

    def _precision(self, steps: Any, place: int, rows: slice, q: int) -> Array:
        """Diagonal blocks of S - S K S for one factor, shape (n_groups, q, q)."""
        covariance = steps.covariances[place]
        if steps.inverse is not None and np.linalg.cond(covariance) < 1 / _WELL_CONDITIONED and covariance.any():
            inverse_root = np.linalg.inv(root_of(covariance))
            inner = np.eye(q) - _diagonal_blocks(steps.inverse[rows, rows], q)
            if np.diagonal(covariance).min() > _WELL_CONDITIONED:
                return inverse_root.T @ inner @ inverse_root
        schur = filled(steps.schur)[rows]
        half = times(steps.gain, schur.T).T
        n_groups = half.shape[0] // q
        products = half.reshape(n_groups, q, -1) @ _transposed(schur.reshape(n_groups, q, -1))
        return _diagonal_blocks(steps.schur[rows, rows], q) - products

    def _first_precision(self, steps: Any) -> Array:
        """Diagonal blocks of Z'V^-1 Z for the first factor, added up: shape (q, q)."""
        own = self._own
        kept = np.eye(own.shape[-1]) - own @ steps.first_gain
        blocks = own - own @ steps.first_gain @ own - kept @ self._within(steps) @ _transposed(kept)
        return np.asarray(blocks.sum(axis=0))

    def effects(self, steps: Any, combination: Array) -> list[tuple[Array, Array]]:
        """Conditional modes and covariance matrices relative to the residual variance; see the nested elimination."""
        modes = self._gain_times(steps, steps.schur_rest @ combination)
        found = []
        for factor, rows in zip(self.factors[1:], self._slices, strict=True):
            found.append((modes[rows].reshape(-1, len(factor.columns)), self._gain_blocks(steps, factor, rows)))
        residual = (self._rows @ combination) - (self._between @ modes).reshape(self._rows.shape[:2])
        own = (steps.first_gain @ residual[:, :, None])[:, :, 0]
        return [(own, self._own_spread(steps)), *found]

    def _own_spread(self, steps: Any) -> Array:
        """Covariance matrices of the effects of the first factor, shape (n_groups, q, q)."""
        gain = steps.first_gain
        return gain + gain @ self._within(steps) @ _transposed(gain)

    def solve(self, steps: Any, right: Array) -> list[Array]:
        """(C^-1 + Z'WZ)^-1 times a vector given as sums of cells (m, n_cells); see the nested elimination."""
        first, *others = [factor.summed(right) for factor in self.factors]
        own = steps.first_gain @ first[:, :, None]
        rest = np.concatenate([each.ravel() for each in others]) - self._between.T @ own.ravel()
        modes = self._gain_times(steps, rest)
        carried = (self._between @ modes).reshape(first.shape)[:, :, None]
        found = [(own - steps.first_gain @ carried)[:, :, 0]]
        for other, rows in zip(others, self._slices, strict=True):
            found.append(modes[rows].reshape(other.shape))
        return found

    def spread(self, steps: Any, factors: Container[int] | None = None) -> Array:
        """Covariances of what the columns of A add up to in each cell: shape (m, m, n_cells).

        Over all factors, or those that are given by their places.
        """
        first, *others = self.factors
        m, n_cells = len(self._total), len(first.codes)
        found = np.zeros((m, m, n_cells))
        counted = [place for place in range(len(others)) if factors is None or place + 1 in factors]
        gain = self._whole_gain(steps)
        if factors is None or 0 in factors:
            _add_block(found, first, first, np.moveaxis(self._own_spread(steps)[first.codes], 0, -1))
            for place, block in zip(counted, self._with_first(steps, gain, counted), strict=True):
                _add_block(found, first, others[place], block)
                _add_block(found, others[place], first, np.swapaxes(block, 0, 1))
        for place in counted:
            for again in counted:
                _add_block(found, others[again], others[place], self._with_others(gain, again, place))
        return found


def _gathered(matrix: Array, one: Factor, other: Factor) -> Array:
    """The block of each cell in a matrix over the effects of two factors, shape (q, q, n_cells)."""
    found: Array = np.zeros(())
    for (left, own), (right, others) in itertools.product(one.places(), other.places()):
        found = found + np.stack([matrix[row[None, :], right.T] for row in left.T]) * (own * others).ravel()
    return found


def _add_block(found: Array, one: Factor, other: Factor, block: Array) -> None:
    for a, row in enumerate(one.columns):
        for b, column in enumerate(other.columns):
            found[row, column] += block[a, b]


def _block_diagonal(blocks: Array) -> scipy.sparse.bsr_matrix:
    n, q, _ = blocks.shape
    if q == 1:
        return scipy.sparse.diags(blocks[:, 0, 0], format="csr")
    return scipy.sparse.bsr_matrix((blocks, np.arange(n), np.arange(n + 1)), shape=(n * q, n * q)).tocsr()


def _diagonal_blocks(lower: Array, q: int) -> Array:
    """Blocks (q, q) along the diagonal of a symmetric matrix of which the lower triangle is read."""
    n = len(lower) // q
    places = np.arange(n)
    blocks = np.tril(lower.reshape(n, q, n, q)[places, :, places, :])
    return blocks + _transposed(np.tril(blocks, -1))


def _times_blocks(matrix: Array, block: Array) -> Array:
    """The matrix times a block-diagonal matrix of equal blocks (q, q)."""
    q = len(block)
    if q == 1:
        return matrix * block[0, 0]
    return (matrix.reshape(len(matrix), -1, q) @ block).reshape(matrix.shape)


def is_indefinite(covariance: Array) -> bool:
    """Whether a matrix is no covariance matrix, as beside one at the edge: it then has no root."""
    return bool(np.linalg.eigvalsh(covariance)[0] < -_ROUNDING * np.abs(covariance).max(initial=0))


def root_of(covariance: Array) -> Array:
    """L with L L' = covariance, also for a singular one."""
    if len(covariance) == 1:
        return np.sqrt(np.maximum(covariance, 0))
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0))


def _transposed(blocks: Array) -> Array:
    """The last two axes exchanged."""
    return np.swapaxes(blocks, -1, -2)
