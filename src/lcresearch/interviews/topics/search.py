"""The search for topics, once over everything and again over resamples."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy import sparse

from lcresearch.interviews.text.vector_cache import load_vectors, save_vectors, vector_key
from lcresearch.interviews.topics.clusters import bertopic_labels, cluster_labels, merged, principal_directions
from lcresearch.interviews.topics.factorisation import by_size, choose_number, factor_labels, tf_idf
from lcresearch.interviews.topics.settings import Settings, settings_for
from lcresearch.interviews.topics.stability import Stability, resamples, stability

_DECISIVE = ("lcresearch", "bertopic", "umap-learn", "hdbscan", "numba", "numpy", "scipy")
_FEWEST_FACTORS, _MOST_FACTORS, _SEGMENTS_A_FACTOR = 3, 15, 8


@dataclass(frozen=True)
class Search:
    """What topics are sought in.

    Attributes
    ----------
    vectors : (n, d) array
        Sentence embeddings; empty for a factorisation.
    counts : (n, words) sparse array
    words : list of str
    persons : list of str, length n
    settings : Settings
    n_topics : int, optional
    seed : int
    cache : Path, optional
        Private folder in which clusters are kept, so that the same search a second time takes seconds.
    """

    vectors: np.ndarray
    counts: sparse.csr_array
    words: list[str]
    persons: list[str]
    settings: Settings
    n_topics: int | None
    seed: int
    cache: Path | None = None

    def labels(self) -> np.ndarray:
        """The topic of each segment, -1 for outliers."""
        if self.settings.method == "bertopic":
            return by_size(self._bertopic(np.arange(len(self.vectors)), self.settings, self.seed))
        return factor_labels(tf_idf(self.counts), self.n_factors(), self.seed)

    def n_factors(self) -> int:
        """Topics of a factorisation: as asked, or the number that is steadiest."""
        if self.n_topics is not None:
            return self.n_topics
        most = max(_FEWEST_FACTORS, min(_MOST_FACTORS, self.counts.shape[0] // _SEGMENTS_A_FACTOR))
        return choose_number(tf_idf(self.counts), range(_FEWEST_FACTORS, most + 1), self.seed)

    def stability(self, labels: np.ndarray, tell: Callable[[float], None]) -> Stability:
        """Search again in resamples, each with a seed of its own, so that chance in the method counts too."""
        chosen = self.settings
        samples = resamples(self.persons, chosen.n_resampled, chosen.n_resamples, self.seed)
        seeds = iter(range(self.seed + 1, self.seed + 1 + len(samples)))
        k = int(labels.max(initial=-1)) + 1

        def search(rows: np.ndarray) -> np.ndarray:
            if chosen.method == "factorisation":
                return factor_labels(tf_idf(self.counts[rows]), k, next(seeds))
            size = max(5, round(chosen.min_topic_size * len(rows) / len(labels)))
            return self._bertopic(rows, settings_for(len(rows), method="bertopic", min_topic_size=size), next(seeds))

        return stability(labels, samples, search, tell)

    def nearness(self, labels: np.ndarray) -> np.ndarray:
        """Cosine of each segment with the middle of each topic, (n, k)."""
        k = int(labels.max(initial=-1)) + 1
        rows = np.flatnonzero(labels >= 0)
        member = sparse.csr_array((np.ones(len(rows)), (labels[rows], rows)), shape=(k, len(labels)))
        places: np.ndarray | sparse.csr_array = tf_idf(self.counts)
        if self.settings.method == "bertopic":
            places = principal_directions(self.vectors, self.settings.n_dimensions).astype(np.float64)
        sums = member @ places
        middles = sums.toarray() if sparse.issparse(sums) else np.asarray(sums)
        lengths = np.linalg.norm(middles, axis=1, keepdims=True)
        cosines: np.ndarray = np.asarray(places @ (middles / np.where(lengths > 0, lengths, 1)).T)
        return cosines

    def by_words(self) -> Search:
        """The same segments with a factorisation."""
        return replace(self, settings=replace(self.settings, method="factorisation"))

    def _bertopic(self, rows: np.ndarray, settings: Settings, seed: int) -> np.ndarray:
        vectors = self.vectors[rows]

        def found() -> np.ndarray:
            if len(rows) < len(self.vectors):
                return cluster_labels(vectors, settings, seed)
            return bertopic_labels(vectors, self._documents(rows), self.words, settings, seed)

        labels = self._kept(vectors, settings, seed, found)
        if self.n_topics is None:
            return labels
        return merged(labels, principal_directions(vectors, settings.n_dimensions), self.n_topics)

    def _kept(self, vectors: np.ndarray, settings: Settings, seed: int, found: Callable[[], np.ndarray]) -> np.ndarray:
        """Clusters of these vectors, by these versions of the packages: those of an earlier run where there are."""
        if self.cache is None:
            return found()
        packages = " ".join(f"{name} {version(name)}" for name in _DECISIVE)
        identity = f"clusters of {len(vectors)}, {packages}"
        key = vector_key(identity, f"{hashlib.sha256(vectors.tobytes()).hexdigest()} {settings} {seed}")
        known = load_vectors(self.cache, identity, [key])
        if key not in known:
            known[key] = found().astype(np.float32)  # whole numbers, exact
            save_vectors(self.cache, identity, known)
        return known[key].astype(np.int64)

    def _documents(self, rows: np.ndarray) -> list[str]:
        """Lemmas with blanks between, as BERTopic reads them."""
        some = self.counts[rows]
        pieces = [self.words[column] for column in some.indices]
        return [" ".join(pieces[first:last]) for first, last in zip(some.indptr, some.indptr[1:], strict=False)]


def differing(texts: Sequence[str], keys: Sequence[str], enough: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of segments that differ and say enough, in an order that their content gives; and where each row went.

    Parameters
    ----------
    texts, keys : sequence of str, length n
        Text of each segment and what tells segments apart that have the same text.
    enough : (n,) array of bool

    Returns
    -------
    rows : (m,) array of int
    place : (n,) array of int
        Place in ``rows`` of a segment with the same text; -1 for those that say too little.
    """
    order = sorted(map(int, np.flatnonzero(enough)), key=lambda row: (texts[row], keys[row]))
    first: dict[str, int] = {}
    rows: list[int] = []
    for row in order:
        if texts[row] not in first:
            first[texts[row]] = len(rows)
            rows.append(row)
    place = np.array([first.get(text, -1) if said else -1 for text, said in zip(texts, enough, strict=True)])
    return np.array(rows, dtype=np.int64), place
