"""Eliminating random effects of crossed factors where the rest is large and sparse: movers between many schools.

As in :mod:`~lcresearch.multilevel.crossed`, S = D - B'KB is left of the effects beside the largest factor. Here only
the entries of S are kept that are not zero by structure, and I + L'SL (C = L L') is factorised front by front.
Criterion, gradient and conditional variances need its inverse only at the places of these entries: two effects that are
asked for together have met in a group. Where C is singular, S K S comes from solutions, some columns at a time.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse

from lcresearch.errors import MultilevelError
from lcresearch.multilevel.crossed import CrossedElimination, is_indefinite, root_of
from lcresearch.multilevel.crossed_sums import CrossedSums, Factor, crossed_sums
from lcresearch.multilevel.group_products import ListedPairs
from lcresearch.multilevel.small_matrices import Array
from lcresearch.multilevel.sparse_factor import SparseFactor, sparse_factor
from lcresearch.multilevel.sparse_layout import SparseLayout, block_diagonal, positions_of_blocks

_AT_ONCE = 256
_LARGEST_DENSE = 5_000
_SINGULAR = 1e-6


@dataclass(frozen=True)
class _Steps:
    """What is kept for the way back; of ``schur`` (S) the lower triangle; ``taken``: K times ``schur_rest``."""

    covariances: tuple[Array, ...]
    first_gain: Array
    schur: Array
    schur_rest: Array
    roots: tuple[Array, ...]
    wide: scipy.sparse.csr_matrix
    factor: SparseFactor
    taken: Array
    layout: SparseLayout

    @cached_property
    def inverse(self) -> Array:
        """Entries of the inverse of I + L'SL."""
        return self.factor.inverse()[self.layout.panels]

    @cached_property
    def gain(self) -> Array:
        """Entries of K."""
        return on_both_sides(self.layout, self.inverse, self.wide, self.roots)

    @cached_property
    def whole(self) -> scipy.sparse.csr_matrix:
        """S."""
        return self.layout.whole(self.schur)


def on_both_sides(layout: SparseLayout, entries: Array, wide: scipy.sparse.csr_matrix, roots: Sequence[Array]) -> Array:
    """L M L' for a block-diagonal L that leaves the entries where they are: of M and the result the lower triangle."""
    if all(len(root) == 1 for root in roots):
        along = wide.data
        return np.asarray(entries * along[layout.rows] * along[layout.columns])
    return layout.lower((wide @ layout.whole(entries) @ wide.T).tocsr())


