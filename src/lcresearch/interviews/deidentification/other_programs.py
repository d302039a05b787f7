"""Names that other programs find, when they are installed: deduce for Dutch, and pipelines of spaCy."""

from __future__ import annotations

import importlib.util
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lcresearch.errors import Problem
from lcresearch.interviews.deidentification.hits import Hit, Kind

DEDUCE_INSTALL = "pip install deduce"
SPACY_INSTALL = {"nl": "python -m spacy download nl_core_news_md", "en": "python -m spacy download en_core_web_md"}
_DEDUCE_KINDS: dict[str, Kind] = {
    "persoon": "person", "patient": "person", "locatie": "place", "ziekenhuis": "organisation",
    "zorginstelling": "organisation",
    "datum": "date", "telefoonnummer": "phone", "emailadres": "email", "url": "url", "bsn": "bsn",
}  # fmt: skip
_SPACY_KINDS: dict[str, Kind] = {
    "PERSON": "person", "PER": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place",
}  # fmt: skip
_NAMED = ("person", "place", "organisation")
Finder = Callable[[str], Iterator[Hit]]


def has_deduce() -> bool:
    """Whether deduce is installed."""
    return importlib.util.find_spec("deduce") is not None


def deduce_finder() -> tuple[Finder, list[Problem]]:
    """What finds names with deduce; its first run builds tables, which it keeps beside itself."""
    problems = []
    folder = Path(str(importlib.util.find_spec("deduce").origin)).parent  # type: ignore[union-attr]
    if not (folder / "data" / "lookup" / "cache" / "lookup_structs.pickle").is_file():
        problems.append(Problem("V118"))
    model = _deduce()

    def find(text: str) -> Iterator[Hit]:
        for each in model.deidentify(text).annotations:
            kind = _DEDUCE_KINDS.get(each.tag)
            if kind in _NAMED and each.text.strip() and not each.text[:1].islower():
                yield Hit(each.start_char, each.end_char, kind, "deduce", "deduce", sure=False)

    return find, problems


@cache
def _deduce() -> Any:
    """The model, made once a session."""
    from deduce import Deduce

    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Deduce()
    finally:
        logging.getLogger().setLevel(level)


def spacy_pipeline(language: str) -> str | None:
    """Name of an installed pipeline of the language that finds names, the largest; None when there is none."""
    if importlib.util.find_spec("spacy") is None:
        return None
    from spacy.util import get_installed_models

    sizes = ("trf", "lg", "md", "sm")
    found = [name for name in get_installed_models() if name.startswith(f"{language}_")]
    return min(
        found, key=lambda name: sizes.index(name[-3:].strip("_")) if name[-3:].strip("_") in sizes else 9, default=None
    )


def spacy_finder(name: str) -> Finder:
    """What finds names with a pipeline of spaCy."""
    pipeline = _pipeline(name)

    def find(text: str) -> Iterator[Hit]:
        for each in pipeline(text).ents:
            kind = _SPACY_KINDS.get(each.label_)
            if kind is not None and each.text.strip():
                yield Hit(each.start_char, each.end_char, kind, "spacy", "spacy", sure=False)

    return find


@cache
def _pipeline(name: str) -> Any:
    import spacy

    return spacy.load(name)


def layers_that_can_run(language: str, wanted: Sequence[str] | None) -> dict[str, str]:
    """Layer of another program -> why it does not run; empty when it does."""
    found = {}
    asked = wanted is None
    if asked or "deduce" in (wanted or ()):
        found["deduce"] = "" if language == "nl" and has_deduce() else DEDUCE_INSTALL if language == "nl" else "nl"
    if asked or "spacy" in (wanted or ()):
        found["spacy"] = "" if spacy_pipeline(language) else SPACY_INSTALL[language]
    return found
