"""Ids that hold in all programs: GUIDs, compared without braces and case."""

from __future__ import annotations

import re
import uuid

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
_NAMESPACE = uuid.UUID("6f1d7c0e-52f4-4a43-9a53-2b1c39f3a7d5")


def plain_guid(written: str) -> str:
    """A GUID in lower case without braces; what is no GUID comes back as it is, without blanks around.

    Examples
    --------
    >>> plain_guid("{C32A2BD5-537F-4838-8B17-DF9EFBAFDF4B}")
    'c32a2bd5-537f-4838-8b17-df9efbafdf4b'
    """
    found = _GUID.fullmatch(written.strip())
    return found[1].lower() if found else written.strip()


def is_guid(written: str) -> bool:
    """Whether it is written as a GUID."""
    return _GUID.fullmatch(written.strip()) is not None


def guid_of(*parts: object) -> str:
    """The same GUID for the same parts, on every computer (RFC 9562, version 5).

    Examples
    --------
    >>> guid_of("code", "leren van fouten") == guid_of("code", "leren van fouten")
    True
    """
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(map(str, parts))))


def new_guid() -> str:
    """A GUID that nobody has yet."""
    return str(uuid.uuid4())
