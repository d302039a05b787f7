"""Words of a text, their lemmas, and the words that carry no content."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.resources import files

import yaml

_MOST_FREQUENT = 200
_WHILE_THINKING = frozenset(
    {"eh", "ehm", "uh", "uhm", "um", "hm", "hmm", "mm", "nou", "hè", "oh", "ah", "okay", "oké", "ok"}
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+|-[^\W\d_]+)*")
"""A word: letters, with apostrophes and hyphens inside."""


@cache
def lemmatiser(language: str) -> Callable[[str], str]:
    """Word in lower case -> its lemma, by simplemma; words as they are where it is not installed.

    simplemma knows 'bedrijven' and 'werkt', which the table of spaCy for Dutch lacks.

    Examples
    --------
    >>> [lemmatiser("nl")(word) for word in ("bedrijven", "werkt", "samen")]
    ['bedrijf', 'werken', 'samen']
    """
    try:
        from simplemma import lemmatize
    except ImportError:
        return str
    return cache(lambda word: str(lemmatize(word, lang=language)).lower())


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words without content: spaCy's, or the most frequent ones of the language; and what people say while thinking."""
    try:
        words = set(import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS)
    except ImportError:
        from wordfreq import top_n_list

        words = set(top_n_list(language, _MOST_FREQUENT))
    return frozenset(words | _WHILE_THINKING)


@cache
def spoken_words(language: str) -> frozenset[str]:
    """Words that hold a conversation going and say little of its subject, such as 'eigenlijk' and 'zeg maar'.

    Empty for a language of which there is no list (``spoken_words.yaml`` has them).

    Examples
    --------
    >>> "eigenlijk" in spoken_words("nl"), "leren" in spoken_words("nl")
    (True, False)
    """
    lists = yaml.safe_load(files("lcresearch.interviews.text").joinpath("spoken_words.yaml").read_text("utf-8"))
    return frozenset(" ".join(lists.get(language, {}).values()).split())
