"""Reasons as codes with values, which become a sentence in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lcresearch.messages import LANGUAGES, Messages

_TEXTS = "synthesis.elements"
_WRITTEN_OUT = range(2, 7)
_MOST_DECIMALS = 4
_SECTOR_TWICE = re.compile(r"\b(?:de|the) sector (?=sector\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Reason:
    """One sentence: its code in the message catalogue and the values to fill in.

    Examples
    --------
    >>> Reason("verdict.few_consortia", {"n": 2, "minimum": 3}).text("en")
    'Only 2 consortia have data; at least 3 are needed.'

    A sector that calls itself one is not called so twice:

    >>> Reason("verdict.few_in_a_sector", {"sector": "Sector 1", "n": 2, "minimum": 3}).text("nl")
    'In Sector 1 hebben maar 2 consortia gegevens; per sector zijn er ten minste 3 nodig.'
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, language: str | None = None) -> str:
        """The sentence; by default in the language of the terminal."""
        return _SECTOR_TWICE.sub("", Messages(language)(f"{_TEXTS}.{self.code}", **self.values))

    def __str__(self) -> str:
        return self.text()


def chance(probability: float) -> dict[str, str]:
    """A probability as a reader says it, in each language: never 0% or 100%.

    Examples
    --------
    >>> chance(0.9991)["en"], chance(0.84)["nl"]
    ('more than 99%', '84%')
    """
    if probability >= 0.995:
        return _in_each("chance.high")
    if probability < 0.005:
        return _in_each("chance.low")
    return {language: Messages(language).percent(probability) for language in LANGUAGES}


def between(low: float, high: float, bound: float) -> dict[str, dict[str, str]]:
    """An interval and the bound it is held against, with so many decimals that none seems to equal the other.

    Examples
    --------
    >>> {name: text["en"] for name, text in between(-0.0759, 0.1021, 0.1).items()}
    {'low': '-0.076', 'high': '0.102', 'bound': '0.100'}
    """
    digits = 2
    while digits < _MOST_DECIMALS and any(round(abs(end), digits) == round(bound, digits) for end in (low, high)):
        digits += 1
    figures = {"low": low, "high": high, "bound": bound}
    return {
        name: {language: Messages(language).number(value, digits=digits) for language in LANGUAGES}
        for name, value in figures.items()
    }


def all_sectors(n: int) -> dict[str, str]:
    """'all three sectors', in each language.

    Examples
    --------
    >>> all_sectors(2)["en"], all_sectors(3)["nl"], all_sectors(12)["en"]
    ('both sectors', 'alle drie de sectoren', 'all 12 sectors')
    """
    return _in_each(f"all_sectors.{n}" if n in _WRITTEN_OUT else "all_sectors.more", n=n)


def word(kind: str, name: str, language: str | None = None) -> str:
    """A verdict, level of certainty or direction in the reader's language."""
    return Messages(language)(f"{_TEXTS}.{kind}.{name.replace(' ', '_').replace('-', '_')}")


def _in_each(key: str, **values: Any) -> dict[str, str]:
    return {language: Messages(language)(f"{_TEXTS}.{key}", **values) for language in LANGUAGES}
