"""The words by which topics are named: lemmas with content, that several persons use, and that are no names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from lcresearch.interviews.text.words import WORD, lemmatiser, spoken_words, stop_words

LEAST_PERSONS = 3
"""Persons who must use a word before it may name a topic, where there are at least twice as many."""
_LEAST_SEGMENTS, _SHORTEST, _MOST = 2, 3, 0.5
_BETWEEN, _LOOK_BACK = " \t\r\"'“‘([«-–—", 12


@dataclass(frozen=True)
class Vocabulary:
    """Words, and how often each stands in each segment.

    Attributes
    ----------
    words : list of str
        One for each lemma, in the alphabetical order of lemmas: the lemma itself where somebody said it, else the form
        that was said most.
    counts : (n, len(words)) sparse array of int
    n_content : (n,) array of int
        Words with content of each segment, also those that are too rare to be in ``words``.
    """

    words: list[str]
    counts: sparse.csr_array
    n_content: np.ndarray


def count_words(texts: Sequence[str], persons: Sequence[str], language: str) -> Vocabulary:
    """Count words with content.

    Left out are stop words, words that hold a conversation going, words of one or two letters, names (words that are
    written with a capital inside sentences more often than not), words in more than half of the segments, in one
    segment only, or used by one or two persons where six or more speak: these tell a person from others, not a theme.

    Parameters
    ----------
    texts, persons : sequence of str, length n
        Segments, and who said each.
    language : str

    Examples
    --------
    >>> said = ["Leren van fouten, zegt Bakker.", "Fouten maken en leren.", "De machine staat stil."]
    >>> count_words(said, ["a", "b", "c"], "nl").words  # 'machine' stands in one segment, 'Bakker' is a name
    ['fouten', 'leren']
    """
    lemma, empty = lemmatiser(language), stop_words(language) | spoken_words(language)
    names = _names(texts)
    kept: list[Counter[str]] = []
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        pairs = [(word, lemma(word)) for word in map(str.lower, WORD.findall(text)) if word not in names]
        pairs = [(word, root) for word, root in pairs if len(root) >= _SHORTEST and not {word, root} & empty]
        kept.append(Counter(root for _, root in pairs))
        for word, root in pairs:
            forms.setdefault(root, Counter())[word] += 1
    n_content = np.array([sum(each.values()) for each in kept], dtype=np.int64)
    words = _frequent(kept, persons)
    column = {word: place for place, word in enumerate(words)}
    rows, columns, numbers = [], [], []
    for row, each in enumerate(kept):
        for word in sorted(each.keys() & column.keys()):
            rows.append(row)
            columns.append(column[word])
            numbers.append(each[word])
    shape = (len(texts), len(words))
    counts = sparse.csr_array((np.array(numbers, dtype=np.int64), (rows, columns)), shape=shape)
    return Vocabulary([_said(word, forms[word]) for word in words], counts, n_content)


def _said(lemma: str, forms: Counter[str]) -> str:
    """The lemma, or the form that was said most where nobody said the lemma ('onderzoekster' for 'onderzoekers')."""
    return lemma if lemma in forms else min(forms, key=lambda form: (-forms[form], form))


def _frequent(kept: Sequence[Counter[str]], persons: Sequence[str]) -> list[str]:
    """Words of enough persons and segments, and of not too many."""
    n_segments = Counter(word for each in kept for word in each)
    users: dict[str, set[str]] = {}
    for each, person in zip(kept, persons, strict=True):
        for word in each:
            users.setdefault(word, set()).add(person)
    least = LEAST_PERSONS if len(set(persons)) >= 2 * LEAST_PERSONS else 1
    most = max(_MOST * len(kept), _LEAST_SEGMENTS)
    return sorted(
        word for word, n in n_segments.items() if _LEAST_SEGMENTS <= n <= most and len(users[word]) >= least
    )  # fmt: skip


def _names(texts: Sequence[str]) -> frozenset[str]:
    """Words that are mostly written with a capital where no sentence begins; words all in capitals are none."""
    capital, inside = Counter[str](), Counter[str]()
    for text in texts:
        for found in WORD.finditer(text):
            word = found[0]
            if (len(word) > 1 and word.isupper()) or _begins_sentence(text, found.start()):
                continue
            inside[word.lower()] += 1
            capital[word.lower()] += word[0].isupper()
    return frozenset(word for word, n in capital.items() if n > inside[word] / 2)


def _begins_sentence(text: str, place: int) -> bool:
    before = text[max(place - _LOOK_BACK, 0) : place].rstrip(_BETWEEN)
    return not before or before[-1] in ".!?…:\n"
