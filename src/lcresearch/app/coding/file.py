"""The file of a study in which people code, as its pages open it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request

from lcresearch.app.studies.frame import study_folder, study_name
from lcresearch.errors import AppError, Place

if TYPE_CHECKING:
    from lcresearch.interviews.coding_file import CodingFile

ENDING = ".lccoding"


def coding_file_of(request: Request) -> CodingFile:
    """The coding file of the study of an address ``/studies/{study}/...``.

    Raises
    ------
    AppError
        W001, when there is no such study; W100, when it has no coding file yet.
    LcresearchError
        What is wrong with study.yaml, or with the file.
    """
    from lcresearch.interviews import coding_file

    return coding_file.open_file(coding_path(study_folder(request), study_name(request)))


def coding_path(folder: Path, name: str) -> Path:
    """Where the coding file of the study in a folder lies.

    Raises
    ------
    AppError
        W100, when study.yaml names none, or it is not there.
    """
    from lcresearch import studies

    use = studies.load(folder).file.interviews
    named = use.project if use is not None else None
    if named is None or not named.endswith(ENDING) or not (folder / named).is_file():
        raise AppError("W100", where=Place(file="study.yaml"), study=name)
    return folder / named
