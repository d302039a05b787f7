"""Who tries many codes has to wait. Kept in memory for a minute, under numbers that mean nothing after that."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

MOST = 10
"""Wrong codes a minute from one place: who types has fewer, and guessing one in 86 million takes years."""
_MINUTE = 60.0
_MOST_PLACES = 10_000


class Guesses:
    """Counts wrong codes by place; the address of the place is never kept, only a hash with a key of this run.

    Examples
    --------
    >>> guesses = Guesses()
    >>> for _ in range(10):
    ...     guesses.wrong("192.0.2.9")
    >>> guesses.too_many("192.0.2.9"), guesses.too_many("192.0.2.8")
    (True, False)
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._secret, self._clock = secrets.token_bytes(32), clock
        self._minute, self._counts = self._now(), dict[bytes, int]()

    def too_many(self, place: str) -> bool:
        """Whether this place has to wait until the next minute."""
        self._forget()
        return self._counts.get(self._name(place), 0) >= MOST or len(self._counts) >= _MOST_PLACES

    def wrong(self, place: str) -> None:
        """Count a wrong code."""
        self._forget()
        name = self._name(place)
        self._counts[name] = self._counts.get(name, 0) + 1

    def _forget(self) -> None:
        if self._now() != self._minute:
            self._minute = self._now()
            self._counts.clear()

    def _now(self) -> int:
        return int(self._clock() // _MINUTE)

    def _name(self, place: str) -> bytes:
        return hashlib.blake2b(place.encode("utf-8", "replace"), key=self._secret, digest_size=16).digest()
