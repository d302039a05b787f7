"""The addresses of this computer on the networks that it is in."""

from __future__ import annotations

import ipaddress
import socket

from lcresearch.app.listening import LOOPBACK

USUAL_PORT = 8780
"""Of a round; the next one that is free when it is taken."""
_NOWHERE = "192.0.2.1"
"""Of a range that nobody has (RFC 5737). Asking for the way to it sends nothing."""


def own_addresses() -> list[str]:
    """IPv4 addresses, the one that other devices reach first; the last is for this computer only.

    Examples
    --------
    >>> own_addresses()[-1]
    '127.0.0.1'
    """
    found = [_on_the_way_out(), *_of_own_name()]
    usable = [one for one in dict.fromkeys(found) if one and not ipaddress.IPv4Address(one).is_loopback]
    return [*usable, LOOPBACK]


def _on_the_way_out() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect((_NOWHERE, 9))
            return str(asked.getsockname()[0])
        except OSError:
            return ""


def _of_own_name() -> list[str]:
    try:
        known = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(one[4][0]) for one in known]
