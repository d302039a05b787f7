"""Whether a criterion is reached, on course or behind."""

from __future__ import annotations

import datetime
from typing import Literal

from lcresearch.synthesis.programme.model import Criterion

State = Literal["reached", "on_course", "behind", "late", "no_target", "unknown"]
STATES: tuple[State, ...] = ("late", "behind", "on_course", "reached", "no_target", "unknown")


def expected_now(criterion: Criterion, declared: datetime.date, date: datetime.date) -> float | None:
    """What should be there by now: the target in proportion to the time that passed; None when that says nothing.

    A response does not grow with time, and a number to stay below is no number to get to: of these the target itself
    holds from the start.

    Examples
    --------
    >>> one = Criterion(id="a", title={"en": "A"}, measure="communities", target=40, by="2028-01-01")
    >>> expected_now(one, datetime.date(2024, 1, 1), datetime.date(2026, 1, 1))
    20.01368925393566
    """
    if criterion.target is None:
        return None
    if criterion.measure == "response" or criterion.at_most:
        return float(criterion.target)
    if criterion.by is None:
        return None
    end = datetime.date.fromisoformat(criterion.by)
    whole = (end - declared).days
    share = 1.0 if whole <= 0 else min(max((date - declared).days / whole, 0.0), 1.0)
    return float(criterion.target) * share


def state_of(criterion: Criterion, value: float | None, expected: float | None, date: datetime.date) -> State:
    """The state of a criterion at a day.

    Parameters
    ----------
    criterion : Criterion
    value : float or None
        What was reached; None where it is not known or may not be shown.
    expected : float or None
        Of :func:`expected_now`.
    date : date
    """
    if value is None:
        return "unknown"
    if criterion.target is None:
        return "no_target"
    past = criterion.by is not None and datetime.date.fromisoformat(criterion.by) < date
    if criterion.at_most:
        if value > criterion.target:
            return "late" if past else "behind"
        return "reached" if past else "on_course"
    if value >= criterion.target:
        return "reached"
    if past:
        return "late"
    return "on_course" if expected is None or value >= expected else "behind"
