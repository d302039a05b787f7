"""How much may be sent at once."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lcresearch.messages import Messages

MOST_BYTES = 200 * 2**20
"""Of one request; a corpus of interviews in Word is far smaller."""
FORMS = "lcresearch.forms"
"""Forms that were read while a request was answered: their files are closed, and so gone, after it."""


class BodyLimit:
    """Refuses a request whose body is larger than ``most`` bytes, also where it does not say so beforehand."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        seen = int(declared) if declared.isascii() and declared.isdigit() else 0
        if seen > self.most:
            await PlainTextResponse(Messages()("app.refused.size"), 413)(scope, receive, send)
            return
        got = 0

        async def counting() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if got > self.most:
                raise HTTPException(413)
            return message

        try:
            await self.app(scope, counting, send)
        finally:
            for form in scope.get(FORMS, ()):
                await form.close()
