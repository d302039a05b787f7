"""Words of a report: names of levels, waves and texts of the study in the language of the reader."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from lcresearch.messages import Messages, text_keys
from lcresearch.reporting.content import Head, Text
from lcresearch.reporting.report_languages import check_languages

_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def clean(text: object) -> str:
    """Text without characters that XML forbids or that turn the reading direction; white space becomes one space.

    Examples
    --------
    >>> clean("Jansen\\x00 & Zn.\\n")
    'Jansen & Zn.'
    """
    return " ".join(_UNPRINTABLE.sub("", str(text)).split())


def in_language(text: Text, language: str) -> str:
    """The text in this language, or else in the first language that it has.

    Examples
    --------
    >>> in_language({"nl": "leercultuur"}, "en")
    'leercultuur'
    """
    return clean(text.get(language) or next(iter(text.values()), ""))


def slug(text: str) -> str:
    """A file name or anchor of lower-case ASCII; names that lose something get a suffix, so that none become equal.

    Examples
    --------
    >>> slug("learning_culture"), slug("Leren & doen")
    ('learning_culture', 'leren-doen-0697')
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    name = re.sub(r"[^a-z0-9_]+", "-", ascii_text.lower()).strip("-")
    return name if name == text else f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:4]}".lstrip("-")


def lowered(title: str) -> str:
    """A title inside a sentence; one that begins with an abbreviation stays.

    Examples
    --------
    >>> lowered("Leercultuur"), lowered("ICT en leren")
    ('leercultuur', 'ICT en leren')
    """
    return title[:1].lower() + title[1:] if title[1:2].islower() or not title[1:2] else title


def is_missing(value: Any) -> bool:
    """Whether a cell of a frame holds nothing."""
    return value is None or bool(pd.isna(value))


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a small frame, each with its columns as attributes."""
    columns = (column for _, column in frame.items())
    return map(_record_type(tuple(map(str, frame.columns)))._make, zip(*columns, strict=True))


@cache
def _record_type(names: tuple[str, ...]) -> Any:
    """What holds a row: made once for each set of columns, since that takes longer than reading a small frame."""
    return namedtuple("Record", names, rename=True)


class Wording:
    """Says everything of one report in one language.

    Parameters
    ----------
    head : Head
        The study, for the names of its levels and waves.
    language : {"nl", "en"}
        Language of the reader.
    """

    def __init__(self, head: Head, language: str) -> None:
        self.head = head
        self.language = language
        self.messages = Messages(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The text under ``report.<key>``."""
        return self.messages(f"report.{key}", **values)

    def known(self, folder: str, name: str) -> str:
        """The text under ``report.<folder>.<name>``, or the name itself where there is none."""
        key = f"{folder}.{name}"
        return self(key) if f"report.{key}" in text_keys() else clean(name)

    def text(self, text: Text) -> str:
        """A text of the study or an instrument in this language."""
        return in_language(text, self.language)

    def level(self, level: str) -> str:
        """Name of a level in words."""
        return self.text(self.head.levels[level]) if level in self.head.levels else clean(level)

    def groups(self, level: str, n: int) -> str:
        """How many groups: ``12 learning communities``."""
        if n != 1 and level in self.head.level_plurals:
            return f"{self.count(n)} {self.text(self.head.level_plurals[level])}"
        known = f"report.level.{level}" in text_keys() and level not in self.head.level_plurals
        return self(f"level.{level if known else 'other'}", n=n, level=self.level(level))

    def wave(self, wave: str) -> str:
        """Label of a wave."""
        return self.text(self.head.waves[wave]) if wave in self.head.waves else clean(wave)

    def waves_of(self, frame: pd.DataFrame) -> list[str]:
        """Waves that occur in a frame, in the order of the study."""
        found = [str(wave) for wave in frame["wave"].dropna().unique()]
        return [wave for wave in self.head.waves if wave in found] + [w for w in found if w not in self.head.waves]

    def number(self, value: Any, digits: int = 2) -> str:
        """A number with a decimal comma or point; a dash when missing."""
        return self.messages.number(None if is_missing(value) else float(value), digits=digits)

    def shortest(self, value: float, digits: int = 1) -> str:
        """A number such as the end of a scale: without decimals where it is whole."""
        return self.number(value, 0 if float(value).is_integer() else digits)

    def count(self, value: Any) -> str:
        """A whole number; a dash when missing."""
        return self.number(value, digits=0)

    def interval(self, low: Any, high: Any, digits: int = 2) -> str:
        """``[3,1 – 3,6]``; empty when missing."""
        if is_missing(low) or is_missing(high):
            return ""
        return f"[{self.number(low, digits)} – {self.number(high, digits)}]"

    def enumeration(self, parts: Sequence[str]) -> str:
        """``a, b en c``."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('and')} {parts[-1]}"

    def reason(self, reason: Any) -> str:
        """Why something was withheld."""
        if is_missing(reason):
            return ""
        key = f"disclosure.short.{reason}"
        return self.messages(key) if key in text_keys() else self("not_released")

    def options(self, options: Mapping[int, Text], low: int, high: int) -> str:
        """Answer in words: ``eens``, or ``helemaal oneens / oneens`` for merged ones."""
        labels = [self.text(options[code]) or str(code) for code in sorted(options) if low <= code <= high]
        return " / ".join(labels)


def codes_label(low: int, high: int) -> str:
    """``3``, or ``1–2`` for merged answers."""
    return str(low) if low == high else f"{low}–{high}"


def page_wording(
    title: Text,
    language: str,
    *,
    description: Text | None = None,
    minimum_cell: int = 0,
    simulated: bool = False,
    provenance: Mapping[str, str] | None = None,
) -> Wording:
    """Words of a page that stands beside a study: it has a title, but no levels and waves of its own.

    Raises
    ------
    ReportingError
        P002: there are no texts in this language.
    """
    check_languages([language])
    head = Head(
        title, description or {}, (language,), {}, {}, minimum_cell, simulated=simulated, provenance=provenance or {}
    )
    return Wording(head, language)


def provenance_rows(say: Wording, folder: str = "provenance", *, dates_in_words: bool = True) -> list[tuple[str, str]]:
    """What the foot of a page prints: name and value, with labels from ``report.<folder>``.

    Examples
    --------
    >>> provenance_rows(page_wording({"en": ""}, "en", provenance={"date": "2026-03-05"}))
    [('Date', '5 March 2026')]
    """
    in_words = ("date",) if dates_in_words else ()
    return [
        (say.known(folder, name), say.messages.date(str(value)) if name in in_words else clean(value))
        for name, value in say.head.provenance.items()
    ]
