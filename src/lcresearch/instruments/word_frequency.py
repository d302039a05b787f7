"""How common Dutch words are: the Zipf frequency of a word, or of its parts when it is a compound.

Frequencies come from the package *wordfreq*: subtitles, Wikipedia, news, books, the web and Twitter together. On the
Zipf scale 3 is once in a million words, 6 once in a thousand; words up to 3 are called low in frequency.

Why the limit is 3: of the 787 distinct words that the library puts before respondents in Dutch, 7 are rarer (*ChatGPT,
VR-bril, lbo, lts, mts, mdgo, uitkom*) and listed as known; without looking at parts and endings it would be 23, plain
ones such as *oppikt* among them. At 3.5 it would be 24, *oefen* and *trucje* among them. Of 26 words of jargon 13 are
below 3 (*facilitator, valorisatie*) and 18 below 3.5. So jargon passes (*reflectie, implementatie*): a test on
frequency warns, it does not acquit. ``benchmarks/plain_language.py`` counts these figures anew.

References
----------
Speer, R. (2022). rspeer/wordfreq: v3.0. Zenodo. https://doi.org/10.5281/zenodo.7199437

Van Heuven, W. J. B., Mandera, P., Keuleers, E., & Brysbaert, M. (2014). SUBTLEX-UK: A new and improved word frequency
database for British English. Quarterly Journal of Experimental Psychology, 67(6), 1176-1190.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

MIN_ZIPF = 3.0
"""Least frequent that a word in a question may be, unless it is listed as known: once in a million words."""

_PARTICLES = ("aan", "af", "bij", "in", "mee", "na", "om", "op", "toe", "uit")
_SHORTEST_PART, _SHORT_PART = 4, 3
_VERY_COMMON = 4.3
_ENDINGS = ("s", "e", "en")
_LINKS = ("", "s", "e", "en")


@cache
def zipf(word: str) -> float:
    """Zipf frequency of a Dutch word: its own, or that of the least frequent part of a compound, whichever is higher.

    Dutch writes compounds as one word, so a counted frequency says little about how hard they are: *werktijd* is rare
    and still plain, as *werk* and *tijd* are. A word is therefore also split in two, at a hyphen or anywhere, with a
    linking *s*, *e* or *en* between. Both parts have at least four letters (three at a hyphen), or the first is a
    particle of a verb (*op, uit, mee*) or a word of three that is used all the time (*vak*: Zipf 4.3 and more). The
    split whose least frequent part is most frequent counts, if that is more than the word has by itself. A final
    *s, e* or *en* may be an ending (*iets handigs*), a hyphen may be left out.

    This is the most lenient reading: a compound can mean something else than its parts (*draagvlak*), and a loan can
    happen to fall apart in two words.

    Parameters
    ----------
    word : str
        One word; capitals do not matter.

    Returns
    -------
    float
        0 for a word that was never seen, 7.7 for *de*.

    Examples
    --------
    >>> [round(zipf(word), 1) for word in ("werk", "werktijd", "leervermogen", "disseminatie")]
    [5.8, 5.8, 4.5, 1.3]
    """
    word = word.casefold().replace("’", "'")
    return max([_own(word), *(min(_own(part) for part in split) for split in _splits(word))])


def _splits(word: str) -> Iterator[tuple[str, ...]]:
    if "-" in word.strip("-"):
        parts = tuple(word.split("-"))
        yield (word.replace("-", ""),)
        if all(len(part) >= _SHORT_PART for part in parts):
            yield parts
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_PART:
            yield (word.removesuffix(ending),)
    for at in range(2, len(word) - _SHORTEST_PART + 1):
        head, tail = word[:at], word[at:]
        if head in _PARTICLES or (at == _SHORT_PART and _own(head) >= _VERY_COMMON):
            yield head, tail
        for link in _LINKS:
            stem = head.removesuffix(link)
            if head.endswith(link) and len(stem) >= _SHORTEST_PART:
                yield stem, tail


@cache
def _own(word: str) -> float:
    frequency = _frequencies().get(word, 0.0)
    return round(math.log10(frequency) + 9, 2) if frequency else 0.0


@cache
def _frequencies() -> dict[str, float]:
    from wordfreq import get_frequency_dict

    return get_frequency_dict("nl", wordlist="best")
