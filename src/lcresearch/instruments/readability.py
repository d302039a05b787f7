"""How hard Dutch text is to read: words a sentence, syllables a word, and the formula of Flesch and Douma.

A formula says little about one short question. It is a limit over a whole instrument, beside two limits that do work
for single questions: few words, and no long words that readers do not know.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument

MAX_WORDS = 15
"""Most words in a question."""
MAX_SYLLABLES = 4
"""Most syllables in a word, unless the word is listed as known."""
MIN_FLESCH_DOUMA = 60.0
"""Lowest Flesch-Douma score over the questions of an instrument: standard Dutch, readable for most adults."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)")
_VOWEL_SOUNDS = re.compile(
    r"eau|aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|au|ou|[aeiouyàáâäèéêëìíîïòóôöùúûü]", re.IGNORECASE
)
_BORROWED = re.compile(r"team|coach|leader|update|online|offline|email|e-mail|mail|trainee", re.IGNORECASE)
_BORROWED_SYLLABLES = {"leader": 2, "update": 2, "online": 2, "offline": 2, "email": 2, "e-mail": 2, "trainee": 2}


def words(text: str) -> list[str]:
    """The words of a text.

    Examples
    --------
    >>> words("Op school was ik vaak bang om fouten te maken.")[:3]
    ['Op', 'school', 'was']
    """
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """Number of syllables of a Dutch word, counted by vowel sounds; common English loans are known.

    Examples
    --------
    >>> [syllables(word) for word in ("fout", "leren", "ideeën", "situatie", "beoordelen", "teamleider")]
    [1, 2, 3, 4, 4, 3]
    """
    borrowed = [match.lower() for match in _BORROWED.findall(word)]
    rest = _BORROWED.sub("-", word)
    count = len(_VOWEL_SOUNDS.findall(rest)) + sum(_BORROWED_SYLLABLES.get(part, 1) for part in borrowed)
    return max(count, 1)


def flesch_douma(texts: Iterable[str]) -> float:
    """Reading ease of Dutch texts: 206.84 - 0.77 * syllables per 100 words - 0.93 * words per sentence.

    Parameters
    ----------
    texts : iterable of str
        Questions or paragraphs; each ends a sentence, also without a full stop.

    Returns
    -------
    float
        About 100 is very easy, 60 to 70 standard, below 30 scientific. NaN without words.

    References
    ----------
    Douma, W. H. (1960). De leesbaarheid van landbouwbladen. Wageningen: Landbouwhogeschool. After Flesch (1948).

    Examples
    --------
    >>> round(flesch_douma(["Ik leer graag.", "Wij praten over fouten."]), 2)
    93.59
    """
    texts = list(texts)
    found = [word for text in texts for word in words(text)]
    if not found:
        return math.nan
    sentences = sum(max(len(_SENTENCE_END.findall(text.rstrip() + " ")), 1) for text in texts if words(text))
    per_100_words = 100 * sum(map(syllables, found)) / len(found)
    return 206.84 - 0.77 * per_100_words - 0.93 * len(found) / sentences


def flesch_douma_of(instrument: Instrument) -> float:
    """Flesch-Douma over the Dutch questions of an instrument; NaN when it is not in Dutch."""
    return flesch_douma(item.text["nl"] for item in instrument.items if "nl" in item.text)


def long_words(text: str, known: Iterable[str] = ()) -> list[str]:
    """Words of more than four syllables that are not known."""
    known = {word.casefold() for word in known}
    return [word for word in words(text) if syllables(word) > MAX_SYLLABLES and word.casefold() not in known]
