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
_BRACKETS = re.compile(r"[(\[][^()\[\]]{1,40}[)\]]")
_NOT_SAID = re.compile(r"</?[A-Za-z][^<>\n]*>|&(?:amp|gt|lt|quot|nbsp|#\d+);|(?:https?://|www\.)[^\s<>()\[\]]+")
_NOTES = "notes_of_transcribers"


@cache
def lemmatiser(language: str) -> Callable[[str], str]:
    """Word in lower case -> its lemma, by simplemma; words as they are where it is not installed.

    simplemma knows 'bedrijven' and 'werkt', which the table of spaCy for Dutch lacks.

    Examples
    --------
    >>> [lemmatiser("nl")(word) for word in ("bedrijven", "werkt", "leren", "leer")]
    ['bedrijf', 'werken', 'leren', 'leren']
    """
    try:
        from simplemma import lemmatize
    except ImportError:
        return str

    @cache
    def lemma(word: str) -> str:
        root = str(lemmatize(word, lang=language))
        other = str(lemmatize(root, lang=language))
        if other != root and lemmatize(other, lang=language) == root:
            root = max(root, other, key=len)  # of 'leren' it says 'leer', and of 'leer' it says 'leren'
        return root.lower().replace("_", "")

    return lemma


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

    Numbers and days are among them. Empty for a language of which there is no list (``spoken_words.yaml`` has them).

    Examples
    --------
    >>> "eigenlijk" in spoken_words("nl"), "leren" in spoken_words("nl")
    (True, False)
    """
    lists = {name: words for name, words in _spoken(language).items() if name != _NOTES}
    return frozenset(" ".join(lists.values()).split())


def without_notes(text: str, language: str) -> str:
    """A text without what nobody said: notes of a transcriber such as '(lacht)', tags of mark-up and web addresses.

    Examples
    --------
    >>> without_notes("Dat ging goed (lacht), met de groep (van acht). Zie <b>https://example.org/plan</b>", "nl")
    'Dat ging goed , met de groep (van acht). Zie   '
    """
    notes = frozenset(_spoken(language).get(_NOTES, "").split())
    text = _NOT_SAID.sub(" ", text)
    return _BRACKETS.sub(lambda found: "" if set(found[0][1:-1].lower().split()) <= notes else found[0], text)


@cache
def _spoken(language: str) -> dict[str, str]:
    text = files("lcresearch.interviews.text").joinpath("spoken_words.yaml").read_text("utf-8")
    return dict(yaml.safe_load(text).get(language, {}))
