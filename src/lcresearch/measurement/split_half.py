"""Split-half reliability over all ways to split a scale in two."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lcresearch.measurement.columns import Array

MOST_ITEMS = 16
"""Up to this many items every split is taken; beyond it a random sample of splits."""

SAMPLED_SPLITS = 10_000


@dataclass(frozen=True)
class SplitHalves:
    """Lowest, mean and highest split-half reliability, and over how many splits."""

    lowest: float
    mean: float
    highest: float
    n_splits: int


def split_halves(correlation: Array, seed: int | None = None) -> SplitHalves:
    """Reliability 4 C12 / sum(R) of every split in halves of p // 2 and the rest (Flanagan, 1937; Rulon, 1939).

    C12 is the sum of the correlations between the halves. The highest is Guttman's lambda 4; with an even number of
    items the mean is standardised alpha (Cronbach, 1951).

    Parameters
    ----------
    correlation : array, shape (p, p)
    seed : int, optional
        For the sample of splits of more than 16 items; without one the sample is the same each time.
    """
    p = len(correlation)
    first = _all_splits(p) if p <= MOST_ITEMS else _sampled_splits(p, seed)
    between = ((first @ correlation) * (1 - first)).sum(axis=1)
    reliability = 4 * between / correlation.sum()
    return SplitHalves(float(reliability.min()), float(reliability.mean()), float(reliability.max()), len(first))


def _all_splits(p: int) -> Array:
    half = p // 2
    members = np.array(list(combinations(range(p), half)))
    if p % 2 == 0:  # each split occurs twice, once for either half
        members = members[members[:, 0] == 0]
    first = np.zeros((len(members), p))
    np.put_along_axis(first, members, 1.0, axis=1)
    return first


def _sampled_splits(p: int, seed: int | None) -> Array:
    rng = np.random.default_rng(0 if seed is None else seed)
    ranks = rng.random((SAMPLED_SPLITS, p)).argsort(axis=1)
    return (ranks < p // 2).astype(float)
