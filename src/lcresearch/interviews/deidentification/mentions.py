"""The texts of a study that can hold names, and the places in them where names were found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from lcresearch.interviews.deidentification.hits import Hit, Kind
from lcresearch.interviews.deidentification.lexicon import Lexicon, lower
from lcresearch.interviews.deidentification.sentence import LEGAL, Sentence
from lcresearch.interviews.deidentification.tokens import tokens

_CONTEXT = 60


@dataclass(frozen=True)
class Piece:
    """A text that is looked through.

    Attributes
    ----------
    id : str
        Which text it is, such as ``text:<id of the document>``.
    text : str
    where : str
        Kind of text: ``text, file, note, code, case, set, attribute`` or ``project``.
    label : str
        Name of the document, note and so on, as people know it.
    scope : str
        Within which a first name is the same person: the community or organisation, where it is known.
    document : str
        Id of the document that it belongs to; empty for texts about the whole.
    """

    id: str
    text: str
    where: str = "text"
    label: str = ""
    scope: str = ""
    document: str = ""

    def sentence(self, lexicon: Lexicon) -> Sentence:
        """The words of the text."""
        return Sentence(self.text, tokens(self.text), lexicon)


@dataclass(frozen=True)
class Mention:
    """A hit in a piece.

    Attributes
    ----------
    piece : Piece
    hit : Hit
    """

    piece: Piece
    hit: Hit

    @cached_property
    def text(self) -> str:
        """The words that were found."""
        return self.piece.text[self.hit.start : self.hit.end]

    @cached_property
    def form(self) -> str:
        """The words in small letters, without legal form."""
        small = " ".join(lower(self.text).split())
        if self.hit.kind == "organisation":
            cut = next(
                (n for n in range(len(small)) if (m := LEGAL.match(small, n)) and m[0] and m.end() == len(small)),
                len(small),
            )
            small = small[:cut]
        return small

    @property
    def context(self) -> tuple[str, str]:
        """What stands before and after, on the same line."""
        text, hit = self.piece.text, self.hit
        before = text[max(0, hit.start - _CONTEXT) : hit.start].rsplit("\n", 1)[-1]
        after = text[hit.end : hit.end + _CONTEXT].split("\n", 1)[0]
        return before, after

    def of_kind(self, kind: Kind) -> Mention:
        """The same place as another kind of name."""
        return Mention(self.piece, replace(self.hit, kind=kind))
