"""Files with answers in the folder of a study that it does not use: to use after all, or to throw away."""

from __future__ import annotations

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch import studies
from lcresearch.app.answers.adding import Asked, name_in_study
from lcresearch.app.forms import Form, read_form
from lcresearch.app.pages import redirect
from lcresearch.app.studies.frame import study_folder, study_name
from lcresearch.app.workspace import file_inside
from lcresearch.errors import AppError, Problem
from lcresearch.files import reason_of, version_of
from lcresearch.messages import Messages
from lcresearch.responses.formats.opening import READERS
from lcresearch.responses.platforms import open_export
from lcresearch.studies import Study

_SELDOM_ANSWERS = (".txt",)
_HEAD = 64


def unused_files(study: Study) -> list[str]:
    """Names of files in the folder that look like answers and that study.yaml does not use."""
    used = {Path(path).resolve() for path in study.inputs}
    found = sorted(path for path in study.folder.iterdir() if path.is_file() and not path.name.startswith("."))
    return [path.name for path in found if _may_hold_answers(path) and path.resolve() not in used]


def _may_hold_answers(path: Path) -> bool:
    """Whether a file is of a kind that holds answers; JSON only when it is a list, which no settings are."""
    ending = path.suffix.lower()
    if ending not in READERS or ending in _SELDOM_ANSWERS or path.is_symlink():
        return False
    if ending != ".json":
        return True
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    except OSError:
        return False


async def use_again(request: Request) -> Response:
    """Let the study use a file that lies in its folder."""
    folder, form = study_folder(request), await read_form(request)
    n, notice = await run_in_threadpool(_use, folder, form)
    return redirect(request, "studies", study_name(request), "answers", "file", str(n), notice=notice)


async def throw_away(request: Request) -> Response:
    """Throw a file away that the study does not use."""
    folder, form = study_folder(request), await read_form(request)
    await run_in_threadpool(_throw_away, folder, form)
    told = Messages()("app.answers.thrown_away", file=form.text("kept_file"))
    return redirect(request, "studies", study_name(request), "answers", notice=told)


def _use(folder: Path, form: Form) -> tuple[int, str]:
    wave, real, version = (form.text(name) for name in ("kept_wave", "kept_real", "version"))
    study, path = _unused(folder, form.text("kept_file"), version)
    asked = Asked(wave=wave, platform="", also="replace", real=real, version=version)
    open_export(path, None)
    return name_in_study(folder, study, path.name, asked)


def _throw_away(folder: Path, form: Form) -> None:
    _, path = _unused(folder, form.text("kept_file"), form.text("version"))
    try:
        path.unlink()
    except OSError as error:
        raise AppError(Problem("G004", values={"path": path.name, "reason": reason_of(error)})) from error


def _unused(folder: Path, name: str, version: str) -> tuple[Study, Path]:
    """The study as the page showed it, and a file that it does not use.

    Raises
    ------
    AppError
        W008, when study.yaml changed since; W004, when there is no such file or the study uses it.
    """
    if version != version_of(folder / "study.yaml"):
        raise AppError("W008")
    study = studies.load(folder)
    if name not in unused_files(study):
        raise AppError("W004", name=name)
    return study, file_inside(folder, name)
