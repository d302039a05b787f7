"""Suggestions by likeness to the definition of a code and to what was coded with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lcresearch.errors import Problem
from lcresearch.interviews.codebook.model import Code
from lcresearch.interviews.suggestions.calibration import best_threshold, chances, fit_logistic
from lcresearch.interviews.suggestions.coded_segments import CodedSegments
from lcresearch.interviews.suggestions.method import Scores, folds_of

_INNER, _UNCALIBRATED, _HALF = 5, 2.5, 0.5
_QUOTE = 90


@dataclass(frozen=True)
class Examples:
    """What was coded, as vectors.

    Attributes
    ----------
    texts, names : list of str, length m
        The quotes and the names of their documents.
    vectors : float array, (m, d)
    code, group : int array, (m,)
        Number of the code, and of the respondent as in ``CodedSegments.group``.
    """

    texts: list[str]
    names: list[str]
    vectors: np.ndarray
    code: np.ndarray
    group: np.ndarray


@dataclass(frozen=True)
class Similarity:
    """Vectors of segments, definitions and examples.

    Attributes
    ----------
    model : str
    coded : CodedSegments
    vectors : float array, (n, d)
    to_definition : float array, (n, k)
        Cosine of segment and definition, standardised over all segments of the project for each code.
    definitions : list of str
    examples : Examples
    problems : tuple of Problem
    """

    model: str
    coded: CodedSegments
    vectors: np.ndarray
    to_definition: np.ndarray
    definitions: list[str]
    examples: Examples
    problems: tuple[Problem, ...] = ()

    def fit(self, rows: np.ndarray) -> FittedSimilarity:
        """Weigh definition, examples and how often a code is given, by what was coded.

        One logistic regression holds for all codes together, since most codes have few examples. Likeness to examples
        is that of other respondents while it is fitted (five folds), as it will be in use.
        """
        labels = self.coded.labels[rows]
        groups = np.unique(self.coded.group[rows])
        if not labels.any():
            return FittedSimilarity(self, groups, None, np.inf, np.zeros(labels.shape[1]))
        fold = folds_of(self.coded.group[rows], _INNER, 0)
        features = np.empty((*labels.shape, 3))
        for number in np.unique(fold):
            others, here = rows[fold != number], rows[fold == number]
            known = np.unique(self.coded.group[others])
            features[fold == number] = self.features(here, known, self.log_odds(others))
        flat, hit = features.reshape(-1, 3), labels.ravel()
        beta = fit_logistic(flat, hit)
        return FittedSimilarity(self, groups, beta, best_threshold(chances(beta, flat), hit), self.log_odds(rows))

    def log_odds(self, rows: np.ndarray) -> np.ndarray:
        """How often each code is given, with half a segment more for those never given, (k,)."""
        given = self.coded.labels[rows].sum(axis=0) + _HALF
        found: np.ndarray = np.log(given / (len(rows) + 2 * _HALF - given))
        return found

    def features(self, rows: np.ndarray, groups: np.ndarray, log_odds: np.ndarray) -> np.ndarray:
        """Likeness to examples of these respondents and to the definition, and the log odds of the code: (m, k, 3)."""
        like = self.to_examples(groups)[rows]
        return np.stack([like, self.to_definition[rows], np.broadcast_to(log_odds, like.shape)], axis=-1)

    def to_examples(self, groups: np.ndarray) -> np.ndarray:
        """Cosine of segments and the mean of a code's examples, standardised over segments; 0 without examples."""
        among = np.isin(self.examples.group, groups)
        sums = np.zeros((self.coded.labels.shape[1], self.vectors.shape[1]))
        np.add.at(sums, self.examples.code[among], self.examples.vectors[among])
        return standardised(self.vectors @ sums.T)


@dataclass(frozen=True)
class FittedSimilarity:
    """Likeness with weights: ``beta`` (4,) or None where nothing was coded, and the threshold of a suggestion."""

    base: Similarity
    groups: np.ndarray
    beta: np.ndarray | None
    threshold: float
    log_odds: np.ndarray

    def score(self, rows: np.ndarray) -> Scores:
        """Chances; where nothing was coded the segments that are most like a definition, without a chance."""
        if self.beta is None:
            like = self.base.to_definition[rows]
            return Scores(np.full(like.shape, np.nan), like, like >= _UNCALIBRATED)
        features = self.base.features(rows, self.groups, self.log_odds)
        chance = chances(self.beta, features)
        return Scores(chance, features[..., 0] + features[..., 1], chance >= self.threshold)

    def because(self, row: int, code: int) -> Mapping[str, Any]:
        """The coded example that is most like it, or the definition where that is nearer (or nothing was coded)."""
        base, examples = self.base, self.base.examples
        vector = base.vectors[row]
        among = np.flatnonzero(np.isin(examples.group, self.groups) & (examples.code == code))
        near = examples.vectors[among] @ vector
        if not len(among):
            return {"kind": "definition", "definition": shortened(base.definitions[code])}
        nearest = among[np.argmax(near)]
        return {
            "kind": "example",
            "example": shortened(examples.texts[nearest]),
            "name": examples.names[nearest],
            "likeness": round(float(near.max()), 2),
        }


def standardised(values: np.ndarray) -> np.ndarray:
    """Columns with mean 0 and standard deviation 1; columns without spread become 0."""
    spread = values.std(axis=0)
    found: np.ndarray = (values - values.mean(axis=0)) / np.where(spread > 1e-12, spread, np.inf)
    return found


def definition_of(code: Code) -> str:
    """Name, definition, when to use it and an example, as one text."""
    parts = [code.name, code.definition, code.use_when, code.example]
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip()) or code.id


def shortened(text: str) -> str:
    """One line of at most 90 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE else line[: _QUOTE - 1] + "…"
