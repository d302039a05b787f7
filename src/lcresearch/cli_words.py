"""What commands print, in the language of the terminal."""

from __future__ import annotations

from typing import Any


def say(key: str, **values: Any) -> str:
    """A text of the catalogue; it is read when something is printed, since a command has to start at once."""
    from lcresearch.messages import Messages

    return Messages()(key, **values)
