"""Which requests the form takes: of its own address, and what writes only from its own pages."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lcresearch.app.security.headers import HEADERS
from lcresearch.messages import Messages

MOST_BYTES = 256 * 2**10
"""Of one request; all answers to a long form are some ten thousand."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SECURE_ONLY = "cross-origin-opener-policy"
"""Browsers take no notice of it at an address without encryption, and complain."""
ANSWERING_HEADERS = {
    name: value for name, value in {**HEADERS, "content-security-policy": POLICY}.items() if name != _SECURE_ONLY
}
_METHODS = frozenset({"GET", "HEAD", "POST"})


class Guard:
    """Refuses other methods, a Host that is not ours (DNS rebinding), and what other sites send.

    Parameters
    ----------
    app : ASGI application
    hosts : set of str
        As a browser writes them: ``192.0.2.7:8780``.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str]) -> None:
        self.app, self.hosts = app, hosts
        self.origins = frozenset(f"http://{host}" for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served")
        refused = self._refused(scope["method"], Headers(scope=scope))
        if refused is not None:
            status, key = refused
            await PlainTextResponse(Messages()(f"app.refused.{key}"), status)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refused(self, method: str, headers: Headers) -> tuple[int, str] | None:
        if method not in _METHODS:
            return 405, "method"
        if headers.get("host", "").lower() not in self.hosts:
            return 421, "host"
        if method == "POST" and (
            headers.get("origin", "") not in self.origins
            or headers.get("sec-fetch-site", "same-origin") != "same-origin"
        ):
            return 403, "origin"
        return None
