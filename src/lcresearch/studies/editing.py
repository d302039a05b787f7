"""Change study.yaml for the user: comments and order stay, nothing wrong is written, and every step can be undone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any

from lcresearch.errors import LcresearchError, Place, Problem, StudyError
from lcresearch.files import private_folder, reason_of, version_of, write_whole
from lcresearch.studies.loading import find_file, read_study
from lcresearch.studies.yaml_parts import set_part
from lcresearch.yaml_lines import YamlPath, read_yaml

__all__ = [
    "HISTORY",
    "can_undo",
    "check_edit",
    "edit_study",
    "edited_text",
    "replace_study_text",
    "set_part",
    "undo_edit",
]

HISTORY = ".study-history"
"""Folder beside study.yaml with its earlier texts."""
_MOST = 50
_KEPT = re.compile(r"(\d{6})-([0-9a-f]{16})\.yaml")
_writing = RLock()


def edited_text(folder: str | Path, changes: Mapping[YamlPath, Any]) -> str:
    """The text that study.yaml would get; nothing is written.

    Parameters
    ----------
    folder : path
        Of the study, or its study.yaml.
    changes : mapping
        Position of a part -> its new value, made one after the other; see :func:`set_part`.

    Raises
    ------
    StudyError
        As :func:`edit_study`.
    """
    path = find_file(folder)
    return _changed(path, changes)


def check_edit(folder: str | Path, text: str) -> None:
    """Raise what a new text of study.yaml would make wrong; what was wrong before may stay so.

    Raises
    ------
    StudyError
        All of it together.
    """
    path = find_file(folder)
    before = {_known(one) for one in _problems(path, None)}
    new = [one for one in _problems(path, text.removeprefix("\ufeff")) if _known(one) not in before]
    if new:
        raise StudyError(new)


def edit_study(folder: str | Path, changes: Mapping[YamlPath, Any], *, version: str | None = None) -> None:
    """Change parts of study.yaml; all of them, or none.

    Parameters
    ----------
    folder : path
        Of the study, or its study.yaml.
    changes : mapping
        Position of a part -> its new value, made one after the other; None takes a part out. See :func:`set_part`.
    version : str, optional
        :func:`lcresearch.files.version_of` the study.yaml that the user looked at; nothing is written when it changed.

    Raises
    ------
    StudyError
        W008, when study.yaml changed meanwhile; W040, W041, when a part cannot be changed; what would be wrong with
        the new text, together; S014, when nothing can be written.

    Examples
    --------
    >>> import tempfile
    >>> from lcresearch import studies
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = studies.new("pulse", Path(folder) / "pulse")
    ...     edit_study(path, {("responses", 0): {"file": "antwoorden.xlsx", "platform": "microsoft_forms"}})
    ...     print(studies.load(path).file.responses[0].platform)
    ...     undo_edit(path)
    ...     print(studies.load(path).file.responses[0].platform)
    microsoft_forms
    None
    """
    path = find_file(folder)
    with _writing:
        _refuse_other_version(path, version)
        text = _changed(path, changes)
        check_edit(path, text)
        _write(path, text)


def replace_study_text(folder: str | Path, text: str, *, version: str | None = None) -> None:
    """Put another text in the place of study.yaml, as somebody typed it; :func:`undo_edit` takes it back.

    A study that can be read stays one: nothing is written that has faults. One that cannot be read may be mended step
    by step.

    Parameters
    ----------
    folder : path
        Of the study, or its study.yaml.
    text : str
    version : str, optional
        As for :func:`edit_study`.

    Raises
    ------
    StudyError
        W008, when study.yaml changed meanwhile; everything that is wrong with the new text, together; S014, when
        nothing can be written.
    """
    path = find_file(folder)
    with _writing:
        _refuse_other_version(path, version)
        wrong = _problems(path, text)
        if wrong and not _problems(path, None):
            raise StudyError(wrong)
        _write(path, text)


def can_undo(folder: str | Path) -> bool:
    """Whether the last change of study.yaml was made by :func:`edit_study`, so that it can be taken back."""
    path = find_file(folder)
    last = _last(path)
    return last is not None and last.after == version_of(path)


def undo_edit(folder: str | Path) -> None:
    """Bring back study.yaml as it was before the last :func:`edit_study`; called again, the one before that.

    Earlier texts lie in ``.study-history`` beside it, so this also works after a restart. The last fifty are kept.

    Raises
    ------
    StudyError
        W042, when there is nothing to take back; W043, when study.yaml was changed in another way since; S014, when
        nothing can be written.
    """
    path = find_file(folder)
    with _writing:
        last = _last(path)
        if last is None:
            raise StudyError("W042", where=Place(file=path.name))
        if last.after != version_of(path):
            raise StudyError("W043", where=Place(file=path.name))
        try:
            write_whole(path, last.path.read_bytes())
            last.path.unlink()
        except OSError as error:
            raise StudyError("S014", path=path.name, reason=reason_of(error)) from error


def _refuse_other_version(path: Path, version: str | None) -> None:
    if version is not None and version != version_of(path):
        raise StudyError("W008", where=Place(file=path.name))


def _write(path: Path, text: str) -> None:
    """Write a text that was looked at, and keep the earlier one."""
    if text.encode() == path.read_bytes():
        return
    try:
        _keep(path, text)
        write_whole(path, text)
    except OSError as error:
        raise StudyError("S014", path=path.name, reason=reason_of(error)) from error


def _changed(path: Path, changes: Mapping[YamlPath, Any]) -> str:
    parsed = read_yaml(path)
    if parsed.problems:
        raise StudyError(parsed.problems)
    text = path.read_bytes().decode("utf-8")
    for part, value in changes.items():
        text = set_part(text, part, value, file=path.name)
    return text


def _problems(path: Path, text: str | None) -> list[Problem]:
    try:
        read_study(path, text)
    except LcresearchError as error:
        return list(error.problems)
    return []


def _known(problem: Problem) -> tuple[str, str]:
    """What is wrong, wherever it stands: lines shift when something is added above them."""
    return problem.code, repr(sorted(problem.values.items()))


@dataclass(frozen=True)
class _Earlier:
    """An earlier text, and the version of study.yaml that came after it."""

    path: Path
    number: int
    after: str


def _earlier(path: Path) -> list[_Earlier]:
    folder = path.parent / HISTORY
    if not folder.is_dir() or folder.is_symlink():
        return []
    found = [(one, _KEPT.fullmatch(one.name)) for one in folder.iterdir() if one.is_file() and not one.is_symlink()]
    return sorted((_Earlier(one, int(name[1]), name[2]) for one, name in found if name), key=lambda one: one.number)


def _last(path: Path) -> _Earlier | None:
    return next(reversed(_earlier(path)), None)


def _keep(path: Path, text: str) -> None:
    """Keep the text of now, under the version of the text that comes after it."""
    kept = _earlier(path)
    folder = private_folder(path.parent / HISTORY)
    number = kept[-1].number + 1 if kept else 1
    write_whole(folder / f"{number:06}-{sha256(text.encode()).hexdigest()[:16]}.yaml", path.read_bytes())
    for one in kept[: max(0, len(kept) + 1 - _MOST)]:
        with suppress(OSError):
            one.path.unlink()
