"""Suggestions by search phrases of the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.codebook.phrases import Phrase, parse_phrase, phrase_problems
from lcresearch.interviews.suggestions.coded_segments import CodedSegments
from lcresearch.interviews.suggestions.method import Scores
from lcresearch.interviews.suggestions.phrase_matching import Hit, find_phrases

_PRIOR = 4.0
"""Hits of an average code that the precision of one code is pulled to."""


@dataclass(frozen=True)
class Rules:
    """Search phrases and where they stand.

    Attributes
    ----------
    model : str
    coded : CodedSegments
    found : dict of (int, int) to list of (Phrase, Hit)
        Row and code -> phrases of this code in this segment.
    hits : int array, (n, k)
        How many different phrases.
    problems : tuple of Problem
    """

    model: str
    coded: CodedSegments
    found: Mapping[tuple[int, int], list[tuple[Phrase, Hit]]]
    hits: np.ndarray
    problems: tuple[Problem, ...] = ()

    def fit(self, rows: np.ndarray) -> FittedRules:
        """Count how often a segment with a phrase has the code."""
        hits = self.hits[rows] > 0
        right = (hits & self.coded.labels[rows]).sum(axis=0)
        total = hits.sum(axis=0)
        if not total.sum():
            return FittedRules(self, np.full(len(total), np.nan))
        average = right.sum() / total.sum()
        return FittedRules(self, (right + _PRIOR * average) / (total + _PRIOR))


@dataclass(frozen=True)
class FittedRules:
    """Rules with the precision of each code: share of the segments with a phrase that were coded so, (k,)."""

    rules: Rules
    precision: np.ndarray

    def score(self, rows: np.ndarray) -> Scores:
        """A segment is offered where a phrase stands; its score is the precision of the code."""
        hits = self.rules.hits[rows]
        return Scores(np.where(hits > 0, self.precision, 0.0), hits.astype(float), hits > 0)

    def because(self, row: int, code: int) -> Mapping[str, Any]:
        """The phrases and the words that they found."""
        said = str(self.rules.coded.segments["text"].iloc[row])
        found = self.rules.found[row, code]
        phrases = [phrase.text for phrase, _ in found]
        return {
            "kind": "phrase",
            "phrases": "', '".join(dict.fromkeys(phrases)),
            "words": "', '".join(dict.fromkeys(said[hit.start : hit.end] for _, hit in found)),
        }


def find_rules(coded: CodedSegments, book: Codebook, language: str) -> Rules:
    """Look for the phrases of all codes.

    Raises
    ------
    InterviewError
        V170: a phrase that cannot be used; V171: spaCy is not installed; V173: no code has phrases in this language.
    """
    said = {code: book[code].patterns.get(language, ()) for code in coded.codes if code in book.by_id}
    wrong = [
        Problem("V170", Place(), {"path": book.path(code)} | values)
        for code, phrases in said.items()
        for _, _, values in phrase_problems({language: phrases})
    ]
    if wrong:
        raise InterviewError(wrong)
    if not any(said.values()):
        raise InterviewError("V173", language=language)
    owners = [(number, text) for number, code in enumerate(coded.codes) for text in said.get(code, ())]
    phrases = [phrase for _, text in owners if isinstance(phrase := parse_phrase(text), Phrase)]
    found: dict[tuple[int, int], list[tuple[Phrase, Hit]]] = {}
    for hit in find_phrases(coded.segments["text"].tolist(), phrases, language):
        found.setdefault((hit.text, owners[hit.phrase][0]), []).append((phrases[hit.phrase], hit))
    hits = np.zeros(coded.labels.shape, dtype=np.int64)
    for place, each in found.items():
        hits[place] = len({hit.phrase for _, hit in each})
    without = [book.path(code) for code in coded.codes if not said.get(code)]
    note = (Problem("V174", values={"n": len(without), "codes": without, "language": language}),) if without else ()
    model = " ".join(filter(None, [book.name, book.version]))
    return Rules(model, coded, found, hits, note)
