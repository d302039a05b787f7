"""An export that is dropped on the page: kept in the folder of the study, and named in study.yaml."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from lcresearch import studies
from lcresearch.app.answers.words import ENDINGS
from lcresearch.app.forms import Form, read_form, uploaded
from lcresearch.app.pages import redirect
from lcresearch.app.studies.frame import study_folder, study_name
from lcresearch.errors import AppError, LcresearchError, Problem
from lcresearch.files import file_hash, version_of
from lcresearch.messages import Messages
from lcresearch.responses.formats.opening import NOT_ANSWERS
from lcresearch.responses.platforms import open_export
from lcresearch.studies import Study
from lcresearch.studies.editing import edit_study, undo_edit
from lcresearch.studies.loading import is_there
from lcresearch.studies.model import ResponsesFile
from lcresearch.yaml_lines import YamlPath

WIDE, COLUMN = "wide:", "column:"
"""Instead of a wave: a row a person with columns for each wave, or a column that names the wave."""


@dataclass(frozen=True)
class Asked:
    """What the form says about an export."""

    wave: str
    platform: str
    also: str
    """``replace`` or ``beside``, when its wave has a file already."""
    real: str
    """``real`` or ``invented``, for a study that is marked as invented."""
    version: str


async def add_export(request: Request) -> Response:
    """Take an export in."""
    folder, form = study_folder(request), await read_form(request)
    files = form.files("file")
    n, notice = await run_in_threadpool(_add, folder, files, _asked(form))
    return redirect(request, "studies", study_name(request), "answers", "file", str(n), notice=notice)


async def undo(request: Request) -> Response:
    """Take the last change of study.yaml back."""
    folder, form = study_folder(request), await read_form(request)
    await run_in_threadpool(_undo, folder, form.text("version"))
    return redirect(request, "studies", study_name(request), "answers", notice=Messages()("app.answers.undone"))


def _undo(folder: Path, version: str) -> None:
    if version != version_of(folder / "study.yaml"):
        raise AppError("W008")
    undo_edit(folder)


def _asked(form: Form) -> Asked:
    """What a form says about an export."""
    return Asked(*(form.text(name) for name in ("wave", "platform", "also", "real", "version")))


def _add(folder: Path, files: Sequence[UploadFile], asked: Asked) -> tuple[int, str]:
    """Keep the file and name it in study.yaml; its number there, and what to say."""
    if asked.version != version_of(folder / "study.yaml"):
        raise AppError("W008")
    study = studies.load(folder)
    with uploaded(files[:1], (*ENDINGS, *NOT_ANSWERS)) as paths:
        open_export(paths[0], asked.platform or None)
        _change(study, "", asked)
        kept = _kept(paths[0], folder, study)
    try:
        return name_in_study(folder, study, kept.name, asked)
    except LcresearchError:
        kept.unlink(missing_ok=True)
        raise


def name_in_study(folder: Path, study: Study, file: str, asked: Asked) -> tuple[int, str]:
    """Name a file of the folder in study.yaml; its number there, and what to say.

    Raises
    ------
    AppError
        W044 to W046, when the form does not say enough.
    LcresearchError
        What :func:`edit_study` refuses.
    """
    place, replaced, changes = _change(study, file, asked)
    edit_study(folder, changes, version=asked.version)
    say = Messages()
    if replaced:
        return place, say("app.answers.replaced", file=file, earlier=replaced)
    return place, say("app.answers.added", file=file)


def _change(study: Study, file: str, asked: Asked) -> tuple[int, str, dict[YamlPath, Any]]:
    """Place of the file in study.yaml, the file whose place it takes, and what is to be written."""
    wave = _wave(study, asked.wave)
    entry: dict[str, Any] = {"file": file} | ({"wave": wave} if wave else {})
    entry |= {"platform": asked.platform} if asked.platform else {}
    entry |= {"wide": True} if asked.wave == WIDE else {}
    place, replaced = _place(study, wave, asked)
    changes: dict[YamlPath, Any] = {}
    if study.file.simulated:
        if asked.real not in ("real", "invented"):
            raise AppError("W045")
        changes |= {("simulated",): None} if asked.real == "real" else {}
    return place, replaced, changes | _registered(study, place, entry)


def _wave(study: Study, given: str) -> str | None:
    """The wave that was chosen.

    Raises
    ------
    AppError
        W046, when the study has no such wave.
    """
    if given in (WIDE, COLUMN) or study.file.waves is None:
        return None
    if given not in study.file.waves.labels:
        raise AppError("W046")
    return given


def _place(study: Study, wave: str | None, asked: Asked) -> tuple[int, str]:
    """Where in the list of files the export comes, and the name of the file whose place it takes.

    A file that was awaited for this wave gives its place away; one that is there only when the user says so.

    Raises
    ------
    AppError
        W044, when the wave has a file already and the user did not say what to do.
    """
    uses = study.file.responses
    same = [n for n, use in enumerate(uses) if use.wave == wave]
    awaited = [n for n in same if not is_there(study.folder, uses[n].file)]
    there = [n for n in same if n not in awaited]
    if there and asked.also not in ("replace", "beside"):
        raise AppError("W044", file=uses[there[0]].file)
    if there and asked.also == "replace":
        return there[-1], uses[there[-1]].file
    return (awaited[0] if awaited else len(uses)), ""


def _registered(study: Study, place: int, entry: dict[str, Any]) -> dict[YamlPath, Any]:
    """The change of study.yaml; a file that takes the place of another keeps what was said of its columns."""
    uses = study.file.responses
    if place < len(uses):
        entry |= {"mapping": dict(uses[place].mapping)} if uses[place].mapping else {}
    return {("responses", place): entry}


def _kept(source: Path, folder: Path, study: Study) -> Path:
    """The export in the folder of the study, under a name that nothing there has.

    Raises
    ------
    AppError
        W047, when it is a file that the study uses already, byte for byte.
    """
    for use in study.file.responses:
        path = folder / use.file
        if path.is_file() and path.stat().st_size == source.stat().st_size and file_hash(path) == file_hash(source):
            raise AppError("W047", file=use.file)
    stem, ending = source.stem.replace("#", "-"), source.suffix
    names = [f"{stem}{ending}", *(f"{stem}-{n}{ending}" for n in range(2, 1000))]
    for name in names:
        target = folder / name
        try:
            with target.open("xb") as stream, source.open("rb") as read:
                shutil.copyfileobj(read, stream)
        except FileExistsError:
            continue
        except OSError as error:
            target.unlink(missing_ok=True)
            raise AppError(Problem("G004", values={"path": name, "reason": error.strerror or ""})) from error
        return target
    raise AppError("W003", name=names[0])


def as_entry(use: ResponsesFile) -> dict[str, Any]:
    """A file as it stands in study.yaml."""
    written: dict[str, Any] = {"file": use.file}
    if use.wave is not None:
        written["wave"] = use.wave
    if use.platform is not None:
        written["platform"] = use.platform
    if use.wide:
        written["wide"] = dict(use.wide) if isinstance(use.wide, dict) else True
    return written | ({"mapping": dict(use.mapping)} if use.mapping else {})
