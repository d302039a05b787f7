"""The last look at each file before it is written: nothing in it may point to a person, a group or a computer.

What stands in a bundle was let through by ``masking`` already. This looks at the bytes themselves, so that a text of
study.yaml, a title of a figure or a name in a table that was forgotten stops the bundle instead of going out with it.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lcresearch.errors import Place, Problem
from lcresearch.instruments.library import library_files
from lcresearch.messages import LANGUAGES, Messages, text_keys
from lcresearch.studies.publishing.names_in_text import pattern_of, tells

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+\d{2}|0)[ -]?(?:\d[ -]?){8,9}(?!\w|[.,/-]\d)")
_PATHS = re.compile(r"(?:/home/|/Users/|/root/|/tmp/|[A-Z]:\\Users\\)[\w.\\/-]*")
_WORD = re.compile(r"\w[\w-]*")
_PICTURES = (".png",)
_WORKBOOK = ".xlsx"
_LONGEST = 60
MOST_BYTES = 50_000_000
"""Largest file of a bundle."""


@dataclass(frozen=True)
class Secrets:
    """What may stand in no file.

    Attributes
    ----------
    names : set of str
        Of groups that go by a code.
    persons : set of str
        Ids of respondents, in the answers and as pseudonyms.
    paths : tuple of str
        Folders of this computer.
    addresses : set of str
        E-mail addresses that may be in it: that of the contact.
    """

    names: frozenset[str]
    persons: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()
    addresses: frozenset[str] = field(default_factory=frozenset)

    @property
    def telling_names(self) -> frozenset[str]:
        """Names that are no words of the report itself, such as a community that is called 'Learning'."""
        usual = _usual_words()
        return frozenset(name for name in self.names if tells(name) and not _words(name) <= usual)


def findings(files: Mapping[str, str | bytes], secrets: Secrets) -> Iterator[Problem]:
    """What may not be public, by file: S221 for each kind of thing in each file.

    Parameters
    ----------
    files : mapping of str to str or bytes
        By name in the bundle.
    secrets : Secrets
    """
    names = sorted(secrets.telling_names)
    persons = {one for one in secrets.persons if _is_telling_id(one)}
    for file, content in files.items():
        text = text_of(file, content)
        for what, found in _found(text, names, persons, secrets):
            yield Problem("S221", Place(file=file), {"file": file, "what": _say(what), "found": found[:_LONGEST]})


def _found(text: str, names: list[str], persons: set[str], secrets: Secrets) -> Iterator[tuple[str, str]]:
    lowered = text.lower()
    near = frozenset(name for name in names if name.lower() in lowered)
    pattern = pattern_of(near) if near else None
    match = pattern.search(text) if pattern is not None else None
    if match is not None:
        yield "name", match[0]
    if persons:
        there = sorted(persons.intersection(_WORD.findall(text)))
        if there:
            yield "person", there[0]
    for match in _EMAIL.finditer(text):
        if match[0].lower() not in secrets.addresses:
            yield "email", match[0]
            break
    phone = _PHONE.search(text)
    if phone is not None:
        yield "phone", phone[0]
    path = next((one for one in secrets.paths if one in text), None) or next(iter(_PATHS.findall(text)), None)
    if path is not None:
        yield "path", path


def text_of(file: str, content: str | bytes) -> str:
    """All text in a file that a reader could find; of a picture none: it is drawn from texts of the report."""
    if isinstance(content, str):
        return html.unescape(_without_paths_of_drawings(content)) if file.endswith((".html", ".svg")) else content
    if file.endswith(_PICTURES):
        return ""
    if file.endswith(_WORKBOOK):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = [book.read(name).decode("utf-8", "replace") for name in book.namelist() if name.endswith(".xml")]
        return html.unescape(re.sub(r"<[^>]*>", " | ", " ".join(parts)))
    return content.decode("utf-8", "replace")


def _without_paths_of_drawings(text: str) -> str:
    """Coordinates and styles take most of a page, and look like phone numbers."""
    text = re.sub(r"<style.*?</style>", " ", text, flags=re.DOTALL)
    kept = re.findall(r'(?:alt|title|aria-label|href|content|lang)="([^"]*)"', text)
    return re.sub(r"<[^>]*>", " | ", text) + " | " + " | ".join(kept)


def _is_telling_id(text: str) -> bool:
    """Whether an id can be told from words and numbers of a report: five characters or more, letters and digits."""
    return len(text) >= 5 and any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


@cache
def _usual_words() -> frozenset[str]:
    """Words of the catalogues and of the library of instruments."""
    texts = [str(forms) for forms in text_keys().values()]
    texts += [path.read_text(encoding="utf-8") for path in library_files().values()]
    return frozenset(word for text in texts for word in _words(text))


def _say(what: str) -> dict[str, str]:
    return {language: Messages(language)(f"publishing.found.{what}") for language in LANGUAGES}


def machine_paths(folders: Iterable[Path]) -> tuple[str, ...]:
    """How folders of this computer can be written in a text."""
    found = {str(one) for folder in folders for one in (folder, folder.resolve(), Path.home())}
    return tuple(sorted(one for one in found if len(one) > 3))
