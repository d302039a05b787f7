"""Addresses of the pages of coding, and what each calls."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lcresearch.app.coding.coder import coder_of
from lcresearch.app.coding.file import coding_file_of
from lcresearch.app.pages import page
from lcresearch.app.studies.frame import frame


def list_texts(request: Request) -> Response:
    """The texts to code."""
    coding_file_of(request)
    return page(request, "coding_list.html", study=frame(request, "coding"), coder=coder_of(request))


ROUTES = [
    Route("/studies/{study}/coding", list_texts),
]
