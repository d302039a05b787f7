"""The reliable change index of each person: the public function, and its formulas on arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import pandas as pd

from lcresearch.change.arguments import COLUMN, COLUMNS, FRAME, LABEL, NUMBER, takes
from lcresearch.change.arrays import Floats
from lcresearch.change.choices import check_between, check_choice
from lcresearch.change.labels import label, texts
from lcresearch.change.persons.reliability_used import reliability_of
from lcresearch.change.persons.result import CLASSES, ReliableChange
from lcresearch.change.two_waves import TwoWaves, check_columns, two_waves
from lcresearch.errors import ChangeError, Problem
from lcresearch.measurement import Reliability

Method = Literal["jacobson_truax", "both_waves", "edwards_nunnally"]
METHODS = ("jacobson_truax", "both_waves", "edwards_nunnally")
FOR_PERSONS = 0.80
"""Below this reliability a score says too little of one person to be told to that person."""


@takes(
    frame=FRAME,
    outcome=COLUMN,
    before=LABEL,
    after=LABEL,
    wave=COLUMN,
    person=COLUMN,
    group=COLUMN.or_none,
    items=COLUMNS,
    std_dev=NUMBER.or_none,
    worthwhile=NUMBER.or_none,
    conf_level=NUMBER,
)
def reliable_change(
    frame: pd.DataFrame,
    outcome: str,
    *,
    before: object,
    after: object,
    wave: str = "wave",
    person: str = "respondent",
    group: str | None = None,
    reliability: float | str | Reliability = "cronbach_alpha",
    items: Sequence[str] = (),
    std_dev: float | None = None,
    method: Method = "jacobson_truax",
    improvement: Literal["higher", "lower"] = "higher",
    worthwhile: float | None = None,
    conf_level: float = 0.95,
) -> ReliableChange:
    """Which persons changed by more than error of measurement explains.

    The smallest worthwhile change that was named beforehand stays the yardstick for a group; this tells how far a score
    of one person can be trusted. The rows are of persons: keep them in the house, and show what ``released()`` gives.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave.
    outcome : str
        Column with the scale score.
    before, after : object
        Values of ``wave``.
    group : str, optional
        Column with the group (such as the firm) at the wave before, for counts by group.
    reliability : float, str or Reliability
        Between 0 and 1; or ``"cronbach_alpha"`` or ``"omega_total"`` of the ``items`` at the wave before; or a
        :class:`~lcresearch.measurement.Reliability`, of which omega counts (alpha where there is none); or
        ``"retest"``, the correlation of the two waves. The last takes differences in true change for error, so use it
        for a period in which nothing was done.
    items : sequence of str
        Columns of the items of the scale, for alpha or omega.
    std_dev : float, optional
        Standard deviation of scores in a larger comparable group. By default that of all who answered before, which is
        unsure with few persons.
    method : {"jacobson_truax", "both_waves", "edwards_nunnally"}
        ``"jacobson_truax"``: change divided by sqrt(2) times the standard error of measurement before (Jacobson &
        Truax, 1991). ``"both_waves"``: by the root of the sum of both squared errors of measurement, where the scores
        do not vary alike at the waves (Maassen, 2004). ``"edwards_nunnally"``: the distance from the score after to the
        estimated true score before, which lies nearer to the mean, divided by one standard error of measurement
        (Speer, 1992, who advises it where scores regress to the mean).
    improvement : {"higher", "lower"}
        Which direction is better.
    worthwhile : float, optional
        Smallest worthwhile change, in points of the scale; the result warns when a single person's change of that size
        cannot be told from error.
    conf_level : float
        1 minus the share of persons without change that is taken for changed.
    wave, person : str
        Columns with the wave and the respondent.

    Returns
    -------
    ReliableChange
        A row a person; ``released()`` has counts that may be shown.

    Raises
    ------
    ChangeError
        C001 to C004 columns, waves, and a person twice at a wave; C052 an unknown word; C053 a number out of range;
        C054 fewer than two persons before, without ``std_dev``; C055 scores that do not vary; C056 nobody has both
        scores; C057 no items for alpha or omega, or a reliability that cannot be computed; C096 an argument of another
        kind.
    MeasurementError
        M001 and others for items.

    Notes
    -----
    The class of a person is wrong for ``1 - conf_level`` of those who did not change, so that among 40 such persons two
    are expected to look changed. Errors of measurement count as equal for all scores and normal.

    Examples
    --------
    The example of Jacobson & Truax (1991): a standard deviation of 7.5, a reliability of .80.

    >>> frame = pd.DataFrame({"respondent": [1, 1], "wave": ["pre", "post"], "satisfaction": [32.5, 47.5]})
    >>> found = reliable_change(frame, "satisfaction", before="pre", after="post", reliability=0.80, std_dev=7.5)
    >>> round(found.std_error_measurement, 2), round(found.std_error_change, 2), found.persons["index"].round(2)[0]
    (3.35, 4.74, np.float64(3.16))
    """
    check_choice("method", method, METHODS)
    check_choice("improvement", improvement, ("higher", "lower"))
    check_between("conf_level", conf_level, 0, 1)
    for option, value in (("std_dev", std_dev), ("worthwhile", worthwhile)):
        if value is not None:
            check_between(option, value, 0, math.inf)
    pairs = two_waves(frame, outcome, before=before, after=after, wave=wave, person=person)
    if not pairs.linked.any():
        raise ChangeError("C056", before=str(before), after=str(after))
    at_before = frame[(texts(frame[wave]) == label(before)).to_numpy(dtype=bool)]
    used = reliability_of(reliability, at_before, items, pairs)
    spread = _spread(pairs.before, std_dev, outcome)
    spread_after = _spread(pairs.after, None, outcome) if method == "both_waves" else spread
    error = spread * math.sqrt(1 - used.value)
    error_after = spread_after * math.sqrt(1 - used.value)
    index = change_index(
        pairs.before[pairs.linked],
        pairs.after[pairs.linked],
        mean_before=float(np.nanmean(pairs.before)),
        reliability=used.value,
        error_before=error,
        error_after=error_after,
        method=method,
    )
    critical = NormalDist().inv_cdf(0.5 + conf_level / 2)
    persons = _rows(pairs, index, critical, improvement, _group_of(at_before, person, group))
    smallest = critical * index.std_error
    return ReliableChange(
        persons=persons,
        outcome=outcome,
        method=method,
        improvement=improvement,
        reliability=used.value,
        reliability_source=used.source,
        std_dev=spread,
        std_error_measurement=error,
        std_error_change=index.std_error,
        conf_level=conf_level,
        smallest_reliable=smallest,
        worthwhile=worthwhile,
        n_only_before=int((~np.isnan(pairs.before) & np.isnan(pairs.after)).sum()),
        n_only_after=int((np.isnan(pairs.before) & ~np.isnan(pairs.after)).sum()),
        problems=(*used.problems, *_problems(used.value, pairs, std_dev, smallest, worthwhile)),
    )


@dataclass(frozen=True)
class ChangeIndex:
    """Of each person: ``expected`` and ``index``, shape (n,); for all: the standard error behind the index."""

    expected: Floats
    index: Floats
    std_error: float


def change_index(
    before: Floats,
    after: Floats,
    *,
    mean_before: float,
    reliability: float,
    error_before: float,
    error_after: float,
    method: Method,
) -> ChangeIndex:
    """Distance of the scores after to what is expected without change, in standard errors.

    Parameters
    ----------
    before, after : array, shape (n,)
    mean_before : float
        To which scores regress.
    reliability : float
    error_before, error_after : float
        Standard errors of measurement.
    method : {"jacobson_truax", "both_waves", "edwards_nunnally"}
    """
    if method == "edwards_nunnally":
        expected = mean_before + reliability * (before - mean_before)
        return ChangeIndex(expected, (after - expected) / error_before, error_before)
    second = error_after if method == "both_waves" else error_before
    std_error = math.hypot(error_before, second)
    return ChangeIndex(before.copy(), (after - before) / std_error, std_error)


def _spread(scores: Floats, given: float | None, outcome: str) -> float:
    if given is not None:
        return float(given)
    known = scores[~np.isnan(scores)]
    if len(known) < 2:
        raise ChangeError("C054", n=len(known))
    spread = float(known.std(ddof=1))
    if spread <= 1e-12 * max(1.0, float(np.abs(known).max())):
        raise ChangeError("C055", column=outcome)
    return spread


def _group_of(rows: pd.DataFrame, person: str, group: str | None) -> pd.Series[Any] | None:
    if group is None:
        return None
    check_columns(rows, [group])
    return rows[rows[person].notna()].drop_duplicates(person).set_index(person)[group]


def _rows(
    pairs: TwoWaves,
    index: ChangeIndex,
    critical: float,
    improvement: str,
    group: pd.Series[Any] | None,
) -> pd.DataFrame:
    here = pairs.linked
    better = index.index if improvement == "higher" else -index.index
    place = np.where(better > critical, 2, np.where(better < -critical, 0, 1))
    who = pairs.persons[here]
    return pd.DataFrame(
        {
            "person": who,
            "group": None if group is None else group.reindex(who).to_numpy(dtype=object),
            "before": pairs.before[here],
            "after": pairs.after[here],
            "change": pairs.after[here] - pairs.before[here],
            "expected": index.expected,
            "index": better,
            "change_class": np.array(CLASSES, dtype=object)[place],
        }
    )


def _problems(
    reliability: float, pairs: TwoWaves, std_dev: float | None, smallest: float, worthwhile: float | None
) -> list[Problem]:
    problems = []
    if reliability < FOR_PERSONS:
        problems.append(Problem("C060", values={"value": round(reliability, 3), "least": FOR_PERSONS}))
    n = int((~np.isnan(pairs.before)).sum())
    if std_dev is None and n < 30:
        problems.append(Problem("C061", values={"n": n}))
    if worthwhile is not None and smallest > worthwhile:
        problems.append(Problem("C062", values={"smallest": round(smallest, 3), "worthwhile": float(worthwhile)}))
    return problems
