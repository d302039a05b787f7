"""Pages on which coded interviews go out to other programs and colleagues, and those of a colleague come in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from lcresearch import interviews
from lcresearch.app.coding.blind import hidden_texts, seen_codings
from lcresearch.app.coding.coder import coder_of, known_coders
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.coding_material.bringing import COLLEAGUE
from lcresearch.app.coding_material.staging import PROJECTS, Staging
from lcresearch.app.coding_material.starting import file_of, refuse_while_busy, start_task
from lcresearch.app.forms import Form, read_form, uploaded
from lcresearch.app.pages import page, problem_rows, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.app.workspace import safe_name
from lcresearch.errors import AppError, Problem
from lcresearch.interviews import Project, coding_file
from lcresearch.interviews.coding_file import CodingFile
from lcresearch.interviews.fitting_in import what_it_brings
from lcresearch.interviews.refi_qda.targets import TARGETS
from lcresearch.messages import Messages

WHOSE = ("all", "mine", "none")


def show_exchange(request: Request) -> Response:
    """What can go out and come in; for a chosen program what changes on the way."""
    if file_of(request) is None:
        return redirect(request, "studies", study_name(request), "coding", "start")
    file = coding_file_of(request)
    target, whose = request.query_params.get("target", ""), _whose(request)
    asked = target in TARGETS
    folder = Path(mkdtemp(prefix="lcresearch-"))
    try:
        problems = _written(request, file, folder, target, whose)[1] if asked else ()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    me = _me(request, file)
    return page(
        request,
        "material_exchange.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        target=target if asked else "",
        targets=list(TARGETS),
        whose=whose,
        choices=[one for one in WHOSE if me or one != "mine"],
        problems=problem_rows({str(one): one for one in problems}.values()),
        accept=list(PROJECTS),
        waiting=Staging(study_folder(request), COLLEAGUE).is_ready,
        n_blind=len(hidden_texts(file.assignments(), me)),
        file=file.path.name,
    )


def _me(request: Request, file: CodingFile) -> str:
    """Id of who codes; empty as long as nobody said so, or the study does not know that name."""
    return known_coders(file).get(coder_of(request), "")


def _whose(request: Request) -> str:
    asked = request.query_params.get("whose", "all")
    return asked if asked in WHOSE else "all"


def _project(request: Request, file: CodingFile, whose: str) -> Project:
    """The project with the codings, memos and names of those who were asked for."""
    if whose == "all":
        return _seen(file, _me(request, file))
    me = _me(request, file) if whose == "mine" else ""
    project = file.project([me] if me else [])
    stays = set(project.codings["coding"])
    notes = tuple(
        each
        for each in project.notes
        if (each.author == me and me)
        or (not each.author and all(kind != "coding" or id in stays for kind, id in each.on))
    )
    return replace(project, coders=project.coders[project.coders.index == me], notes=notes)


def _seen(file: CodingFile, me: str) -> Project:
    """The project without what others did in texts that this coder may not yet see it of."""
    project, assignments = file.project(), file.assignments()
    codings, hidden = seen_codings(project.codings, assignments, me), hidden_texts(assignments, me)
    gone = {("coding", id) for id in set(project.codings["coding"]) - set(codings["coding"])}
    gone |= {("document", id) for id in hidden}
    notes = tuple(each for each in project.notes if (each.author == me and me) or not gone.intersection(each.on))
    return replace(project, codings=codings, notes=notes)


def _written(
    request: Request, file: CodingFile, folder: Path, target: str, whose: str
) -> tuple[Path, tuple[Problem, ...]]:
    written = interviews.write_project(
        _project(request, file, whose), folder / "interviews.qdpx", target=target or None
    )
    return written.path, tuple(written.problems)


def download(request: Request) -> Response:
    """A file with what was asked for."""
    kind = request.path_params["kind"]
    if kind not in _KINDS:
        raise AppError("W001", name=kind)
    file, folder = coding_file_of(request), Path(mkdtemp(prefix="lcresearch-"))
    try:
        path = _KINDS[kind](request, file, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    name = safe_name(f"{study_folder(request).name} {path.name}")
    return FileResponse(path, filename=name, background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True))


def _qdpx(request: Request, file: CodingFile, folder: Path) -> Path:
    target = request.query_params.get("target", "")
    return _written(request, file, folder, target if target in TARGETS else "", _whose(request))[0]


def _lccoding(request: Request, file: CodingFile, folder: Path) -> Path:
    return coding_file.create(folder / "interviews.lccoding", _project(request, file, _whose(request))).path


def _book(ending: str) -> Callable[[Request, CodingFile, Path], Path]:
    return lambda request, file, folder: interviews.write_codebook(file.codebook(), folder / f"codebook{ending}").path


def _codings(ending: str) -> Callable[[Request, CodingFile, Path], Path]:
    def write(request: Request, file: CodingFile, folder: Path) -> Path:
        name = Messages()("app.material.exchange.codings_name")
        return interviews.write_codings(_project(request, file, _whose(request)), folder / f"{name}{ending}")

    return write


_KINDS: dict[str, Callable[[Request, CodingFile, Path], Path]] = {
    "qdpx": _qdpx,
    "lccoding": _lccoding,
    "codebook.yaml": _book(".yaml"),
    "codebook.qdc": _book(".qdc"),
    "codings.xlsx": _codings(".xlsx"),
    "codings.csv": _codings(".csv"),
}


async def take_colleague(request: Request) -> Response:
    """Read the project of a colleague."""
    form = await read_form(request)
    folder, files = study_folder(request), form.files("file")

    def put() -> None:
        with uploaded(files[:1], PROJECTS) as paths:
            refuse_while_busy(request)
            Staging(folder, COLLEAGUE).put(paths)

    await run_in_threadpool(put)
    return start_task(request, "read_colleague", {}, folder=folder, back=("exchange",), to=("exchange", "colleague"))


def show_colleague(request: Request) -> Response:
    """What it would bring, before anything is written."""
    staging = Staging(study_folder(request), COLLEAGUE)
    if not staging.is_ready:
        return redirect(request, "studies", study_name(request), "coding", "exchange")
    file = coding_file_of(request)
    revision, mine, theirs = file.revision, file.project(), staging.opened().project()
    found = what_it_brings(mine, theirs)
    problems = [one for one in theirs.problems if one.level in ("error", "warning")]
    return page(
        request,
        "material_colleague.html",
        study=frame(request, "coding"),
        coder=coder_of(request),
        found=found,
        people=found.coders.to_dict("records"),
        known={str(id): str(name) for id, name in mine.coders["name"].items()},
        codes=[(each.id, mine.codebook.path(each.id)) for each in mine.codebook if each.codable],
        problems=problem_rows({str(one): one for one in problems}.values()),
        nothing=not (found.new_texts or found.different_texts or found.new_codes or found.n_memos)
        and not found.coders["n_new"].sum(),
        version=revision,
    )


async def bring_colleague(request: Request) -> Response:
    """Take it over as was decided, as a task."""
    form = await read_form(request)
    return await run_in_threadpool(_bring, request, form)


def _bring(request: Request, form: Form) -> Response:
    folder, file = study_folder(request), coding_file_of(request)
    staging = Staging(folder, COLLEAGUE)
    if not staging.is_ready:
        return redirect(request, "studies", study_name(request), "coding", "exchange")
    if form.text("version") != str(file.revision):
        raise AppError("W008")
    mine, theirs = file.project(), staging.opened().project()
    found = what_it_brings(mine, theirs)
    arguments: dict[str, Any] = {
        "file": str(file.path),
        "revision": file.revision,
        "coder": _me(request, file),
        "separate": form.text("different") == "separate",
        "different": [id for id, _, _ in found.different_texts],
        "codes": _same(form, "code", [id for id, _ in found.new_codes], set(mine.codebook.by_id)),
        "coders": _same(form, "coder", found.coders["coder"].tolist(), set(mine.coders.index)),
    }
    return start_task(request, "bring_in", arguments, folder=folder, back=("exchange", "colleague"), to=("exchange",))


def _same(form: Form, field: str, there: list[str], here: set[str]) -> dict[str, str]:
    """Id there -> id here, for what was said to be the same."""
    chosen = {id: form.text(f"{field}.{number}") for number, id in enumerate(there)}
    return {id: own for id, own in chosen.items() if own in here}


def drop_colleague(request: Request) -> Response:
    """Throw away what a colleague sent."""
    Staging(study_folder(request), COLLEAGUE).drop()
    notice = Messages()("app.material.check.gone")
    return redirect(request, "studies", study_name(request), "coding", "exchange", notice=notice)
