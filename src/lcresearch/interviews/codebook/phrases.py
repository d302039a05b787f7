"""Search phrases of a code: what people may say when the code fits.

A phrase is words with blanks between them. Each word stands for all its forms (``leren`` finds ``geleerd``), and upper
and lower case are alike. There are no regular expressions: nothing that a codebook says can make a search run for ever.

===================  =============================================================================
``geen|weinig tijd``  one word or the other
``concurrent*``       words that begin (``*school``: end, ``*leer*``: hold) so; three letters or more
``=leren``            this form only
``tijd ... krijgen``  up to four words between
``... [negated]``     only where a word such as 'niet' or 'geen' stands near; ``[not negated]``: only without
===================  =============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lcresearch.messages import LANGUAGES, Messages

MAX_WORDS, MAX_GAPS, MAX_LETTERS, MAX_PHRASES = 8, 2, 120, 100
"""Limits of a phrase, and of the number of phrases of a code in one language."""
GAP = "..."
LEAST_LETTERS = 3
_NEGATED = {
    "[negated]": True, "[ontkend]": True, "[not negated]": False, "[niet ontkend]": False,
}  # fmt: skip
_MARK = re.compile(r"\[[^\[\]]*\]$")
_LETTERS = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*['’]?")


@dataclass(frozen=True)
class Choice:
    """One form of a word in a phrase.

    Attributes
    ----------
    letters : str
        In lower case.
    exact : bool
        Whether only this form counts.
    open_start, open_end : bool
        Whether more letters may stand before or after.
    """

    letters: str
    exact: bool = False
    open_start: bool = False
    open_end: bool = False

    def fits(self, word: str, lemma: Callable[[str], str]) -> bool:
        """Whether a word in lower case is meant."""
        if self.open_start and self.open_end:
            return self.letters in word
        if self.open_start:
            return word.endswith(self.letters)
        if self.open_end:
            return word.startswith(self.letters)
        return word == self.letters or (not self.exact and lemma(word) == lemma(self.letters))

    @property
    def by_letters(self) -> bool:
        """Whether letters are compared, and not lemmas."""
        return self.open_start or self.open_end


@dataclass(frozen=True)
class Phrase:
    """A search phrase that was understood.

    Attributes
    ----------
    text : str
        As written.
    words : tuple of tuple of Choice
        For each place the forms that fit; empty for a gap.
    negated : bool or None
        Whether a negation must stand near (True), must not (False), or does not matter.
    """

    text: str
    words: tuple[tuple[Choice, ...], ...]
    negated: bool | None = None


def parse_phrase(text: str) -> Phrase | str:
    """The phrase, or the key of what is wrong with it.

    Parameters
    ----------
    text : str

    Returns
    -------
    Phrase or str
        ``empty, long, words, gaps, edge, letters`` or ``mark`` when it is no phrase.

    Examples
    --------
    >>> phrase = parse_phrase("geen|weinig tijd")
    >>> [[choice.letters for choice in word] for word in phrase.words]
    [['geen', 'weinig'], ['tijd']]
    >>> parse_phrase("(a+)+$")
    'letters'
    """
    if len(text) > MAX_LETTERS:
        return "long"
    negated = None
    said = " ".join(text.split()).lower()
    if found := _MARK.search(said):
        if found[0] not in _NEGATED:
            return "mark"
        negated, said = _NEGATED[found[0]], said[: found.start()].rstrip()
    pieces = said.replace("…", GAP).split()
    if not pieces:
        return "empty"
    if len(pieces) > MAX_WORDS:
        return "words"
    if pieces.count(GAP) > MAX_GAPS:
        return "gaps"
    if GAP in (pieces[0], pieces[-1]) or any(a == b == GAP for a, b in pairwise(pieces)):
        return "edge"
    words = tuple(() if piece == GAP else tuple(map(_choice, piece.split("|"))) for piece in pieces)
    if any(choice is None for word in words for choice in word):
        return "letters"
    return Phrase(text, words, negated)  # type: ignore[arg-type]


def _choice(written: str) -> Choice | None:
    letters = written.strip("*").removeprefix("=")
    choice = Choice(letters, written.startswith("="), written.startswith("*"), written.endswith("*"))
    both = choice.exact and (choice.open_start or choice.open_end)
    short = (choice.open_start or choice.open_end) and len(letters) < LEAST_LETTERS
    return None if both or short or not _LETTERS.fullmatch(letters) else choice


def phrase_problems(patterns: Mapping[str, tuple[str, ...]]) -> list[tuple[str, int, dict[str, Any]]]:
    """What is wrong with the phrases of a code: language, place in the list, and values for message V170."""
    return [
        (language, place, {"phrase": text, "why": reason(wrong)})
        for language, phrases in patterns.items()
        for place, text in enumerate(phrases)
        if isinstance(wrong := parse_phrase(text), str)
    ]


def reason(wrong: str) -> dict[str, str]:
    """What is wrong with a phrase, in each language."""
    limits = {"words": MAX_WORDS, "gaps": MAX_GAPS, "letters": MAX_LETTERS, "least": LEAST_LETTERS}
    return {language: Messages(language)(f"suggestions.phrase.{wrong}", **limits) for language in LANGUAGES}
