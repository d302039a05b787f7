"""Writing the evidence packages of a study, and the key of codes of communities, which stays in the house."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lcresearch.errors import Problem, SynthesisError
from lcresearch.files import private_folder, write_whole
from lcresearch.synthesis.packages import ConsortiumEvidence, PackedPackage, pack
from lcresearch.synthesis.packages.packing import SUFFIX, package_names
from lcresearch.synthesis.programme import ProgrammeFile

EVIDENCE = "evidence"
"""Folder of the packages in the output of a run."""
KEY_FILE = "community-codes.csv"
"""Which community has which code in a package; under ``private/``."""
NOTHING_LEFT = "Y154"
"""The disclosure rules leave nothing of a consortium to share."""


@dataclass(frozen=True, repr=False, eq=False)
class PackedEvidence:
    """The packages of a study.

    Attributes
    ----------
    packages : tuple of PackedPackage
        With the path of each.
    problems : tuple of Problem
        Consortia of which nothing may leave.
    key : Path or None
        Where the codes of communities stand.
    """

    packages: tuple[PackedPackage, ...]
    problems: tuple[Problem, ...] = ()
    key: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """Where the packages are."""
        return [one.path for one in self.packages if one.path is not None]

    def __repr__(self) -> str:
        return f"<PackedEvidence: {len(self.packages)} packages>"


def pack_evidence(
    evidence: Sequence[ConsortiumEvidence],
    programme: ProgrammeFile,
    path: Path,
    *,
    private: Path,
    force: bool = False,
    date: datetime.date | None = None,
) -> PackedEvidence:
    """Write a package of each consortium of which something may leave.

    Parameters
    ----------
    evidence : sequence of ConsortiumEvidence
    programme : ProgrammeFile
    path : Path
        A folder, or a file that ends in ``.zip`` for one consortium.
    private : Path
        Folder for the key.
    force : bool
        Replace packages that are there.
    date : date, optional

    Raises
    ------
    SynthesisError
        G002, when a package is there and ``force`` is not given; what else :func:`lcresearch.synthesis.pack` raises.
    """
    targets = _targets(evidence, path)
    for target in targets:
        if target.exists() and not force:
            raise SynthesisError("G002", path=str(target))
    packages, problems = list[PackedPackage](), list[Problem]()
    for one, target in zip(evidence, targets, strict=True):
        try:
            packages.append(pack(one, target, programme, force=force, date=date))
        except SynthesisError as error:
            if {problem.code for problem in error.problems} != {NOTHING_LEFT}:
                raise
            problems += error.problems
    return PackedEvidence(tuple(packages), tuple(problems), _write_key(packages, private))


def _targets(evidence: Sequence[ConsortiumEvidence], path: Path) -> list[Path]:
    if path.suffix != SUFFIX:
        return [path / name for name in package_names([one.consortium for one in evidence])]
    if len(evidence) != 1:
        raise SynthesisError("Y156", n=len(evidence))
    return [path]


def _write_key(packages: Sequence[PackedPackage], private: Path) -> Path | None:
    """One table for all consortia: ``consortium, column, name, code``."""
    if not packages:
        return None
    parts = [one.key.assign(consortium=one.manifest.consortium) for one in packages]
    table = pd.concat(parts, ignore_index=True)[["consortium", "column", "name", "code"]]
    private.parent.mkdir(parents=True, exist_ok=True)
    private_folder(private)
    return write_whole(private / KEY_FILE, table.to_csv(index=False, lineterminator="\n"))
