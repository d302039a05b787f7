"""Manifests of older versions, brought up to the present one, so that packages stay readable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lcresearch.errors import Place, SynthesisError
from lcresearch.synthesis.packages.manifest import SCHEMA_VERSION
from lcresearch.synthesis.packages.words import in_words

Content = dict[str, Any]

UPGRADES: Mapping[int, Callable[[Content], Content]] = {}
"""Version -> what makes a manifest of that version one of the next. Version 1 is the present one."""


def upgraded(content: Content, file: str) -> Content:
    """The content of a manifest in the present version.

    Raises
    ------
    SynthesisError
        Y165, for a version that is not known: of a newer lcresearch, or no version at all.

    Examples
    --------
    >>> upgraded({"schema_version": 1, "consortium": "Acre"}, "acre.zip")["consortium"]
    'Acre'
    """
    version = content.get("schema_version")
    if type(version) is not int or not 1 <= version <= SCHEMA_VERSION:
        newer = type(version) is int and version > SCHEMA_VERSION
        raise SynthesisError(
            "Y165",
            where=Place(file=file, item="manifest.json"),
            version=str(version)[:20],
            known=SCHEMA_VERSION,
            what=in_words("newer" if newer else "no_version"),
        )
    while version < SCHEMA_VERSION:
        content = UPGRADES[version](content)
        version += 1
    return content