class SparseCrossedElimination(CrossedElimination):
    """As :class:`CrossedElimination`, with the rest as a sparse matrix.

    Parameters
    ----------
    sums : array, shape (m, m, n_cells), or CrossedSums
    factors : sequence of Factor
    layout : SparseLayout
        Of these factors.
    """

    def __init__(self, sums: Array | CrossedSums, factors: Sequence[Factor], layout: SparseLayout) -> None:
        self.factors = tuple(factors)
        found = sums if isinstance(sums, CrossedSums) else crossed_sums(sums, self.factors)
        self._total, self._rows, self._own = found.total, found.rows, found.own
        self._between, self._rest, self._slices = found.between, found.rest, found.slices
        self._layout, self._sums = layout, found
        self._pairs = ListedPairs(self._between, len(self.factors[0].columns), layout.keys)
        self._entries = layout.lower(found.among)
        self._last, self._known = None, None

    @property
    def dense_size(self) -> int:
        """Order of the largest dense matrix: of a front."""
        return self._layout.fronts.largest

    def evaluate(self, covariances: Sequence[Array]) -> tuple[float | complex, Array, Any]:
        """As of the dense elimination, which is used beside the edge, where a matrix is no covariance matrix."""
        if any(is_indefinite(np.ascontiguousarray(each.real)) for each in covariances):
            return self._dense.evaluate(covariances)
        return super().evaluate(covariances)

    @cached_property
    def _dense(self) -> CrossedElimination:
        n = self._slices[-1].stop
        if n > _LARGEST_DENSE:
            raise MultilevelError("L021", n=n, most=_LARGEST_DENSE)
        return CrossedElimination(self._sums, self.factors)

    def _evaluated(self, covariances: Sequence[Array]) -> tuple[float, Array, _Steps]:
        log_det, first_gain, top, schur_rest = self._without_first(covariances[0])
        layout = self._layout
        schur = self._entries - self._pairs.summed_entries(first_gain)
        roots = [root_of(covariance) for covariance in covariances[1:]]
        wide = block_diagonal(roots, [factor.n_groups for factor in self.factors[1:]])
        inner = on_both_sides(layout, schur, wide.T.tocsr(), roots)
        inner[layout.diagonal] += 1
        panels = np.zeros(layout.fronts.offsets[-1])
        panels[layout.panels] = inner
        factor = sparse_factor(layout.fronts, panels)
        taken = wide @ factor.solve(wide.T @ schur_rest)
        steps = _Steps(tuple(covariances), first_gain, schur, schur_rest, tuple(roots), wide, factor, taken, layout)
        return log_det + factor.log_det, top - schur_rest.T @ taken, steps

    def _gain_times(self, steps: _Steps, right: Array) -> Array:
        return np.asarray(steps.wide @ steps.factor.solve(steps.wide.T @ right))

    def _schur_times(self, steps: _Steps, right: Array) -> Array:
        return np.asarray(steps.whole @ right)

    def _gain_blocks(self, steps: _Steps, factor: Factor, rows: slice) -> Array:
        return steps.gain[self._blocks(factor, rows)]

    def _blocks(self, factor: Factor, rows: slice) -> Array:
        return positions_of_blocks(self._layout, rows.start, factor.n_groups, len(factor.columns))

    def _within(self, steps: _Steps) -> Array:
        return self._pairs.within_entries(steps.gain, steps.gain[self._layout.diagonal])

    def _precision(self, steps: _Steps, place: int, rows: slice, q: int) -> Array:
        factor, covariance = self.factors[1 + place], steps.covariances[1 + place]
        blocks = self._blocks(factor, rows)
        size = steps.schur[self._layout.diagonal[rows]].mean()
        if np.linalg.eigvalsh(covariance)[0] * size > _SINGULAR:
            inverse_root = np.linalg.inv(steps.roots[place])
            return inverse_root.T @ (np.eye(q) - steps.inverse[blocks]) @ inverse_root
        found = steps.schur[blocks]
        step = max(_AT_ONCE // q, 1)
        for start in range(0, factor.n_groups, step):
            end = min(start + step, factor.n_groups)
            part = steps.whole[:, rows.start + start * q : rows.start + end * q].toarray()
            solved = self._gain_times(steps, part).reshape(-1, end - start, q)
            found[start:end] -= np.einsum("iga,igb->gab", part.reshape(solved.shape), solved)
        return found

    def _whole_gain(self, steps: _Steps) -> Array:
        return steps.gain

    def _with_first(self, steps: _Steps, gain: Array, places: Sequence[int]) -> list[Array]:
        first, *others = self.factors
        met, found = self._pairs.with_each(gain), []
        own = -np.moveaxis(steps.first_gain[first.codes], 0, -1)
        for place in places:
            block: Array = np.zeros(())
            for effects, weights in others[place].places():
                entries = met[:, self._pairs.met(first.codes, (self._slices[place].start + effects).T)]
                block = block + np.einsum("abj,bcj->acj", own, entries) * weights.ravel()
            found.append(block)
        return found

    def _with_others(self, gain: Array, one: int, other: int) -> Array:
        pairs = itertools.product(self.factors[1 + one].places(), self.factors[1 + other].places())
        found: Array = np.zeros(())
        for (left, own), (right, others) in pairs:
            rows, columns = (self._slices[one].start + left).T, (self._slices[other].start + right).T
            found = found + gain[self._layout.at(rows[:, None, :], columns[None, :, :])] * (own * others).ravel()
        return found
