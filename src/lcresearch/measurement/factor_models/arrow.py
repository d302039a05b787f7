"""Information matrices of many groups: parameters of one group each, bordered by those that groups share.

The parameters of different groups touch only through the shared ones, so that a system of thousands of parameters is
solved a group at a time (a block arrow), all groups at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Flags, Integers
from lcresearch.measurement.factor_models.implied import Layout


@dataclass(frozen=True)
class Arrow:
    """Which free parameters each group has, and which of these are its own.

    Attributes
    ----------
    spread : array, shape (n_groups, n_parameters, k)
        One where a parameter of the model is the free parameter with that place in the group.
    local : array of int, shape (n_groups, k)
        The free parameter at each place of a group; -1 behind the last.
    own : array of bool, shape (n_groups, k)
        Whether no other group has it.
    shared : array of int, shape (n_shared,)
        Free parameters of more than one group.
    n_free : int
    """

    spread: Array
    local: Integers
    own: Flags
    shared: Integers
    n_free: int

    @cached_property
    def border(self) -> Array:
        """One where a place of a group is a shared parameter, shape (n_groups, k, n_shared)."""
        return np.asarray(self.local[:, :, None] == self.shared, dtype=float)

    def local_matrices(self, of_parameters: Array) -> Array:
        """Matrices (n_groups, n_parameters, n_parameters) over the free parameters of each group, (n_groups, k, k)."""
        return np.swapaxes(self.spread, 1, 2) @ of_parameters @ self.spread

    def local_part(self, whole: Array) -> Array:
        """The part of a matrix (n_free, n_free) that each group has, (n_groups, k, k); zero behind the last."""
        there = (self.local >= 0).astype(float)
        part = whole[self.local[:, :, None], self.local[:, None, :]]
        return np.asarray(part * there[:, :, None] * there[:, None, :])

    def factored(self, information: Array) -> ArrowInverse:
        """An information matrix, given as (n_groups, k, k), ready to solve with."""
        own = self.own.astype(float)
        blocks = information * own[:, :, None] * own[:, None, :]
        places = np.arange(blocks.shape[1])
        blocks[:, places, places] += 1 - own
        inverse = np.linalg.inv(blocks) * own[:, :, None] * own[:, None, :]
        to_border = own[:, :, None] * (information @ self.border)
        carried = inverse @ to_border
        corner = np.swapaxes(self.border, 1, 2) @ information @ self.border - np.swapaxes(to_border, 1, 2) @ carried
        return ArrowInverse(self, inverse, carried, np.linalg.inv(corner.sum(axis=0)))

    def dense(self, of_groups: Array) -> Array:
        """The sum over groups of matrices (n_groups, k, k) as one matrix (n_free, n_free)."""
        found = np.zeros((self.n_free, self.n_free))
        kept = self.local >= 0
        both = kept[:, :, None] & kept[:, None, :]
        rows = np.broadcast_to(self.local[:, :, None], both.shape)
        columns = np.broadcast_to(self.local[:, None, :], both.shape)
        np.add.at(found, (rows[both], columns[both]), of_groups[both])
        return found


@dataclass(frozen=True)
class ArrowInverse:
    """The inverse of an arrow, in parts: of each group's own block, what carries over to the border, and the border."""

    arrow: Arrow
    inverse: Array
    carried: Array
    corner: Array

    def solve(self, right: Array) -> Array:
        """The inverse times a vector (n_free,)."""
        arrow = self.arrow
        here = np.where(arrow.own, right[arrow.local], 0.0)
        shared = self.corner @ (right[arrow.shared] - np.einsum("gks,gk->s", self.carried, here))
        own = (self.inverse @ here[:, :, None])[:, :, 0] - self.carried @ shared
        found = np.zeros(arrow.n_free)
        found[arrow.shared] = shared
        found[arrow.local[arrow.own]] = own[arrow.own]
        return found

    @cached_property
    def local(self) -> Array:
        """Covariances among the free parameters of each group, shape (n_groups, k, k); zero behind the last."""
        through = self.arrow.border - self.carried
        return np.asarray(self.inverse + through @ self.corner @ np.swapaxes(through, 1, 2))

    @cached_property
    def dense(self) -> Array:
        """The whole inverse, shape (n_free, n_free)."""
        arrow = self.arrow
        k = len(arrow.shared)
        wide = np.zeros((arrow.n_free, k))
        wide[arrow.shared] = np.eye(k)
        wide[arrow.local[arrow.own]] = -self.carried[arrow.own]
        return arrow.dense(self.inverse) + wide @ self.corner @ wide.T


def arrow_of(layout: Layout) -> Arrow:
    """The arrow of a layout."""
    n_groups = len(layout.free)
    lists = [np.unique(free[free >= 0]) for free in layout.free]
    k = max(map(len, lists), default=0)
    local = np.full((n_groups, k), -1, dtype=np.int64)
    for group, found in enumerate(lists):
        local[group, : len(found)] = found
    times = np.bincount(local[local >= 0], minlength=layout.n_free)
    own = (local >= 0) & (times[local] == 1)
    spread = ((layout.free[:, :, None] == local[:, None, :]) & (local >= 0)[:, None, :]).astype(float)
    return Arrow(spread, local, own, np.flatnonzero(times > 1), layout.n_free)
