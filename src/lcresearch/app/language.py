"""Dutch or English: as the user chose, else as the browser asks, else as the terminal."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lcresearch.app.forms import read_form
from lcresearch.app.pages import own_address
from lcresearch.messages import LANGUAGES, console_language, spoken

COOKIE = "lcresearch-language"
_YEAR = 365 * 24 * 3600


class Spoken:
    """All texts made while a request is answered are in its language; code that runs in a thread for it too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with spoken(language_of(Headers(scope=scope))):
            await self.app(scope, receive, send)


def language_of(headers: Headers) -> str:
    """The language that a request asks for.

    Examples
    --------
    >>> language_of(Headers({"accept-language": "nl-NL,nl;q=0.9,en;q=0.8"}))
    'nl'
    >>> language_of(Headers({"accept-language": "nl-NL,nl;q=0.9", "cookie": "lcresearch-language=en"}))
    'en'
    """
    chosen = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    asked = [part.partition(";")[0].strip()[:2].lower() for part in headers.get("accept-language", "").split(",")]
    return next((each for each in asked if each in LANGUAGES), None) or console_language()


async def choose_language(request: Request) -> Response:
    """Keep the chosen language and go back to the page."""
    form = await read_form(request)
    answer = RedirectResponse(own_address(form.text("back")), 303)
    if form.text("language") in LANGUAGES:
        answer.set_cookie(COOKIE, form.text("language"), max_age=_YEAR, samesite="strict", httponly=True, path="/")
    return answer


ROUTES = [Route("/language", choose_language, methods=["POST"])]
