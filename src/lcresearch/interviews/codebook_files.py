"""Read and write codebooks; the ending of the file says in which form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.file_endings import by_ending
from lcresearch.interviews.refi_qda.codebook_file import read_qdc


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    path : str or Path
        ``.qdc`` (REFI-QDA), or a bare project file ``.qde``, of which the codes are read.

    Returns
    -------
    Codebook
        ``codebook.problems`` says where the file deviates from the standard.

    Raises
    ------
    InterviewError
        When there is no such file, or it is no codebook.
    """
    path = Path(path)
    return by_ending(path, READERS)(path)


def _read_qdc(path: Path) -> Codebook:
    return read_qdc(path)


READERS: dict[str, Callable[[Path], Codebook]] = {".qdc": _read_qdc, ".qde": _read_qdc}
"""Ending -> reader."""
