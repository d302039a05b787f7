"""How texts go to each program: what it counts, how its lines end, and what it cannot take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from lcresearch.interviews.text.position_rules import LINE_ENDS_AS_ONE, UTF16
from lcresearch.interviews.text.positions import PositionRule

Program = Literal["atlas.ti", "nvivo", "maxqda", "qualcoder"]

_MARK = "\ufeff"
_STAND_IN = "\ufffd"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Target:
    """What a program wants.

    Attributes
    ----------
    rule : PositionRule
        How positions are counted in what is written for it.
    line_end : str
    mark : bool
        Whether a byte order mark stands in front of texts.
    astral : bool
        Whether characters outside the basic plane, such as emoji, go along; otherwise U+FFFD stands in for each.
    flat : bool
        Whether codes stand in one list, with the names of those above in their names.
    longest_name : int or None
        Most characters that tell names of variables apart.
    """

    rule: PositionRule = LINE_ENDS_AS_ONE
    line_end: str = "\n"
    mark: bool = False
    astral: bool = True
    flat: bool = False
    longest_name: int | None = None


STANDARD = Target()
"""To the letter of the standard, with an exclusive end: what Python counts."""
TARGETS: dict[str, Target] = {
    "atlas.ti": Target(astral=False, flat=True),
    "nvivo": Target(UTF16, "\r\n", mark=True, astral=False),
    "maxqda": Target(line_end="\r\n", mark=True, astral=False, longest_name=30),
    "qualcoder": Target(mark=True),
}


def as_file(text: str, target: Target) -> str:
    """A text as it goes into a file for a program; a code point stays a code point.

    Examples
    --------
    >>> as_file("Wij 🙂\\nleren", TARGETS["nvivo"])
    '\\ufeffWij \\ufffd\\r\\nleren'
    """
    words = text if target.astral else without_astral(text)
    return (_MARK if target.mark else "") + words.replace("\n", target.line_end)


def without_astral(text: str) -> str:
    """The text with a stand-in for each character outside the basic plane."""
    return _ASTRAL.sub(_STAND_IN, text)


def astral_characters(text: str) -> int:
    """How many characters lie outside the basic plane."""
    return len(_ASTRAL.findall(text))


def xml_text(text: str) -> str:
    """The text with a stand-in for each character that XML cannot hold."""
    return _NOT_IN_XML.sub(_STAND_IN, text)
