"""Only the browser that was given the address with its token, and only pages of our own."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lcresearch.messages import Messages

TOKEN = "token"
_SAFE = frozenset({"GET", "HEAD"})
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Gate:
    """Refuses what does not come from this computer's own pages.

    Checked in this order: the method; ``Host`` is one of ours, so that a name that somebody points at 127.0.0.1 (DNS
    rebinding) is refused; what another site started is refused (``Sec-Fetch-Site``), and what writes must come from a
    page of ours (``Origin``); the token in the address, which becomes a cookie and leaves the address, or that cookie.

    Parameters
    ----------
    app : ASGI application
    token : str
    hosts : set of str
        As a browser writes them: ``127.0.0.1:8765``.
    cookie : str
        Name of the cookie; holds the port, since cookies do not tell ports apart.
    """

    def __init__(self, app: ASGIApp, *, token: str, hosts: frozenset[str], cookie: str) -> None:
        self.app, self.token, self.hosts, self.cookie = app, token, hosts, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served")
        headers = Headers(scope=scope)
        refused = self._refused(scope["method"], headers)
        if refused is not None:
            status, key = refused
            await PlainTextResponse(Messages()(f"app.refused.{key}"), status)(scope, receive, send)
            return
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == TOKEN]
        if given and scope["method"] in _SAFE and self._right(given[0]):
            await self._let_in(scope, query)(scope, receive, send)
            return
        if not self._right(cookie_parser(headers.get("cookie", "")).get(self.cookie, "")):
            await PlainTextResponse(Messages()("app.refused.token"), 403)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refused(self, method: str, headers: Mapping[str, str]) -> tuple[int, str] | None:
        if method not in _SAFE | _WRITES:
            return 405, "method"
        if headers.get("host", "").lower() not in self.hosts:
            return 421, "host"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403, "origin"
        if method in _WRITES and headers.get("origin", "") not in {f"http://{host}" for host in self.hosts}:
            return 403, "origin"
        return None

    def _right(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def _let_in(self, scope: Scope, query: list[tuple[str, str]]) -> RedirectResponse:
        """To the same page without the token in its address, which stands in histories and on screens."""
        rest = urlencode([(name, value) for name, value in query if name != TOKEN])
        path = "/" + scope["raw_path"].decode("latin-1").lstrip("/")
        answer = RedirectResponse(path + (f"?{rest}" if rest else ""), 303)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="strict", path="/")
        return answer
