"""Pages on which interviews come in: files are chosen, how they were read is looked at, and coding can begin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lcresearch import interviews
from lcresearch.app.coding.file import ENDING, coding_path
from lcresearch.app.coding_material.about_texts import attribute_names, said_in, speaker_rows, text_rows
from lcresearch.app.coding_material.staging import PROJECTS, TRANSCRIPTS, Staging
from lcresearch.app.forms import Form, read_form, uploaded
from lcresearch.app.jobs.jobs import Jobs
from lcresearch.app.pages import address, page, problem_rows, redirect
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError, LcresearchError
from lcresearch.interviews import Codebook, Corpus, Project, coding_file
from lcresearch.messages import Messages
from lcresearch.studies.editing import edit_study
from lcresearch.studies.interview_reading import without_withdrawn
from lcresearch.yaml_lines import YamlPath

FILE = f"interviews{ENDING}"
"""Name of the coding file in the folder of a study."""
CODEBOOKS = (".yaml", ".yml", ".qdc", ".qde")
_SHOWN_LEVELS = ("error", "warning")
_SPEAKERS = ("V076", "V077")


def file_of(request: Request) -> Path | None:
    """The coding file of the study, None as long as there is none."""
    try:
        return coding_path(study_folder(request), study_name(request))
    except AppError as error:
        if error.problems[0].code == "W100":
            return None
        raise


def show_start(request: Request) -> Response:
    """Where interviews come in."""
    if file_of(request) is not None:
        return redirect(request, "studies", study_name(request), "coding", "texts")
    folder = study_folder(request)
    return page(
        request,
        "material_start.html",
        study=frame(request, "coding"),
        accept=[*TRANSCRIPTS, *PROJECTS],
        named=_named_in_study(folder),
        waiting=Staging(folder).is_ready,
    )


def _named_in_study(folder: Path) -> list[str]:
    """Files and folders with interviews that study.yaml names."""
    from lcresearch import studies

    use = studies.load(folder).file.interviews
    if use is None:
        return []
    named = [use.project] if use.project is not None else [*use.transcripts, *use.codings]
    return [each for each in named if each is not None and (folder / each).exists()]


async def take_files(request: Request) -> Response:
    """Take files in and read them."""
    form = await read_form(request)
    folder, files = study_folder(request), form.files("files")

    def put() -> None:
        with uploaded(files, (*TRANSCRIPTS, *PROJECTS)) as paths:
            projects = [path.name for path in paths if path.suffix.lower() in PROJECTS]
            if projects and len(paths) > 1:
                raise AppError("W143", name=projects[0])
            refuse_while_busy(request)
            Staging(folder).put(paths)

    await run_in_threadpool(put)
    return _read(request, folder)


def take_from_study(request: Request) -> Response:
    """Read what study.yaml names."""
    return _read(request, study_folder(request), of_study=True)


def refuse_while_busy(request: Request) -> None:
    """Refuse to touch what a task that runs reads.

    Raises
    ------
    AppError
        W009.
    """
    jobs: Jobs = request.app.state.jobs
    if jobs.running(study_name(request)) is not None:
        raise AppError("W009", name=study_name(request))


def _read(request: Request, folder: Path, *, of_study: bool = False) -> Response:
    return start_task(
        request, "read_interviews", {"of_study": of_study}, folder=folder, back=("start",), to=("start", "check")
    )


def start_task(
    request: Request, task: str, arguments: dict[str, Any], *, folder: Path, back: tuple[str, ...], to: tuple[str, ...]
) -> Response:
    """Start a task on this study, and show how far it is."""
    study = study_name(request)
    jobs: Jobs = request.app.state.jobs
    job = jobs.start(
        task,
        {"folder": str(folder)} | arguments,
        about=study,
        back=address("studies", study, "coding", *back),
        next=address("studies", study, "coding", *to),
    )
    return redirect(request, "jobs", job.id)


def show_check(request: Request) -> Response:
    """How it was read, before anything is made of it."""
    staging, there = Staging(study_folder(request)), file_of(request)
    if not staging.is_ready:
        return redirect(request, "studies", study_name(request), "coding", "start" if there is None else "texts")
    opened = staging.opened()
    project = opened.project()
    names = attribute_names(project.corpus)
    problems = [*project.corpus.problems, *project.problems]
    say = Messages()
    return page(
        request,
        "material_check.html",
        study=frame(request, "coding"),
        adding=there is not None,
        version=opened.revision,
        speakers=speaker_rows(project.corpus),
        texts=text_rows(project.corpus, names),
        names=names,
        problems=problem_rows({str(one): one for one in problems if one.level in _SHOWN_LEVELS}.values()),
        notes=problem_rows(
            {str(one): one for one in problems if one.level == "note" and one.code not in _SPEAKERS}.values()
        ),
        n={
            "texts": len(project.corpus),
            "words": sum(len(each.text.split()) for each in project.corpus),
            "codes": len(project.codebook),
            "codings": len(project.codings),
        },
        books=_books(say.language),
        accept=list(CODEBOOKS),
    )


def _books(language: str) -> list[tuple[str, str, str]]:
    """Shipped codebooks: id, name, and how many codes."""
    say = Messages()
    found = []
    for id in interviews.shipped_codebooks():
        book = interviews.read_codebook(id, language=language)
        found.append((id, book.name, say("app.material.check.codes", n=len(book))))
    return found


async def take_checked(request: Request) -> Response:
    """Make the coding file of what was looked at, or add the texts to it."""
    form = await read_form(request)
    return await run_in_threadpool(_take, request, form)


def _take(request: Request, form: Form) -> Response:
    folder, there, say = study_folder(request), file_of(request), Messages()
    staging, study = Staging(folder), study_name(request)
    if not staging.is_ready:
        return redirect(request, "studies", study, "coding", "start")
    opened = staging.opened()
    if form.text("version") != str(opened.revision):
        raise AppError("W008")
    project = opened.project()
    said = said_in(form, project.corpus)
    project = replace(project, corpus=Corpus(tuple(said.of(each) for each in project.corpus)), problems=())
    project, n_gone = without_withdrawn(project, folder)
    gone = say("app.material.check.withdrawn", n=n_gone) if n_gone else ""
    if there is not None:
        coding_file.open_file(there).bring_in(project, different_texts="separate")
        staging.drop()
        notice = f"{say('app.material.check.added', n=len(project.corpus))} {gone}".strip()
        return redirect(request, "studies", study, "coding", "names", notice=notice)
    project = replace(project, codebook=_chosen_book(form, project, say.language), name=project.name or study)
    path = folder / FILE
    if path.exists():
        raise AppError("W141", name=FILE)
    coding_file.create(path, project)
    try:
        edit_study(folder, _named_alone(folder))
    except LcresearchError:
        path.unlink(missing_ok=True)
        raise
    staging.drop()
    to = "texts" if len(project.codings) else "names"
    notice = f"{say('app.material.check.made', file=FILE)} {gone}".strip()
    return redirect(request, "studies", study, "coding", to, notice=notice)


def _named_alone(folder: Path) -> dict[YamlPath, str | None]:
    """Changes of study.yaml by which the coding file is where its interviews are; what is in it is named no longer."""
    from lcresearch import studies

    use = studies.load(folder).file.interviews
    changes: dict[YamlPath, str | None] = {("interviews", "project"): FILE}
    for name in ("transcripts", "codings", "codebook"):
        if use is not None and getattr(use, name):
            changes["interviews", name] = None
    return changes


def _chosen_book(form: Form, project: Project, language: str) -> Codebook:
    """The codebook that was chosen; codings keep the one that they came with."""
    choice = form.text("book")
    if len(project.codings) or choice == "own":
        return project.codebook
    if choice == "file":
        with uploaded(form.files("bookfile"), CODEBOOKS) as (path, *_):
            return replace(interviews.read_codebook(path, language=None), problems=())
    if choice in interviews.shipped_codebooks():
        return interviews.read_codebook(choice, language=language)
    return Codebook(name=project.codebook.name, language=language)


def drop_checked(request: Request) -> Response:
    """Throw away what came in."""
    Staging(study_folder(request)).drop()
    to = "start" if file_of(request) is None else "texts"
    return redirect(request, "studies", study_name(request), "coding", to, notice=Messages()("app.material.check.gone"))
