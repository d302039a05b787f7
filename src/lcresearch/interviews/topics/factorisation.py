"""Topics as factors of words: non-negative matrix factorisation (Lee & Seung 1999) of tf-idf weights of lemmas."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from lcresearch.interviews.topics.clusters import OUTLIER, quiet_libraries

_WEAK = 1e-6
_TERMS, _RESAMPLES, _SHARE = 10, 8, 0.8


def tf_idf(counts: sparse.csr_array) -> sparse.csr_array:
    """Weights of words by segment, each row of length 1.

    Parameters
    ----------
    counts : (n, words) sparse array

    Notes
    -----
    ``(1 + log count) * (1 + log((1 + n) / (1 + segments with the word)))``.
    """
    n = counts.shape[0]
    weights = sparse.csr_array(counts, dtype=float, copy=True)
    weights.data = 1 + np.log(weights.data)
    with_word = np.bincount(weights.indices, minlength=counts.shape[1])
    weights = sparse.csr_array(weights.multiply(1 + np.log((1 + n) / (1 + with_word))))
    lengths = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ weights)


def factors(weights: sparse.csr_array, n_topics: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights of topics by segment (n, k) and of words by topic (k, words)."""
    with quiet_libraries():
        from sklearn.decomposition import NMF

        model = NMF(n_topics, init="nndsvda", random_state=seed, max_iter=1000)
        by_segment = model.fit_transform(weights)
    return by_segment, model.components_


def factor_labels(weights: sparse.csr_array, n_topics: int, seed: int) -> np.ndarray:
    """The strongest topic of each segment, counted from 0, the largest first; -1 where no topic has weight."""
    by_segment, _ = factors(weights, n_topics, seed)
    labels = by_segment.argmax(axis=1)
    labels[by_segment.max(axis=1) <= _WEAK] = OUTLIER
    return by_size(labels)


def by_size(labels: np.ndarray) -> np.ndarray:
    """Labels counted anew from 0, the largest first; of topics alike in size the one that comes first.

    Examples
    --------
    >>> by_size(np.array([4, 7, 7, -1])).tolist()
    [1, 0, 0, -1]
    """
    found, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = found[np.lexsort((first, -sizes))]
    new = {old: place for place, old in enumerate(order)}
    return np.array([new.get(label, OUTLIER) for label in labels], dtype=np.int64)


def choose_number(weights: sparse.csr_array, candidates: range, seed: int) -> int:
    """The number of topics whose words come back best in samples of 80% (Greene, O'Callaghan & Cunningham 2014).

    Parameters
    ----------
    weights : (n, words) sparse array
    candidates : range
    seed : int

    Notes
    -----
    Agreement of two sets of topics is the mean, over topics matched one to one, of the average Jaccard index of their
    word rankings to depth 10. The smallest number within one standard error of the best is taken.
    """
    rng = np.random.default_rng(seed)
    samples = [
        np.sort(rng.choice(weights.shape[0], round(_SHARE * weights.shape[0]), replace=False))
        for _ in range(_RESAMPLES)
    ]
    means, errors = [], []
    for k in candidates:
        whole = _ranked(factors(weights, k, seed)[1])
        scores = [
            rankings_agree(whole, _ranked(factors(weights[rows], k, seed)[1])) for rows in samples
        ]  # fmt: skip
        means.append(float(np.mean(scores)))
        errors.append(float(np.std(scores, ddof=1) / np.sqrt(_RESAMPLES)))
    best = int(np.argmax(means))
    return next(k for k, mean in zip(candidates, means, strict=True) if mean >= means[best] - errors[best])


def _ranked(components: np.ndarray) -> np.ndarray:
    return np.argsort(-components, axis=1, kind="stable")[:, :_TERMS]


def rankings_agree(first: np.ndarray, second: np.ndarray) -> float:
    """Agreement of two sets of rankings, from 0 to 1 (Greene, O'Callaghan & Cunningham 2014, equations 1 to 3).

    Parameters
    ----------
    first, second : (k, depth) arrays of int
        Words of each topic, the heaviest first.

    Examples
    --------
    >>> rankings_agree(np.array([[1, 2], [3, 4]]), np.array([[3, 4], [1, 5]]))  # 1, and (1 + 1/3) / 2
    0.8333333333333333
    """
    from scipy.optimize import linear_sum_assignment

    depth = first.shape[1]
    similar = np.zeros((len(first), len(second)))
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            shared = [len(set(a[:d]) & set(b[:d])) for d in range(1, depth + 1)]
            similar[i, j] = np.mean([s / (2 * d - s) for d, s in enumerate(shared, start=1)])
    rows, columns = linear_sum_assignment(-similar)
    return float(similar[rows, columns].mean())
