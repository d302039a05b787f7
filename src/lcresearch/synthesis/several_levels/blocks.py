"""Blocks of effects that may go together: the covariance of effects has nothing outside of them.

A block is a group of the outermost level (or a cluster that holds such groups). Blocks of one size are stacked, so that
a factorisation is one call for all of them; no matrix of effects by effects is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lcresearch.synthesis.effect_sizes.figures import Array
from lcresearch.synthesis.several_levels.groups import Codes, stacked_rows
from lcresearch.synthesis.several_levels.sampling import Sampling
from lcresearch.synthesis.several_levels.structures import Structure


@dataclass(frozen=True)
class Level:
    """Random effects of one level.

    Attributes
    ----------
    name : str
    codes : array of int, shape (k,)
        The group of each effect.
    groups : tuple of str
        Names of the groups.
    structure : Structure
    """

    name: str
    codes: Codes
    groups: tuple[str, ...]
    structure: Structure


@dataclass(frozen=True)
class Stack:
    """Blocks of one size n, of which there are m.

    Attributes
    ----------
    rows : array of int, shape (m, n)
        Which effects.
    sampling : array, shape (m, n, n)
        Sampling covariances.
    parts : array, shape (linear, m, n, n)
        What each linear parameter of the random effects is multiplied with.
    x, y : arrays, shape (m, n, p) and (m, n)
    """

    rows: Codes
    sampling: Array
    parts: Array
    x: Array
    y: Array

    def covariance(self, parameters: Array) -> Array:
        """Covariance of effects, shape (m, n, n), at linear parameters of the random effects."""
        return np.asarray(self.sampling + np.tensordot(parameters, self.parts, axes=1))


def stacks(
    y: Array, x: Array, sampling: Sampling, levels: Sequence[Level], outcome: Codes, blocks: Codes
) -> list[Stack]:
    """Blocks by size.

    Parameters
    ----------
    y, x : arrays, shape (k,) and (k, p)
    sampling : Sampling
    levels : sequence of Level
    outcome : array of int, shape (k,)
        Outcome of each effect; zeros where there is one.
    blocks : array of int, shape (k,)
        The block of each effect.
    """
    found = []
    for rows in stacked_rows(blocks):
        parts = []
        for level in levels:
            codes = level.codes[rows]
            same = (codes[:, :, None] == codes[:, None, :]).astype(np.float64)
            if level.structure.q == 1:
                parts.append(same)
                continue
            own = outcome[rows]
            parts += [same * basis[own[:, :, None], own[:, None, :]] for basis in level.structure.bases]
        covariance = sampling.of(rows)
        stacked = np.array(parts).reshape(len(parts), *covariance.shape)
        found.append(Stack(rows, covariance, stacked, x[rows], y[rows]))
    return found
