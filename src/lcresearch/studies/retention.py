"""Until when the answers of persons may be kept, and the reminder of it."""

from __future__ import annotations

import datetime

from lcresearch.errors import Place, Problem
from lcresearch.messages import LANGUAGES, Messages
from lcresearch.studies.model import Retention

REMIND_DAYS = 90
"""From how many days before the date the reminder comes."""


def reminder(
    until: datetime.date, today: datetime.date, *, contact: str | None = None, file: str = "study.yaml"
) -> Problem | None:
    """What to say about the date until which answers may be kept.

    Parameters
    ----------
    until : date
        The last day on which they may be kept.
    today : date
    contact : str, optional
        Who is to remove them.
    file : str
        The file that names the date.

    Returns
    -------
    Problem or None
        S030 from 90 days before the date, S031 after it, None until then.

    Examples
    --------
    >>> reminder(datetime.date(2030, 1, 1), datetime.date(2029, 12, 1)).code
    'S030'
    >>> reminder(datetime.date(2030, 1, 1), datetime.date(2029, 6, 1)) is None
    True
    """
    days = (until - today).days
    if days > REMIND_DAYS:
        return None
    date = {language: Messages(language).date(until) for language in LANGUAGES}
    who = {
        language: Messages(language)("privacy.contact", contact=contact) if contact else "" for language in LANGUAGES
    }
    code = "S030" if days >= 0 else "S031"
    return Problem(code, Place(file=file), {"until": date, "n": abs(days), "contact": who})


def reminders(retention: Retention | None, file: str, today: datetime.date) -> list[Problem]:
    """The reminder of a study, if it is time for one."""
    if retention is None:
        return []
    found = reminder(datetime.date.fromisoformat(retention.until), today, contact=retention.contact, file=file)
    return [found] if found is not None else []
