"""How finely texts are divided: what follows from their number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Method = Literal["bertopic", "factorisation"]

LEAST_FOR_CLUSTERS = 100
"""Segments from which clusters of vectors are sought; below, a factorisation of words is steadier."""
LEAST = 20
"""Segments below which there are no topics to find."""
_RESAMPLED_AT_MOST = 3000


@dataclass(frozen=True)
class Settings:
    """What the methods are told.

    Attributes
    ----------
    method : {"bertopic", "factorisation"}
    n_dimensions : int
        Principal components of the vectors that UMAP sees.
    n_neighbors, n_components : int
        Of UMAP: how far it looks around each segment, and dimensions of the map in which clusters are sought.
    min_topic_size, min_samples : int
        Of HDBSCAN: segments of the smallest topic, and how dense it must be.
    n_resamples, n_resampled : int
        How often the search is repeated for stability, and with how many segments.
    """

    method: Method
    n_dimensions: int
    n_neighbors: int
    n_components: int
    min_topic_size: int
    min_samples: int
    n_resamples: int
    n_resampled: int


def settings_for(n: int, *, method: Method, min_topic_size: int | None = None, n_resamples: int = 10) -> Settings:
    """What fits n segments that differ and say enough.

    The smallest topic has three quarters of the square root of n, and at least 5 segments: 8 of 100, 24 of 1,000, 75 of
    10,000, 168 of 50,000. UMAP looks at n/8 neighbours, from 10 to 30, in at most 100 and n/4 principal components.
    HDBSCAN calls a place dense by a third of the smallest topic. Resamples hold 80% of the segments, at most 3,000.

    Examples
    --------
    >>> [settings_for(n, method="bertopic").min_topic_size for n in (100, 1000, 10000)]
    [8, 24, 75]
    """
    size = min_topic_size or max(5, round(0.75 * math.sqrt(n)))
    return Settings(
        method=method,
        n_dimensions=min(100, n // 4),
        n_neighbors=min(30, max(10, n // 8)),
        n_components=10,
        min_topic_size=size,
        min_samples=max(2, size // 3),
        n_resamples=n_resamples,
        n_resampled=min(round(0.8 * n), _RESAMPLED_AT_MOST),
    )
