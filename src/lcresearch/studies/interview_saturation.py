"""How far interviews have come: all of it for the researcher, and for a report what tells of no single person.

The curve of a report is worked out from numbers that the report shows anyway: in how many persons' interviews each
code stands. A curve of all codes, even rounded, tells whether a hidden code is of one person or of two: what the shown
codes add is known, and the rest of each point is that of a few codes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch import interviews
from lcresearch.disclosure import Policy
from lcresearch.errors import InterviewError
from lcresearch.interviews import Project, Saturation
from lcresearch.interviews.code_tables.counts_of_persons import CodeCounts

_WHOLE = ["n_documents", "in_order", "new", "expected", "conf_low", "conf_high"]
_SHOWN = ["n_persons", "expected"]
_AS_IF = 2
"""Persons that a hidden code counts for, whatever its true number is."""
_STEP, _ENOUGH_HIDDEN = 5, 10

Glance = dict[str, float | None]


def saturation_of(project: Project) -> Saturation | None:
    """None with too few interviews or codes."""
    try:
        return interviews.saturation(project)
    except InterviewError:
        return None


def whole_curve(found: Saturation | None) -> tuple[pd.DataFrame, Glance]:
    """The curve interview by interview and its glance, with ``n_after``: codes found after the stopping point."""
    if found is None:
        return pd.DataFrame(columns=_WHOLE), {}
    row = found.glance().iloc[0].to_dict()
    glance: Glance = {str(name): None if pd.isna(value) else float(value) for name, value in row.items()}
    glance["n_after"] = None if found.stopping_point is None else float(_new_after(found, found.stopping_point).sum())
    return found.curve[_WHOLE], glance


def shown_curve(
    found: Saturation | None, persons: pd.Series[str], counts: CodeCounts, policy: Policy
) -> tuple[pd.DataFrame, Glance]:
    """A mean over orders in whole codes at a few numbers of persons, and what may be said beside it.

    Parameters
    ----------
    found : Saturation, optional
    persons : Series of str
        Who was interviewed, an interview a row.
    counts : CodeCounts
        What the report shows.
    policy : Policy

    Returns
    -------
    DataFrame
        ``n_persons, expected``: up to the number of persons less the minimum cell.
    dict
        ``n_codes``; ``estimated_codes``, in fives above it, when at least ten codes are hidden, so that it tells of no
        single one; ``n_after``, codes found after the stopping point, when at least three persons brought them.
    """
    if found is None or counts.reason:
        return pd.DataFrame(columns=_SHOWN), {}
    n, step = int(persons.nunique()), max(policy.minimum_cell, _STEP)
    times = counts.totals.loc[counts.totals["n_with"] > 0, "n_with"].to_numpy(dtype=int)
    times = np.append(times, np.full(counts.n_hidden_codes, min(_AS_IF, n), dtype=int))
    places = np.arange(step, n - policy.minimum_cell + 1, step)
    expected = [int(np.floor(_expected(times, n, int(place)) + 0.5)) for place in places]
    glance: Glance = {"n_codes": float(len(times)), "estimated_codes": None, "n_after": None}
    if counts.n_hidden_codes >= _ENOUGH_HIDDEN:
        # Chao2 is a lower bound, so that what is shown may be less but not more
        unseen = min(found.estimated_codes - found.n_codes, counts.n_hidden_codes)
        glance["estimated_codes"] = len(times) + float(_STEP * np.floor(unseen / _STEP))
    stop = found.stopping_point
    if stop is not None:
        new, after = _new_after(found, stop), persons.iloc[stop:]
        n_brought = after[new > 0].nunique()
        if after.nunique() >= policy.minimum_cell and (n_brought == 0 or n_brought >= policy.minimum_category):
            glance["n_after"] = float(new.sum())
    return pd.DataFrame({"n_persons": places, "expected": expected}), glance


def _new_after(found: Saturation, stop: int) -> np.ndarray:
    new: np.ndarray = found.curve["new"].to_numpy()[stop:]
    return new


def _expected(times: np.ndarray, n: int, place: int) -> float:
    """Codes in so many of n persons, as the mean over orders (Colwell, Mao & Chang 2004, equation 5)."""
    steps = np.arange(place)[:, None]
    left = np.clip((n - times[None, :] - steps) / (n - steps), 0, None)
    return float((1 - left.prod(axis=0)).sum())
