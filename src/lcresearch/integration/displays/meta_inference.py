"""What a researcher concludes of numbers and voices together: written by a person, with name and date."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lcresearch.errors import IntegrationError, Problem, nearest

WHOLE = ""
"""The row of a meta-inference on the whole display."""
_LONGEST = 10_000


@dataclass(frozen=True)
class MetaInference:
    """A conclusion.

    Attributes
    ----------
    text : str
    by : str
        Who wrote it.
    on : str
        Date (ISO).
    row : str
        Of which row of the display; empty for the whole.
    """

    text: str
    by: str
    on: str
    row: str = WHOLE


def checked(written: Iterable[MetaInference], rows: Collection[str]) -> tuple[MetaInference, ...]:
    """Meta-inferences, looked at.

    Parameters
    ----------
    written : iterable of MetaInference
    rows : collection of str
        Names of the rows of the display.

    Raises
    ------
    IntegrationError
        Q100: without text, name or date; Q101: on a row that is not there, or two on one row. All of them together.
    """
    found, problems = tuple(written), []
    seen: set[str] = set()
    for one in found:
        texts = bool(one.text.strip()) and len(one.text) <= _LONGEST and bool(one.by.strip())
        if not texts or not _is_date(one.on):
            problems.append(Problem("Q100", values={"row": one.row or "–"}))
        if (one.row != WHOLE and one.row not in rows) or one.row in seen:
            known = list(rows)
            problems.append(Problem("Q101", values={"row": one.row, "nearest": nearest(one.row, known) or "–"}))
        seen.add(one.row)
    if problems:
        raise IntegrationError(problems)
    return found


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
