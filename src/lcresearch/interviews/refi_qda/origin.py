"""How positions were counted, said in the file itself, so that what is written here is read back without guessing."""

from __future__ import annotations

import re

from lcresearch.interviews.text.positions import PositionRule

_MARKER = re.compile(
    r" ?\[positions by lcresearch: (code_point|utf16|byte), (one|as_written)(, mark)?(, inclusive)?\]$"
)


def with_rule(origin: str, rule: PositionRule) -> str:
    """The name of the program that wrote a project, and the way of counting.

    Examples
    --------
    >>> with_rule("NVivo 14", PositionRule("utf16", "as_written"))
    'NVivo 14 [positions by lcresearch: utf16, as_written]'
    """
    words = f"{rule.unit}, {rule.line_end}{', mark' * rule.mark_counts}{', inclusive' * rule.end_inclusive}"
    return f"{origin} [positions by lcresearch: {words}]".lstrip()


def split_rule(origin: str) -> tuple[str, PositionRule | None]:
    """The name of the program, and the way of counting when it is said."""
    found = _MARKER.search(origin)
    if found is None:
        return origin, None
    unit, line_end, mark, inclusive = found.groups()
    return origin[: found.start()], PositionRule(unit, line_end, bool(mark), bool(inclusive))  # type: ignore[arg-type]
