"""Pages of a task that runs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lcresearch.app.jobs.jobs import Job, Jobs
from lcresearch.app.pages import address, page


def show_job(request: Request) -> Response:
    """How far it is; when it is done, the page with what came of it."""
    job = _job(request)
    if job.state == "done" and not job.warnings:
        return RedirectResponse(job.next, 303)
    return page(request, "job.html", job=job)


def job_progress(request: Request) -> Response:
    """The same for the script on that page."""
    job = _job(request)
    told = {"state": job.state, "step": job.step, "share": job.share, "steps": list(job.steps)}
    return JSONResponse(told)


def stop_job(request: Request) -> Response:
    """Stop it."""
    jobs: Jobs = request.app.state.jobs
    jobs.stop(request.path_params["job"])
    return RedirectResponse(address("jobs", request.path_params["job"]), 303)


def _job(request: Request) -> Job:
    jobs: Jobs = request.app.state.jobs
    return jobs.get(request.path_params["job"])


ROUTES = [
    Route("/jobs/{job}", show_job),
    Route("/jobs/{job}/progress", job_progress),
    Route("/jobs/{job}/stop", stop_job, methods=["POST"]),
]
