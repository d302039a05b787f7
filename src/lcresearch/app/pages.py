"""From a template to an answer, in the language of the request; and from errors to a page that says what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response

from lcresearch.app.notices import Notices
from lcresearch.app.security.headers import REPORT
from lcresearch.errors import LcresearchError, Problem
from lcresearch.messages import LANGUAGES, Messages

FOLDER = Path(__file__).parent
_NOTICE = "notice"


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["address"] = address
    made.filters["json"] = json_inside
    return made


def page(request: Request, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A page made of ``templates/<template>``.

    In every template stand ``say`` (texts of the language of the request), ``language``, ``languages``, ``here`` (the
    address of the page), ``notice`` (what the last step did, or None), ``address`` and the filter ``json``; templates
    extend ``base.html`` and use ``macros.html``.
    """
    say = Messages()
    notices: Notices = request.app.state.notices
    here = request.url.path
    html = (
        _templates()
        .get_template(template)
        .render(
            say=say,
            language=say.language,
            languages=LANGUAGES,
            here=here,
            notice=notices.take(request.query_params.get(_NOTICE, "")),
            **values,
        )
    )
    return HTMLResponse(html, status)


def piece(template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """Part of a page, for a script that puts it in its place."""
    say = Messages()
    html = _templates().get_template(template).render(say=say, language=say.language, languages=LANGUAGES, **values)
    return HTMLResponse(html, status)


def address(*parts: str) -> str:
    """An address of our own from its parts, each quoted.

    Examples
    --------
    >>> address("studies", "Smit & zonen", "answers")
    '/studies/Smit%20%26%20zonen/answers'
    """
    return "/" + "/".join(quote(part, safe="") for part in parts)


def own_address(given: str) -> str:
    """An address that a form named, when it is one of ours; else that of the first page.

    Examples
    --------
    >>> own_address("/studies/smit?x=1"), own_address("//elsewhere.example/x"), own_address("javascript:alert(1)")
    ('/studies/smit?x=1', '/', '/')
    """
    try:
        parts = urlsplit(given)
    except ValueError:
        return "/"
    plain = given.isprintable() and "\\" not in given and given.startswith("/") and not given.startswith("//")
    return given if plain and not parts.scheme and not parts.netloc else "/"


def json_inside(value: Any) -> Markup:
    """A value as JSON for ``<script type="application/json">``, in which nothing can close the element.

    Examples
    --------
    >>> str(json_inside("</script>"))
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def redirect(request: Request, *parts: str, notice: str = "", at: str = "") -> RedirectResponse:
    """To a page of ours after something was done, with a line that says what.

    Parameters
    ----------
    request : Request
    *parts : str
        Of the address, as for :func:`address`.
    notice : str
        A text in the language of the user.
    at : str
        Place on the page.
    """
    notices: Notices = request.app.state.notices
    asked = f"?{_NOTICE}={notices.keep(notice)}" if notice else ""
    return RedirectResponse(address(*parts) + asked + (f"#{quote(at)}" if at else ""), 303)


def report(path: Path) -> FileResponse:
    """A page that the library made, as it is: in a frame of ours, without scripts; piece by piece, however long."""
    return FileResponse(path, media_type="text/html", headers={"content-security-policy": REPORT})


def problem_rows(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems in the language of the user: ``code, level, place, message, remedy``."""
    return [
        {
            "code": one.code,
            "level": one.level,
            "place": one.where.text(),
            "message": one.message(),
            "remedy": one.remedy(),
        }
        for one in problems
    ]


def wants_json(request: Request) -> bool:
    """Whether a script of ours asks."""
    return "application/json" in request.headers.get("accept", "")


def refused(request: Request, error: Exception) -> Response:
    """The page for an error of the library: everything that is wrong, where, and what to do."""
    assert isinstance(error, LcresearchError)
    rows = problem_rows(error.problems)
    status = _status(rows)
    if wants_json(request):
        return JSONResponse({"problems": rows}, status)
    back = own_address(_path_of(request.headers.get("referer", "")))
    return page(request, "problems.html", status, problems=rows, back=back)


_STATUS = {
    "W001": 404,
    "W004": 404,
    "W020": 404,
    "W049": 404,
    "W008": 409,
    "W009": 409,
    "W105": 404,
    "V286": 409,
    "V287": 409,
    "V289": 404,
}


def _status(rows: list[dict[str, str]]) -> int:
    return next((_STATUS[row["code"]] for row in rows if row["code"] in _STATUS), 422)


def _path_of(referer: str) -> str:
    try:
        return urlsplit(referer).path
    except ValueError:
        return ""


def refused_by_http(request: Request, error: Exception) -> Response:
    """The page for a status of HTTP."""
    assert isinstance(error, HTTPException)
    words: Mapping[int, str] = {404: "nowhere", 405: "method", 413: "size"}
    key = words.get(error.status_code, "request")
    if wants_json(request):
        return JSONResponse({"problems": [], "message": Messages()(f"app.refused.{key}")}, error.status_code)
    return page(request, "refused.html", error.status_code, message=Messages()(f"app.refused.{key}"))


def broken(request: Request, error: Exception) -> Response:
    """The page for a fault of ours: nothing was changed half, and what can be reported without names of people."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if wants_json(request):
        return JSONResponse({"problems": [], "message": Messages()("app.refused.fault")}, status)
    return page(request, "refused.html", status, message=Messages()("app.refused.fault"))
