"""The application that people on the network reach: enter a code, fill in, send in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from lcresearch.app.collecting.answering.assets import Assets
from lcresearch.app.collecting.answering.closed import ClosedRound
from lcresearch.app.collecting.answering.guard import ANSWERING_HEADERS, MOST_BYTES, Guard
from lcresearch.app.collecting.answering.guesses import Guesses
from lcresearch.app.collecting.asked import Asked
from lcresearch.app.collecting.checking import read_json
from lcresearch.app.collecting.codes import plain_code, shown_code
from lcresearch.app.collecting.drafts import Draft, Lost, Outcome, enter, find, save, send, stop
from lcresearch.app.collecting.round_file import Round, connect, kept, round_of
from lcresearch.app.collecting.writer import Writer
from lcresearch.app.pages import piece
from lcresearch.app.security.headers import SafeHeaders
from lcresearch.app.security.limits import BodyLimit
from lcresearch.messages import Messages, spoken

_DAYS = 14
_LONGEST_NAME, _MOST_PAGES = 40, 1_000
_STATUS = {"elsewhere": 409, "refused": 422, "gone": 410, "done": 410, "closed": 410}
_LAST = ("/thanks", "/refused", "/stopped")
_SPOKEN = (
    "saved", "saving", "offline", "sending", "elsewhere", "refused", "reload", "read", "quiet",
    "back_title", "back_shared", "back_slip", "stop", "stop_hint", "stop_ask",
)  # fmt: skip
"""Texts that the form shows in the language that somebody chooses while filling in."""


@dataclass
class Served:
    """What all requests share."""

    one: Round
    asked: Asked
    assets: Assets
    texts: Mapping[str, Mapping[str, str]]
    writer: Writer
    cookie: str
    guesses: Guesses = field(default_factory=Guesses)
    closed: bool = False

    def close(self) -> None:
        """Take nothing more, finish what was taken, and let go of the file."""
        self.closed = True
        self.writer.close()

    def language(self, request: Request) -> str:
        """The language that somebody chose in the address, else that of the browser, else the first of the round."""
        chosen = request.query_params.get("language", "")
        asked = request.headers.get("accept-language", "").replace(",", " ").split()
        wanted = [chosen, *(part[:2].lower() for part in asked)]
        return next((each for each in wanted if each in self.one.languages), self.one.languages[0])

    def key(self, request: Request) -> str:
        """What the browser is known by."""
        return request.cookies.get(self.cookie, "")[:100]


def make_answering(path: Path, *, port: int, hosts: frozenset[str]) -> Starlette:
    """The application for the file of a round.

    Parameters
    ----------
    path : Path
        Of the file; nothing beside it is read or written.
    port : int
    hosts : set of str
        Addresses and ports that it answers to.
    """
    connection = connect(path)
    one, asked, survey, theme = _kept(connection)
    connection.close()
    texts = {language: {**_texts(language), "title": one.title[language]} for language in one.languages}
    app = Starlette(
        routes=[
            Route("/", show_entrance),
            Route("/begin", begin, methods=["POST"]),
            Route("/form", show_form),
            Route("/save", keep_answers, methods=["POST"]),
            Route("/send", take_in, methods=["POST"]),
            Route("/stop", take_away, methods=["POST"]),
            *(Route(path, thank) for path in _LAST),
            Route("/asset/{name}", show_asset),
        ],
        middleware=[
            Middleware(SafeHeaders, headers=ANSWERING_HEADERS),
            Middleware(Guard, hosts=hosts),
            Middleware(BodyLimit, most=MOST_BYTES),
            Middleware(ClosedRound, show=show_closed),
        ],
        exception_handlers={HTTPException: _refused, Exception: _broken},
    )
    assets = Assets({"survey": survey, "theme": theme, "texts": texts})
    app.state.served = Served(one, asked, assets, texts, Writer(connect, path), f"answers-{port}")
    return app


def _kept(connection: sqlite3.Connection) -> tuple[Round, Asked, Any, Any]:
    asked = Asked.from_json(kept(connection, "asked"))
    return round_of(connection), asked, kept(connection, "survey"), kept(connection, "theme")


def _texts(language: str) -> dict[str, str]:
    say = Messages(language)
    return {name: say(f"app.collecting.answering.{name}") for name in _SPOKEN}


def _page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    served: Served = request.app.state.served
    chosen = served.language(request)
    with spoken(chosen):
        title = served.one.title[chosen]
        return piece(
            f"answering/{template}", status, one=served.one, asset=served.assets.address, title=title, **values
        )


async def _draft(request: Request) -> Draft | Lost:
    served: Served = request.app.state.served
    key = served.key(request)
    return await served.writer.do(find(key)) if key else "gone"


async def show_entrance(request: Request) -> Response:
    """Where people enter their code."""
    found = await _draft(request)
    code = shown_code(plain_code(request.query_params.get("code", "")[:20]))
    return _page(request, "entrance.html", code=code, fault="", goes_on=isinstance(found, Draft))


async def begin(request: Request) -> Response:
    """Begin, or go on, with a code."""
    served: Served = request.app.state.served
    form = await request.form(max_files=0, max_fields=5, max_part_size=1_000)
    typed = form.get("code")
    code = plain_code(typed) if isinstance(typed, str) else ""
    place = request.client.host if request.client else ""
    if served.guesses.too_many(place):
        return _page(request, "entrance.html", 429, code="", fault="wait", goes_on=False)
    entered = await served.writer.do(enter(served.one, served.asked, code))
    if entered.state != "ok":
        if entered.state == "wrong":
            served.guesses.wrong(place)
        return _page(request, "entrance.html", 422, code=shown_code(code), fault=entered.state, goes_on=False)
    answer = RedirectResponse(f"/form?language={served.language(request)}", 303)
    answer.set_cookie(served.cookie, entered.key, max_age=_DAYS * 86_400, httponly=True, samesite="lax", path="/")
    return answer


async def show_form(request: Request) -> Response:
    """The form, with what was filled in before."""
    served: Served = request.app.state.served
    found = await _draft(request)
    if not isinstance(found, Draft):
        return RedirectResponse("/thanks" if found == "done" else "/", 303)
    draft = {
        "answers": {**found.drawn, **found.answers},
        "page": found.page,
        "n": found.n,
        "language": served.language(request),
        "form": served.assets.address(served.assets.form),
    }
    back = shown_code(found.back)
    texts = served.texts.__getitem__
    return _page(request, "form.html", draft=draft, back=back, personal=found.personal, in_language=texts)


async def keep_answers(request: Request) -> Response:
    """Save what somebody filled in so far; ``saved`` means that it is on disk."""
    served: Served = request.app.state.served
    sent = _asked_for(read_json(await request.body()))
    if sent is None:
        return _told(Outcome("refused"))
    change = save(
        served.key(request), served.asked, sent["answers"], page=sent["page"], after=sent["after"], name=sent["save"]
    )
    return _told(await served.writer.do(change))


async def take_in(request: Request) -> Response:
    """Send in."""
    served: Served = request.app.state.served
    sent = _asked_for(read_json(await request.body()))
    if sent is None:
        return _told(Outcome("refused"))
    return _told(await served.writer.do(send(served.key(request), served.asked, sent["answers"], after=sent["after"])))


async def take_away(request: Request) -> Response:
    """Stop, and take away what was filled in."""
    served: Served = request.app.state.served
    await served.writer.do(stop(served.key(request)))
    return RedirectResponse(f"/stopped?language={served.language(request)}", 303)


def show_closed(request: Request) -> Response:
    """What a closed round says to all who come; a last page that somebody was on the way to is still shown."""
    served: Served = request.app.state.served
    if request.method == "POST" and "json" in request.headers.get("accept", ""):
        return _told(Outcome("closed"))
    if request.url.path in _LAST:
        return _last_page(request)
    answer = _page(request, "closed.html", 410)
    answer.delete_cookie(served.cookie, path="/", httponly=True, samesite="lax")
    return answer


async def thank(request: Request) -> Response:
    """The last page; the browser forgets its key."""
    served: Served = request.app.state.served
    answer = _last_page(request)
    if not isinstance(await _draft(request), Draft):
        answer.delete_cookie(served.cookie, path="/", httponly=True, samesite="lax")
    return answer


def _last_page(request: Request) -> Response:
    served: Served = request.app.state.served
    kind = request.url.path.strip("/")
    words = {"thanks": served.one.thanks, "refused": served.one.refusal}.get(kind, {})
    return _page(request, "thanks.html", kind=kind, words=words.get(served.language(request), ""), ends=served.closed)


async def show_asset(request: Request) -> Response:
    """A script, style or drawing."""
    served: Served = request.app.state.served
    return served.assets.answer(request)


def _asked_for(sent: Any) -> Mapping[str, Any] | None:
    """A save as our own script sends it, or None."""
    if not isinstance(sent, dict) or set(sent) != {"after", "save", "page", "answers"}:
        return None
    numbers = type(sent["after"]) is int and type(sent["page"]) is int and 0 <= sent["page"] < _MOST_PAGES
    named = isinstance(sent["save"], str) and 0 < len(sent["save"]) <= _LONGEST_NAME and sent["save"].isascii()
    return sent if numbers and named else None


def _told(outcome: Outcome) -> JSONResponse:
    content = {"state": outcome.state, "names": outcome.names[:20], "refusal": outcome.refusal}
    return JSONResponse(content, _STATUS.get(outcome.state, 200))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    key = {404: "nowhere", 405: "method", 413: "size"}.get(error.status_code, "request")
    return PlainTextResponse(Messages()(f"app.refused.{key}"), error.status_code)


def _broken(request: Request, error: Exception) -> Response:
    return PlainTextResponse(Messages()("app.refused.request"), 500)
