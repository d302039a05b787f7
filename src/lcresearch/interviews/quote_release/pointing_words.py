"""Words in a quote that may point to a person: names, firms, numbers, dates, addresses, words that few use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

import pandas as pd

from lcresearch.interviews.corpus import Corpus

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+|www\.\S+|\+?\d[\d\s().-]{7,}\d")
_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    "january|february|march|may|june|july|august|october"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}\s+)?(?:{_MONTHS})(?:\s+\d{{4}})?\b|\b\d{{1,2}}[-/]\d{{1,2}}(?:[-/]\d{{2,4}})?\b|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_TENS_NL = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
_TENS_EN = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMBER = re.compile(
    rf"\b(?:\d[\d.,]*|(?:twee|drie|vier|vijf|zes|zeven|acht|negen)?(?:honderd|duizend)\w*|"
    rf"tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|negentien|"
    rf"(?:(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen)(?:en|ën))?(?:{_TENS_NL})|"
    rf"ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    rf"(?:{_TENS_EN})(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|hundreds?|thousands?)\b",
    re.IGNORECASE,
)
_RARE = 2.5
_KINDS = ("listed", "contact", "date", "number", "name", "only_here", "rare")


def pointing_words(
    quote: str,
    *,
    names: Collection[str] = (),
    corpus: Corpus | None = None,
    document: str | None = None,
    language: str = "nl",
) -> pd.DataFrame:
    """Words that a reader could recognise somebody by. A person decides; nothing is changed.

    Parameters
    ----------
    quote : str
    names : collection of str
        Of the study: persons, firms, places, in all spellings. Values of attributes of the document are added.
    corpus : Corpus, optional
        To find words that one interview only has.
    document : str, optional
        Id of the document of the quote.
    language : {"nl", "en"}
        Of the list of frequent words (wordfreq).

    Returns
    -------
    DataFrame
        ``start, end, word, kind``: ``listed`` (a name of the study), ``contact`` (mail, phone, web address), ``date``,
        ``number`` (of ten and more, or in digits), ``name`` (a capital inside a sentence), ``only_here`` (a rare word
        of one interview), ``rare`` (fewer than one in three million words). What overlaps is named once, by the first
        kind. A word that is not listed can point to somebody all the same: read the quote.

    Examples
    --------
    >>> found = pointing_words("Met achttien man zitten we, zegt Ton, bij Bakkerij De Korst.", names=["De Korst"])
    >>> found[["word", "kind"]].values.tolist()
    [['achttien', 'number'], ['Ton', 'name'], ['Bakkerij', 'name'], ['De Korst', 'listed']]
    """
    listed = {name.strip() for name in names if name.strip()}
    if corpus is not None and document is not None:
        values = corpus[document].attributes.values()
        listed |= {str(value).strip() for value in values if isinstance(value, str) and len(value.strip()) > 2}
    hits = [(*found.span(), kind) for kind, found in _matches(quote, listed)]
    others = _elsewhere(corpus, document)
    for found in _WORD.finditer(quote):
        kind = _kind_of_word(quote, found, language, others)
        if kind:
            hits.append((*found.span(), kind))
    kept: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(hits, key=lambda hit: (_KINDS.index(hit[2]), hit[0])):
        if all(end <= a or start >= b for a, b, _ in kept):
            kept.append((start, end, kind))
    rows = [(start, end, quote[start:end], kind) for start, end, kind in sorted(kept)]
    return pd.DataFrame(rows, columns=["start", "end", "word", "kind"])


def _matches(quote: str, listed: Iterable[str]) -> Iterable[tuple[str, re.Match[str]]]:
    for name in listed:
        spaced = r"\s+".join(map(re.escape, name.split()))
        yield from (("listed", found) for found in re.finditer(rf"(?<!\w){spaced}(?!\w)", quote, re.IGNORECASE))
    for kind, pattern in (("contact", _CONTACT), ("date", _DATE), ("number", _NUMBER)):
        yield from ((kind, found) for found in pattern.finditer(quote))


def _kind_of_word(quote: str, found: re.Match[str], language: str, others: frozenset[str] | None) -> str | None:
    word = found[0]
    before = quote[: found.start()].rstrip(" \t\"'“‘(")
    if word[0].isupper() and before and before[-1] not in ".!?…:\n" and word not in ("I", "I'm", "I'll", "U"):
        return "name"
    if len(word) < 4 or _frequency(word.lower(), language) >= _RARE:
        return None
    return "only_here" if others is not None and word.lower() not in others else "rare"


def _elsewhere(corpus: Corpus | None, document: str | None) -> frozenset[str] | None:
    """Words of all other documents."""
    if corpus is None or document is None:
        return None
    return frozenset(word for each in corpus if each.id != document for word in _words_of(each.text))


@cache
def _words_of(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))


def _frequency(word: str, language: str) -> float:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, language))
