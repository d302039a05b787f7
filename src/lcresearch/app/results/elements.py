"""Pages on working elements, of numbers and interviews together, as ``lcresearch integrate`` made them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lcresearch.app.handing_out import handed_out, pages_in
from lcresearch.app.pages import page
from lcresearch.app.studies.frame import frame, study_folder
from lcresearch.messages import Messages

INTEGRATION = "integration"
"""Folder of the pages, in that of the study or programme."""


def list_pages(request: Request) -> Response:
    """The pages in the language of the user."""
    around = frame(request, "results")
    found = pages_in(around.folder / INTEGRATION, Messages().language)
    return page(request, "elements_pages.html", study=around, pages=found)


def hand_out_page(request: Request) -> Response:
    """One of them, or a file beside it."""
    return handed_out(study_folder(request) / INTEGRATION, request.path_params["file"])


_ADDRESS = "/studies/{study}/results/elements"
ROUTES = [Route(_ADDRESS, list_pages), Route(_ADDRESS + "/{file:path}", hand_out_page)]
"""Of these pages; part of those of results."""
