"""Words of texts that go, found again in what people wrote about other things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lcresearch.interviews.codebook.model import TEXTS, Code

LONG = 4
"""Words in a row that make a quote."""
INSTEAD = "[…]"
_WORD = re.compile(r"\w+")


class Quotes:
    """Runs of words that stand in some texts and in no other.

    Attributes
    ----------
    n_replaced : int
        Pieces of writing in which such a run was found.

    Examples
    --------
    >>> quotes = Quotes(["Wij leren elke dag van fouten."], ["Wij leren graag."])
    >>> quotes.out_of('Zoals: "leren elke dag van fouten", zei iemand.')
    'Zoals: "[…]", zei iemand.'
    """

    def __init__(self, gone: Iterable[str], stays: Iterable[str]) -> None:
        left = {run for text in stays for run in _runs(_words(text))}
        self.runs = {run for text in gone for run in _runs(_words(text))} - left
        self.lines = {line.encode("utf-8", "surrogatepass") for text in gone for line in _long_lines(text)}
        self.n_replaced = 0

    def out_of(self, text: str) -> str:
        """A piece of writing with ``[…]`` in the place of each quote."""
        places = [(each.start(), each.end()) for each in _WORD.finditer(text)]
        words = [text[start:end].casefold() for start, end in places]
        quoted = [False] * len(words)
        for at, run in enumerate(_runs(words)):
            if run in self.runs:
                quoted[at : at + LONG] = [True] * len(run)
        if not any(quoted):
            return text
        self.n_replaced += 1
        pieces, last, at = [], 0, 0
        while at < len(words):
            if not quoted[at]:
                at += 1
                continue
            first = at
            while at < len(words) and quoted[at]:
                at += 1
            pieces += [text[last : places[first][0]], INSTEAD]
            last = places[at - 1][1]
        return "".join([*pieces, text[last:]])

    def out_of_code(self, code: Code) -> Code:
        """A code with ``[…]`` in the place of each quote."""
        before = self.n_replaced
        parts: dict[str, Any] = {part: self.out_of(getattr(code, part)) for part in TEXTS}
        translations: Mapping[str, Mapping[str, str]] = {
            language: {part: self.out_of(words) for part, words in texts.items()}
            for language, texts in code.translations.items()
        }
        patterns = {language: tuple(map(self.out_of, phrases)) for language, phrases in code.patterns.items()}
        self.n_replaced = min(self.n_replaced, before + 1)
        parts |= {"translations": translations, "patterns": patterns}
        return replace(code, **parts)

    def are_in(self, content: bytes) -> bool:
        """Whether a file has a line of these texts in it."""
        return any(line in content for line in self.lines)


def _words(text: str) -> list[str]:
    return [each.casefold() for each in _WORD.findall(text)]


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    """Runs of words; of a text that is shorter the whole of it."""
    if 0 < len(words) < LONG:
        return [tuple(words)] if len(words) > 1 else []
    return [tuple(words[at : at + LONG]) for at in range(len(words) - LONG + 1)]


def _long_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if len(line.split()) >= LONG]
