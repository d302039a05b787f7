"""Addresses of the pages of studies, and what each calls."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lcresearch.app.pages import page
from lcresearch.app.studies.frame import frame
from lcresearch.app.workspace import Workspace
from lcresearch.errors import explanation
from lcresearch.messages import Messages


def list_studies(request: Request) -> Response:
    """All studies in the folder."""
    workspace: Workspace = request.app.state.workspace
    language = Messages().language
    found = [
        {
            "name": one.name,
            "title": one.title.get(language) or next(iter(one.title.values())),
            "simulated": one.simulated,
            "fault": one.error is not None,
        }
        for one in workspace.studies()
    ]
    return page(request, "studies.html", studies=found, folder=workspace.folder.name)


def show_study(request: Request) -> Response:
    """The page of one study."""
    return page(request, "study_overview.html", study=frame(request))


def explain(request: Request) -> Response:
    """What a message means and what to do."""
    code, *parts = explanation(request.path_params["code"]).split("\n\n")
    return page(request, "explain.html", code=code, parts=parts)


ROUTES = [
    Route("/", list_studies),
    Route("/explain/{code}", explain),
    Route("/studies/{study}", show_study),
]
