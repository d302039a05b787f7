"""Finding one person in evidence packages that went out: the ledger knows, by fingerprints, who was in which."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lcresearch.disclosure import Ledger
from lcresearch.disclosure.ledger import Release, persons_of
from lcresearch.errors import DisclosureError
from lcresearch.studies.person_search import PersonSearch
from lcresearch.synthesis.packages.earlier import PACKAGE
from lcresearch.synthesis.packages.packing import MANIFEST, SUFFIX

_LARGEST_MANIFEST = 5_000_000


@dataclass(frozen=True)
class SentPackage:
    """A package that a person is in.

    Attributes
    ----------
    consortium : str
    release : str
        As the ledger calls it: ``package 1``.
    date : str
    """

    consortium: str
    release: str
    date: str


def find_in_packages(search: PersonSearch) -> None:
    """Name the packages that the person is in: they hold sums, from which nobody can be taken out."""
    try:
        ledger = Ledger(search.folder)
    except DisclosureError:
        return  # without its key the ledger knows nobody
    sent = packages_with(ledger, search.names)
    files = _files(search) if sent else {}
    for one in sent:
        path = files.get((one.consortium, one.release))
        name = path if path is not None else search.folder / f"{one.consortium}, {one.release}"
        search.note(name, "package_went_out")
        search.actions[-1]["rows"] = f"{one.release}, {one.date}"


def packages_with(ledger: Ledger, names: tuple[str, ...]) -> list[SentPackage]:
    """Packages in which a person is who goes by one of these names, oldest first."""
    nothing = np.zeros(len(names), dtype=np.int64)
    mine = persons_of(ledger.fingerprints("", list(names), [""] * len(names), nothing, None))
    found = [
        SentPackage(_consortium(release), release.report, release.date)
        for release in ledger.releases
        if release.statistic.startswith(f"{PACKAGE} ") and np.isin(mine, persons_of(release.blocks[0])).any()
    ]
    return list(dict.fromkeys(found))


def _consortium(release: Release) -> str:
    """``package Vliet models/growth`` is about Vliet."""
    return release.statistic.removeprefix(f"{PACKAGE} ").rpartition(" ")[0]


def _files(search: PersonSearch) -> dict[tuple[str, str], Path]:
    """Packages of this study in its folder, by consortium and release."""
    found: dict[tuple[str, str], Path] = {}
    for path in sorted(search.folder.rglob(f"*{SUFFIX}")):
        for manifest in _manifests(path):
            if manifest.get("study") == search.file.id:
                found.setdefault((str(manifest.get("consortium")), f"{PACKAGE} {manifest.get('release')}"), path)
    return found


def _manifests(path: Path) -> Iterator[dict[str, Any]]:
    """The manifest of a package; nothing for any other zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(MANIFEST).file_size <= _LARGEST_MANIFEST:
                content = json.loads(archive.read(MANIFEST))
                if isinstance(content, dict):
                    yield content
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, RecursionError, zipfile.BadZipFile):
        return
