"""Forms of a study: to make for a platform, to look at, and to download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lcresearch.app.forms import read_form
from lcresearch.app.handing_out import to_save, zipped
from lcresearch.app.jobs.jobs import JOB, Jobs
from lcresearch.app.pages import address, page, problem_rows, report
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.app.workspace import file_inside
from lcresearch.errors import AppError, LcresearchError
from lcresearch.instruments.forms.exporting import PLATFORMS
from lcresearch.messages import Messages
from lcresearch.studies.forms import FORMS
from lcresearch.studies.forms_there import FormThere, forms_there

if TYPE_CHECKING:
    from lcresearch.studies import Study


def show_forms(request: Request) -> Response:
    """Forms that there are, and platforms to make them for."""
    study = _study(request)
    if study.file.form is None:
        from lcresearch.app.studies.form_part import ask_form_part

        return ask_form_part(request, study)
    found = forms_there(study)
    made = [one for one in found if one.files]
    return page(
        request,
        "study_forms.html",
        study=frame(request, "forms"),
        made=[_row(one) for one in made],
        platforms=platform_choices(),
        chosen=[one.platform for one in made] or list(study.file.form.platforms),
        new=_result(request),
    )


def platform_choices() -> list[tuple[str, str, str]]:
    """Platforms for a list to choose from: value, name, and a sentence on what it is."""
    say = Messages()
    names = sorted(PLATFORMS, key=lambda one: (one != "print", one != "word", one == "codebook"))
    return [(one, say(f"app.platform.{one}.name"), say(f"app.platform.{one}.what")) for one in names]


async def make_forms(request: Request) -> Response:
    """Make the form for the platforms that were chosen."""
    form = await read_form(request)
    return await run_in_threadpool(_made, request, form.texts("platforms"))


def _made(request: Request, platforms: list[str]) -> Response:
    chosen = [one for one in platforms if one in PLATFORMS]
    if not chosen:
        raise AppError("W027")
    jobs: Jobs = request.app.state.jobs
    name, here = study_name(request), address("studies", study_name(request), "forms")
    job = jobs.start(
        "forms",
        {"folder": str(study_folder(request)), "platforms": chosen},
        about=name,
        back=here,
        next=f"{here}?made={JOB}",
    )
    return RedirectResponse(address("jobs", job.id), 303)


def download_form(request: Request) -> Response:
    """One file."""
    return to_save(_file(request))


def download_all(request: Request) -> Response:
    """All forms of the study as one zip."""
    folder = study_folder(request) / FORMS
    files = [file_inside(folder, file.name) for one in forms_there(_study(request)) for file in one.files]
    if not files:
        raise AppError("W029")
    name = f"{study_folder(request).name}-{Messages()('app.forms.zip')}.zip"
    return to_save(zipped({file.name: file for file in files}), name)


def look_at_form(request: Request) -> Response:
    """The form on paper, inside a page of ours."""
    name = _file(request).name
    if not name.endswith(".html"):
        raise AppError("W004", name=name)
    pdf = _file(request).with_suffix(".pdf")
    return page(
        request, "study_form_page.html", study=frame(request, "forms"), file=name, pdf=pdf.name if pdf.is_file() else ""
    )


def form_page(request: Request) -> Response:
    """The form on paper as it was made, for the frame."""
    file = _file(request)
    if file.suffix != ".html":
        raise AppError("W004", name=file.name)
    return report(file)


def _row(one: FormThere) -> dict[str, Any]:
    say = Messages()
    files = [
        {"name": file.name, "what": _what(file, one.platform), "page": file.suffix == ".html"} for file in one.files
    ]
    return {
        "platform": one.platform,
        "name": say(f"app.platform.{one.platform}.name"),
        "files": files,
        "next": say(f"app.platform.{one.platform}.next"),
        "problems": problem_rows(one.problems),
        "differs": one.differs,
    }


def _what(file: Path, platform: str) -> str:
    """What a file is, in words; its language where there is one of each."""
    say, parts = Messages(), file.name.split(".")
    ending = parts[-1]
    kind = "entry" if file.name.endswith(".entry.xlsx") else "theme" if ".theme." in file.name else ending
    spoken = next((say(f"app.language.name_{part}") for part in parts[1:-1] if part in ("nl", "en")), "")
    version = next((part for part in parts[1:-1] if len(part) == 1 and part.isupper()), "")
    known = "codebook" if platform == "codebook" and kind == "json" else kind
    return ", ".join(part for part in (say(f"app.forms.file.{known}"), spoken, version) if part)


def _result(request: Request) -> dict[str, Any] | None:
    """What was just made, when the page is the next one after a task."""
    jobs: Jobs = request.app.state.jobs
    id = request.query_params.get("made", "")
    try:
        job = jobs.get(id) if id else None
    except LcresearchError:
        return None
    if job is None or job.task != "forms" or job.state != "done" or job.about != study_name(request):
        return None
    return dict(job.result)


def _study(request: Request) -> Study:
    from lcresearch import studies

    return studies.load(study_folder(request))


def _file(request: Request) -> Path:
    """A file of the form, by its name in the folder with forms."""
    name = str(request.path_params["file"])
    folder = study_folder(request) / FORMS
    found = [file for one in forms_there(_study(request)) for file in one.files if file.name == name]
    if not found:
        raise AppError("W004", name=name)
    return file_inside(folder, name)
