"""An output folder: it appears whole or not at all, and replaces only earlier output of its own kind."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lcresearch.errors import StudyError
from lcresearch.files import reason_of, write_whole

RECORD = "run.json"
_PACKAGES = ("numpy", "scipy", "pandas", "statsmodels", "formulaic", "matplotlib")
_LEFT_BY_SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")
_STALE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Kind:
    """What an output folder holds, by which it is known as output of this kind.

    Attributes
    ----------
    key : str
        Key of ``run.json`` that tells this kind from others.
    files : tuple of str
        Patterns of the files that lie in it, beside ``run.json``.
    folders : mapping of str to tuple of str
        Folders in it, with the patterns of their files; ``*/report.html`` is a file in a folder inside.
    """

    key: str
    files: tuple[str, ...]
    folders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_TABLES = {"tables": ("*.csv", "*.xlsx")}
STUDY = Kind(
    "study",
    ("report*.html", "facts.json"),
    {
        **_TABLES,
        "figures": ("*.svg", "*.png"),
        "private": ("*.parquet", "*.csv", "interviews*.html", "companies.html", "companies.json"),
        "companies": ("README.txt", "*/rapport.html", "*/report.en.html", "*/*.pdf"),
        "evidence": ("*.zip",),
    },
)
SYNTHESIS = Kind("synthesis", ("report*.html", "synthesis.json"), {**_TABLES, "figures": ("*.svg", "*.png")})
_MODELS = (
    "logic_model*.html", "logic_model.*.svg", "logic_model.*.png", "logic_model.xlsx", "design_principles*.html",
    "design_principles.*.docx", "design_principles.xlsx", "card_*.html", "card_*.docx", "cards.xlsx",
)  # fmt: skip
INTEGRATION = Kind(
    "integration",
    (
        "elements*.html",
        "combinations-*.html",
        "value*.html",
        "checklist_*.html",
        "checklist_*.docx",
        "checklists.xlsx",
        *_MODELS,
    ),
    {
        **_TABLES,
        "private": ("elements*.html", "combinations-*.html", "cases-by-score*.html", "*.csv", "*.xlsx", *_MODELS),
    },
)
PROGRESS = Kind("progress", ("progress*.html", "progress.json"), {**_TABLES, "figures": ("*.svg", "*.png")})
LITERATURE = Kind("literature", ("report*.html",), {**_TABLES, "figures": ("*.svg", "*.png")})
VALUE = Kind("value", ("value*.html", "value*.docx"), _TABLES)
VALIDATION = Kind("validation", ("report*.html", "validation.json", "evidence.yaml"), _TABLES)


def check_free(folder: Path, *, force: bool, keep: Iterable[Path] = (), kind: Kind = STUDY) -> None:
    """Raise before any work is done when the folder cannot take the output.

    Parameters
    ----------
    folder : Path
        Where the output is to come.
    force : bool
        Earlier output may be replaced.
    keep : iterable of Path
        Files that must stay, such as study.yaml and the answers: a folder around one of them is never replaced.
    kind : Kind
        Of the output.

    Raises
    ------
    StudyError
        G002, when it holds earlier output and ``force`` is not given; S010, when it holds anything else; S014, when
        nothing can be written there.
    """
    try:
        foreign = _foreign(folder, keep, kind)
        taken = folder.is_dir() and any(folder.iterdir())
        if foreign is None and (force or not taken):
            _temporary_beside(_resolved(folder, existing=True)).rmdir()
    except OSError as error:
        raise StudyError("S014", path=str(folder), reason=reason_of(error)) from error
    if foreign is not None:
        raise StudyError("S010", path=str(folder), found=foreign)
    if taken and not force:
        raise StudyError("G002", path=str(folder))


@contextmanager
def whole_folder(
    folder: Path,
    *,
    force: bool = False,
    keep: Iterable[Path] = (),
    last: Callable[[], None] | None = None,
    kind: Kind = STUDY,
) -> Iterator[Path]:
    """A new folder to write in, which takes the place of ``folder`` only when all went well.

    It is made beside ``folder``, so that the last step is a rename; after an error nothing is left of it, and what
    was in ``folder`` is there again. Until then only the owner can look into it.

    Parameters
    ----------
    folder, force, keep, kind
        As for :func:`check_free`.
    last : callable, optional
        Called when the new folder is in place. When it raises, the earlier output comes back.

    Raises
    ------
    StudyError
        As :func:`check_free`; S013, when the new folder cannot take its place.
    """
    check_free(folder, force=force, keep=keep, kind=kind)
    folder = _resolved(folder)
    _remove_stale(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = _temporary_beside(folder)
    except OSError as error:
        raise StudyError("S014", path=str(folder), reason=reason_of(error)) from error
    try:
        yield partial
        _open_to_others(partial)
        _put_in_place(partial, folder, last)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _foreign(folder: Path, keep: Iterable[Path], kind: Kind) -> str | None:
    """The first thing in a folder that no run wrote; None when there is nothing of the kind."""
    if not folder.exists():
        return None
    if not folder.is_dir():
        return folder.name
    for path in keep:
        if any(folder.samefile(one) for one in (path, *path.resolve().parents) if one.exists()):
            return path.name
    entries = sorted(folder.iterdir())
    strange = next((name for entry in entries if (name := _strange(entry, kind)) is not None), None)
    if strange is not None or not entries or _is_record(folder / RECORD, kind):
        return strange
    return entries[0].name


def _strange(entry: Path, kind: Kind) -> str | None:
    """The name of an entry that no run writes, or of a file in it."""
    if entry.name in _LEFT_BY_SYSTEMS or (entry.is_file() and any(map(entry.match, (RECORD, *kind.files)))):
        return None
    if entry.name not in kind.folders or not entry.is_dir() or entry.is_symlink():
        return entry.name
    patterns = kind.folders[entry.name]
    for one in _files_below(entry, deep=any("/" in pattern for pattern in patterns)):
        ours = one.is_file() and any(one.match(f"{entry.name}/{pattern}") for pattern in patterns)
        if not ours and one.name not in _LEFT_BY_SYSTEMS:
            return one.relative_to(entry.parent).as_posix()
    return None


def _files_below(folder: Path, *, deep: bool) -> Iterator[Path]:
    """What lies in a folder, and with ``deep`` what lies in the folders inside in their place."""
    for one in sorted(folder.iterdir()):
        if deep and one.is_dir() and not one.is_symlink():
            yield from _files_below(one, deep=False)
        else:
            yield one


def _is_record(path: Path, kind: Kind) -> bool:
    """Whether a file is the record of a run, and not another program's file of that name."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return False
    return isinstance(record, dict) and {kind.key, "lcresearch"} <= record.keys()


