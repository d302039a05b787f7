"""A fault of ours: told in words, in the language of the user and with the headers of every answer."""

from __future__ import annotations

import traceback

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lcresearch.app.pages import broken


class Faults:
    """Answers in place of what went wrong; what it was stands in the window from which the page was started.

    Starlette's own answer to a fault is made outside all other layers, without their headers and language.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            traceback.print_exc()
            await broken(Request(scope), error)(scope, receive, send)
