"""Out to the programs that people use; the ending of the file says to which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lcresearch.interviews.codebook_files import write_codebook
from lcresearch.interviews.coding_file.schema import ENDING
from lcresearch.interviews.coding_tables import write_codings
from lcresearch.interviews.file_endings import by_ending
from lcresearch.interviews.project import Project
from lcresearch.interviews.project_files import write_project
from lcresearch.interviews.written import Written


def export_project(project: Project, path: str | Path, *, target: str | None = None, force: bool = False) -> Written:
    """Write a project for another program, its codebook, or a table of its codings.

    Parameters
    ----------
    project : Project
    path : str or Path
        ``.qdpx`` or ``.lccoding`` (texts, codes and codings, by :func:`write_project`), ``.qdc`` (codes alone, by
        :func:`write_codebook`), ``.csv`` or ``.xlsx`` (a row a coding with its quote, by :func:`write_codings`).
    target : {"atlas.ti", "nvivo", "maxqda", "qualcoder"}, optional
        The program that will open a ``.qdpx``.
    force : bool, default False
        Whether a file that exists is replaced.

    Returns
    -------
    Written

    Raises
    ------
    InterviewError
        V035: another ending; and what the functions above raise.
    """
    path = Path(path)
    return by_ending(path, _WRITERS)(project, path, target, force)


def _project(project: Project, path: Path, target: str | None, force: bool) -> Written:
    return write_project(project, path, target=target, force=force)


def _codebook(project: Project, path: Path, target: str | None, force: bool) -> Written:
    return write_codebook(project.codebook, path, force=force)


def _codings(project: Project, path: Path, target: str | None, force: bool) -> Written:
    return Written(write_codings(project, path, force=force))


_WRITERS: dict[str, Callable[[Project, Path, str | None, bool], Written]] = {
    ".qdpx": _project,
    ENDING: _project,
    ".qdc": _codebook,
    ".csv": _codings,
    ".xlsx": _codings,
}
