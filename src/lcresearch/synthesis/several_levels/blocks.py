"""Blocks of effects that may go together: the covariance of effects has nothing outside of them.

A block is a group of the outermost level. Blocks of one size are stacked, so that a factorisation is one call for all
of them; no matrix of effects by effects is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lcresearch.synthesis.effect_sizes.figures import Array

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Stack:
    """Blocks of one size n, of which there are m.

    Attributes
    ----------
    rows : array of int, shape (m, n)
        Which effects.
    sampling : array, shape (m, n, n)
        Sampling covariances.
    same : list of arrays, shape (m, n, n)
        For each level 1 where two effects share a group.
    x, y : arrays, shape (m, n, p) and (m, n)
    """

    rows: Codes
    sampling: Array
    same: tuple[Array, ...]
    x: Array
    y: Array

    def covariance(self, sigma2: Array) -> Array:
        """Covariance of effects, shape (m, n, n), at variances of the levels."""
        between = sum((s * same for s, same in zip(sigma2, self.same, strict=True)), np.zeros_like(self.sampling))
        return np.asarray(self.sampling + between, dtype=np.float64)


def nested_codes(columns: Sequence[npt.NDArray[np.object_]]) -> list[Codes]:
    """Numbers of groups, level by level; a name within another group is another group."""
    codes: list[Codes] = []
    for column in columns:
        own = np.unique(column.astype(str), return_inverse=True)[1].astype(np.intp)
        if codes:
            own = np.unique(codes[-1] * (own.max() + 1) + own, return_inverse=True)[1].astype(np.intp)
        codes.append(own)
    return codes


def stacks(y: Array, v: Array, x: Array, levels: Sequence[Codes], correlation: float, within: Codes) -> list[Stack]:
    """Blocks by size. Sampling errors of effects with the same number in ``within`` correlate."""
    order = np.argsort(levels[0], kind="stable")
    sizes = np.bincount(levels[0])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    found = []
    for size in np.unique(sizes):
        rows = order[starts[sizes == size][:, None] + np.arange(size)]
        same = tuple((codes[rows][:, :, None] == codes[rows][:, None, :]).astype(np.float64) for codes in levels)
        together = correlation * (within[rows][:, :, None] == within[rows][:, None, :])
        together[:, np.arange(size), np.arange(size)] = 1.0
        root = np.sqrt(v[rows])
        found.append(Stack(rows, together * root[:, :, None] * root[:, None, :], same, x[rows], y[rows]))
    return found
