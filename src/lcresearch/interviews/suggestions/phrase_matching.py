"""Find search phrases in texts: spaCy's matcher over the forms of words that the texts have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import takewhile
from typing import Any

import numpy as np

from lcresearch.errors import InterviewError
from lcresearch.interviews.codebook.phrases import Choice, Phrase
from lcresearch.interviews.text.words import lemmatiser

GAP_WORDS = 4
"""Words that ``...`` may stand for."""
_NEAR = 5
_SENTENCE_END = (".", "?", "!", "…")
_CLAUSE_END = frozenset({*_SENTENCE_END, ",", ";", ":", "–", "maar", "but"})
_NEGATIONS = {
    "nl": "niet geen nooit nauwelijks amper zonder niks niets niemand nergens noch evenmin",
    "en": "not n't n’t no never hardly barely without nothing nobody none nowhere neither nor cannot",
    "de": "nicht kein keine keinen keiner nie kaum ohne nichts niemand nirgends weder",
    "fr": "pas jamais rien personne sans aucun aucune ni guère",
}


@dataclass(frozen=True)
class Hit:
    """A phrase in a text: number of the phrase, number of the text, and code points in that text, end exclusive."""

    phrase: int
    text: int
    start: int
    end: int


def find_phrases(texts: Sequence[str], phrases: Sequence[Phrase], language: str = "nl") -> list[Hit]:
    """Every place where a phrase stands, by phrase and text; of places that begin alike the shortest.

    A phrase is looked for only in texts that have all of its words, so that many phrases cost little.

    Parameters
    ----------
    texts : sequence of str
    phrases : sequence of Phrase
    language : str
        Of the texts: how spaCy cuts words, which lemmas, and which words negate.

    Raises
    ------
    InterviewError
        V171: spaCy is not installed.

    Examples
    --------
    >>> from lcresearch.interviews.codebook.phrases import parse_phrase
    >>> text = "Daar hadden we geen tijd voor. Er werd van fouten geleerd."
    >>> found = find_phrases([text], [parse_phrase("geen|weinig tijd"), parse_phrase("fout ... leren")])
    >>> [text[hit.start : hit.end] for hit in found]
    ['geen tijd', 'fouten geleerd']
    """
    pipeline = _pipeline(language)
    cuts = [pipeline.make_doc(text) for text in texts]
    words = _Words(cuts, settled_lemma(language))
    negations = frozenset(_NEGATIONS.get(language, "").split())
    hits: list[Hit] = []
    for number, phrase in enumerate(phrases):
        forms = [words.forms(place) for place in _places(phrase, pipeline)]
        if not all(found for found in forms if found is not None):
            continue
        matcher = _matcher(pipeline, forms)
        for text in words.texts_with(forms):
            cut = cuts[text]
            for start, end in _shortest(matcher(cut)):
                if phrase.negated is None or phrase.negated == _is_negated(cut, start, end, negations):
                    span = cut[start:end]
                    hits.append(Hit(number, int(text), span.start_char, span.end_char))
    return hits


@cache
def settled_lemma(language: str) -> Callable[[str], str]:
    """Word in lower case -> a lemma that is its own lemma, so that all forms of a word meet.

    simplemma gives 'geleerd' as a form of 'leren', and 'leren' as one of 'leer': both become 'leer' here. Words stay as
    they are where simplemma is not installed.
    """
    lemmatise = lemmatiser(language)

    @cache
    def settled(word: str) -> str:
        seen = [word]
        while (lemma := lemmatise(seen[-1])) not in seen:
            seen.append(lemma)
        return min(seen[seen.index(lemma) :])  # two words that are each other's lemma meet in one of them

    return settled


class _Words:
    """The words of the texts in lower case: which texts have them, and which of them a phrase means."""

    def __init__(self, cuts: Sequence[Any], lemma: Callable[[str], str]) -> None:
        numbers: dict[str, list[int]] = {}
        for number, cut in enumerate(cuts):
            for word in {token.lower_ for token in cut}:
                numbers.setdefault(word, []).append(number)
        self._texts = {word: np.array(found) for word, found in numbers.items()}
        self._lemma = lemma
        self._by_lemma: dict[str, list[str]] = {}
        for word in self._texts:
            self._by_lemma.setdefault(lemma(word), []).append(word)
        self._known: dict[Choice, list[str]] = {}

    def forms(self, place: tuple[Choice, ...] | None) -> list[str] | None:
        """Words that fit one place of a phrase; None for a gap."""
        return None if place is None else sorted({word for choice in place for word in self._fitting(choice)})

    def _fitting(self, choice: Choice) -> list[str]:
        if choice not in self._known:
            among = self._texts if choice.by_letters else self._by_lemma.get(self._lemma(choice.letters), [])
            self._known[choice] = [word for word in among if choice.fits(word, self._lemma)]
        return self._known[choice]

    def texts_with(self, forms: list[list[str] | None]) -> np.ndarray:
        """Texts that have a word for each place, in order."""
        each = (np.unique(np.concatenate([self._texts[word] for word in place])) for place in forms if place)
        return reduce(lambda a, b: np.intersect1d(a, b, assume_unique=True), each)


def _places(phrase: Phrase, pipeline: Any) -> Iterator[tuple[Choice, ...] | None]:
    """Places of a phrase as spaCy cuts words: what it takes apart ('e-mail' in English) is several exact words."""
    for word in phrase.words:
        cut = [token.lower_ for token in pipeline.make_doc(word[0].letters)] if len(word) == 1 else []
        if len(cut) > 1 and not word[0].by_letters:
            yield from ((Choice(letters, exact=True),) for letters in cut)
        else:
            yield word or None


def _matcher(pipeline: Any, forms: list[list[str] | None]) -> Any:
    from spacy.matcher import Matcher

    gap = [{"LOWER": {"NOT_IN": list(_SENTENCE_END)}, "OP": "?"}] * GAP_WORDS
    places = [gap if place is None else [{"LOWER": {"IN": place}}] for place in forms]
    matcher = Matcher(pipeline.vocab)
    matcher.add("phrase", [[token for place in places for token in place]])
    return matcher


def _shortest(found: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Of matches that begin alike the shortest, in order."""
    ends: dict[int, int] = {}
    for _, start, end in found:
        ends[start] = min(end, ends.get(start, end))
    return sorted(ends.items())


def _is_negated(cut: Any, start: int, end: int, negations: frozenset[str]) -> bool:
    """Whether a negation stands in the phrase or near it, in the same part of the sentence."""
    if any(token.lower_ in negations for token in cut[start:end]):
        return True
    before = (cut[place].lower_ for place in range(start - 1, max(start - 1 - _NEAR, -1), -1))
    after = (cut[place].lower_ for place in range(end, min(end + _NEAR, len(cut))))
    return any(
        word in negations for side in (before, after) for word in takewhile(lambda word: word not in _CLAUSE_END, side)
    )


@cache
def _pipeline(language: str) -> Any:
    try:
        import spacy
    except ImportError:
        raise InterviewError("V171", package="spacy", extra="interviews") from None
    return spacy.blank(language)
