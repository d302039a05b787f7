"""How good topics are as topics: whether their words go together, and whether they differ from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

_LEAST_SEGMENTS, _LEAST_SHARE = 2, 0.05


def topic_words(counts: sparse.csr_array, labels: np.ndarray, n_words: int) -> tuple[np.ndarray, np.ndarray]:
    """The words by which each topic differs from the others, by class-based tf-idf (Grootendorst 2022).

    Parameters
    ----------
    counts : (n, words) sparse array
    labels : (n,) array of int
        Topic of each segment, -1 for none.
    n_words : int

    Returns
    -------
    columns : (k, n_words) array of int
        Places of the words, the heaviest first; -1 where a topic has no more words that stand in two of its segments
        and in 5% of them: rarer ones say what somebody spoke of, and not what the topic is.
    weights : (k, n_words) array

    Notes
    -----
    ``sqrt(share of the word in the topic) * log(1 + mean words a topic / count of the word in all topics)``, the form
    that BERTopic calls ``reduce_frequent_words``.

    Examples
    --------
    >>> counts = sparse.csr_array(np.array([[2, 0, 1], [1, 0, 1], [0, 2, 1], [0, 3, 1]]))
    >>> topic_words(counts, np.array([0, 0, 1, 1]), 2)[0].tolist()
    [[0, 2], [1, 2]]
    """
    k = int(labels.max(initial=-1)) + 1
    member = _membership(labels, k)
    totals = (member @ counts).toarray().astype(float)
    n_segments = (member @ sparse.csr_array(counts > 0, dtype=float)).toarray()
    size = np.maximum(totals.sum(axis=1, keepdims=True), 1)
    frequency = np.maximum(totals.sum(axis=0), 1)
    weights = np.sqrt(totals / size) * np.log1p(totals.sum() / max(k, 1) / frequency)
    sizes = np.bincount(labels[labels >= 0], minlength=k)[:, None]
    weights[n_segments < np.maximum(_LEAST_SEGMENTS, _LEAST_SHARE * sizes)] = 0
    columns = np.full((k, n_words), -1)
    heaviest = np.argsort(-weights, axis=1, kind="stable")[:, :n_words]
    columns[:, : heaviest.shape[1]] = heaviest
    found = np.zeros((k, n_words))
    found[:, : heaviest.shape[1]] = np.take_along_axis(weights, heaviest, axis=1)
    return np.where(found > 0, columns, -1), found


def _membership(labels: np.ndarray, k: int) -> sparse.csr_array:
    rows = np.flatnonzero(labels >= 0)
    return sparse.csr_array((np.ones(len(rows)), (labels[rows], rows)), shape=(k, len(labels)))


def coherence(counts: sparse.csr_array, topics: Sequence[Sequence[int]]) -> np.ndarray:
    """NPMI: how much more often pairs of words of a topic stand together in a segment than by chance.

    Parameters
    ----------
    counts : (n, words) sparse array
    topics : sequence of sequences of int
        Places of the words of each topic.

    Returns
    -------
    (k,) array
        Means over pairs of ``log(p12 / (p1 p2)) / -log(p12)`` (Bouma 2009; Lau, Newman & Baldwin 2014), with shares of
        segments for p. 1: always together; 0: as by chance; -1: never together. NaN for fewer than two words.

    Examples
    --------
    >>> counts = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]]))
    >>> coherence(counts, [[0, 1], [0, 2]]).tolist()
    [1.0, -1.0]
    """
    used = sorted({word for topic in topics for word in topic})
    place = {word: row for row, word in enumerate(used)}
    present = sparse.csc_array(counts > 0, dtype=float)[:, used]
    together = (present.T @ present).toarray() / max(counts.shape[0], 1)
    alone = np.diag(together)
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(together / np.outer(alone, alone)) / -np.log(together)
    npmi = np.where(together == 0, -1.0, np.where(together == 1, 1.0, npmi))
    found = np.full(len(topics), np.nan)
    for number, topic in enumerate(topics):
        rows = [place[word] for word in topic]
        pairs = npmi[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)]
        if len(pairs):
            found[number] = pairs.mean()
    return found


def diversity(topics: Sequence[Sequence[int]]) -> float:
    """Share of the words of all topics that differ (Dieng, Ruiz & Blei 2020): 1 when no two topics share a word.

    Examples
    --------
    >>> diversity([[1, 2], [2, 3]])
    0.75
    """
    words = [word for topic in topics for word in topic]
    return len(set(words)) / len(words) if words else float("nan")
