"""The record of quotes that were released: ``quote-releases.yaml`` in the study folder. It names nobody."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lcresearch.errors import InterviewError, Place
from lcresearch.files import reason_of, write_whole
from lcresearch.interviews.quote_release.describing import clean, describe
from lcresearch.messages import LANGUAGES, Messages

FILE_NAME = "quote-releases.yaml"
FORMAT_VERSION = 1
CONSENTS = ("words", "recognisable")
"""What the informant agreed to: that these words leave under a description that fits several persons; or also that
people may recognise who said it."""
ROLES = {
    "researcher": "onderzoeker",
    "lead researcher": "hoofdonderzoeker",
    "research assistant": "onderzoeksassistent",
    "lecturer": "docent",
    "supervisor": "begeleider",
    "project leader": "projectleider",
    "data steward": "datasteward",
    "privacy officer": "functionaris gegevensbescherming",
    "ethics board": "ethische commissie",
}
"""Who may release, in English and Dutch: roles only, so that no name comes into the record."""
_POINTER = re.compile(r"[^#\x00-\x1f]{1,200}#\d{1,12}-\d{1,12}:[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LARGEST = 5_000_000
_KEYS = {"pointer", "words_sha256", "described_as", "description", "persons_alike", "minimum_cell", "released_by",
         "released_on", "consent_to", "consent_on"}  # fmt: skip


@dataclass(frozen=True)
class QuoteRelease:
    """One quote that may leave.

    Attributes
    ----------
    pointer : str
        As :func:`~lcresearch.interviews.quotes` gives it.
    words_sha256 : str
        Of the words; other words are another quote.
    described_as : str
        How the speaker is called.
    description : mapping of str to str
        Attribute -> value that this says.
    persons_alike, minimum_cell : int
        How many persons it fitted on the day of release, and how many were asked for.
    released_by : str
        A role of :data:`ROLES`.
    released_on, consent_on : str
        Dates (ISO): of the release, and of the informant's consent.
    consent_to : str
        One of :data:`CONSENTS`.
    """

    pointer: str
    words_sha256: str
    described_as: str
    persons_alike: int
    minimum_cell: int
    released_by: str
    released_on: str
    consent_to: str
    consent_on: str
    description: Mapping[str, str] = field(default_factory=dict)

    @property
    def document(self) -> str:
        """Id of the document."""
        return self.pointer.partition("#")[0]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the file."""
        return {name: getattr(self, name) for name in sorted(_KEYS)} | {"description": dict(self.description)}


def read_quote_releases(path: str | Path) -> tuple[QuoteRelease, ...]:
    """The releases of a study, in the order of the file; none when there is no file yet.

    Parameters
    ----------
    path : str or Path
        ``quote-releases.yaml``, or the study folder that holds it.

    Returns
    -------
    tuple of QuoteRelease

    Raises
    ------
    InterviewError
        V166: the file is no such record, or an entry in it is not what it must be.

    See also
    --------
    release_quote : Adds a release.
    """
    path = record_path(path)
    if not path.exists():
        return ()
    try:
        if path.stat().st_size > _LARGEST:
            raise _refused(path, "too_large")
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InterviewError("G004", where=Place(file=path.name), path=path.name, reason=reason_of(error)) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _refused(path, "no_yaml") from error
    if not isinstance(content, dict) or content.get("version") != FORMAT_VERSION:
        raise _refused(path, "no_record")
    entries = content.get("releases")
    if not isinstance(entries, list):
        raise _refused(path, "no_record")
    return tuple(_release(entry, number, path) for number, entry in enumerate(entries, start=1))


def write_quote_releases(releases: Sequence[QuoteRelease], path: Path) -> Path:
    """Write the record whole or not at all."""
    content = {"version": FORMAT_VERSION, "releases": [release.to_dict() for release in releases]}
    head = "".join(f"# {Messages(language)('quote_release.file_head')}\n" for language in LANGUAGES)
    try:
        return write_whole(path, head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100))
    except OSError as error:
        raise InterviewError("G004", where=Place(file=path.name), path=path.name, reason=reason_of(error)) from None


def record_path(path: str | Path) -> Path:
    """The file, when the folder is given too."""
    path = Path(path)
    return path / FILE_NAME if path.is_dir() else path


def role_of(written: str) -> str | None:
    """The role as the record writes it, given in either language; None when it is no known role."""
    plain = " ".join(str(written).split()).lower()
    if plain in ROLES:
        return plain
    return next((english for english, dutch in ROLES.items() if dutch == plain), None)


def iso_date(value: object) -> str | None:
    """A date as ``2026-11-25``; None when it is none."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return None


def _refused(path: Path, reason: str, number: int = 0) -> InterviewError:
    words = {language: Messages(language)(f"quote_release.problem.{reason}", n=number) for language in LANGUAGES}
    return InterviewError("V166", where=Place(file=path.name), what=words)


def _release(entry: object, number: int, path: Path) -> QuoteRelease:
    """An entry of the file, each value looked at."""
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        raise _refused(path, "keys", number)
    description = entry["description"]
    texts = isinstance(description, dict) and all(
        isinstance(part, str) for pair in description.items() for part in pair
    )
    good = (
        texts
        and all(isinstance(entry[name], str) for name in ("pointer", "words_sha256", "described_as", "released_by"))
        and _POINTER.fullmatch(entry["pointer"]) is not None
        and _SHA256.fullmatch(entry["words_sha256"]) is not None
        and all(type(entry[name]) is int for name in ("persons_alike", "minimum_cell"))
        and role_of(entry["released_by"]) == entry["released_by"]
        and entry["consent_to"] in CONSENTS
        and iso_date(entry["released_on"]) is not None
        and iso_date(entry["consent_on"]) is not None
    )
    if not good:
        raise _refused(path, "values", number)
    if clean(entry["described_as"]) not in {describe(description, language) for language in LANGUAGES}:
        raise _refused(path, "described", number)
    dates = {name: str(iso_date(entry[name])) for name in ("released_on", "consent_on")}
    return QuoteRelease(**{**entry, **dates})
