"""A port to listen on."""

from __future__ import annotations

import os
import socket

from lcresearch.errors import AppError
from lcresearch.files import reason_of

PORT = 8765
LOOPBACK = "127.0.0.1"
_TRIES = 20


def listen(host: str, port: int | None, *, usual: int = PORT) -> socket.socket:
    """A socket that listens on this port, or on the first free one from ``usual`` on.

    Raises
    ------
    AppError
        W012, when the port is taken.
    """
    tried = [port] if port is not None else [*range(usual, usual + _TRIES), 0]
    for number in tried:
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # a port that was left a moment ago; elsewhere this would share it with another program
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, number))
        except OSError as error:
            made.close()
            reason = reason_of(error)
            continue
        made.listen(512)
        return made
    raise AppError("W012", port=str(port), reason=reason)
