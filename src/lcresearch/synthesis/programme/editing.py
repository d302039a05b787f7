"""Changing the text of programme.yaml: checked before it is written, and undone."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from lcresearch.files import write_whole
from lcresearch.synthesis.programme.model import ProgrammeFile
from lcresearch.synthesis.programme.reading import FILE_NAME, read_programme

EARLIER = "programme.earlier.yaml"
"""The text before the last change, beside programme.yaml."""


def check_programme(text: str) -> ProgrammeFile:
    """Read a programme from text, as :func:`read_programme` reads it from its file.

    Raises
    ------
    SynthesisError
        Everything that is wrong with it, with lines.

    Examples
    --------
    >>> from lcresearch.errors import SynthesisError
    >>> try:
    ...     check_programme("schema: 1")
    ... except SynthesisError as error:
    ...     print(error.problems[0].where.file)
    programme.yaml
    """
    with TemporaryDirectory() as folder:
        return read_programme(write_whole(Path(folder) / FILE_NAME, text))


def change_programme(folder: str | Path, text: str) -> ProgrammeFile:
    """Write another text of programme.yaml, once it was found right; the text before it is kept.

    Raises
    ------
    SynthesisError
        As :func:`check_programme`; nothing is written then.
    """
    found, path = check_programme(text), Path(folder) / FILE_NAME
    before = path.read_bytes()
    if before != text.encode():
        write_whole(path.with_name(EARLIER), before)
        write_whole(path, text)
    return found


def undo_change(folder: str | Path) -> bool:
    """Bring back the text before the last change; once more brings back the change. False when there is none."""
    path = Path(folder) / FILE_NAME
    earlier = path.with_name(EARLIER)
    if not earlier.is_file():
        return False
    now, before = path.read_bytes(), earlier.read_bytes()
    write_whole(path, before)
    write_whole(earlier, now)
    return True
