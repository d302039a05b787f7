"""Addresses of the pages of help, and what each calls."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lcresearch.app.pages import page

PAGES = ("where", "collecting", "coding", "privacy", "stopping", "trouble", "terminal")
"""Pages of the manual in the order in which they are needed: ``templates/manual/<page>.<language>.html``."""


def show_help(request: Request) -> Response:
    """A page of the manual; the first without a name."""
    current = str(request.path_params.get("page", PAGES[0]))
    if current not in PAGES:
        raise HTTPException(404)
    place = PAGES.index(current) + 1
    following = PAGES[place] if place < len(PAGES) else ""
    return page(request, "manual/page.html", pages=PAGES, current=current, following=following)


ROUTES = [Route("/help", show_help), Route("/help/{page}", show_help)]
