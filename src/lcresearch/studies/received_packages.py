"""Evidence packages that consortia sent, kept in the folder of their programme: ``packages/``.

``lcresearch synthesize PROGRAMME/packages`` takes the same files. What is taken away goes to ``packages/removed/``,
from where it can be put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lcresearch.errors import Place, Problem, SynthesisError
from lcresearch.files import file_hash, write_whole
from lcresearch.synthesis.packages import EvidencePackage, open_package
from lcresearch.synthesis.packages.packing import SUFFIX, package_names
from lcresearch.synthesis.pooled.gathering import problems_together
from lcresearch.synthesis.programme import ProgrammeFile

FOLDER = "packages"
REMOVED = "removed"


@dataclass(frozen=True, repr=False, eq=False)
class Received:
    """A file among the packages of a programme.

    Attributes
    ----------
    path : Path
    package : EvidencePackage or None
        None when it cannot be opened.
    problems : tuple of Problem
        Why it cannot be opened, or cannot be put together with the others.
    replaced_by : int or None
        The later release that takes its place.
    """

    path: Path
    package: EvidencePackage | None
    problems: tuple[Problem, ...] = ()
    replaced_by: int | None = None

    @property
    def counts(self) -> bool:
        """Whether a synthesis counts it."""
        return self.package is not None and not self.problems and self.replaced_by is None

    def __repr__(self) -> str:
        return f"<Received {self.path.name}>"


@dataclass(frozen=True)
class ReceivedPackages:
    """The packages in the folder of a programme.

    Parameters
    ----------
    programme_folder : Path
    """

    programme_folder: Path

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.programme_folder / FOLDER

    def files(self) -> list[Path]:
        """All that lie there, by name."""
        return _zips(self.folder)

    def removed(self) -> list[Path]:
        """Those that were taken away, by name."""
        return _zips(self.folder / REMOVED)

    def all(self, programme: ProgrammeFile) -> list[Received]:
        """Each package, with what keeps it from being put together with the others."""
        opened = [(path, *_opened(path)) for path in self.files()]
        good = [package for _, package, _ in opened if package is not None]
        last: dict[str, int] = {}
        for one in good:
            last[one.consortium] = max(last.get(one.consortium, 0), one.manifest.release)
        together = problems_together(good, programme)
        found = []
        for path, package, problems in opened:
            own = problems or tuple(one for one in together if one.where.file in (None, path.name))
            later = None if package is None else last[package.consortium]
            replaced = later if package is not None and later != package.manifest.release else None
            found.append(Received(path, package, own, replaced))
        return found

    def take(self, paths: Sequence[Path], programme: ProgrammeFile) -> list[Path]:
        """Keep packages that were sent, once all of them were opened and found to fit; or none of them.

        Parameters
        ----------
        paths : sequence of path
            Zips, under the names by which they were sent.
        programme : ProgrammeFile

        Returns
        -------
        list of Path
            Where each new one is. One that lies there already, byte for byte, is not kept twice.

        Raises
        ------
        SynthesisError
            All problems of all files, with their names: what :func:`lcresearch.synthesis.open_package` finds, Y181 for
            a second package of a consortium with the same release, and Y182 to Y189, Y193, Y209 and Y210 for what
            does not fit.
        """
        here = {file_hash(path) for path in self.files()}
        fresh: dict[str, Path] = {}
        for path in paths:
            fresh.setdefault(file_hash(path), path)
        fresh = {digest: path for digest, path in fresh.items() if digest not in here}
        problems: list[Problem] = []
        arrived: list[EvidencePackage] = []
        for path in fresh.values():
            try:
                arrived.append(open_package(path))
            except SynthesisError as error:
                problems += error.problems
        there = [package for path in self.files() if (package := _opened(path)[0]) is not None]
        known = problems_together(there, programme)
        problems += [one for one in problems_together([*there, *arrived], programme) if one not in known]
        if problems:
            raise SynthesisError(problems)
        self.folder.mkdir(exist_ok=True)
        return [self._keep(package) for package in arrived]

    def remove(self, name: str) -> Path:
        """Take a package away, to where it can be put back from.

        Raises
        ------
        SynthesisError
            G001, when there is none of this name.
        """
        path = _named(self.files(), name)
        target = self.folder / REMOVED
        target.mkdir(exist_ok=True)
        return path.replace(_free(target, path.stem))

    def put_back(self, name: str) -> Path:
        """Put a package back that was taken away.

        Raises
        ------
        SynthesisError
            G001, when there is none of this name.
        """
        path = _named(self.removed(), name)
        return path.replace(_free(self.folder, path.stem))

    def _keep(self, package: EvidencePackage) -> Path:
        assert package.path is not None
        (name,) = package_names([package.consortium])
        release = package.manifest.release
        stem = Path(name).stem + (f"-{release}" if release > 1 else "")
        return write_whole(_free(self.folder, stem), package.path.read_bytes())


def packages_in(folders: Sequence[Path]) -> Iterator[EvidencePackage]:
    """The packages in folders that can be opened, each content once."""
    seen: set[str] = set()
    for path in (path for folder in folders for path in _zips(folder)):
        package = _opened(path)[0]
        if package is not None and (digest := file_hash(path)) not in seen:
            seen.add(digest)
            yield package


def _zips(folder: Path) -> list[Path]:
    found = folder.glob(f"*{SUFFIX}") if folder.is_dir() and not folder.is_symlink() else ()
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _named(paths: Sequence[Path], name: str) -> Path:
    for path in paths:
        if path.name == name:
            return path
    raise SynthesisError("G001", where=Place(file=name), path=name)


def _free(folder: Path, stem: str) -> Path:
    """A name that no file of the folder has."""
    path, number = folder / f"{stem}{SUFFIX}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem} ({number}){SUFFIX}"
    return path


def _opened(path: Path) -> tuple[EvidencePackage | None, tuple[Problem, ...]]:
    state = path.stat()
    return _opened_once(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _opened_once(path: Path, _changed: int, _size: int) -> tuple[EvidencePackage | None, tuple[Problem, ...]]:
    """A package is opened again only when its file changed."""
    try:
        return open_package(path), ()
    except SynthesisError as error:
        return None, error.problems
