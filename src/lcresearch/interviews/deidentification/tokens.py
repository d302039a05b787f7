"""Words of a text with their places, and whether a sentence begins there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lcresearch.interviews.deidentification.lexicon import lower

_LETTER = r"[^\W\d_][\u0300-\u036f]*"
_WORD = re.compile(
    rf"""
      (?P<initials>(?<![\w.])(?:(?:[A-ZÀ-Þ]|IJ|Th|Ph|Chr?|Joh)\.\s?){{1,5}}(?=\s?(?:[A-ZÀ-Þ][^\W\d_.]|van\b|de\b|den\b|der\b|ter\b|te\b|el\b)))
    | ['’]s-(?:{_LETTER})+(?:-(?:{_LETTER})+)*
    | ['’][tsn](?!\w)
    | (?:{_LETTER})(?:[\w\u0300-\u036f]|['’\-](?=[^\W\d_]))*
    """,
    re.VERBOSE,
)
_STOPS = re.compile(r"[.!?…:\n\"“”„«»‘(\[;/|•*]|\s[-–—]\s|^$")
_SHORT = frozenset(
    "dr drs ir ing prof mr mrs ms mw mevr dhr st di ma wo do vr za zo ca bijv nr tel fam gebr ds".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Token:
    """A word.

    Attributes
    ----------
    start, end : int
        Code points in the text.
    text, small : str
        As written, and in small letters.
    capital : bool
        Whether it begins with a capital.
    initial : bool
        Whether a sentence, quote or turn begins with it, so that a capital says nothing.
    gap : str
        What stands between the word before and this one.
    initials : bool
        Whether it is made of initials, such as ``P.J.M.``
    """

    start: int
    end: int
    text: str
    small: str
    capital: bool
    initial: bool
    gap: str
    initials: bool = False

    @property
    def shouted(self) -> bool:
        """Whether it has no small letters, and more than one letter."""
        return self.text.isupper() and len(self.text) > 1


def tokens(text: str) -> list[Token]:
    """The words of a text, in order.

    Examples
    --------
    >>> [(each.text, each.initial) for each in tokens("Dus, dr. Van Dam zei 't. Ja!")]
    [('Dus', True), ('dr', False), ('Van', False), ('Dam', False), ('zei', False), ("'t", False), ('Ja', True)]
    """
    found: list[Token] = []
    last, short = 0, False
    for match in _WORD.finditer(text):
        written = match[0].rstrip()
        gap = text[last : match.start()]
        first = not found
        if short and gap.startswith("."):
            gap = gap[1:]
        initial = first or _STOPS.search(gap) is not None
        small = lower(written)
        letter = written.lstrip("'’s-") if written[:1] in "'’" else written
        capital = letter[:1].isupper()
        found.append(
            Token(match.start(), match.start() + len(written), written, small, capital, initial, gap,
                  match["initials"] is not None)
        )  # fmt: skip
        last = match.start() + len(written)
        short = small in _SHORT
    return found
