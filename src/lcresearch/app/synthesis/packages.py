"""The packages of a programme: dropped in, taken over from studies in the same folder, taken away and put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.forms import read_form, uploaded
from lcresearch.app.jobs.jobs import Jobs
from lcresearch.app.pages import page, problem_rows, redirect
from lcresearch.app.synthesis.frame import HOME, ProgrammeFrame, programme_frame, titled, whole_frame
from lcresearch.app.workspace import Workspace
from lcresearch.errors import AppError
from lcresearch.files import file_hash
from lcresearch.messages import Messages
from lcresearch.studies.packing import EVIDENCE
from lcresearch.studies.received_packages import Received, ReceivedPackages, packages_in
from lcresearch.synthesis.packages import EvidencePackage
from lcresearch.synthesis.programme import ProgrammeFile, digest_of

FEWEST = 2
"""Packages without which there is nothing to compare."""


def show_packages(request: Request) -> Response:
    """What was received, and what can be done with it."""
    frame = programme_frame(request)
    received = ReceivedPackages(frame.folder)
    found = received.all(frame.file) if frame.file is not None else []
    jobs: Jobs = request.app.state.jobs
    return page(
        request,
        "programme_packages.html",
        programme=frame,
        rows=[_row(one, frame.file) for one in found],
        ready=sum(one.counts for one in found),
        wrong=any(one.problems for one in found),
        fewest=FEWEST,
        removed=[path.name for path in received.removed()],
        studies=_offered(request, frame.file, received) if frame.file is not None else [],
        moderators=_moderators(frame.file) if frame.file is not None else [],
        running=jobs.running(frame.name),
        done=(frame.output / "run.json").is_file(),
    )


async def receive(request: Request) -> Response:
    """Keep packages that were dropped, when all of them fit."""
    form = await read_form(request)
    return await run_in_threadpool(_receive, request, form.files("packages"))


async def take_over(request: Request) -> Response:
    """Keep the packages of a study in the same folder."""
    form = await read_form(request)
    return await run_in_threadpool(_take_over, request, form.text("study"))


async def remove(request: Request) -> Response:
    """Take a package away."""
    form = await read_form(request)
    return await run_in_threadpool(_move, request, form.text("name"), "remove")


async def put_back(request: Request) -> Response:
    """Put one back that was taken away."""
    form = await read_form(request)
    return await run_in_threadpool(_move, request, form.text("name"), "put_back")


def _receive(request: Request, files: list[UploadFile]) -> Response:
    frame, plan = whole_frame(request)
    with uploaded(files, (".zip",)) as paths:
        taken = ReceivedPackages(frame.folder).take(paths, plan)
    return _told(request, frame, len(taken), len(paths))


def _take_over(request: Request, study: str) -> Response:
    frame, plan = whole_frame(request)
    workspace: Workspace = request.app.state.workspace
    received = ReceivedPackages(frame.folder)
    paths = [one.path for one in _newest(workspace.study_folder(study), plan, received) if one.path is not None]
    if not paths:
        raise AppError("W060", name=study)
    return _told(request, frame, len(received.take(paths, plan)), len(paths))


def _move(request: Request, name: str, how: str) -> Response:
    frame = programme_frame(request)
    received = ReceivedPackages(frame.folder)
    moved = received.remove(name) if how == "remove" else received.put_back(name)
    notice = Messages()(f"app.synthesis.packages.{how}_done", name=moved.name)
    return redirect(request, HOME, frame.name, notice=notice)


def _told(request: Request, frame: ProgrammeFrame, taken: int, sent: int) -> Response:
    say = Messages()
    texts = [say("app.synthesis.packages.taken", n=taken)] if taken else []
    texts += [say("app.synthesis.packages.known", n=sent - taken)] if sent > taken else []
    return redirect(request, HOME, frame.name, notice=" ".join(texts))


def _row(one: Received, file: ProgrammeFile | None) -> dict[str, Any]:
    say, package = Messages(), one.package
    row: dict[str, Any] = {"name": one.path.name, "problems": problem_rows(one.problems), "counts": one.counts}
    row |= {"replaced_by": one.replaced_by, "consortium": one.path.name, "about": "", "created": "", "simulated": False}
    if package is None:
        return row
    found = package.manifest
    sector = file.sectors.get(found.sector) if file is not None else None
    sizes = {"communities": found.n.communities, "persons": found.n.respondents, "held": _held(package)}
    return row | sizes | {
        "consortium": found.consortium,
        "sector": titled(sector) if sector else found.sector,
        "created": say.date(found.created),
        "release": found.release,
        "simulated": found.simulated,
    }  # fmt: skip


def _held(package: EvidencePackage) -> int:
    return sum(one.n_groups for one in package.manifest.held_back)


def _offered(request: Request, plan: ProgrammeFile, received: ReceivedPackages) -> list[dict[str, Any]]:
    """Studies in the folder with packages of this programme that are not here yet."""
    workspace: Workspace = request.app.state.workspace
    rows = []
    for name in workspace.study_names():
        found = _newest(workspace.study_folder(name), plan, received)
        if found:
            fits = all(one.manifest.programme_digest == digest_of(plan) for one in found)
            rows.append({"name": name, "consortia": [one.consortium for one in found], "fits": fits})
    return rows


def _newest(folder: Path, plan: ProgrammeFile, received: ReceivedPackages) -> list[EvidencePackage]:
    """The last package of each consortium of a study, of this programme and not here yet."""
    here = {file_hash(path) for path in received.files()}
    last: dict[str, EvidencePackage] = {}
    for one in packages_in([folder / "results" / EVIDENCE, folder / EVIDENCE]):
        if one.manifest.programme == plan.id:
            before = last.get(one.consortium)
            if before is None or _age(one) >= _age(before):
                last[one.consortium] = one
    return [one for one in last.values() if one.path is not None and file_hash(one.path) not in here]


def _age(one: EvidencePackage) -> tuple[int, str]:
    return one.manifest.release, one.manifest.created


def _moderators(plan: ProgrammeFile) -> list[tuple[str, str]]:
    """What can be explored beside the plan: (name, title)."""
    groups = {name: one.title for name, one in plan.covariates.items() if one.level != "respondent"}
    elements = {name: one.title for name, one in plan.elements.items()}
    return [(name, titled(title)) for name, title in {**groups, **elements}.items()]
