"""Files that are there whole or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path


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
