"""What every page of a study shows around it: its title, and links to its parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from lcresearch.app.pages import address
from lcresearch.app.workspace import Workspace
from lcresearch.errors import LcresearchError
from lcresearch.messages import Messages

PARTS = ("", "forms", "collecting", "answers", "results", "coding")
"""Parts of a study, in the order of the work, as they stand in addresses; the first is its own page."""


@dataclass(frozen=True)
class Frame:
    """Around the page of a study.

    Attributes
    ----------
    name : str
        As it stands in addresses.
    folder : Path
    title : str
    simulated : bool
    parts : list of dict
        ``address, words, current``.
    """

    name: str
    folder: Path
    title: str
    simulated: bool
    parts: list[dict[str, Any]]


def study_name(request: Request) -> str:
    """The study of an address ``/studies/{study}/...``."""
    return str(request.path_params["study"])


def study_folder(request: Request) -> Path:
    """Its folder.

    Raises
    ------
    AppError
        W001, when there is no such study.
    """
    workspace: Workspace = request.app.state.workspace
    return workspace.study_folder(study_name(request))


def frame(request: Request, part: str = "") -> Frame:
    """The frame of a page; the study may be one whose study.yaml has faults.

    Raises
    ------
    AppError
        W001, when there is no such study.
    """
    from lcresearch import studies

    name, folder, say = study_name(request), study_folder(request), Messages()
    title, simulated = folder.name, False
    try:
        file = studies.load(folder).file
        title = file.title.get(say.language) or next(iter(file.title.values()))
        simulated = file.simulated
    except LcresearchError:
        pass
    parts = [
        {
            "address": address("studies", name, *([one] if one else [])),
            "words": say(f"app.study.part_{one or 'overview'}"),
            "current": one == part,
        }
        for one in PARTS
    ]
    return Frame(name, folder, title, simulated, parts)
