"""After closing: for a while people still read at the same address that it is closed, in place of no answer at all."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_ASSETS = "/asset/"


class ClosedRound:
    """Answers everything itself once the round is closed, except for the styles of its page.

    Parameters
    ----------
    app : ASGI application
        Its ``state.served`` says whether it is closed.
    show : callable
        Answers a request then.
    """

    def __init__(self, app: ASGIApp, *, show: Callable[[Request], Response]) -> None:
        self.app, self.show = app, show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["app"].state.served.closed and not scope["path"].startswith(_ASSETS):
            await self.show(Request(scope, receive))(scope, receive, send)
            return
        await self.app(scope, receive, send)
