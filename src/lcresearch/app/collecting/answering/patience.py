"""How long and how often one device may keep the form busy, so that a single one cannot keep all others out.

A connection costs this computer one of a limited number. Somebody who opens many and sends nothing, or one letter a
minute, would take them all; so a request must arrive, and an answer be taken, within some time, and one address has no
more than a quarter of what there is.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

_WANTED, _USUAL = 8_192, 2_048
_LEAST = 300
"""Connections that one address gets in any case: a room behind one router has one address."""
_PROTOCOL: Any = AutoHTTPProtocol
_CHECK = 8.0
_CHECKS_TO_ARRIVE, _CHECKS_TO_LEAVE = 2, 8


def most_connections() -> int:
    """Connections that this computer takes at once, after asking it for many."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _USUAL
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(_WANTED, hard)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return int(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def patient(most: int, *, check: float = _CHECK) -> type[asyncio.Protocol]:
    """The protocol that uvicorn uses, with an end to patience.

    Parameters
    ----------
    most : int
        Connections that there may be at once.
    check : float
        Seconds between two looks at a connection.
    """
    open_from: Counter[str] = Counter()
    share = max(_LEAST, most // 4)

    class Patient(_PROTOCOL):  # type: ignore[misc]
        """Counts open connections by address, in memory only, and closes what does not get on."""

        place: str | None = None
        looks: asyncio.TimerHandle | None = None
        last: Any = None
        n = 0

        def connection_made(self, transport: asyncio.Transport) -> None:
            """Take a connection, unless its address has its share."""
            super().connection_made(transport)
            place = str((transport.get_extra_info("peername") or ("",))[0])
            if open_from[place] >= share:
                transport.abort()
                return
            self.place = place
            open_from[place] += 1
            self.looks = self.loop.call_later(check, self.look)

        def connection_lost(self, exc: Exception | None) -> None:
            """Forget it."""
            super().connection_lost(exc)
            if self.looks is not None:
                self.looks.cancel()
            if self.place is not None:
                open_from[self.place] -= 1
                if not open_from[self.place]:
                    del open_from[self.place]
                self.place = None

        def look(self) -> None:
            """Close it when the same request has been arriving, or the same answer leaving, for too long."""
            now = self.cycle
            self.n = self.n + 1 if now is self.last else 1
            self.last = now
            leaving = now is not None and not now.response_complete and not now.more_body
            if self.n >= (_CHECKS_TO_LEAVE if leaving else _CHECKS_TO_ARRIVE):
                self.transport.abort()
                return
            self.looks = self.loop.call_later(check, self.look)

    return Patient
