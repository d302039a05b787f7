"""Read and write codebooks; the ending of the file says in which form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lcresearch.errors import InterviewError, Problem
from lcresearch.interviews.codebook.model import Codebook
from lcresearch.interviews.codebook.yaml_file import read_yaml_codebook, shipped_codebooks
from lcresearch.interviews.codebook.yaml_writing import write_yaml_codebook
from lcresearch.interviews.file_endings import by_ending
from lcresearch.interviews.program_name import program_name
from lcresearch.interviews.refi_qda.codebook_file import read_qdc, write_qdc
from lcresearch.interviews.written import Written


def read_codebook(path: str | Path, *, language: str | None = None) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    path : str or Path
        ``.qdc`` (REFI-QDA), a bare project file ``.qde``, of which the codes are read, or ``.yaml``; also the id of a
        codebook that comes with the package.
    language : str, optional
        ``nl`` or ``en``, for codebooks that have more than one; by default their first.

    Returns
    -------
    Codebook
        ``codebook.problems`` says where the file deviates from the standard.

    Raises
    ------
    InterviewError
        When there is no such file, or it is no codebook.
    """
    path = shipped_codebooks().get(str(path), Path(path))
    found = by_ending(path, READERS)(path)
    return found.in_language(language) if language else found


def write_codebook(book: Codebook, path: str | Path, *, force: bool = False) -> Written:
    """Write a codebook.

    Parameters
    ----------
    book : Codebook
    path : str or Path
        ``.qdc`` (REFI-QDA), which ATLAS.ti, NVivo, MAXQDA, QualCoder and others take: definition, rules of use and
        example go into the description, from which :func:`read_codebook` takes them apart. Or ``.yaml``, which has a
        place for everything.
    force : bool, default False
        Whether a file that exists is replaced.

    Returns
    -------
    Written
        With what the form has no place for.

    Raises
    ------
    InterviewError
        G002, when the file exists; V035, when the ending is another; V039, V049, when the codes are no tree or there
        are none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from lcresearch.interviews import Code
    >>> from lcresearch.interviews.guids import guid_of
    >>> code = Code(guid_of("example"), "learning", definition="What it is.", use_when="somebody says so.")
    >>> written = write_codebook(Codebook((code,)), Path(mkdtemp()) / "book.qdc")
    >>> read_codebook(written.path).codes[0].use_when
    'somebody says so.'
    """
    path = Path(path)
    writer = by_ending(path, WRITERS)
    if path.exists() and not force:
        raise InterviewError("G002", path=path.as_posix())
    return Written(path, writer(book, path))


def _write_qdc(book: Codebook, path: Path) -> tuple[Problem, ...]:
    return write_qdc(book, path, program_name()).close()


def _read_qdc(path: Path) -> Codebook:
    return read_qdc(path)


READERS: dict[str, Callable[[Path], Codebook]] = {
    ".qdc": _read_qdc,
    ".qde": _read_qdc,
    ".yaml": read_yaml_codebook,
    ".yml": read_yaml_codebook,
}
"""Ending -> reader."""
WRITERS: dict[str, Callable[[Codebook, Path], tuple[Problem, ...]]] = {
    ".qdc": _write_qdc,
    ".yaml": write_yaml_codebook,
    ".yml": write_yaml_codebook,
}
"""Ending -> writer."""
