"""Themes, sectors and reasons: ids, and what they are called in each language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lcresearch.synthesis.literature.tables import plain_name

Names = Mapping[str, Mapping[str, str] | str] | Sequence[str]
"""Ids, or ids with what they are called (in one language, or by language)."""


def as_names(given: Names) -> dict[str, dict[str, str]]:
    """Ids with what they are called, by language.

    Examples
    --------
    >>> as_names(["trust"]), as_names({"trust": "vertrouwen"})["trust"]["nl"]
    ({'trust': {'nl': 'trust', 'en': 'trust'}}, 'vertrouwen')
    """
    pairs: Iterable[tuple[str, Mapping[str, str] | str]] = (
        given.items() if isinstance(given, Mapping) else [(name, name) for name in given]
    )
    return {key: {"nl": text, "en": text} if isinstance(text, str) else dict(text) for key, text in pairs}


def ids_by_word(names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Every word that stands for an id, as it is compared.

    Examples
    --------
    >>> ids_by_word({"trust": {"nl": "Vertrouwen", "en": "trust"}})
    {'trust': 'trust', 'vertrouwen': 'trust'}
    """
    return {plain_name(word): key for key, words in names.items() for word in (key, *words.values())}
