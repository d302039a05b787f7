"""The text of study.yaml: to look at, and to change by who knows how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import page, problem_rows, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.app.workspace import MOST_BYTES, STUDY
from lcresearch.errors import AppError, LcresearchError, Place, Problem
from lcresearch.files import version_of
from lcresearch.messages import Messages


def show_settings(request: Request) -> Response:
    """The text as it is."""
    path = study_folder(request) / STUDY
    if path.stat().st_size > MOST_BYTES:
        raise AppError("W030", where=Place(file=STUDY))
    return _shown(request, path.read_bytes().decode("utf-8", "replace"), version_of(path))


async def change_settings(request: Request) -> Response:
    """Look the new text over, and put it in the place of the old one."""
    form = await read_form(request)
    return await run_in_threadpool(_changed, request, form)


async def undo_settings(request: Request) -> Response:
    """Take back the last change, when it is the one that the page showed."""
    form = await read_form(request)
    await run_in_threadpool(_undone, study_folder(request), form.text("version"))
    return redirect(request, "studies", study_name(request), "settings", notice=Messages()("app.settings.undone"))


def _undone(folder: Path, version: str) -> None:
    from lcresearch.studies.editing import undo_edit

    if version != version_of(folder / STUDY):
        raise AppError("W008")
    undo_edit(folder)


def _changed(request: Request, form: Form) -> Response:
    from lcresearch.studies.editing import replace_study_text

    text = form.text("text") + "\n"
    try:
        replace_study_text(study_folder(request), text, version=form.text("version"))
    except LcresearchError as error:
        if error.problems[0].code == "W008":
            raise
        return _shown(request, text, form.text("version"), error.problems)
    return redirect(request, "studies", study_name(request), "settings", notice=Messages()("app.settings.saved"))


def _shown(request: Request, text: str, version: str, problems: Sequence[Problem] = ()) -> Response:
    from lcresearch.studies.editing import can_undo

    return page(
        request,
        "study_settings.html",
        422 if problems else 200,
        study=frame(request),
        text=text,
        version=version,
        problems=problem_rows(problems),
        undo=can_undo(study_folder(request)) and not problems,
    )
