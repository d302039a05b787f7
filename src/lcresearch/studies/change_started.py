"""Staggered start in a study: the effect of having started, from all waves, and whether it may be shown."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lcresearch import change
from lcresearch.change import BeforeAfter
from lcresearch.errors import ChangeError, LcresearchWarning
from lcresearch.reporting.change_content import EVERYBODY, LINKED, ChangeNumbers
from lcresearch.studies.analysis import group_names
from lcresearch.studies.change_settings import ChangeUse
from lcresearch.studies.coarsening import DETAILED
from lcresearch.studies.model import LevelName

_PERSON, _GROUP = "respondent", "group"


@dataclass(frozen=True)
class Started:
    """Confidential.

    Attributes
    ----------
    found : BeforeAfter
        With the effect of having started in ``overall``.
    n_persons, n_incomplete : int
        Who answered at two waves or more, and who did not answer once at each wave, in one group: without such persons
        the effect follows from the means of groups.
    """

    found: BeforeAfter
    n_persons: int
    n_incomplete: int


def started_effect(
    use: ChangeUse, scores: pd.DataFrame, levels: tuple[LevelName, ...], waves: Sequence[str], ends: tuple[str, str]
) -> Started | None:
    """The effect on the primary scale in a study with a staggered start; None without one, or where it is not known.

    Persons with several answers at a wave are left out: it is not known which belongs to which.
    """
    if use.design != "staggered_start" or not use.starts:
        return None
    rows = scores[scores[use.primary].notna()]
    everybody = rows[[_PERSON, "wave"]]
    rows = rows.assign(**{_GROUP: group_names(rows, use.group, levels)}).dropna(subset=_GROUP)
    several = rows.loc[rows.duplicated([_PERSON, "wave"]), _PERSON]
    rows = rows[~rows[_PERSON].isin(several)]
    here = set(rows["wave"].astype(str))
    order = [wave for wave in waves if wave in here]
    order = order[: order.index(ends[1]) + 1] if ends[1] in order else order
    rows = rows[rows["wave"].isin(order)]
    groups = set(rows[_GROUP].astype(str))
    starts = {group: wave for group, wave in use.starts.items() if group in groups and wave in order}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LcresearchWarning)
            found = change.before_after(
                rows, use.primary, before=ends[0], after=ends[1], person=_PERSON, group=_GROUP, starts=starts,
                waves=order, worthwhile=use.worthwhile, improvement=use.improvement,
            )  # fmt: skip
    except ChangeError:
        return None
    of_person = rows.groupby(_PERSON)
    n = of_person["wave"].nunique()
    whole = (n == len(order)) & (of_person[_GROUP].nunique() == 1)
    asked = everybody.loc[everybody["wave"].isin(order), _PERSON].nunique()
    return Started(found, int((n > 1).sum()), int(asked - whole.sum()))


def started_shown(started: Started | None, part: ChangeNumbers, minimum: int) -> ChangeNumbers | None:
    """What may be shown of it.

    It is shown only where the change of everybody who answered twice is, and where those who lack an answer at some
    wave are nobody or enough; if there are such persons, it is rounded to one decimal, so that nothing follows about
    the answers of a few.
    """
    if started is None or part.basis != LINKED or 0 < started.n_incomplete < minimum:
        return None
    row = started.found.overall
    if not np.isfinite(float(row["estimate"])):
        return None
    digits = 2 if started.n_persons >= DETAILED and not started.n_incomplete else 1
    estimate, low, high = (float(np.round(row[name], digits)) for name in ("estimate", "conf_low", "conf_high"))
    known = bool(np.isfinite(low) and np.isfinite(high))
    return ChangeNumbers(
        EVERYBODY, "", "", n_linked=started.n_persons, basis=LINKED, estimate=estimate,
        conf_low=low if known else None, conf_high=high if known else None, sureness=str(started.found.sureness),
    )  # fmt: skip
