"""The programmes in the folder, and a new one."""

from __future__ import annotations

import datetime
import re
import unicodedata
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.forms import read_form
from lcresearch.app.pages import page, redirect
from lcresearch.app.synthesis.frame import HOME, OUTPUT, programme_in, titled
from lcresearch.app.workspace import PROGRAMME, STUDY, Workspace
from lcresearch.files import write_whole
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.studies.received_packages import FOLDER, ReceivedPackages
from lcresearch.synthesis.programme import ProgrammeFile, digest_of
from lcresearch.synthesis.programme.editing import check_programme


def list_programmes(request: Request) -> Response:
    """All programmes in the folder."""
    workspace: Workspace = request.app.state.workspace
    rows = [_row(name, folder, file) for name, folder, file in programmes_of(workspace)]
    return page(request, "synthesis.html", programmes=rows, folder=workspace.folder.name)


async def make_programme(request: Request) -> Response:
    """A new folder with a plan to change."""
    form = await read_form(request)
    workspace: Workspace = request.app.state.workspace
    folder = await run_in_threadpool(_make, workspace, form.text("name"), form.text("title"))
    return redirect(request, HOME, folder.name, "text", notice=Messages()("app.synthesis.made", name=folder.name))


def programmes_of(workspace: Workspace) -> list[tuple[str, Path, ProgrammeFile | None]]:
    """Name, folder and plan of each programme.

    A study keeps a copy of the plan that its consortium received. Such a copy is none of its own, unless packages or
    results lie there, or the plan stands nowhere else.
    """
    found = [(name, folder, programme_in(folder)[0]) for name, folder in workspace.programmes()]
    of_all = {digest_of(file) for _, folder, file in found if file is not None and _own(folder)}
    return [
        (name, folder, file) for name, folder, file in found
        if file is None or _own(folder) or digest_of(file) not in of_all
    ]  # fmt: skip


def _own(folder: Path) -> bool:
    return not (folder / STUDY).is_file() or (folder / FOLDER).is_dir() or (folder / OUTPUT).is_dir()


def _row(name: str, folder: Path, file: ProgrammeFile | None) -> dict[str, object]:
    return {
        "name": name,
        "title": titled(file.title) if file is not None else folder.name,
        "description": titled(file.description) if file is not None else "",
        "simulated": file is not None and file.simulated,
        "fault": file is None,
        "n": len(ReceivedPackages(folder).files()),
        "done": (folder / OUTPUT / "run.json").is_file(),
    }


def _make(workspace: Workspace, name: str, title: str) -> Path:
    """The example of a plan in a new folder, under its own name and of today."""
    from lcresearch import studies
    from lcresearch.studies.yaml_parts import set_part

    folder = studies.new("programme", workspace.new_folder(name))
    path = folder / PROGRAMME
    text = path.read_text(encoding="utf-8")
    own = {"id": _id_of(name), "title": dict.fromkeys(LANGUAGES, title or name)}
    for part, value in (own | {"declared": datetime.date.today().isoformat()}).items():
        text = set_part(text, (part,), value, file=PROGRAMME)
    check_programme(text)
    write_whole(path, text)
    return folder


def _id_of(name: str) -> str:
    """A name as small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "programme"
