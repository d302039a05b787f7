"""Suggestions by a classifier that learned from what people coded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.suggestions.calibration import best_threshold, chances, fit_logistic
from lcresearch.interviews.suggestions.coded_segments import CodedSegments
from lcresearch.interviews.suggestions.method import Scores, folds_of
from lcresearch.interviews.text.words import WORD, lemmatiser, stop_words

LEAST_EXAMPLES = 5
"""Coded segments below which a code is left out."""
_PENALTY, _INNER, _DIMENSIONS, _WORDS = 3.0, 5, 250, 3


@dataclass(frozen=True)
class WordWeights:
    """Lemmas of segments: tf-idf (n, v) sparse, the v lemmas, and the directions they are reduced to (r, v)."""

    counts: Any
    lemmas: np.ndarray
    directions: np.ndarray


@dataclass(frozen=True)
class Classifier:
    """Features of segments: sentence embeddings beside reduced tf-idf of lemmas.

    Attributes
    ----------
    model : str
    coded : CodedSegments
    features : float array, (n, d + r)
    words : WordWeights
    n_vector : int
        d: columns that come from embeddings.
    problems : tuple of Problem
    """

    model: str
    coded: CodedSegments
    features: np.ndarray
    words: WordWeights
    n_vector: int
    problems: tuple[Problem, ...] = ()

    def fit(self, rows: np.ndarray) -> FittedClassifier:
        """One against the rest for each code by regularised least squares, then Platt's calibration over all codes.

        The calibration and the threshold come from segments of respondents that were left out (five folds).
        """
        labels = self.coded.labels[rows]
        enough = labels.sum(axis=0) >= LEAST_EXAMPLES
        if not enough.any():
            return FittedClassifier(self, np.zeros((self.features.shape[1] + 1, len(enough))), enough, None, np.inf)
        fold = folds_of(self.coded.group[rows], _INNER, 0)
        apart = np.full(labels.shape, np.nan)
        for number in np.unique(fold):
            out = fold == number
            apart[out] = linear(ridge(self.features[rows[~out]], labels[~out]), self.features[rows[out]])
        seen, hit = apart[:, enough].ravel()[:, None], labels[:, enough].ravel()
        beta = fit_logistic(seen, hit)
        weights = ridge(self.features[rows], labels)
        return FittedClassifier(self, weights, enough, beta, best_threshold(chances(beta, seen), hit))


@dataclass(frozen=True)
class FittedClassifier:
    """Weights (p + 1, k) with the intercept last, codes with examples enough, calibration (2,) and threshold."""

    base: Classifier
    weights: np.ndarray
    enough: np.ndarray
    beta: np.ndarray | None
    threshold: float

    def score(self, rows: np.ndarray) -> Scores:
        """Chances; a code with too few examples is never offered."""
        seen = linear(self.weights, self.base.features[rows])
        if self.beta is None:
            return Scores(np.full(seen.shape, np.nan), seen, np.zeros(seen.shape, dtype=bool))
        chance = np.where(self.enough, chances(self.beta, seen[..., None]), 0.0)
        return Scores(chance, seen, self.enough & (chance >= self.threshold))

    def because(self, row: int, code: int) -> Mapping[str, Any]:
        """The words of the segment that speak most for the code, or that it is its whole meaning."""
        words = self.base.words
        said = words.counts[[row]]
        weights = words.directions.T @ self.weights[self.base.n_vector : -1, code]
        share = said.data * weights[said.indices]
        best = [place for place in np.argsort(-share)[:_WORDS] if share[place] > 0]
        if not best:
            return {"kind": "meaning"}
        return {"kind": "words", "words": ", ".join(str(words.lemmas[said.indices[place]]) for place in best)}


def ridge(features: np.ndarray, labels: np.ndarray, penalty: float = _PENALTY) -> np.ndarray:
    """Regularised least squares for all codes at once (Rifkin, Yeo & Poggio 2003), with an intercept that is free.

    Parameters
    ----------
    features : float array, (n, p)
    labels : bool array, (n, k)
    penalty : float
        On the sum of squared weights.

    Returns
    -------
    float array, (p + 1, k)
        The intercept last.
    """
    middle, share = features.mean(axis=0), labels.mean(axis=0)
    x, y = features - middle, labels - share
    n, p = x.shape
    if n < p:
        weights = x.T @ np.linalg.solve(x @ x.T + penalty * np.eye(n), y)
    else:
        weights = np.linalg.solve(x.T @ x + penalty * np.eye(p), x.T @ y)
    return np.vstack([weights, share - middle @ weights])


def linear(weights: np.ndarray, features: np.ndarray) -> np.ndarray:
    """What :func:`ridge` expects of segments, (m, k)."""
    found: np.ndarray = features @ weights[:-1] + weights[-1]
    return found


def make_classifier(
    coded: CodedSegments, vectors: np.ndarray, model: str, paths: list[str], language: str
) -> Classifier:
    """Features of all segments; words are weighed without looking at codes.

    Raises
    ------
    InterviewError
        V171: scikit-learn is not installed; V181: no code has examples enough.
    """
    try:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        raise InterviewError("V171", package="scikit-learn", extra="interviews") from None
    given = coded.labels[coded.read].sum(axis=0)
    few = [f"{path} ({n})" for path, n in zip(paths, given, strict=True) if n < LEAST_EXAMPLES]
    if len(few) == len(paths):
        raise InterviewError("V181", least=LEAST_EXAMPLES, n=int(given.max(initial=0)))
    lemma, left_out = lemmatiser(language), stop_words(language)

    def lemmas_of(text: str) -> list[str]:
        return [lemma(word) for word in map(str.lower, WORD.findall(text)) if word not in left_out]

    texts = coded.segments["text"].tolist()
    weigher = TfidfVectorizer(analyzer=lemmas_of, min_df=min(2, len(texts)), sublinear_tf=True)
    counts = weigher.fit_transform(texts).tocsr()
    reducer = TruncatedSVD(max(1, min(_DIMENSIONS, min(counts.shape) - 1)), random_state=0)
    reduced = reducer.fit_transform(counts)
    words = WordWeights(counts, weigher.get_feature_names_out(), reducer.components_)
    problems = (Problem("V182", values={"least": LEAST_EXAMPLES, "n": len(few), "codes": few}),) if few else ()
    return Classifier(model, coded, np.hstack([vectors, reduced]), words, vectors.shape[1], problems)
