"""Which function reads or writes a file, by the ending of its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from lcresearch.errors import InterviewError, Place

T = TypeVar("T")


def by_ending(path: Path, known: Mapping[str, T]) -> T:
    """What goes with the ending of a file.

    Raises
    ------
    InterviewError
        V035, when nothing does.
    """
    if path.suffix.lower() not in known:
        raise InterviewError("V035", where=Place(file=path.name), known=sorted(known))
    return known[path.suffix.lower()]
