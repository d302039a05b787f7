"""The plan of a programme: shown to read, and its text to change."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, problem_rows, redirect
from lcresearch.app.synthesis.frame import HOME, ProgrammeFrame, programme_frame, titled
from lcresearch.app.workspace import MOST_BYTES, PROGRAMME, version_of
from lcresearch.errors import AppError, Place, Problem, SynthesisError
from lcresearch.messages import Messages
from lcresearch.studies.received_packages import ReceivedPackages
from lcresearch.synthesis.programme import ProgrammeFile, digest_of
from lcresearch.synthesis.programme.editing import EARLIER, change_programme, check_programme, undo_change


def show_plan(request: Request) -> Response:
    """What the programme looks into, and how."""
    frame = programme_frame(request, "plan")
    about = _about(frame.file) if frame.file is not None else None
    undo = version_of(frame.path) if (frame.folder / EARLIER).is_file() else ""
    return page(request, "programme_plan.html", programme=frame, plan=about, undo=undo)


def edit_text(request: Request) -> Response:
    """programme.yaml as text."""
    frame = programme_frame(request, "plan")
    if frame.path.stat().st_size > MOST_BYTES:
        raise AppError("W030", where=Place(file=PROGRAMME))
    return _editor(request, frame, frame.path.read_text(encoding="utf-8", errors="replace"), version_of(frame.path))


async def keep_text(request: Request) -> Response:
    """Check the text, and keep it when it is right; else show it again with what is wrong."""
    form = await read_form(request)
    return await run_in_threadpool(_keep, request, form)


async def undo_text(request: Request) -> Response:
    """Bring the text before the last change back."""
    form = await read_form(request)
    return await run_in_threadpool(_undo, request, form.text("version"))


def _keep(request: Request, form: Form) -> Response:
    frame, say = programme_frame(request, "plan"), Messages()
    text, version = form.text("text") + "\n", form.text("version")
    only_look = form.text("do") == "check"
    try:
        if only_look:
            check_programme(text)
            return _editor(request, frame, text, version, right=True)
        if version != version_of(frame.path):
            return _editor(request, frame, text, version, status=409, problems=problem_rows([Problem("W008")]))
        before = frame.file
        after = change_programme(frame.folder, text)
    except SynthesisError as error:
        return _editor(request, frame, text, version, status=422, problems=problem_rows(error.problems))
    other = before is None or digest_of(before) != digest_of(after)
    n = len(ReceivedPackages(frame.folder).files())
    key = "kept_packages" if other and n else "kept"
    return redirect(request, HOME, frame.name, "plan", notice=say(f"app.synthesis.text.{key}", n=n))


def _undo(request: Request, version: str) -> Response:
    frame = programme_frame(request)
    if version != version_of(frame.path):
        raise AppError("W008")
    undo_change(frame.folder)
    return redirect(request, HOME, frame.name, "plan", notice=Messages()("app.synthesis.text.undone"))


def _editor(
    request: Request,
    frame: ProgrammeFrame,
    text: str,
    version: str,
    *,
    status: int = 200,
    problems: list[dict[str, str]] | None = None,
    right: bool = False,
) -> Response:
    values = {"text": text, "version": version, "problems": problems or [], "right": right}
    return page(request, "programme_text.html", status, programme=frame, **values)


def _about(file: ProgrammeFile) -> dict[str, Any]:
    """The plan in words."""
    return {
        "description": titled(file.description),
        "declared": Messages().date(file.declared),
        "sectors": [titled(one) for one in file.sectors.values()],
        "instruments": [f"{one.id} ({', '.join(one.versions)})" for one in file.instruments],
        "outcomes": [titled(one.title) for one in file.outcomes.values()],
        "elements": _elements(file),
        "models": _models(file),
        "scales": [one.scale for one in file.comparability],
        "cell": file.disclosure.minimum_cell,
        "category": file.disclosure.minimum_category,
    }


def _elements(file: ProgrammeFile) -> list[list[str]]:
    say = Messages()
    rows = []
    for name, one in file.elements.items():
        measured = say(f"report.synthesis.measured.{one.measured.replace('-', '_')}")
        limits = f"{one.minimum:g}–{one.maximum:g}"
        title = titled(one.title) + (f" ({say('app.synthesis.plan.barrier')})" if one.barrier else "")
        others = [_names(file, names) for names in (file.moderators_of(name), one.confounders)]
        rows.append([title, measured, limits, *(text or "–" for text in others)])
    return rows


def _models(file: ProgrammeFile) -> list[dict[str, Any]]:
    say = Messages()
    return [
        {
            "outcome": titled(file.outcomes[file.models[one.model].outcome].title),
            "rows": say(f"packages.preview.rows_{file.models[one.model].rows}"),
            "waves": ", ".join(file.models[one.model].waves),
            "elements": _names(file, one.elements or file.elements_of(one.model)),
            "adjustment": say(f"app.synthesis.plan.{one.adjustment}"),
            "covariates": _names(file, file.models[one.model].covariates),
            "worthwhile": say.number(one.smallest_worthwhile),
        }
        for one in file.estimands
    ]


def _names(file: ProgrammeFile, names: tuple[str, ...]) -> str:
    known = {name: titled(one.title) for name, one in file.elements.items()}
    known |= {name: titled(one.title) for name, one in file.covariates.items()}
    return ", ".join(known.get(name, name) for name in names)
