"""Topics as clusters of sentence embeddings: BERTopic (Grootendorst 2022), with vectors that are there already.

Vectors are centred and brought to their principal components, since texts of one study resemble each other in what
they share (Mu & Viswanath 2018); UMAP lays them out, HDBSCAN finds the dense places, and class-based tf-idf the words.
All of it runs in one thread, so that a seed gives the same result.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np

from lcresearch.interviews.topics.compiled import keep_compiled
from lcresearch.interviews.topics.settings import Settings

OUTLIER = -1
_PACKAGES = ("bertopic", "umap", "hdbscan")
_LARGEST, _FEWEST = 0.4, 3


def missing_packages() -> list[str]:
    """Packages of the extra ``topics`` that are not installed."""
    return [name for name in _PACKAGES if find_spec(name) is None]


def bertopic_labels(
    vectors: np.ndarray, documents: list[str], words: list[str], settings: Settings, seed: int
) -> np.ndarray:
    """The topic of each segment by BERTopic; -1 for outliers.

    Parameters
    ----------
    vectors : (n, d) array
    documents : list of str, length n
        Lemmas of each segment, with blanks between.
    words : list of str
        The lemmas that count.
    settings : Settings
    seed : int

    Returns
    -------
    (n,) array of int
        Topics are counted from 0, the largest first.
    """
    with quiet_libraries():
        from bertopic import BERTopic
        from bertopic.vectorizers import ClassTfidfTransformer
        from sklearn.feature_extraction.text import CountVectorizer

        model = BERTopic(
            language="multilingual",
            embedding_model=None,
            umap_model=Layout(settings, seed),
            hdbscan_model=DenseClusters(settings),
            vectorizer_model=CountVectorizer(
                tokenizer=str.split, token_pattern=None, lowercase=False, vocabulary=words
            ),
            ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
            calculate_probabilities=False,
            verbose=False,
        )
        labels, _ = model.fit_transform(documents, embeddings=vectors)
    return np.asarray(labels, dtype=np.int64)


def cluster_labels(vectors: np.ndarray, settings: Settings, seed: int) -> np.ndarray:
    """The same clusters without words: what a resample needs."""
    with quiet_libraries():
        return DenseClusters(settings).fit(Layout(settings, seed).fit(vectors).embedding_).labels_


def merged(labels: np.ndarray, vectors: np.ndarray, n_topics: int) -> np.ndarray:
    """Merge topics until there are so many: those first whose segments are most alike (average linkage, cosine).

    Parameters
    ----------
    labels : (n,) array of int
        -1 for outliers, who stay so.
    vectors : (n, d) array
        Of length 1.
    n_topics : int
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    k = int(labels.max(initial=OUTLIER)) + 1
    if k <= n_topics:
        return labels
    middles = np.stack([vectors[labels == topic].mean(axis=0) for topic in range(k)])
    group = fcluster(linkage(middles, "average", metric="cosine"), n_topics, "maxclust") - 1
    return np.where(labels >= 0, group[labels], OUTLIER)


class Layout:
    """Principal components, then UMAP; what BERTopic takes for ``umap_model``."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.seed = settings, seed
        self.embedding_ = np.empty((0, 0))

    def fit(self, vectors: np.ndarray, y: Any = None) -> Layout:
        """Lay the vectors out; they are those of the whole corpus."""
        from umap import UMAP

        keep_compiled()
        chosen = self.settings
        layout = UMAP(
            n_neighbors=min(chosen.n_neighbors, len(vectors) - 1),
            n_components=chosen.n_components,
            min_dist=0.0,
            metric="euclidean",
            init="pca",
            random_state=self.seed,
            n_jobs=1,
        )
        self.embedding_ = layout.fit_transform(principal_directions(vectors, chosen.n_dimensions))
        return self

    def transform(self, vectors: np.ndarray) -> np.ndarray:
        """Where the vectors are that :meth:`fit` saw."""
        return self.embedding_


class DenseClusters:
    """HDBSCAN, which divides more finely when all would be one cluster; what BERTopic takes for ``hdbscan_model``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.labels_ = np.empty(0, dtype=np.int64)

    def fit(self, places: np.ndarray, y: Any = None) -> DenseClusters:
        """Find clusters by excess of mass, or the leaves of the tree where these are few or one holds most."""
        self.labels_ = self._found(places, "eom")
        sizes = np.bincount(self.labels_[self.labels_ >= 0], minlength=1)
        if len(sizes) < _FEWEST or sizes.max() > _LARGEST * len(places):
            leaves = self._found(places, "leaf")
            if leaves.max(initial=OUTLIER) > self.labels_.max(initial=OUTLIER):
                self.labels_ = leaves
        return self

    def _found(self, places: np.ndarray, selection: str) -> np.ndarray:
        from hdbscan import HDBSCAN

        chosen = self.settings
        model = HDBSCAN(
            min_cluster_size=chosen.min_topic_size,
            min_samples=chosen.min_samples,
            cluster_selection_method=selection,
            core_dist_n_jobs=1,
        )
        return np.asarray(model.fit_predict(places), dtype=np.int64)


def principal_directions(vectors: np.ndarray, n_dimensions: int) -> np.ndarray:
    """Centred vectors in their first principal components, at length 1, so that distances are angles.

    Parameters
    ----------
    vectors : (n, d) array
    n_dimensions : int

    Returns
    -------
    (n, min(n_dimensions, d)) array of float32
    """
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    values, directions = np.linalg.eigh(centred.T @ centred)
    kept = directions[:, np.argsort(-values)[:n_dimensions]]
    largest = np.abs(kept).argmax(axis=0)
    kept = kept * np.sign(kept[largest, np.arange(kept.shape[1])])  # the sign of a component is anybody's choice
    scores = centred @ kept
    lengths = np.linalg.norm(scores, axis=1, keepdims=True)
    unit: np.ndarray = (scores / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return unit


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Without what these libraries say about themselves: parts they lack, threads that a seed costs, and progress."""
    logger = logging.getLogger("BERTopic")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            logger.setLevel(level)
