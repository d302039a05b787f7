"""Times in a recording, as transcripts write them."""

from __future__ import annotations

import re

TIME = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,:]\d{1,3})?"
"""``1:02``, ``00:01:02``, ``01:02,5``, ``00:01:02.500``; also what cannot be, such as ``00:00:60``."""
ARROW = re.compile(r"^\s*(?P<begins>[\d:.,-]+)\s*-->\s*(?P<ends>[\d:.,-]+)", re.MULTILINE)
"""The two times of a piece of subtitles."""
_PART = r"(?:[.,:](?P<part>\d{1,3}))?"
_FORMS = (
    re.compile(rf"(?P<hours>\d{{1,3}}):(?P<minutes>\d{{1,3}}):(?P<seconds>\d{{1,2}}){_PART}"),
    re.compile(rf"(?P<hours>)(?P<minutes>\d{{1,3}}):(?P<seconds>\d{{2}}){_PART}"),
)


def seconds(written: str) -> float | None:
    """Seconds of a time; None for what is no time.

    Examples
    --------
    >>> seconds("00:01:02,500"), seconds("1:02"), seconds("0:0:5.25"), seconds("--:--")
    (62.5, 62.0, 5.25, None)
    """
    found = _matched(written)
    if found is None:
        return None
    part = float(f"0.{found['part']}") if found["part"] else 0.0
    return 3600 * int(found["hours"] or 0) + 60 * int(found["minutes"]) + int(found["seconds"]) + part


def is_possible(written: str) -> bool:
    """Whether minutes (after hours) and seconds stay below 60."""
    found = _matched(written)
    return found is not None and int(found["seconds"]) < 60 and (not found["hours"] or int(found["minutes"]) < 60)


def _matched(written: str) -> re.Match[str] | None:
    bare = written.strip().strip("[]()")
    return next((found for form in _FORMS if (found := form.fullmatch(bare))), None)
