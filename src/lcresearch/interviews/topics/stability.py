"""Whether topics come back when other persons are asked: the same search in resamples (Hennig 2007)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

STABLE, DOUBTFUL = 0.75, 0.6
"""Mean Jaccard index from which a topic is stable, and below which it should not be trusted (Hennig 2007, 2008)."""
_PERSONS = 20


class Stability(NamedTuple):
    """How topics come back.

    Attributes
    ----------
    by_topic : (k,) array
        Mean over resamples of the largest Jaccard index with a topic found there.
    overall : float
        Mean adjusted Rand index (Hubert & Arabie 1985) over segments that have a topic in both; NaN when not computed.
    n_topics : (resamples,) array of int
        Topics found in each.
    """

    by_topic: np.ndarray
    overall: float
    n_topics: np.ndarray


def resamples(persons: Sequence[str], n_resampled: int, n_resamples: int, seed: int) -> list[np.ndarray]:
    """Rows of each resample: whole persons where 20 or more speak, else segments; without replacement.

    Parameters
    ----------
    persons : sequence of str, length n
    n_resampled, n_resamples : int
    seed : int
    """
    rng = np.random.default_rng(seed)
    names, person = np.unique(np.asarray(persons, dtype=object).astype(str), return_inverse=True)
    found = []
    for _ in range(n_resamples):
        if len(names) < _PERSONS:
            rows = rng.choice(len(person), n_resampled, replace=False)
        else:
            order = rng.permutation(len(names))
            spoken = np.bincount(person, minlength=len(names))[order].cumsum()
            kept = order[: max(int(np.searchsorted(spoken, n_resampled, side="right")), 1)]
            rows = np.flatnonzero(np.isin(person, kept))
        found.append(np.sort(rows))
    return found


def stability(
    labels: np.ndarray,
    samples: Sequence[np.ndarray],
    search: Callable[[np.ndarray], np.ndarray],
    tell: Callable[[float], None],
) -> Stability:
    """Compare topics with those of resamples.

    Parameters
    ----------
    labels : (n,) array of int
        Topics of all segments, -1 for outliers.
    samples : sequence of arrays of int
        Rows of each resample.
    search : callable
        Rows -> topics of these rows.
    tell : callable
        Takes the share that is done.
    """
    k = int(labels.max(initial=-1)) + 1
    jaccards, rand, numbers = np.full((len(samples), k), np.nan), [], []
    for number, rows in enumerate(samples):
        again = search(rows)
        jaccards[number] = best_jaccard(labels[rows], again, k)
        numbers.append(int(again.max(initial=-1)) + 1)
        both = (labels[rows] >= 0) & (again >= 0)
        rand.append(adjusted_rand(labels[rows][both], again[both]))
        tell((number + 1) / len(samples))
    present = ~np.isnan(jaccards)
    means = np.where(present, jaccards, 0).sum(axis=0) / np.maximum(present.sum(axis=0), 1)
    by_topic = np.where(present.any(axis=0), means, np.nan)
    return Stability(by_topic, float(np.mean(rand)) if rand else float("nan"), np.array(numbers, dtype=np.int64))


def best_jaccard(labels: np.ndarray, again: np.ndarray, k: int) -> np.ndarray:
    """For each of k topics the largest Jaccard index with a topic of another search over the same segments.

    NaN where a topic has no segment here.

    Examples
    --------
    >>> best_jaccard(np.array([0, 0, 0, 1, -1]), np.array([1, 1, 0, 0, 0]), 3).round(3).tolist()
    [0.667, 0.333, nan]
    """
    table = _crossed(labels, again, k)
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    others = np.bincount(again[again >= 0], minlength=table.shape[1])
    union = sizes[:, None] + others[None, :] - table
    best = (table / np.maximum(union, 1)).max(axis=1, initial=0)
    found: np.ndarray = np.where(sizes > 0, best, np.nan)
    return found


def _crossed(labels: np.ndarray, again: np.ndarray, k: int) -> np.ndarray:
    both, width = (labels >= 0) & (again >= 0), int(again.max(initial=-1)) + 1
    return np.bincount(labels[both] * width + again[both], minlength=k * width).reshape(k, width)


def adjusted_rand(first: np.ndarray, second: np.ndarray) -> float:
    """Agreement of two partitions beyond chance (Hubert & Arabie 1985, equation 5): 1 when equal, 0 by chance.

    Parameters
    ----------
    first, second : (n,) arrays of int

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    if not len(first):
        return 0.0
    table = _crossed(first, second, int(first.max()) + 1).astype(float)
    pairs = (table * (table - 1)).sum() / 2
    rows, columns = ((sums * (sums - 1)).sum() / 2 for sums in (table.sum(axis=1), table.sum(axis=0)))
    n = len(first) * (len(first) - 1) / 2
    expected, most = rows * columns / n if n else 0.0, (rows + columns) / 2
    return float((pairs - expected) / (most - expected)) if most > expected else 1.0
