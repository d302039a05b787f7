"""The words of a text with what is known of words, for rules that look around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lcresearch.interviews.deidentification.lexicon import Lexicon
from lcresearch.interviews.deidentification.tokens import Token

LEGAL = re.compile(
    r"(?:,?\s(?:&|en|and)\s(?:Zn\.?|Zonen|Zoon|Dochters?|Co\.?|Partners|Sons))?"
    r"(?:,?\s(?:B\.?V\.?|N\.?V\.?|V\.?O\.?F\.?|C\.?V\.?|U\.?A\.?|GmbH|Ltd\.?|Inc\.?|LLC|plc)(?!\w))?",
    re.IGNORECASE,
)
"""What makes of a name that of a firm: ``& Zn.``, ``BV``."""


@dataclass(frozen=True)
class Sentence:
    """The words of a text with what is known of words.

    Attributes
    ----------
    text : str
    words : sequence of Token
    lexicon : Lexicon
    """

    text: str
    words: Sequence[Token]
    lexicon: Lexicon

    def before(self, at: int) -> str:
        """The word in front, in small letters; empty at the start of a sentence."""
        return self.words[at - 1].small if at > 0 and not self.words[at].initial else ""

    def after(self, at: int) -> str:
        """The word behind in the same sentence, in small letters."""
        return self.words[at + 1].small if at + 1 < len(self.words) and not self.words[at + 1].initial else ""

    def has(self, group: str, word: str) -> bool:
        """Whether a list of words has a word."""
        return word in self.lexicon.groups[group]


def is_namesake(sentence: Sentence, at: int) -> bool:
    """Whether a firm with the surname of the one before it begins here: ``Jansen van Jansen Dakwerken``."""
    repeats = at > 1 and sentence.words[at - 2].small.split("-")[-1] == sentence.words[at].small.split("-")[0]
    return repeats and sentence.before(at) in ("van", "bij", "of", "from") and not sentence.words[at - 1].initial
