"""A place under ``private/`` for what came in, until somebody looked at how it was read and took it or dropped it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lcresearch.files import private_folder
from lcresearch.interviews import Project, coding_file
from lcresearch.interviews.coding_file import CodingFile

TRANSCRIPTS = (".docx", ".txt", ".md", ".vtt", ".srt", ".csv", ".xlsx")
PROJECTS = (".qdpx", ".qde", ".sqlite3", ".lccoding")
"""Files of other programs, of which one at a time is read."""
_READ = "read.lccoding"


@dataclass(frozen=True)
class Staging:
    """What came in and is not taken yet.

    Parameters
    ----------
    study : Path
        Folder of the study.
    name : str
        Of the folder under ``private/``.
    """

    study: Path
    name: str = "interviews-in"

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.study / "private" / self.name

    @property
    def files(self) -> Path:
        """Where the files lie as they came."""
        return self.folder / "files"

    @property
    def is_ready(self) -> bool:
        """Whether something was read and waits to be looked at."""
        return (self.folder / _READ).is_file()

    def put(self, paths: Sequence[Path]) -> None:
        """Take files in, in the place of what was there."""
        self.drop()
        private_folder(self.study / "private")
        private_folder(self.folder)
        private_folder(self.files)
        for path in paths:
            shutil.move(path, self.files / path.name)

    def source(self) -> Project:
        """What the files that came hold.

        Raises
        ------
        InterviewError
            What :func:`~lcresearch.studies.open_interviews` raises.
        """
        from lcresearch import studies

        files: list[Path] = sorted(self.files.iterdir(), key=_by_name)
        return studies.open_interviews([*files])

    def keep(self, project: Project) -> None:
        """Keep what was read, and let the files go."""
        private_folder(self.study / "private")
        private_folder(self.folder)
        (self.folder / _READ).unlink(missing_ok=True)
        coding_file.create(self.folder / _READ, project)
        shutil.rmtree(self.files, ignore_errors=True)

    def opened(self) -> CodingFile:
        """What was read."""
        return coding_file.open_file(self.folder / _READ)

    def drop(self) -> None:
        """Throw it away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _by_name(path: Path) -> str:
    return path.name.casefold()
