"""Names of fields as REDCap takes them: small letters, digits and single underscores, the first a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lcresearch.instruments.forms.distinct_names import digest, distinct_names

RECORD = "record_id"
LONGEST = 100
_DIGITS = 6


def names_of(name: str) -> tuple[str, ...]:
    """The names that a field for this question may have in REDCap.

    Examples
    --------
    >>> names_of("LC__01")[0], names_of("bg01")[0]
    ('lc_01', 'bg01')
    """
    bare = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]", "_", name.casefold())).strip("_") or "q"
    bare = (bare if bare[0].isalpha() else f"q_{bare}")[:LONGEST]
    short = f"{bare[: LONGEST - _DIGITS - 1]}_{digest(name, _DIGITS)}"
    return (short,) if bare == RECORD or bare.endswith("_complete") else (bare, short)


def field_names(names: Iterable[str]) -> dict[str, str]:
    """Name of a question -> name of its field."""
    return distinct_names(names, names_of)
