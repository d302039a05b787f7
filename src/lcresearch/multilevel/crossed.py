"""Eliminating random effects of crossed grouping factors: the largest one group by group, the rest as one dense matrix.

With B the sums of products between the effects of the first factor and the others, and D those among the others
(Bates, Maechler, Bolker & Walker 2015, section 3; the order of Bates' MixedModels.jl):

    S = D - B' K B           K: as in :mod:`~lcresearch.multilevel.nested`, a block a group
    log det V = log det (first) + log det(I + C S)      C: covariance matrices of all other effects, block by block

Real evaluations take Cholesky factors. With a complex covariance matrix the derivative is carried to first order.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse

from lcresearch.multilevel.group_products import group_products
from lcresearch.multilevel.lower_triangles import filled, log_det_and_inverse, times
from lcresearch.multilevel.memberships import Memberships, summed
from lcresearch.multilevel.small_matrices import Array, inverses, log_determinants, plus_identity, product

Integers = npt.NDArray[np.int64]
_WELL_CONDITIONED = 1e-5


@dataclass(frozen=True)
class Factor:
    """A grouping factor.

    Attributes
    ----------
    columns : array of int, shape (q,)
        Columns of A that vary over its groups.
    codes : array of int, shape (n_cells,)
        Group of each cell; of multiple membership its pattern.
    n_groups : int
    memberships : Memberships or None
        Patterns of multiple membership.
    """

    columns: Integers
    codes: Integers
    n_groups: int
    memberships: Memberships | None = None

    @property
    def size(self) -> int:
        """Number of random effects."""
        return self.n_groups * len(self.columns)

    def places(self) -> list[tuple[Integers, Array]]:
        """Place of each effect of each cell among the effects of the factor, shape (n_cells, q), and their weights.

        A pair for each group that a cell can have; the weights have shape (n_cells, 1), or are one.
        """
        effects = np.arange(len(self.columns))
        if self.memberships is None:
            return [(self.codes[:, None] * len(effects) + effects, np.ones((1, 1)))]
        groups, weights = self.memberships.groups[self.codes], self.memberships.weights[self.codes]
        return [(g[:, None] * len(effects) + effects, w[:, None]) for g, w in zip(groups.T, weights.T, strict=True)]

    def squared(self) -> Factor:
        """The same factor with squared weights."""
        return self if self.memberships is None else replace(self, memberships=self.memberships.squared())

    def summed(self, cells: Array) -> Array:
        """Sums over the cells of each group, shape (n_groups, q), from those of the columns, shape (m, n_cells)."""
        sums = [summed(cells[column], self.codes, self.n_groups, self.memberships) for column in self.columns]
        return np.stack(sums, axis=1)


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
    sums : array, shape (m, m, n_cells)
    factors : sequence of Factor
        The first one is eliminated group by group and should be the largest.
    """

    analytic_gradient = False

    def __init__(self, sums: Array, factors: Sequence[Factor]) -> None:
        first, *others = self.factors = tuple(factors)
        m = len(sums)
        self._total = sums.sum(axis=2)
        sums = np.ascontiguousarray(np.moveaxis(sums, -1, 0))
        by_group = np.zeros((first.n_groups, m, m))
        np.add.at(by_group, first.codes, sums)
        self._rows = by_group[:, first.columns, :]
        self._own = self._rows[:, :, first.columns]
        starts = np.cumsum([0, *(other.size for other in others)])
        self._slices = [slice(a, b) for a, b in pairwise(starts.tolist())]
        n = int(starts[-1])
        blocks = [self._cross(sums, first, other) for other in others]
        self._between = scipy.sparse.hstack(blocks, format="csr")
        self._products = group_products(self._between, len(first.columns))
        self._among = np.zeros((n, n))
        self._rest = np.zeros((n, m))
        for a, (one, rows) in enumerate(zip(others, self._slices, strict=True)):
            for places, weights in one.places():
                np.add.at(self._rest[rows], places, sums[:, one.columns, :] * weights[:, :, None])
            for other, columns in list(zip(others, self._slices, strict=True))[: a + 1]:
                block = self._cross(sums, one, other).toarray()
                self._among[rows, columns] = block
                self._among[columns, rows] = block.T

    @staticmethod
    def _cross(sums: Array, one: Factor, other: Factor) -> scipy.sparse.csr_matrix:
        products = sums[:, one.columns[:, None], other.columns[None, :]]
        shape, parts = (one.size, other.size), []
        for (left, own), (right, others) in itertools.product(one.places(), other.places()):
            values = products * (own * others)[:, :, None]
            rows = np.broadcast_to(left[:, :, None], values.shape)
            columns = np.broadcast_to(right[:, None, :], values.shape)
            entries = (values.ravel(), (rows.ravel(), columns.ravel()))
            parts.append(scipy.sparse.coo_matrix(entries, shape=shape).tocsr())
        return sum(parts[1:], parts[0])

    def evaluate(self, covariances: Sequence[Array]) -> tuple[float | complex, Array, _Steps]:
        """log det V, the matrix left at the top (m, m), and the steps on the way; see the nested elimination."""
        mixed = plus_identity(product(covariances[0], np.moveaxis(self._own, 0, -1)))
        log_det = log_determinants(mixed).sum()
        first_gain = np.moveaxis(inverses(mixed), -1, 0) @ covariances[0]
        taken = (first_gain @ self._rows).reshape(-1, self._rows.shape[-1])
        rows = self._rows.reshape(taken.shape)
        schur = self._among - self._products.summed(first_gain)
        schur_rest = self._rest - self._between.T @ taken
        if any(map(np.iscomplexobj, covariances)):
            more, gain, inverse = self._complex_gain(filled(schur), covariances[1:])
        else:
            more, gain, inverse = self._gain(schur, covariances[1:])
        top = self._total - rows.T @ taken - schur_rest.T @ times(gain, schur_rest)
        return log_det + more, top, _Steps(first_gain, schur, schur_rest, gain, inverse, tuple(covariances[1:]))

    def _gain(self, schur: Array, covariances: Sequence[Array]) -> tuple[float, Array, Array]:
        """log det(I + C S), K = (I + C S)^-1 C, and the inverse of I + L' S L with C = L L'."""
        roots = [_root(covariance) for covariance in covariances]
        inner = self._on_both_sides(schur, roots, transposed_left=True)
        inner[np.diag_indices_from(inner)] += 1
        log_det, inverse = log_det_and_inverse(inner)
        return log_det, self._on_both_sides(inverse, roots, transposed_left=False), inverse

    def _complex_gain(self, schur: Array, covariances: Sequence[Array]) -> tuple[complex, Array, None]:
        """The same to first order in the imaginary part, from the real inverse."""
        effects = self._wide(covariances)
        mixed = effects @ schur + np.eye(len(schur))
        real = np.linalg.inv(mixed.real)
        log_det = np.linalg.slogdet(mixed.real)[1] + 1j * float((real * mixed.imag.T).sum())
        inverse = real - 1j * (real @ mixed.imag @ real)
        return log_det, inverse @ effects, None

    def _wide(self, covariances: Sequence[Array]) -> Array:
        blocks = [
            np.kron(np.eye(factor.n_groups), covariance)
            for factor, covariance in zip(self.factors[1:], covariances, strict=True)
        ]
        return scipy.linalg.block_diag(*blocks)

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

    def gradient(self, steps: _Steps, adjoint: Array) -> list[Array]:
        """Derivatives of log det V + sum(adjoint * top) to each covariance matrix; see the nested elimination."""
        taken = times(steps.gain, steps.schur_rest)
        after = steps.schur_rest - times(steps.schur, taken)
        found = []
        for place, (factor, rows) in enumerate(zip(self.factors[1:], self._slices, strict=True)):
            q = len(factor.columns)
            blocks = self._precision(steps, place, rows, q)
            left = after[rows].reshape(factor.n_groups, q, -1)
            found.append((blocks - left @ adjoint @ _transposed(left)).sum(axis=0))
        return [self._first_gradient(steps, taken, adjoint), *found]

    def _precision(self, steps: _Steps, place: int, rows: slice, q: int) -> Array:
        """Diagonal blocks of S - S K S for one factor, shape (n_groups, q, q)."""
        covariance = steps.covariances[place]
        if steps.inverse is not None and np.linalg.cond(covariance) < 1 / _WELL_CONDITIONED and covariance.any():
            inverse_root = np.linalg.inv(_root(covariance))
            inner = np.eye(q) - _diagonal_blocks(steps.inverse[rows, rows], q)
            if np.diagonal(covariance).min() > _WELL_CONDITIONED:
                return inverse_root.T @ inner @ inverse_root
        schur = filled(steps.schur)[rows]
        half = times(steps.gain, schur.T).T
        n_groups = half.shape[0] // q
        products = half.reshape(n_groups, q, -1) @ _transposed(schur.reshape(n_groups, q, -1))
        return _diagonal_blocks(steps.schur[rows, rows], q) - products

    def _first_gradient(self, steps: _Steps, taken: Array, adjoint: Array) -> Array:
        """The derivative to the covariance matrix of the first factor; ``taken``: K times the rest."""
        own = self._own
        kept = np.eye(own.shape[-1]) - own @ steps.first_gain
        rows = self._rows - (self._between @ taken).reshape(self._rows.shape)
        spread = own - own @ steps.first_gain @ own
        spread -= kept @ (self._products.within(steps.gain) + rows @ adjoint @ _transposed(rows)) @ _transposed(kept)
        return np.asarray(spread.sum(axis=0))

    def effects(self, steps: _Steps, combination: Array) -> list[tuple[Array, Array]]:
        """Conditional modes and covariance matrices relative to the residual variance; see the nested elimination."""
        modes = times(steps.gain, steps.schur_rest @ combination)
        found = []
        for factor, rows in zip(self.factors[1:], self._slices, strict=True):
            q = len(factor.columns)
            found.append((modes[rows].reshape(-1, q), _diagonal_blocks(steps.gain[rows, rows], q)))
        residual = (self._rows @ combination) - (self._between @ modes).reshape(self._rows.shape[:2])
        own = (steps.first_gain @ residual[:, :, None])[:, :, 0]
        return [(own, self._own_spread(steps)), *found]

    def _own_spread(self, steps: _Steps) -> Array:
        """Covariance matrices of the effects of the first factor, shape (n_groups, q, q)."""
        gain = steps.first_gain
        return gain + gain @ self._products.within(steps.gain) @ _transposed(gain)

    def solve(self, steps: _Steps, right: Array) -> list[Array]:
        """(C^-1 + Z'WZ)^-1 times a vector given as sums of cells (m, n_cells); see the nested elimination."""
        first, *others = [factor.summed(right) for factor in self.factors]
        own = steps.first_gain @ first[:, :, None]
        rest = np.concatenate([each.ravel() for each in others]) - self._between.T @ own.ravel()
        modes = times(steps.gain, rest)
        carried = (self._between @ modes).reshape(first.shape)[:, :, None]
        found = [(own - steps.first_gain @ carried)[:, :, 0]]
        for other, rows in zip(others, self._slices, strict=True):
            found.append(modes[rows].reshape(other.shape))
        return found

    def spread(self, steps: _Steps, factors: Container[int] | None = None) -> Array:
        """Covariances of what the columns of A add up to in each cell: shape (m, m, n_cells).

        Over all factors, or those that are given by their places.
        """
        first, *others = self.factors
        m, n_cells = len(self._total), len(first.codes)
        found = np.zeros((m, m, n_cells))
        counted = [place for place in range(len(others)) if factors is None or place + 1 in factors]
        with_first, gain = factors is None or 0 in factors, filled(steps.gain)
        if with_first:
            scaled = (_block_diagonal(steps.first_gain) @ self._between).tocsr()
            own = self._own_spread(steps)
            _add_block(found, first, first, np.moveaxis(own[first.codes], 0, -1))
        for place in counted:
            other, columns = others[place], self._slices[place]
            if with_first:
                mixed = -np.asarray(scaled @ gain[:, columns])
                block = _gathered(mixed, first, other)
                _add_block(found, first, other, block)
                _add_block(found, other, first, np.swapaxes(block, 0, 1))
            for again in counted:
                another, rows = others[again], self._slices[again]
                _add_block(found, another, other, _gathered(gain[rows, columns], another, other))
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


def _root(covariance: Array) -> Array:
    """L with L L' = covariance, also for a singular one."""
    if len(covariance) == 1:
        return np.sqrt(np.maximum(covariance, 0))
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0))


def _transposed(blocks: Array) -> Array:
    """The last two axes exchanged."""
    return np.swapaxes(blocks, -1, -2)
