"""What is known of words: names, places, ordinary words, and the words that stand around names."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "ß": "ss", "đ": "d", "æ": "ae", "’": "'"})
_COMMON = 3.5
_VERY_COMMON = 4.8
_LEAST_PART = 3
_SHARE_OF_WORDS = 1e-5


@dataclass(frozen=True)
class Lexicon:
    """The words of a language that matter for names.

    Attributes
    ----------
    language : {"nl", "en"}
    given, surnames, places : mapping of str to bool
        In small letters, with and without accents -> whether it is an ordinary word too.
    long_places : frozenset of str
        Places of several words, in small letters.
    known_organisations : frozenset of str
        Public institutions that bear a name, in small letters.
    groups : mapping of str to frozenset of str
        Lists of words by what they are for, such as ``titles``.
    frequencies : mapping of str to float
        Share of each word in texts of the language; names are among them.
    """

    language: str
    given: Mapping[str, bool]
    surnames: Mapping[str, bool]
    places: Mapping[str, bool]
    long_places: frozenset[str]
    known_organisations: frozenset[str]
    groups: Mapping[str, frozenset[str]]
    frequencies: Mapping[str, float]

    def is_given(self, word: str) -> bool:
        """Whether a word in small letters is a given name."""
        return word in self.given

    def is_name(self, word: str) -> bool:
        """Whether each part of a word in small letters (``jansen-kuipers``) is a given name or a surname."""
        if word in self.given or word in self.surnames:
            return True
        parts = word.split("-")
        return len(parts) > 1 and all(part in self.given or part in self.surnames for part in parts)

    def is_sure_name(self, word: str) -> bool:
        """Whether a word in small letters is a name of a person and nothing else."""
        flags = [table[word] for table in (self.given, self.surnames, self.places) if word in table]
        return self.is_name(word) and not any(flags) and word not in self.groups["no_names"]

    def is_place(self, words: str) -> bool:
        """Whether words in small letters are a place."""
        return words in self.places or words in self.long_places

    def is_word(self, word: str) -> bool:
        """Whether a word in small letters is in ordinary use, as far as can be told; names often are too."""
        if word in self.groups["no_names"]:
            return True
        common = self.frequency(word)
        if word in self.given or word in self.surnames or word in self.places:
            return any(table.get(word, False) for table in (self.given, self.surnames, self.places))
        return common >= _COMMON or _known(word, self.language)

    def is_compound(self, word: str) -> bool:
        """Whether a word is made of two ordinary ones, as Dutch makes them."""
        cuts = range(_LEAST_PART, len(word) - _LEAST_PART + 1)
        return any(_known(word[:n], self.language) and _known(word[n:], self.language) for n in cuts)

    def frequency(self, word: str) -> float:
        """Logarithm (base 10) of how often a word occurs in a thousand million; 0 when never."""
        share = self.frequencies.get(word, 0.0)
        return math.log10(share) + 9 if share else 0.0

    def is_very_common(self, word: str) -> bool:
        """Whether a word stands on every page."""
        return self.frequency(word) >= _VERY_COMMON


def plain(text: str) -> str:
    """In small letters without accents.

    Examples
    --------
    >>> plain("Yıldız"), plain("Noël"), plain("Wiśniewski")
    ('yildiz', 'noel', 'wisniewski')
    """
    apart = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(character for character in apart if not unicodedata.combining(character))


def folded(text: str) -> str:
    """In small letters without accents, each character one character, so that places stay what they are.

    Examples
    --------
    >>> folded("Groß Yıldız")
    'groß yildiz'
    """
    return "".join(each if len(bare := plain(each)) != 1 else bare for each in text)


def lower(text: str) -> str:
    """In small letters, with accents as one character and straight apostrophes."""
    small = unicodedata.normalize("NFC", text.replace("İ", "I").lower())
    return small.replace("’", "'")


@cache
def lexicon(language: str) -> Lexicon:
    """The words of a language, read once."""
    from wordfreq import get_frequency_dict

    words = _yaml()
    groups: dict[str, frozenset[str]] = {}
    for name, listed in words.items():
        if name == "institutions":
            continue
        text = listed if isinstance(listed, str) else " ".join(listed[each] for each in _spoken(language))
        groups[name] = frozenset(text.split())
    frequencies = get_frequency_dict(language)
    given, surnames = _names("given_names.txt", frequencies), _names("surnames.txt", frequencies)
    if language == "en":
        english = groups["english_words"]
        given = {word: flag or word in english for word, flag in given.items()}
    places = _places(frequencies)
    return Lexicon(
        language,
        given,
        surnames,
        {name: flag for name, flag in places.items() if " " not in name},
        frozenset(name for name in places if " " in name),
        frozenset(name.strip().lower() for name in words["institutions"].split(",")),
        groups,
        frequencies,
    )


def _spoken(language: str) -> tuple[str, ...]:
    """Dutch interviews hold English words, and the other way round names are introduced in the language spoken."""
    return ("nl", "en") if language == "nl" else ("en", "nl")


@cache
def _yaml() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(_text("words.yaml"), Loader=_LOADER)
    return found


def _text(name: str) -> str:
    folder = resources.files("lcresearch.interviews.deidentification")
    return folder.joinpath("lists").joinpath(name).read_text(encoding="utf-8")


def _names(file: str, frequencies: Mapping[str, float]) -> dict[str, bool]:
    body = " ".join(line for line in _text(file).splitlines() if not line.startswith("#"))
    return _flagged(body.split(), frequencies)


def _places(frequencies: Mapping[str, float]) -> dict[str, bool]:
    from babel import Locale

    body = " ".join(line for line in _text("places.txt").splitlines() if not line.startswith("#"))
    countries = [
        re.sub(r" \(.*\)", "", name)
        for language in ("nl", "en")
        for code, name in Locale(language).territories.items()
        if code.isalpha()
    ]
    return _flagged([each.strip() for each in body.split(",")] + countries, frequencies)


def _flagged(listed: list[str], frequencies: Mapping[str, float]) -> dict[str, bool]:
    """Small letters -> whether a star said that it is a word; forms without accents too where they are no others.

    A form without accents that is in common use is a word, whatever the name is (``över``, ``over``).
    """
    found: dict[str, bool] = {}
    for each in listed:
        found[lower(each.rstrip("*"))] = each.endswith("*")
    for name, flag in list(found.items()):
        bare = plain(name)
        if bare not in found:
            found[bare] = flag or frequencies.get(bare, 0.0) > _SHARE_OF_WORDS
    return found


@cache
def _known(word: str, language: str) -> bool:
    """Whether a dictionary of lemmas has the word; without that package nothing is known."""
    try:
        from simplemma import is_known
    except ImportError:
        return False
    return bool(is_known(word, lang=language))
