"""What the ways to suggest codes have in common: they learn from some segments and judge others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lcresearch.errors import Problem


@dataclass(frozen=True)
class Scores:
    """What a method makes of m segments and k codes.

    Attributes
    ----------
    probability : float array, (m, k)
        Estimated chance that these coders would give the code; missing where nothing was learned.
    strength : float array, (m, k)
        What the method saw, on a scale of its own: phrases found, or likeness.
    offered : bool array, (m, k)
        Where the method would suggest the code.
    """

    probability: np.ndarray
    strength: np.ndarray
    offered: np.ndarray


class Fitted(Protocol):
    """A method that learned."""

    def score(self, rows: np.ndarray) -> Scores:
        """Scores of segments, given by row."""
        ...

    def because(self, row: int, code: int) -> Mapping[str, Any]:
        """Why: ``kind`` (a text ``suggestions.reason.<kind>``) and the values in it."""
        ...


class Method(Protocol):
    """A way to suggest codes for the segments of one project."""

    @property
    def model(self) -> str:
        """What it runs on, with its version."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Codes that it leaves out, and what else a reader must know."""
        ...

    def fit(self, rows: np.ndarray) -> Fitted:
        """Learn from segments that coders read; there may be none."""
        ...


def folds_of(group: np.ndarray, n_folds: int, seed: int | None) -> np.ndarray:
    """Number of the fold of each row: rows of one group stay together, and groups are spread at random.

    Parameters
    ----------
    group : int array, (n,)
    n_folds : int
        As many as there are groups when these are fewer.
    seed : int, optional

    Examples
    --------
    >>> fold = folds_of(np.array([0, 0, 1, 2, 2, 3]), 2, seed=1)
    >>> bool(fold[0] == fold[1] and fold[3] == fold[4]), sorted(set(fold.tolist()))
    (True, [0, 1])
    """
    groups, number = np.unique(group, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(groups))
    fold = np.empty(len(groups), dtype=np.int64)
    fold[order] = np.arange(len(groups)) % max(min(n_folds, len(groups)), 1)
    return fold[number]
