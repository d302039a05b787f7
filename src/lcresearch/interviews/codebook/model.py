"""A codebook: codes in a tree, each with what it means and when to use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from lcresearch.errors import Problem

PATH_SEPARATOR = " > "
TEXTS = ("name", "definition", "use_when", "not_when", "example")
"""Parts of a code that are text."""


@dataclass(frozen=True)
class Code:
    """One code.

    Attributes
    ----------
    id : str
        A GUID; the same code in two codebooks has the same.
    name : str
        In the language of the codebook; ``translations`` has the others.
    parent : str
        Id of the code that it belongs to; empty at the top.
    definition, use_when, not_when, example : str
        What it means, when to use it, when not, and a sentence that it fits.
    color : str
        ``#RRGGBB``, or empty.
    codable : bool
        Whether text may be coded with it; a heading cannot be.
    translations : mapping of str to mapping
        Language -> ``name, definition, use_when, not_when, example`` in it.
    links : mapping of str to str
        What it stands for in the programme: ``element``, ``barrier`` or ``value_cycle`` -> its id.
    key : str
        Short name that stays when the name changes, such as ``shared_purpose``; empty for codes of other programs.
    maps_to : str
        Id of the code of a shared codebook that a local code counts for; empty when it is shared or stands alone.
    patterns : mapping of str to tuple of str
        Language of the interviews -> search phrases (see :mod:`~lcresearch.interviews.codebook.phrases`).
    """

    id: str
    name: str
    parent: str = ""
    definition: str = ""
    use_when: str = ""
    not_when: str = ""
    example: str = ""
    color: str = ""
    codable: bool = True
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    maps_to: str = ""
    patterns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Codebook:
    """Codes in their order: a code stands after the one it belongs to.

    Attributes
    ----------
    codes : tuple of Code
    name : str
    version : str
    language : str
        Of names and definitions.
    changes : tuple of (str, str)
        Version and what changed in it, the newest first.
    problems : tuple of Problem
        What was found while reading it. Two codebooks that differ only in this are equal.
    """

    codes: tuple[Code, ...] = ()
    name: str = ""
    version: str = ""
    language: str = "nl"
    changes: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = field(default=(), compare=False)

    @cached_property
    def by_id(self) -> dict[str, Code]:
        """Id -> code."""
        return {code.id: code for code in self.codes}

    def __iter__(self) -> Iterator[Code]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, code: str) -> Code:
        """A code by its id."""
        return self.by_id[code]

    def children(self, code: str = "") -> list[Code]:
        """Codes directly below one; those at the top for ``""``."""
        return [each for each in self.codes if each.parent == code]

    def ancestors(self, code: str) -> list[Code]:
        """Codes above one, the highest first."""
        found: list[Code] = []
        above = self.by_id[code].parent
        while above in self.by_id and self.by_id[above] not in found:
            found.insert(0, self.by_id[above])
            above = self.by_id[above].parent
        return found

    def path(self, code: str) -> str:
        """Names from the top down to a code, which tells codes of the same name apart.

        Examples
        --------
        >>> book = Codebook((Code("1", "leren"), Code("2", "van fouten", parent="1")))
        >>> book.path("2")
        'leren > van fouten'
        """
        return PATH_SEPARATOR.join(each.name for each in [*self.ancestors(code), self.by_id[code]])

    def below(self, code: str) -> list[str]:
        """Ids of a code and of all codes under it."""
        found = [code]
        for each in self.codes:  # parents stand before children
            if each.parent in found:
                found.append(each.id)
        return found

    def in_language(self, language: str) -> Codebook:
        """The same codebook in another language; what is not translated stays as it is.

        Examples
        --------
        >>> Codebook((Code("1", "leren", translations={"en": {"name": "learning"}}),)).in_language("en")["1"].name
        'learning'
        """
        if language == self.language:
            return self
        codes = [_translated(code, self.language, language) for code in self.codes]
        return replace(self, codes=tuple(codes), language=language)

    @property
    def frame(self) -> pd.DataFrame:
        """One row a code: ``code, path, name, parent, definition, use_when, not_when, example, color, codable``."""
        columns = ["name", "parent", "definition", "use_when", "not_when", "example", "color", "codable", "maps_to"]
        rows = [
            {"code": each.id, "path": self.path(each.id)} | {name: getattr(each, name) for name in columns}
            for each in self.codes
        ]
        return pd.DataFrame(rows, columns=["code", "path", *columns])


def _translated(code: Code, old: str, new: str) -> Code:
    texts: dict[str, Any] = dict(code.translations.get(new, {}))
    own = {name: getattr(code, name) for name in TEXTS if getattr(code, name)}
    others = {language: dict(words) for language, words in code.translations.items() if language != new}
    return replace(code, **texts, translations=others | {old: own})
