"""Requests exactly as a stranger writes them: an address is not tidied on the way, as browsers and clients do."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import quote, unquote

T = TypeVar("T")
PORT, TOKEN = 8765, "a-token-of-tests"
HOST = f"127.0.0.1:{PORT}"
CODER = "Anna de Wit"
LET_IN = {"host": HOST, "cookie": f"lcresearch-{PORT}={TOKEN}; lcresearch-coder={quote(CODER)}"}
OURS = LET_IN | {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(app: Any, method: str, address: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """One request; ``address`` as it stands on the line, with its percent signs."""
    return apart(_ask(app, method, address, headers, body))


def apart(asking: Coroutine[Any, Any, T]) -> T:
    """What comes of it, in a thread of its own: a browser that is open keeps the loop of this one."""
    return asyncio.run_coroutine_threadsafe(asking, _loop()).result()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The loop of that thread, one for all: to begin one for each of thousands of requests took as long as these."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def end() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    atexit.register(end)
    return loop


async def _ask(app: Any, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    path, _, query = address.partition("?")
    sent = {"content-length": str(len(body))} | dict(headers) if body else dict(headers)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", PORT),
        "state": {},
    }
    given = [{"type": "http.request", "body": body, "more_body": False}]
    told: dict[str, Any] = {"body": b""}

    async def receive() -> dict[str, Any]:
        if given:
            return given.pop()
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told["status"] = message["status"]
            told["headers"] = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            told["body"] += message.get("body", b"")

    await app(scope, receive, send)
    return Answer(told["status"], told["headers"], told["body"])
