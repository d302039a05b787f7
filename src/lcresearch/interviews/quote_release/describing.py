"""A speaker in words that say no more than was chosen: 'een medewerker van een klein bedrijf'."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lcresearch.messages import Messages, text_keys

SIZE_NAMES = ("firm_size", "bedrijfsgrootte", "bedrijfsomvang", "size")
SIZES = ("micro", "small", "medium", "large")
_LIMITS = (10, 50, 250)
_ROLE_NAMES = ("role", "rol")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


def size_band(persons: object) -> str | None:
    """The band of a number of people in a firm, by the limits of the European Commission (2003/361/EC).

    Examples
    --------
    >>> [size_band(n) for n in (4, "18", 249, 250, "small", "veel")]
    ['micro', 'small', 'medium', 'large', 'small', None]
    """
    text = str(persons).strip().lower()
    if text in SIZES:
        return text
    try:
        n = float(text)
    except ValueError:
        return None
    return SIZES[sum(n >= limit for limit in _LIMITS)] if n >= 0 else None


def describe(description: Mapping[str, str], language: str | None = None) -> str:
    """A description in words.

    Parameters
    ----------
    description : mapping of str to str
        Attribute -> value, such as ``{"role": "employee", "firm_size": "small"}``.
    language : {"nl", "en"}, optional
        By default that of the terminal.

    Returns
    -------
    str

    Examples
    --------
    >>> describe({"role": "employee", "firm_size": "small"}, "nl")
    'een medewerker van een klein bedrijf'
    >>> describe({"sector": "sector 1"}, "en")
    'a participant in sector 1'
    """
    say = Messages(language)
    head, parts = say("quote_release.somebody"), []
    for name, raw in description.items():
        value = clean(raw)
        key = value.lower().replace(" ", "_")
        if name in _ROLE_NAMES:
            known = f"quote_release.role.{key}"
            head = say(known) if known in text_keys() else say("quote_release.some_role", value=value)
        elif name in SIZE_NAMES:
            known = f"quote_release.size.{key}"
            parts.append(say(known) if known in text_keys() else say("quote_release.size.people", value=value))
        elif f"quote_release.part.{name}" in text_keys():
            named = value.lower().startswith(name.lower())
            parts.append(say("quote_release.part.named" if named else f"quote_release.part.{name}", value=value))
        else:
            parts.append(say("quote_release.part.other", name=clean(name).replace("_", " "), value=value))
    return " ".join([head, *parts])


def clean(text: object) -> str:
    """On one line, without characters that cannot be seen or that turn the direction of reading."""
    return " ".join(_UNPRINTABLE.sub(" ", str(text)).split())
