"""What the pages of an open bundle say beside numbers: who made it, how it may be used, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lcresearch.messages import Messages, text_keys
from lcresearch.reporting.content import PlanFacts
from lcresearch.reporting.wording import clean

Text = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class PublicationFacts:
    """Facts of a bundle.

    Attributes
    ----------
    study : str
        Id of the study.
    title, description : text by language
    creators : tuple of (str, str)
        Name and affiliation.
    contact : (str, str)
        Name and address.
    licence : (str, str, str)
        SPDX identifier, name and address.
    available : str
        First day on which it may be open; empty without embargo.
    instruments : tuple
        Id, version, title, licence, whether its wording is here, and whether it is in the library.
    decisions : tuple
        Name, planned, done, state.
    results : tuple
        Title of a scale, and ``planned`` or ``exploratory``.
    columns : tuple of str
        That the answers of others need beside those of the items.
    """

    study: str
    title: Text
    description: Text
    creators: tuple[tuple[str, str], ...]
    contact: tuple[str, str]
    publisher: str
    funders: tuple[str, ...]
    licence: tuple[str, str, str]
    purpose: str
    evidence: str
    citation: str
    version: str
    date: str
    available: str
    simulated: bool
    instruments: tuple[tuple[str, str, Text, str, bool, bool], ...]
    decisions: tuple[tuple[str, Any, Any, str], ...]
    results: tuple[tuple[Text, str], ...]
    plan: PlanFacts
    disclosure: Mapping[str, Any]
    software: Mapping[str, str]
    columns: tuple[str, ...]
    has_codebook: bool = False


class PublicationWords:
    """Texts under ``publishing.`` in one language.

    Examples
    --------
    >>> PublicationWords("en")("page.cite")
    'How to cite it'
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.messages = Messages(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The text under ``publishing.<key>``."""
        return self.messages(f"publishing.{key}", **values)

    def known(self, folder: str, name: str) -> str:
        """The text of a name, or the name itself where the catalogue has none."""
        key = f"publishing.{folder}.{name}"
        return self.messages(key) if key in text_keys() else clean(name).replace("_", " ")

    def value(self, value: Any) -> str:
        """A decision in words: yes and no, numbers as the reader writes them, lists with commas."""
        if value is None or value in ("", [], {}):
            return "–"
        if isinstance(value, bool):
            return self("yes" if value else "no")
        if isinstance(value, int | float):
            return self.messages.number(float(value), digits=0 if float(value).is_integer() else 2)
        if isinstance(value, Mapping):
            return self._parts(value)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return ", ".join(self.value(part) for part in value)
        return self.known("value", str(value))

    def _parts(self, value: Mapping[str, Any]) -> str:
        """The id of an instrument, or all keys of another decision."""
        if "id" in value:
            return clean(value["id"]) + (f" ({self('short_form')})" if value.get("short_form") else "")
        return "; ".join(f"{self.known('key', name)}: {self.value(part)}" for name, part in value.items())
