"""Instruments and codebook of a bundle: whole where the licence lets them be passed on, else named only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from lcresearch.instruments import Instrument
from lcresearch.instruments.library import library_files
from lcresearch.interviews.codebook.model import Codebook


def instrument_files(instruments: tuple[Instrument, ...]) -> dict[str, str]:
    """A file for each instrument that may be passed on, and ``instruments.json`` that names them all.

    The files are written from what was read, so that comments of an own file stay behind.
    """
    found = {f"instruments/{one.id}.yaml": instrument_yaml(one) for one in instruments if one.shareable}
    listed = [_listed(one) for one in instruments]
    return found | {"instruments/instruments.json": json.dumps(listed, indent=2, ensure_ascii=False) + "\n"}


def instrument_yaml(one: Instrument) -> str:
    """An instrument as its file says it; that of the library as it is, others without comments.

    Examples
    --------
    >>> from lcresearch import instruments
    >>> instrument_yaml(instruments.load("psychological-safety")).count("licence: CC-BY-4.0")
    1
    """
    shipped = library_files().get(one.id)
    if shipped is not None and one.path is not None and one.path.samefile(shipped):
        return shipped.read_text(encoding="utf-8")
    content = one.model_dump(by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(_plain(content), sort_keys=False, allow_unicode=True, width=110)


def _plain(value: Any) -> Any:
    """Lists and mappings as YAML has them; codes of answers stay numbers."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def in_library(one: Instrument) -> bool:
    """Whether anyone who has the package has the instrument."""
    shipped = library_files().get(one.id)
    return shipped is not None and one.path is not None and one.path.samefile(shipped)


def _listed(one: Instrument) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "title": dict(one.title),
        "status": one.status,
        "licence": one.licence,
        "wording_included": one.shareable,
        "file": f"{one.id}.yaml" if one.shareable else None,
        "in_library": in_library(one),
        "hash": one.hash,
        "items": len(one.items),
        "scales": list(one.scales),
        "source": one.source.model_dump(mode="json", exclude_defaults=True),
    }


def codebook_files(book: Codebook | None) -> dict[str, str]:
    """Codes with their definitions; examples stay behind, since they may be words of a person."""
    if book is None or not book.codes:
        return {}
    codes = [
        {"id": code.id, "name": code.name, "parent": code.parent or None, "definition": code.definition,
         "use_when": code.use_when, "not_when": code.not_when, "links": dict(code.links),
         "translations": {language: {name: text for name, text in texts.items() if name != "example"}
                          for language, texts in code.translations.items()}}
        for code in book.codes
    ]  # fmt: skip
    content = {"name": book.name, "version": book.version, "language": book.language, "codes": codes}
    return {"codebook/codebook.json": json.dumps(content, indent=2, ensure_ascii=False) + "\n"}
