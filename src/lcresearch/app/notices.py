"""A line on the next page that says what was done; shown once."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from threading import Lock

_MOST = 200


class Notices:
    """Keeps lines between the step that made them and the page that shows them; nothing of them is in an address."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def keep(self, line: str) -> str:
        """Keep a line; gives what stands for it in an address."""
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._lines[name] = line
            while len(self._lines) > _MOST:
                self._lines.popitem(last=False)
        return name

    def take(self, name: str) -> str | None:
        """The line, once."""
        with self._lock:
            return self._lines.pop(name, None)
