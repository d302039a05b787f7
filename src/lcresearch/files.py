"""Files that are there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path, PurePosixPath


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write under a temporary name beside ``path``, then rename, so that nobody ever sees half a file.

    Text is written as UTF-8 with line feeds on every system.
    """
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    partial.replace(path)
    return path


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_LARGE = 2**26


def version_of(path: Path) -> str:
    """What tells whether a file changed meanwhile: a short hash of its bytes, empty without a file.

    Of a file that takes long to read, which no plan is, its size and when it was written.
    """
    try:
        state = path.stat()
        if state.st_size > _LARGE:
            return hashlib.sha256(f"{state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:16]
        return file_hash(path)[:16]
    except FileNotFoundError:
        return ""


def is_below(name: str) -> bool:
    """Whether a file name stays in the folder in which it starts.

    Examples
    --------
    >>> is_below("programme.yaml"), is_below("plan/programme.yaml"), is_below("../programme.yaml"), is_below("/a.yaml")
    (True, True, False, False)
    """
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in (path.parts or ("",))[0]


def private_folder(path: Path) -> Path:
    """Make a folder that, on systems with POSIX modes, only its owner can open; one that exists stays as it is."""
    if os.name == "posix":
        path.mkdir(mode=0o700, exist_ok=True)
    else:
        path.mkdir(exist_ok=True)
    return path


def reason_of(error: OSError) -> str:
    """What the operating system said, without numbers.

    Examples
    --------
    >>> reason_of(PermissionError(13, "Permission denied", "results"))
    'Permission denied'
    """
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        return str(error.args[0][0][-1])  # of several files, the first
    return error.strerror or str(error) or type(error).__name__