def _resolved(folder: Path, *, existing: bool = False) -> Path:
    """The folder without links; with ``existing`` the outermost part of it that has to be made."""
    folder = folder.resolve()
    while existing and not folder.parent.exists():
        folder = folder.parent
    return folder


def _temporary_beside(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".partial", dir=folder.parent))


def _remove_stale(folder: Path) -> None:
    """Remove what a run that was killed left beside the folder, when no run can be busy with it any more."""
    temporary = re.compile(rf"\.{re.escape(folder.name)}-[a-z0-9_]{{8}}\.partial")
    with suppress(OSError):
        for path in folder.parent.iterdir():
            if temporary.fullmatch(path.name) and time.time() - path.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _open_to_others(partial: Path) -> None:
    """Give a temporary folder, which only its owner can open, the mode of a folder made here in the usual way."""
    if os.name != "posix":
        return
    probe = partial / ".mode"
    probe.mkdir(mode=0o755)
    partial.chmod(stat.S_IMODE(probe.stat().st_mode))
    probe.rmdir()


def _put_in_place(partial: Path, folder: Path, last: Callable[[], None] | None) -> None:
    """Move ``folder`` away, ``partial`` in its place, and all back when that or ``last`` fails."""
    old = partial.with_suffix(".old")
    moves: list[tuple[Path, Path]] = []
    try:
        for source, target in ((folder, old), (partial, folder)):
            if source.exists():
                source.replace(target)
                moves.append((source, target))
    except OSError as error:
        kept = folder if _moved_back(moves) else old
        raise StudyError("S013", path=str(folder), kept=str(kept), reason=reason_of(error)) from error
    try:
        if last is not None:
            last()
    except BaseException:
        _moved_back(moves)
        raise
    with suppress(OSError):
        old.replace(partial)  # under this name it is removed, now or by a later run


def _moved_back(moves: list[tuple[Path, Path]]) -> bool:
    """Undo renames, the latest first; False when that did not work either."""
    try:
        for source, target in reversed(moves):
            target.replace(source)
    except OSError:
        return False
    return True


def software() -> dict[str, str]:
    """Versions of Python and of the packages that compute what is published."""
    return {"python": platform.python_version()} | {name: installed_version(name) for name in _PACKAGES}


@cache
def installed_version(package: str) -> str:
    """Version of a package; read from its file once, as it does not change while a program runs."""
    return version(package)


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write run.json: what was run, with which versions, on which inputs."""
    write_whole(folder / RECORD, json.dumps(record, indent=2, ensure_ascii=False) + "\n")
