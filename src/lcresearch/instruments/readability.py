"""How hard Dutch text is to read: words a sentence, syllables a word, rare words, and the formula of Flesch and Douma.

A formula says little about one short question. It is a limit over a whole instrument, beside limits that do work for
single questions: few words, no long words and no rare words that readers do not know.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lcresearch.instruments.word_frequency import MIN_ZIPF, zipf

if TYPE_CHECKING:
    from lcresearch.instruments.model import Instrument

MAX_WORDS = 15
"""Most words in a question."""
MAX_SENTENCE = 20
"""Most words in a sentence of instructions and help."""
MAX_SYLLABLES = 4
"""Most syllables in a word, unless the word is listed as known."""
MIN_FLESCH_DOUMA = 60.0
"""Lowest Flesch-Douma score over the questions of an instrument: standard Dutch, readable for most adults."""

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PART_BREAK = re.compile(r"['’-]")
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?])\s+")
_VOWEL_SOUNDS = re.compile(
    r"e(?=um(?![aeiou]))|eau|aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|au|ou|ai|oi|ay|ey|oy|éé|óó|ëe|ëi|üi|ïe"
    r"|y(?![aeiou])|[aeiouàáâäèéêëìíîïòóôöùúûü]",
    re.IGNORECASE,
)
_BORROWED_SYLLABLES = {
    **{"chatgpt": 4, "hbo": 3, "ict": 3, "lbo": 3, "mbo": 3, "mdgo": 4, "vmbo": 4},
    **dict.fromkeys(("team", "lead", "learn", "coach", "board", "search", "phone", "drone"), 1),
    **dict.fromkeys(("online", "offline", "deadline", "update", "website", "software", "hardware", "service"), 2),
}
_BORROWED = re.compile("|".join(sorted(_BORROWED_SYLLABLES, key=len, reverse=True)), re.IGNORECASE)


def words(text: str) -> list[str]:
    """The words of a text; what begins with a digit is none.

    Examples
    --------
    >>> words("Op school was ik vaak bang om fouten te maken.")[:3]
    ['Op', 'school', 'was']
    """
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a colon ends none.

    Examples
    --------
    >>> sentences("Tel alles mee: ook lezen. Een schatting is goed.")
    ['Tel alles mee: ook lezen.', 'Een schatting is goed.']
    """
    return [sentence for sentence in _SENTENCE_BREAK.split(text) if words(sentence)]


@cache
def syllables(word: str) -> int:
    """Number of syllables of a Dutch word, counted by vowel sounds; common English loans are known.

    A vowel sound is one of the spellings with several letters (*aa, ieu, oei*), or a single vowel; a trema begins a new
    one. An abbreviation in capitals or without a vowel is said letter by letter, as are *mbo, hbo, vmbo* and *ict*.
    Wrong counts, here and with the hyphenation patterns of *pyphen* 0.18.1 (*textstat* 0.7.13 uses the same):

    - 160 words of work and learning, with hard cases and loans, on which the rules were made: 0 here, 16 there;
    - 109 words drawn from the 20,000 most frequent (130, without names and English words), after that: 0 and 2;
    - the 527 distinct words of the questions of the library, on which abbreviations and *éé* were added: 0 and 20.

    Patterns for breaking lines leave a syllable of one letter unmarked (*e-nergie, i-dee, vrijdag-a-vond*), which a
    reader does say; so no library of hyphenation is used.

    Examples
    --------
    >>> [syllables(word) for word in ("fout", "leren", "ideeën", "situatie", "beoordelen", "teamleider", "zzp'er")]
    [1, 2, 3, 4, 4, 3, 4]
    """
    return max(sum(_syllables_of_part(part) for part in _PART_BREAK.split(word)), 1)


def _syllables_of_part(part: str) -> int:
    spelled = len(part) > 1 and (part.isupper() or not _VOWEL_SOUNDS.search(part))
    if spelled:
        return len(part)
    borrowed = sum(_BORROWED_SYLLABLES[match.lower()] for match in _BORROWED.findall(part))
    return borrowed + len(_VOWEL_SOUNDS.findall(_BORROWED.sub("-", part)))


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


def long_words(text: str, known: Iterable[str] = ()) -> list[str]:
    """Words of more than four syllables that are not known.

    Examples
    --------
    >>> long_words("Ik draag verantwoordelijkheid voor mijn werk.")
    ['verantwoordelijkheid']
    """
    return [word for word in _unknown(text, known) if syllables(word) > MAX_SYLLABLES]


def rare_words(text: str, known: Iterable[str] = ()) -> list[str]:
    """Words that are less frequent in Dutch than once in a million, with all their parts, and are not known.

    Examples
    --------
    >>> rare_words("Onder werktijd denken wij na over valorisatie.")
    ['valorisatie']
    """
    return [word for word in _unknown(text, known) if zipf(word) < MIN_ZIPF]


def _unknown(text: str, known: Iterable[str]) -> list[str]:
    known = {word.casefold() for word in known}
    return [word for word in words(text) if word.casefold() not in known]


@dataclass(frozen=True)
class Figures:
    """How hard one Dutch text is to read. All but ``words`` are NaN or empty for a text without words."""

    words: int
    """Number of words."""
    syllables_per_word: float
    """Mean number of syllables of its words."""
    letters_per_word: float
    """Mean number of characters of its words."""
    longest_word: str
    """The word with the most syllables; of equals the one with the most letters, then the first."""
    zipf: float
    """Mean Zipf frequency of its words: 3 is once in a million, 6 once in a thousand."""
    rarest_word: str
    """The least frequent word."""
    rarest_zipf: float
    """Zipf frequency of that word."""
    flesch_douma: float
    """Reading ease of Flesch and Douma: 60 is plain, 100 very easy."""


def figures(texts: Iterable[str]) -> Figures:
    """How hard Dutch texts are to read, taken together.

    Examples
    --------
    >>> found = figures(["Onder werktijd leren wij van fouten."])
    >>> found.words, found.longest_word, found.rarest_word, round(found.zipf, 1), round(found.flesch_douma)
    (6, 'werktijd', 'fouten', 6.0, 73)
    """
    texts = list(texts)
    found = [word for text in texts for word in words(text)]
    if not found:
        return Figures(0, math.nan, math.nan, "", math.nan, "", math.nan, math.nan)
    rarest = min(found, key=zipf)
    return Figures(
        words=len(found),
        syllables_per_word=sum(map(syllables, found)) / len(found),
        letters_per_word=sum(map(len, found)) / len(found),
        longest_word=max(found, key=lambda word: (syllables(word), len(word))),
        zipf=sum(map(zipf, found)) / len(found),
        rarest_word=rarest,
        rarest_zipf=zipf(rarest),
        flesch_douma=flesch_douma(texts),
    )


def dutch_questions(instrument: Instrument) -> dict[str, str]:
    """Id of each question: its words in Dutch, without questions that are not in Dutch."""
    return {item.id: item.text["nl"] for item in instrument.items if "nl" in item.text}
