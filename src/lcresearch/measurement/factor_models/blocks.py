"""Data as blocks: persons of one group who answered the same items, with their number, means and covariances.

Without missing answers a block is a group, and sums of answers and products are all that maximum likelihood needs.
With missing answers each pattern of a group is a block (full-information maximum likelihood: Arbuckle 1996).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lcresearch.measurement.factor_models.arrays import Array, Flags, Integers


@dataclass(frozen=True)
class Blocks:
    """Sufficient statistics of blocks.

    Attributes
    ----------
    group : array of int, shape (n_blocks,)
        Group of each block, in order; each group has one.
    n : array, shape (n_blocks,)
        Persons.
    mean : array, shape (n_blocks, p)
        Zero where nobody answered.
    covariance : array, shape (n_blocks, p, p)
        Divided by n; zero where nobody answered.
    known : array of bool, shape (n_blocks, p)
    """

    group: Integers
    n: Array
    mean: Array
    covariance: Array
    known: Flags

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return int(self.group.max()) + 1

    @property
    def complete(self) -> bool:
        """Whether nobody left an item open."""
        return bool(self.known.all())

    @property
    def n_persons(self) -> float:
        """Persons in all."""
        return float(self.n.sum())

    @property
    def group_sizes(self) -> Array:
        """Persons of each group."""
        return np.bincount(self.group, self.n, self.n_groups)

    def summed(self, values: Array) -> Array:
        """Sums over the blocks of each group of values (n_blocks, ...)."""
        if len(self.n) == self.n_groups:
            return values
        return np.asarray(np.add.reduceat(values, np.searchsorted(self.group, np.arange(self.n_groups)), axis=0))

    def inverse(self, covariance: Array) -> Array:
        """Inverses of the answered part of covariances (n_groups, p, p), zero elsewhere: shape (n_blocks, p, p)."""
        of_blocks = covariance[self.group]
        if self.complete:
            return np.linalg.inv(of_blocks)
        both = self.known[:, :, None] & self.known[:, None, :]
        kept = np.where(both, of_blocks, np.eye(self.known.shape[1]))
        return np.where(both, np.linalg.inv(kept), 0.0)

    def log_det(self, covariance: Array) -> Array:
        """log det of the answered part, shape (n_blocks,); infinite where it is not positive definite."""
        of_blocks = covariance[self.group]
        if not self.complete:
            both = self.known[:, :, None] & self.known[:, None, :]
            of_blocks = np.where(both, of_blocks, np.eye(self.known.shape[1]))
        try:
            lower = np.linalg.cholesky(of_blocks)
        except np.linalg.LinAlgError:
            return np.full(len(self.n), np.inf)
        return np.asarray(2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1))


@dataclass(frozen=True)
class Rows:
    """Rows behind blocks.

    Attributes
    ----------
    answers : array, shape (n, p)
        NaN is missing.
    block : array of int, shape (n,)
        Block of each row.
    """

    answers: Array
    block: Integers


def blocks_of_rows(answers: Array, group: Integers) -> tuple[Blocks, Rows]:
    """Blocks of answers (n, p), of which NaN is missing, in groups (n,) that are numbered from 0."""
    known = ~np.isnan(answers)
    coded = np.column_stack([group, np.packbits(known, axis=1).astype(np.int64)])
    _, first, block = np.unique(coded, axis=0, return_index=True, return_inverse=True)
    block = block.reshape(-1)
    n = np.bincount(block).astype(float)
    filled = np.where(known, answers, 0.0)
    sums = np.zeros((len(n), answers.shape[1]))
    np.add.at(sums, block, filled)
    mean = sums / n[:, None]
    centred = np.where(known, answers - mean[block], 0.0)
    order = np.argsort(block, kind="stable")
    products = products_of_blocks(centred[order], np.cumsum(n).astype(int))
    blocks = Blocks(group[first].astype(np.int64), n, mean, products / n[:, None, None], known[first])
    return blocks, Rows(answers, block)


def products_of_blocks(centred: Array, ends: Integers) -> Array:
    """Sums of products of the rows of each block, which stand together and end before ``ends``: (n_blocks, p, p)."""
    p = centred.shape[1]
    starts = np.r_[0, ends[:-1]]
    found = np.empty((len(ends), p, p))
    for i in range(p):
        found[:, i, : i + 1] = np.add.reduceat(centred[:, [i]] * centred[:, : i + 1], starts, axis=0)
        found[:, : i + 1, i] = found[:, i, : i + 1]
    return found
