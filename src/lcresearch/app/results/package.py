"""The evidence package of a study: what is in it before it is made, made as a task, and handed out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from lcresearch.app.forms import Form, read_form
from lcresearch.app.handing_out import handed_out
from lcresearch.app.jobs.jobs import Job, Jobs
from lcresearch.app.pages import address, page, problem_rows, redirect
from lcresearch.app.studies.frame import Frame, frame, study_folder, study_name
from lcresearch.app.synthesis.frame import titled
from lcresearch.app.synthesis.programmes import programmes_of
from lcresearch.app.workspace import STUDY, Workspace, version_of
from lcresearch.errors import LcresearchError
from lcresearch.messages import Messages
from lcresearch.studies.packing import EVIDENCE
from lcresearch.studies.received_packages import packages_in
from lcresearch.synthesis.programme import ProgrammeFile, digest_of

LOOK, PACK = "look_at_evidence", "pack"
_PLACES = {"own": EVIDENCE, "run": f"results/{EVIDENCE}"}
"""Where packages lie: those that were packed by themselves, and those that a run wrote."""


def show_package(request: Request) -> Response:
    """What is in the package, and the packages that were made."""
    from lcresearch import studies

    around = frame(request, "results")
    try:
        study = studies.load(around.folder)
    except LcresearchError as error:
        return page(request, "package_faults.html", 422, study=around, problems=problem_rows(error.problems))
    if study.programme is None:
        return _show_joining(request, around)
    jobs: Jobs = request.app.state.jobs
    looked = jobs.last(LOOK, around.name)
    return page(
        request,
        "package.html",
        study=around,
        programme=titled(study.programme.title),
        looked=_looked(looked, around.folder),
        running=jobs.running(around.name),
        made=_made(around.folder),
        newer=_newer(request, study.programme),
    )


def look(request: Request) -> Response:
    """Work out what would be in the package."""
    return _start(request, LOOK)


def make(request: Request) -> Response:
    """Make the package."""
    return _start(request, PACK)


async def join(request: Request) -> Response:
    """Put the study into a programme that lies in the same folder."""
    form = await read_form(request)
    return await run_in_threadpool(_join, request, form)


def hand_out_package(request: Request) -> Response:
    """A package to save."""
    place = _PLACES.get(request.path_params["place"], EVIDENCE)
    return handed_out(study_folder(request) / place, request.path_params["file"])


def _start(request: Request, task: str) -> Response:
    folder, name = study_folder(request), study_name(request)
    jobs: Jobs = request.app.state.jobs
    here = address("studies", name, "results", "package")
    arguments = {"folder": str(folder), "of": version_of(folder / STUDY)}
    job = jobs.start(task, arguments, about=name, back=here, next=here)
    return RedirectResponse(address("jobs", job.id), 303)


def _looked(job: Job | None, folder: Path) -> dict[str, Any] | None:
    """What the last look found, in the language of the user; None when study.yaml changed since."""
    if job is None or job.result.get("of") != version_of(folder / STUDY):
        return None
    language = Messages().language
    found = [one | one["in"][language] for one in job.result["consortia"]]
    return {
        "consortia": found,
        "persons": sum(one["persons"] for one in found),
        "ready": any(one["lines"] for one in found),
    }


def _made(folder: Path) -> list[dict[str, Any]]:
    """Packages that lie there, those made by themselves first."""
    say = Messages()
    rows: list[dict[str, Any]] = []
    for place, below in _PLACES.items():
        for one in packages_in([folder / below]):
            found = one.manifest
            assert one.path is not None
            row = {"place": place, "file": one.path.name, "consortium": found.consortium, "release": found.release}
            sizes = {"communities": found.n.communities, "persons": found.n.respondents}
            rows.append(row | sizes | {"created": say.date(found.created)})
    return rows


def _newer(request: Request, plan: ProgrammeFile) -> str:
    """Name of the programme in the folder of which the study has an earlier plan; empty when there is none."""
    workspace: Workspace = request.app.state.workspace
    known = {digest_of(file): name for name, _, file in programmes_of(workspace) if file and file.id == plan.id}
    return "" if digest_of(plan) in known or not known else next(iter(known.values()))


def _show_joining(request: Request, around: Frame) -> Response:
    from lcresearch.studies.joining import lacking

    workspace: Workspace = request.app.state.workspace
    known = [(name, file) for name, _, file in programmes_of(workspace) if file is not None]
    sectors = {name: [(sector, titled(text)) for sector, text in file.sectors.items()] for name, file in known}
    programmes = [(name, titled(file.title), titled(file.description)) for name, file in known]
    missing = lacking(around.folder)
    version = version_of(around.folder / STUDY)
    values: dict[str, Any] = {"programmes": programmes, "sectors": sectors, "missing": missing, "version": version}
    return page(request, "package_joining.html", study=around, **values)


def _join(request: Request, form: Form) -> Response:
    from lcresearch.studies.joining import join_programme

    workspace: Workspace = request.app.state.workspace
    folder, name = study_folder(request), study_name(request)
    programme = form.text("programme")
    join_programme(
        folder,
        workspace.programme_folder(programme),
        consortium=form.text("consortium") or None,
        sector=form.text(f"sector-{programme}") or None,
        version=form.text("version") or None,
    )
    return redirect(request, "studies", name, "results", "package", notice=Messages()("app.package.joined"))


_ADDRESS = "/studies/{study}/results/package"
_POSTED: dict[str, Callable[[Request], Any]] = {"look": look, "make": make, "programme": join}
ROUTES = [
    Route(_ADDRESS, show_package),
    *(Route(f"{_ADDRESS}/{name}", function, methods=["POST"]) for name, function in _POSTED.items()),
    Route(_ADDRESS + "/{place}/{file}", hand_out_package),
]
"""Of the package; part of those of results."""
