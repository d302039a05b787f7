"""What every page of a programme shows around it: its title, and links to its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from lcresearch.app.pages import address, problem_rows
from lcresearch.app.workspace import PROGRAMME, Workspace
from lcresearch.errors import SynthesisError
from lcresearch.messages import Messages
from lcresearch.synthesis.programme import ProgrammeFile, read_programme

HOME = "synthesis"
PARTS = ("", "plan", "results")
"""Parts of a programme, as they stand in addresses; the first are its packages."""
OUTPUT = "synthesis"
"""Folder of the results of a programme, in its own folder."""


@dataclass(frozen=True)
class ProgrammeFrame:
    """Around the page of a programme.

    Attributes
    ----------
    name : str
        As it stands in addresses.
    folder : Path
    title : str
    simulated : bool
    file : ProgrammeFile or None
        None when programme.yaml has faults.
    problems : list of dict
        Its faults.
    parts : list of dict
        ``address, words, current``.
    """

    name: str
    folder: Path
    title: str
    simulated: bool
    file: ProgrammeFile | None
    problems: list[dict[str, str]]
    parts: list[dict[str, Any]]

    @property
    def output(self) -> Path:
        """Where its results are."""
        return self.folder / OUTPUT

    @property
    def path(self) -> Path:
        """Its programme.yaml."""
        return self.folder / PROGRAMME


def programme_frame(request: Request, part: str = "") -> ProgrammeFrame:
    """The frame of a page; the programme may be one whose file has faults.

    Raises
    ------
    AppError
        W001, when there is no such programme.
    """
    workspace: Workspace = request.app.state.workspace
    name, say = str(request.path_params["programme"]), Messages()
    folder = workspace.programme_folder(name)
    file, problems = programme_in(folder)
    parts = [
        {
            "address": address(HOME, name, *([one] if one else [])),
            "words": say(f"app.synthesis.part_{one or 'packages'}"),
            "current": one == part,
        }
        for one in PARTS
    ]
    title = titled(file.title) if file is not None else folder.name
    return ProgrammeFrame(name, folder, title, file is not None and file.simulated, file, problems, parts)


def whole_frame(request: Request) -> tuple[ProgrammeFrame, ProgrammeFile]:
    """The frame and the plan of a programme.

    Raises
    ------
    AppError
        W001, when there is no such programme.
    SynthesisError
        What is wrong with programme.yaml.
    """
    found = programme_frame(request)
    return found, found.file or read_programme(found.folder)


def programme_in(folder: Path) -> tuple[ProgrammeFile | None, list[dict[str, str]]]:
    """The plan in a folder, or what is wrong with it."""
    try:
        return read_programme(folder), []
    except SynthesisError as error:
        return None, problem_rows(error.problems)


def titled(text: Mapping[str, str]) -> str:
    """A title of the programme in the language of the user, or in one that it has."""
    return text.get(Messages().language) or next(iter(text.values()))
