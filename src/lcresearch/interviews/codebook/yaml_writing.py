"""A codebook as a YAML file, with all that it says: for a codebook that was merged, or came from another program."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import chain, count
from pathlib import Path
from typing import Any

import yaml

from lcresearch.errors import InterviewError, Place, Problem
from lcresearch.files import reason_of, write_whole
from lcresearch.interviews.codebook.model import TEXTS, Code, Codebook
from lcresearch.interviews.codebook.yaml_file import check_codebook
from lcresearch.interviews.guids import guid_of, is_guid
from lcresearch.validation import VERSION

_FIRST_VERSION = "0.1.0"
_LONGEST_ID = 60


def write_yaml_codebook(book: Codebook, path: Path) -> tuple[Problem, ...]:
    """Write a codebook; what it ``extends`` is written out in it.

    Returns
    -------
    tuple of Problem
        What :func:`~lcresearch.interviews.check_codebook` says of the file.

    Raises
    ------
    InterviewError
        V049: no codes; G004: the operating system refuses.
    """
    if not len(book):
        raise InterviewError("V049", where=Place(file=path.name))
    text = yaml.safe_dump(_content(book), sort_keys=False, allow_unicode=True, width=110)
    try:
        write_whole(path, text.encode("utf-8"))
    except OSError as error:
        where = Place(file=path.name)
        raise InterviewError("G004", where=where, path=path.as_posix(), reason=reason_of(error)) from None
    return tuple(check_codebook(path))


def _content(book: Codebook) -> dict[str, Any]:
    title = book.name or "Codebook"
    everywhere = [
        language
        for language in dict.fromkeys(language for code in book for language in code.translations)
        if all(code.translations.get(language, {}).get("name") for code in book)
    ]
    ids = _ids(book)
    content: dict[str, Any] = {
        "id": _slug(title, "-") or "codebook",
        "version": book.version if re.fullmatch(VERSION, book.version) else _FIRST_VERSION,
        "title": {book.language: title},
        "languages": [book.language, *everywhere],
    }
    changes = [
        {"version": version, "date": "", "change": {book.language: what or "–"}} for version, what in book.changes
    ]
    if changes:
        content["history"] = changes
    return content | {"codes": [_entry(book, code, ids) for code in book.children()]}


def _entry(book: Codebook, code: Code, ids: Mapping[str, str]) -> dict[str, Any]:
    """One code with those below it."""
    entry: dict[str, Any] = {"id": ids[code.id]}
    for part in TEXTS:
        words = {book.language: getattr(code, part)}
        words |= {language: texts[part] for language, texts in code.translations.items() if texts.get(part)}
        if found := {language: text for language, text in words.items() if text}:
            entry[part] = found
    entry |= dict(code.links)
    if code.color:
        entry["color"] = code.color
    if not code.codable:
        entry["codable"] = False
    if code.maps_to in ids:
        entry["maps_to"] = ids[code.maps_to]
    if code.patterns:
        entry["patterns"] = {language: list(phrases) for language, phrases in code.patterns.items()}
    entry["guid"] = code.id if is_guid(code.id) else guid_of(code.id)
    if below := book.children(code.id):
        entry["codes"] = [_entry(book, each, ids) for each in below]
    return entry


def _ids(book: Codebook) -> dict[str, str]:
    """Code -> a short name that no other has: its own, else made of its name."""
    taken: set[str] = set()
    ids: dict[str, str] = {}
    for code in book:
        name = code.key or _slug(code.name, "_") or "code"
        numbered = chain([name], (f"{name}_{n}" for n in count(2)))
        free = next(each for each in numbered if each not in taken)
        taken.add(free)
        ids[code.id] = free
    return ids


def _slug(words: str, between: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = between.join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST_ID].strip(between)
    return found if not found[:1].isdigit() else f"c{between}{found}"
