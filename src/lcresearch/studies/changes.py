"""Changing several files together: all of them, or none."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lcresearch.errors import StudyError
from lcresearch.files import private_folder, reason_of

_NEW, _OLD = ".withdraw-new", ".withdraw-old"


def change_together(contents: Mapping[Path, bytes | None]) -> None:
    """Give files a new content, or delete them (None).

    Everything is written under temporary names first, with the mode of the file; then names are exchanged. When one
    exchange fails, those before it are undone. Afterwards nothing of the earlier contents is left under another name.

    Parameters
    ----------
    contents : mapping of Path to bytes or None
        A file that does not exist is made, in a folder that only its owner can open if the folder is new.

    Raises
    ------
    StudyError
        S036, when the system refuses; all files are then as they were.
    """
    contents = {path.resolve(): content for path, content in contents.items()}  # a link keeps pointing to its file
    new = {path: content for path, content in contents.items() if content is not None}
    try:
        for path, content in new.items():
            private_folder(path.parent)
            _beside(path, _NEW).write_bytes(content)
            if path.exists():
                shutil.copymode(path, _beside(path, _NEW))
        _exchange(contents)
    except OSError as error:
        raise StudyError("S036", reason=reason_of(error)) from error
    finally:
        for path in new:
            _beside(path, _NEW).unlink(missing_ok=True)


def _exchange(contents: Mapping[Path, bytes | None]) -> None:
    moved: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            steps = [(path, _beside(path, _OLD))] if path.exists() else []
            steps += [(_beside(path, _NEW), path)] if content is not None else []
            for source, target in steps:
                source.replace(target)
                moved.append((source, target))
    except OSError:
        for source, target in reversed(moved):
            with suppress(OSError):
                target.replace(source)
        raise
    for path in contents:
        _beside(path, _OLD).unlink(missing_ok=True)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
