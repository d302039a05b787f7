"""Changing several files together: all of them, or none, also when the computer stops halfway."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lcresearch.errors import StudyError
from lcresearch.files import file_hash, private_folder, reason_of, write_whole

JOURNAL = Path("private") / "withdrawal-journal.json"
"""What is being changed, in the folder of the study; there only while it is."""

_NEW, _OLD = ".withdraw-new", ".withdraw-old"
_WRITING, _READY = "writing", "ready"


def change_together(contents: Mapping[Path, bytes | None], folder: Path) -> None:
    """Give files a new content, or delete them (None).

    Everything is written under temporary names first, with the mode of the file; then names are exchanged. When one
    exchange fails, those before it are undone. Afterwards nothing of the earlier contents is left under another name.
    When the program is stopped halfway, :func:`finish_changes` does the rest: until then the journal says what that is.

    Parameters
    ----------
    contents : mapping of Path to bytes or None
        A file that does not exist is made, in a folder that only its owner can open if the folder is new.
    folder : Path
        Folder of the study, for the journal.

    Raises
    ------
    StudyError
        S036, when the system refuses; all files are then as they were.
    """
    contents = {path.resolve(): content for path, content in contents.items()}  # a link keeps pointing to its file
    new = {path: content for path, content in contents.items() if content is not None}
    journal = folder / JOURNAL
    try:
        private_folder(journal.parent)
        _write_journal(journal, _WRITING, contents)
        for path, content in new.items():
            private_folder(path.parent)
            _write_safely(_beside(path, _NEW), content)
            if path.exists():
                shutil.copymode(path, _beside(path, _NEW))
        _write_journal(journal, _READY, contents)
        _exchange(contents)
    except OSError as error:
        raise StudyError("S036", reason=reason_of(error)) from error
    finally:
        if not any(_beside(path, _OLD).exists() for path in contents):
            for path in new:
                _beside(path, _NEW).unlink(missing_ok=True)
            journal.unlink(missing_ok=True)


def finish_changes(folder: Path) -> list[str]:
    """Finish what :func:`change_together` was stopped in: changes that were complete are made, others are forgotten.

    A file that was replaced in the meantime stays as it is now.

    Returns
    -------
    list of str
        The files of changes that were made now, in the folder of the study; empty when nothing had been interrupted.

    Raises
    ------
    StudyError
        S047, when that cannot be done.
    """
    journal = folder / JOURNAL
    journal.with_name(journal.name + ".partial").unlink(missing_ok=True)
    if not journal.exists():
        return []
    try:
        content = json.loads(journal.read_text(encoding="utf-8"))
        entries: list[dict[str, Any]] = content["changes"]
        ready = content["state"] == _READY
        for entry in entries:
            path = Path(os.path.normpath(folder.resolve() / entry["file"]))
            if ready:
                _finish(path, delete=bool(entry["delete"]), before=entry["before"])
            _beside(path, _NEW).unlink(missing_ok=True)
        journal.unlink()
        return [str(entry["file"]) for entry in entries] if ready else []
    except OSError as error:
        raise StudyError("S047", reason=reason_of(error)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StudyError("S047", reason=JOURNAL.as_posix()) from error


def _finish(path: Path, *, delete: bool, before: str | None) -> None:
    untouched = not path.exists() or file_hash(path) == before
    if delete and untouched:
        path.unlink(missing_ok=True)
    elif untouched and _beside(path, _NEW).exists():
        _beside(path, _NEW).replace(path)
    _beside(path, _OLD).unlink(missing_ok=True)


def _write_journal(journal: Path, state: str, contents: Mapping[Path, bytes | None]) -> None:
    start = journal.parent.parent.resolve()
    changes = [
        {
            "file": (Path(os.path.relpath(path, start)) if path.drive == start.drive else path).as_posix(),
            "delete": content is None,
            "before": file_hash(path) if path.exists() else None,
        }
        for path, content in contents.items()
    ]
    write_whole(journal, json.dumps({"state": state, "changes": changes}, indent=1) + "\n")


def _write_safely(path: Path, content: bytes) -> None:
    """Write, and wait until it is on the disk."""
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _exchange(contents: Mapping[Path, bytes | None]) -> None:
    """Give each file its new content at once; a file that is to stay is never missing, so the study can be loaded."""
    begun: list[Path] = []
    try:
        for path, content in contents.items():
            begun.append(path)
            if content is None and path.exists():
                path.replace(_beside(path, _OLD))
            elif content is not None:
                if path.exists():
                    shutil.copy2(path, _beside(path, _OLD))
                _beside(path, _NEW).replace(path)
    except OSError:
        _undo(begun, contents)
        raise
    for path in contents:
        _beside(path, _OLD).unlink(missing_ok=True)


def _undo(begun: Sequence[Path], contents: Mapping[Path, bytes | None]) -> None:
    for path in reversed(begun):
        with suppress(OSError):
            if _beside(path, _OLD).exists():
                _beside(path, _OLD).replace(path)
            elif contents[path] is not None and not _beside(path, _NEW).exists():
                path.unlink()  # there was no such file before


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
