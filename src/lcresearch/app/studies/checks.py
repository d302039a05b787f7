"""Whether all is well with a study, on demand: its files are read, nothing is computed or written."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lcresearch.app.jobs.jobs import JOB, Jobs
from lcresearch.app.pages import address, page
from lcresearch.app.studies.frame import frame, study_folder, study_name
from lcresearch.errors import AppError

LEVELS = ("error", "warning", "note")


def start_check(request: Request) -> Response:
    """Check a study, in a process of its own: files may be large."""
    folder, name = study_folder(request), study_name(request)
    jobs: Jobs = request.app.state.jobs
    here = address("studies", name)
    job = jobs.start("check", {"folder": str(folder)}, about=name, back=here, next=f"{here}/check/{JOB}")
    return RedirectResponse(address("jobs", job.id), 303)


def show_check(request: Request) -> Response:
    """What was found, the worst first."""
    jobs: Jobs = request.app.state.jobs
    job = jobs.get(request.path_params["job"])
    if job.task != "check" or job.state != "done" or job.about != study_name(request):
        raise AppError("W001", name=job.id)
    rows = sorted(job.result["problems"], key=lambda row: LEVELS.index(row["level"]))
    counts = {level: sum(row["level"] == level for row in rows) for level in LEVELS}
    return page(request, "study_check.html", study=frame(request), problems=rows, counts=counts)
