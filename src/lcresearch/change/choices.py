"""Options that must be one of a few words, and numbers that must lie in a range."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lcresearch.errors import ChangeError, nearest


def check_choice(option: str, found: object, known: Sequence[str]) -> None:
    """Refuse (C052) a word that is not among those known."""
    if not isinstance(found, str) or found not in known:
        raise ChangeError(
            "C052", option=option, found=str(found), known=known, nearest=nearest(str(found), known) or "–"
        )


def check_between(option: str, found: float, low: float, high: float) -> None:
    """Refuse (C053) a number that is not between two others, or no number."""
    if not (isinstance(found, int | float) and math.isfinite(found) and low < found < high):
        raise ChangeError("C053", option=option, found=str(found), low=f"{low:g}", high=f"{high:g}")
