"""How large a change must be to matter to persons: by what they say themselves, or by the spread of scores."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.change.arguments import COLUMN, FRAME, LABEL, LABELS, NUMBER, WHOLE, takes
from lcresearch.change.arrays import Floats
from lcresearch.change.choices import check_between, check_choice
from lcresearch.change.persons.important_difference_result import ImportantDifference
from lcresearch.change.persons.predictive_change import predictive_change
from lcresearch.change.two_waves import TwoWaves, scores_at, two_waves
from lcresearch.errors import ChangeError, Problem

ENOUGH_CORRELATED = 0.30
"""An anchor that goes less with the change than this is about something else (Revicki et al., 2008)."""
_FEW = 10
_UNEVEN = 0.15
Bools = npt.NDArray[np.bool_]
_Row = tuple[str, str, float, float, float, float, int]


@takes(
    frame=FRAME,
    outcome=COLUMN,
    before=LABEL,
    after=LABEL,
    anchor=COLUMN.or_none,
    better=LABELS,
    wave=COLUMN,
    person=COLUMN,
    anchor_reliability=NUMBER.or_none,
    reliability=NUMBER.or_none,
    worthwhile=NUMBER.or_none,
    n_bootstrap=WHOLE,
    conf_level=NUMBER,
)
def minimal_important_difference(
    frame: pd.DataFrame,
    outcome: str,
    *,
    before: object,
    after: object,
    anchor: str | None = None,
    a_little_better: object | Collection[object] = (),
    better: Collection[object] = (),
    wave: str = "wave",
    person: str = "respondent",
    anchor_reliability: float | None = None,
    reliability: float | None = None,
    worthwhile: float | None = None,
    improvement: Literal["higher", "lower"] = "higher",
    n_bootstrap: int = 1000,
    seed: int | None = None,
    conf_level: float = 0.95,
) -> ImportantDifference:
    """The smallest change that persons find important, by each method that the data allow.

    Parameters
    ----------
    frame : DataFrame
        A row a respondent and wave.
    outcome : str
        Column with the scale score.
    before, after : object
        Values of ``wave``.
    anchor : str, optional
        Column with numeric answers at the wave after to a question like "Compared with eight weeks ago, how is
        working together now?". Higher codes are better.
    a_little_better : object or collection
        Codes of ``anchor`` that mean a little better.
    better : collection
        Codes that mean more than a little better.
    anchor_reliability : float, optional
        Reliability of the answers to the anchor, for the adjustment of the predictive model.
    reliability : float, optional
        For the standard error of measurement as a difference.
    worthwhile : float, optional
        Smallest worthwhile change that was named beforehand. It stands first.
    improvement : {"higher", "lower"}
        Which direction of the outcome is better; changes below are those for the better.
    n_bootstrap : int
        Samples for the intervals of the predictive model.
    seed : int, optional
    wave, person : str
        Columns with the wave and the respondent.
    conf_level : float

    Returns
    -------
    ImportantDifference
        Terms: ``worthwhile``; ``mean_change`` of those who say a little better, with the interval of t;
        ``predictive``, the change that is as likely among those who say better as among the others, by logistic
        regression, and ``predictive_adjusted`` for shares of improved other than one half (Terluin et al., 2015,
        2017, 2022); ``half_std_dev`` (Norman, Sloan & Wyrwich, 2003) and ``std_error_measurement``, which describe
        spread and say nothing of importance.

    Raises
    ------
    ChangeError
        C001 to C004, C052, C053, C096; C056 nobody has both scores; C058 no answer to the anchor is one of
        ``a_little_better``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> gain = rng.normal(0.3, 0.6, 200)
    >>> frame = pd.DataFrame({
    ...     "respondent": list(range(200)) * 2, "wave": ["t0"] * 200 + ["t1"] * 200,
    ...     "trust": np.concatenate([np.zeros(200), gain]) + rng.normal(3, 0.2, 400),
    ...     "better": [np.nan] * 200 + np.digitize(gain, [-0.5, 0.0, 0.3, 0.9]).tolist(),
    ... })
    >>> found = minimal_important_difference(
    ...     frame, "trust", before="t0", after="t1", anchor="better", a_little_better=3, better=[4], worthwhile=0.3,
    ...     seed=1,
    ... )
    >>> found.tidy()[["term", "estimate"]].round(2).values.tolist()[:3]
    [['worthwhile', 0.3], ['mean_change', 0.59], ['predictive', 0.31]]
    """
    check_choice("improvement", improvement, ("higher", "lower"))
    check_between("conf_level", conf_level, 0, 1)
    check_between("n_bootstrap", n_bootstrap, -1, 1_000_001)
    for option, value in (("anchor_reliability", anchor_reliability), ("reliability", reliability)):
        if value is not None:
            check_between(option, value, 0, 1)
    pairs = two_waves(frame, outcome, before=before, after=after, wave=wave, person=person)
    if not pairs.linked.any():
        raise ChangeError("C056", before=str(before), after=str(after))
    sign = 1.0 if improvement == "higher" else -1.0
    rows: list[_Row] = []
    nan = math.nan
    if worthwhile is not None:
        check_between("worthwhile", worthwhile, 0, math.inf)
        rows.append(("worthwhile", "named_beforehand", float(worthwhile), nan, nan, nan, 0))
    problems: list[Problem] = []
    correlation = share = nan
    if anchor is not None:
        little = _collection(a_little_better)
        said = scores_at(frame, anchor, at=after, wave=wave, person=person)
        answers = said.reindex(pairs.persons[pairs.linked]).to_numpy().astype(np.float64)
        change = sign * (pairs.after - pairs.before)[pairs.linked]
        known = ~np.isnan(answers)
        change, answers = change[known], answers[known]
        is_little, is_better = np.isin(answers, little), np.isin(answers, [*little, *better])
        if not is_little.any():
            raise ChangeError("C058", column=anchor, codes=[str(code) for code in little])
        correlation, share = _correlation(change, answers), float(is_better.mean())
        rows.append(_mean_change(change[is_little], conf_level))
        rows += _predictive(change, is_better, anchor_reliability, n_bootstrap, seed, conf_level, problems)
        problems += _weak(correlation, int(is_little.sum()))
        if anchor_reliability is None and abs(share - 0.5) > _UNEVEN:
            problems.append(Problem("C067", values={"percent": round(100 * share)}))
    rows += _by_distribution(pairs, reliability)
    names = ["term", "kind", "estimate", "std_error", "conf_low", "conf_high", "n"]
    return ImportantDifference(pd.DataFrame(rows, columns=names), correlation, share, conf_level, tuple(problems))


def _collection(codes: Any) -> list[Any]:
    return list(codes) if isinstance(codes, Collection) and not isinstance(codes, str) else [codes]


def _correlation(change: Floats, answers: Floats) -> float:
    if np.ptp(change) == 0 or np.ptp(answers) == 0:
        return math.nan
    return float(np.corrcoef(change, answers)[0, 1])


def _mean_change(change: Floats, conf_level: float) -> _Row:
    n = len(change)
    error = float(change.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan
    half = float(scipy.stats.t.ppf(0.5 + conf_level / 2, n - 1)) * error if n > 1 else math.nan
    mean = float(change.mean())
    return ("mean_change", "anchor", mean, error, mean - half, mean + half, n)


def _predictive(
    change: Floats,
    improved: Bools,
    anchor_reliability: float | None,
    n_bootstrap: int,
    seed: int | None,
    conf_level: float,
    problems: list[Problem],
) -> list[_Row]:
    n = len(change)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=n_bootstrap).astype(np.float64)
    rows: list[_Row] = []
    plain, adjusted = predictive_change(change, improved, np.ones((1, n)), anchor_reliability)
    if np.isnan(plain[0]):
        problems.append(Problem("C064", values={"n": n}))
        return rows
    for name, here, again in zip(
        ("predictive", "predictive_adjusted"),
        (plain, adjusted),
        predictive_change(change, improved, weights, anchor_reliability),
        strict=True,
    ):
        known = again[~np.isnan(again)]
        low, high = (
            np.quantile(known, [(1 - conf_level) / 2, (1 + conf_level) / 2]) if len(known) > 1 else (math.nan,) * 2
        )
        error = float(known.std(ddof=1)) if len(known) > 1 else math.nan
        rows.append((name, "anchor", float(here[0]), error, float(low), float(high), n))
    return rows


def _weak(correlation: float, n_little: int) -> list[Problem]:
    problems = []
    if not correlation >= ENOUGH_CORRELATED:
        problems.append(Problem("C065", values={"value": round(correlation, 2), "least": ENOUGH_CORRELATED}))
    if n_little < _FEW:
        problems.append(Problem("C066", values={"n": n_little}))
    return problems


def _by_distribution(pairs: TwoWaves, reliability: float | None) -> list[_Row]:
    scores = pairs.before[~np.isnan(pairs.before)]
    if len(scores) < 2:
        return []
    spread, nan = float(scores.std(ddof=1)), math.nan
    rows: list[_Row] = [("half_std_dev", "distribution", 0.5 * spread, nan, nan, nan, len(scores))]
    if reliability is not None:
        error = spread * math.sqrt(1 - reliability)
        rows.append(("std_error_measurement", "distribution", error, nan, nan, nan, len(scores)))
    return rows
