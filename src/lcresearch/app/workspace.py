"""The folder of studies that the page works in; nothing outside it is read or written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from lcresearch.errors import AppError, LcresearchError
from lcresearch.files import version_of

__all__ = ["HERE", "MOST_BYTES", "PROGRAMME", "STUDY", "Entry", "Workspace", "file_inside", "safe_name", "version_of"]

if TYPE_CHECKING:
    from lcresearch.studies import Study

STUDY = "study.yaml"
PROGRAMME = "programme.yaml"
MOST_BYTES = 2**19
"""Of a study.yaml or programme.yaml whose text a page shows to be changed."""
HERE = "-"
"""Stands in addresses for a study that lies in the folder itself."""


@dataclass(frozen=True)
class Entry:
    """A study in the folder, as the list of studies shows it.

    Attributes
    ----------
    name : str
        Name of its folder; part of addresses.
    folder : Path
    title : mapping of str to str
        By language; the name of the folder where study.yaml cannot be read.
    simulated : bool
        Whether its answers are made up.
    error : LcresearchError or None
        Why study.yaml cannot be read.
    study : Study or None
        The study, when it can be read.
    """

    name: str
    folder: Path
    title: dict[str, str]
    simulated: bool = False
    error: LcresearchError | None = None
    study: Study | None = None


@dataclass(frozen=True)
class Workspace:
    """One folder with studies and programmes.

    Parameters
    ----------
    folder : Path
    """

    folder: Path

    def studies(self, first: int = 0, most: int | None = None) -> list[Entry]:
        """Studies by name of folder, from a place in that order on; those that cannot be read say why."""
        found = self._folders(STUDY)[first:]
        return [_entry(name, folder) for name, folder in found[:most]]

    def study_names(self) -> list[str]:
        """Names of studies as they stand in addresses; nothing is opened."""
        return [name for name, _ in self._folders(STUDY)]

    def study_folders(self) -> list[Path]:
        """Folders of all studies; nothing is opened."""
        return [folder for _, folder in self._folders(STUDY)]

    def programmes(self) -> list[tuple[str, Path]]:
        """Name and folder of each folder with a programme.yaml."""
        return self._folders(PROGRAMME)

    def study_folder(self, name: str) -> Path:
        """The folder of a study.

        Raises
        ------
        AppError
            W001, when the folder has no such study.
        """
        return self._named(name, STUDY)

    def programme_folder(self, name: str) -> Path:
        """The folder of a programme.

        Raises
        ------
        AppError
            W001, when the folder has no such programme.
        """
        return self._named(name, PROGRAMME)

    def new_folder(self, name: str) -> Path:
        """A folder for something new; it is not made.

        Raises
        ------
        AppError
            W002, when the name cannot be that of a folder; W003, when there is one already.
        """
        clean = name.strip()
        if not clean or clean != safe_name(clean) or clean.startswith("."):
            raise AppError("W002", name=name)
        folder = self.folder / clean
        if folder.exists() or folder.is_symlink():
            raise AppError("W003", name=name)
        return folder

    def free_name(self, name: str) -> str:
        """This name for a new folder, with a number behind it when there is one already."""
        taken = {each.name.casefold() for each in self.folder.iterdir()}
        first = safe_name(name)
        others = (safe_name(f"{name}-{number}") for number in range(2, 1000))
        return next((each for each in chain([first], others) if each.casefold() not in taken), first)

    def _named(self, name: str, file: str) -> Path:
        own = [self.folder] if name == HERE else []
        # compared with names as they are written, also on a disk that takes capitals and small letters for one
        inside = [each for each in self.folder.iterdir() if each.name == name and _own_folder(each)]
        for folder in [*own, *inside]:
            if _own_file(folder / file):
                return folder
        raise AppError("W001", name=name)

    def _folders(self, file: str) -> list[tuple[str, Path]]:
        """Name and folder of each place that holds this file: the folder itself and those in it.

        Links are not followed, also not where the file is one: it would show, and change, what lies elsewhere.
        """
        own = [(HERE, self.folder)] if _own_file(self.folder / file) else []
        inside = sorted(self.folder.iterdir(), key=lambda each: each.name.casefold())
        return own + [(each.name, each) for each in inside if _own_folder(each) and _own_file(each / file)]


def _own_folder(path: Path) -> bool:
    return not path.name.startswith(".") and path.is_dir() and not path.is_symlink()


def _own_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def file_inside(folder: Path, name: str) -> Path:
    """The file with this name below a folder, for an address that names one.

    Raises
    ------
    AppError
        W004, when there is no such file, or it lies elsewhere: by ``..``, an absolute name, a drive, or a link; the
        folder itself may be none either.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> try:
    ...     file_inside(Path(mkdtemp()), "../secret.txt")
    ... except AppError as error:
    ...     print(error.problems[0].code)
    W004
    """
    parts = name.replace("\\", "/").split("/")
    if any(part in ("", ".", "..") or "\0" in part or ":" in part for part in parts):
        raise AppError("W004", name=name)
    path = folder.joinpath(*parts)
    try:
        inside = not folder.is_symlink() and path.resolve().is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, ValueError):
        inside = False
    if not inside:
        raise AppError("W004", name=name)
    return path


_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_LONGEST = 80


def safe_name(name: str) -> str:
    """A name that every system takes for a file in one folder, made from what a browser or a person called it.

    Examples
    --------
    >>> [safe_name(one) for one in ("../../Export (week 1).csv", "C:\\\\temp\\\\a.xlsx", "nul.csv", "...")]
    ['Export (week 1).csv', 'a.xlsx', '_nul.csv', '_']
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign if sign.isprintable() and sign not in '<>:"|?*' else "_" for sign in last)
    kept = kept.strip(" .")
    if kept.partition(".")[0].casefold() in _RESERVED or not kept:
        kept = f"_{kept}"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > _LONGEST:
        kept = f"{stem[: _LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) < 12 else kept[:_LONGEST]
    return kept


def _entry(name: str, folder: Path) -> Entry:
    from lcresearch import studies

    try:
        study = studies.load(folder)
    except LcresearchError as error:
        return Entry(name, folder, {"nl": folder.name, "en": folder.name}, error=error)
    return Entry(name, folder, dict(study.file.title), study.file.simulated, study=study)
