"""A package that was made, with what stays in the house."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.synthesis.packages.manifest import Manifest
from lcresearch.synthesis.programme import ProgrammeFile


@dataclass(frozen=True, repr=False, eq=False)
class PackedPackage:
    """A package, and what stays in the house.

    Attributes
    ----------
    programme : ProgrammeFile
    manifest : Manifest
    content : bytes
        The zip.
    path : Path or None
        Where it was written; None for one that was only prepared.
    let_through : dict of str to DataFrame
        Model -> the rows of persons behind its sums. These stay in the house; with them a fit of the sums is checked.
    answers : dict of str to DataFrame
        Scale -> the answers of persons behind its moments; these stay in the house too.
    communities : DataFrame
        The working-elements table of the package.
    key : DataFrame
        ``column, name, code``: which community has which code. Keep it under ``private/``.
    n_persons : dict of str to int
        Member about persons (``models/growth``) -> how many stand behind it.
    n_rows : dict of str to int
        Kind of a table that was made elsewhere (``codes``) -> its rows.
    estimated : tuple of str
        Models with effects of this consortium alone.
    """

    programme: ProgrammeFile
    manifest: Manifest
    content: bytes
    path: Path | None
    let_through: dict[str, pd.DataFrame]
    answers: dict[str, pd.DataFrame]
    communities: pd.DataFrame
    key: pd.DataFrame
    n_persons: dict[str, int]
    n_rows: dict[str, int]
    estimated: tuple[str, ...]

    @property
    def held_back(self) -> pd.DataFrame:
        """What the disclosure rules kept in the house: ``member, reason, n_groups, persons``."""
        columns = ["member", "reason", "n_groups", "persons"]
        return pd.DataFrame([one.model_dump() for one in self.manifest.held_back], columns=columns)

    def preview(self, language: str = "nl") -> str:
        """In plain words what is in the package, what is not, and what a reader can and cannot compute from it."""
        from lcresearch.synthesis.packages.preview import preview_of

        return preview_of(self, language).text()

    def __repr__(self) -> str:
        return f"<PackedPackage of {self.manifest.consortium}, {len(self.manifest.members)} members>"
