"""Times in a recording, as transcripts write them."""

from __future__ import annotations

import re

TIME = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,:]\d{1,3})?"
"""``1:02``, ``00:01:02``, ``01:02,5``, ``00:01:02.500``; also what cannot be, such as ``00:00:60``."""
_PARTS = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,:](\d{1,3}))?")


def seconds(written: str) -> float | None:
    """Seconds of a time; None for what is no time.

    Examples
    --------
    >>> seconds("00:01:02,500"), seconds("1:02"), seconds("--:--")
    (62.5, 62.0, None)
    """
    found = _PARTS.fullmatch(written.strip().strip("[]()"))
    if found is None:
        return None
    hours, minutes, whole, part = found.groups()
    return 3600 * int(hours or 0) + 60 * int(minutes) + int(whole) + (float(f"0.{part}") if part else 0.0)


def is_possible(written: str) -> bool:
    """Whether minutes (after hours) and seconds stay below 60."""
    found = _PARTS.fullmatch(written.strip().strip("[]()"))
    return found is not None and int(found[3]) < 60 and (found[1] is None or int(found[2]) < 60)
