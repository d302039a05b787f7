"""From a table of communities, how long each was followed and whether it stopped, to a model of stopping."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.stats

from lcresearch.change.arguments import COLUMN, COLUMNS, FRAME, NUMBER, takes
from lcresearch.change.choices import check_between
from lcresearch.change.continuation.firth import Array
from lcresearch.change.continuation.result import Continuation
from lcresearch.errors import ChangeError, Place, Problem, nearest, warning

MOST_FOLLOWED = 10_000
"""With more periods something else was counted, such as seconds."""
MOST_PERIODS = 4
"""With more periods the odds of stopping follow a line over the logarithm of time; else each period has its own."""


@takes(frame=FRAME, periods=COLUMN, stopped=COLUMN, predictors=COLUMNS, conf_level=NUMBER)
def continuation(
    frame: pd.DataFrame,
    *,
    periods: str = "periods",
    stopped: str = "stopped",
    predictors: Sequence[str] = (),
    conf_level: float = 0.95,
) -> Continuation:
    """Who goes on and who stops, and whether how it started tells (shared goal, trust, time).

    Communities that go on are censored: they were followed so far. The share that goes on is that of Kaplan & Meier;
    the model is a logistic regression of stopping in each period that a community was at risk (discrete-time survival;
    Allison, 1982, Sociological Methodology 13; Singer & Willett, 1993, Journal of Educational Statistics 18), by
    penalised likelihood, as few communities stop.

    Parameters
    ----------
    frame : DataFrame
        A row a community (or firm, or consortium).
    periods : str
        Column with the number of periods that it was followed, 1 or more: months, or waves.
    stopped : str
        Column that is true where it stopped after the last of them.
    predictors : sequence of str
        Columns known at the start, such as scores of a formation pulse. They are put in standard deviations.
    conf_level : float
        Of the intervals around the share that goes on.

    Returns
    -------
    Continuation

    Raises
    ------
    ChangeError
        C100 a column that is not there, C101 periods that are no whole numbers from 1, C102 values of ``stopped`` that
        are neither true nor false, C103 a predictor that does not vary or is no number, C104 no row.

    Warns
    -----
    LcresearchWarning
        C105, when communities without a value of a predictor are left out of the model.

    Examples
    --------
    Ten invented communities, of which four stopped:

    >>> frame = pd.DataFrame({"periods": [1, 2, 2, 3, 4, 4, 4, 4, 4, 4], "stopped": [1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
    ...                       "trust": [2.1, 2.6, 3.4, 2.8, 3.9, 3.1, 4.2, 3.6, 4.0, 2.9]})
    >>> found = continuation(frame, predictors=["trust"])
    >>> found.survival[["period", "n_at_risk", "estimate"]].round(2).to_numpy().tolist()
    [[1.0, 10.0, 0.9], [2.0, 9.0, 0.7], [3.0, 7.0, 0.6], [4.0, 6.0, 0.6]]
    >>> bool(found.tidy()["odds_ratio"][0] < 1)
    True
    """
    check_between("conf_level", conf_level, 0, 1)
    _check(frame, periods, stopped, predictors)
    time = frame[periods].to_numpy(dtype=np.int64)
    event = frame[stopped].to_numpy(dtype=bool)
    known = frame[list(predictors)].notna().all(axis=1).to_numpy()
    told = told_by_others(frame.loc[known, list(predictors)])
    if told:
        raise ChangeError(Problem("C103", values={"column": name}) for name in told)
    left_out = int((~known).sum())
    if left_out:
        warnings.warn(warning("C105", n=left_out), stacklevel=2)
    x, y, terms = _community_periods(frame[known], time[known], event[known], predictors)
    return Continuation(
        _survival(time, event, conf_level), tuple(predictors), x, y, terms, len(frame), int(event.sum()), left_out
    )


def _check(frame: pd.DataFrame, periods: str, stopped: str, predictors: Sequence[str]) -> None:
    known = [str(name) for name in frame.columns]
    problems = [
        Problem("C100", values={"column": name, "known": known, "nearest": nearest(name, known) or "–"})
        for name in (periods, stopped, *predictors)
        if name not in frame.columns
    ]
    problems += [
        Problem("M421", Place(column=name), {"n": known.count(name)})
        for name in {periods, stopped, *predictors}
        if known.count(name) > 1
    ]
    if problems:
        raise ChangeError(problems)
    if frame.empty:
        raise ChangeError("C104")
    time = pd.to_numeric(frame[periods], errors="coerce").to_numpy(dtype=float)
    wrong = ~((time >= 1) & (time <= MOST_FOLLOWED) & (time % 1 == 0))
    if wrong.any():
        problems.append(Problem("C101", values={"column": periods, "n": int(wrong.sum())}))
    if not frame[stopped].isin([True, False, 0, 1]).all():
        problems.append(Problem("C102", values={"column": stopped}))
    for name in predictors:
        values = pd.to_numeric(frame[name], errors="coerce").astype(float)
        text = bool((frame[name].notna() & ~np.isfinite(values)).any())
        if text or name in (periods, stopped) or not values.std() > 0:
            problems.append(Problem("C103", values={"column": name}))
    if problems:
        raise ChangeError(problems)


def told_by_others(predictors: pd.DataFrame) -> list[str]:
    """Predictors that those before them tell already, or that do not vary, so that they have no effect of their own.

    Examples
    --------
    >>> told_by_others(pd.DataFrame({"trust": [1, 2, 4], "twice": [2, 4, 8], "same": [3, 3, 3], "time": [1, 0, 2]}))
    ['twice', 'same']
    """
    values = predictors.to_numpy(dtype=float)
    values = values - values.mean(axis=0) if len(values) else values
    lengths = np.linalg.norm(values, axis=0)
    scaled = values / np.where(lengths > 0, lengths, 1.0)
    told, kept = [], list[int]()
    for place, name in enumerate(predictors.columns):
        own = [*kept, place]
        if lengths[place] > 0 and np.linalg.matrix_rank(scaled[:, own], tol=1e-8) == len(own):
            kept = own
        else:
            told.append(str(name))
    return told


def _community_periods(
    frame: pd.DataFrame, time: npt.NDArray[np.int64], event: npt.NDArray[np.bool_], predictors: Sequence[str]
) -> tuple[Array, Array, tuple[str, ...]]:
    """A row for each period in which a community was at risk."""
    owner = np.repeat(np.arange(len(time)), time)
    period = np.arange(len(owner)) - np.repeat(np.cumsum(time) - time, time) + 1
    y = (event[owner] & (period == time[owner])).astype(float)
    values = frame[list(predictors)].to_numpy(dtype=float)
    scaled = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1) if len(predictors) else values
    last = int(time.max(initial=1))
    if last <= MOST_PERIODS:
        baseline = (period[:, None] == np.arange(1, last + 1)).astype(float)
        names = [f"period {number}" for number in range(1, last + 1)]
    else:
        baseline = np.column_stack([np.ones(len(period)), np.log(period)])
        names = ["start", "log(period)"]
    return np.column_stack([baseline, scaled[owner]]), y, (*names, *predictors)


def _survival(time: npt.NDArray[np.int64], event: npt.NDArray[np.bool_], conf_level: float) -> pd.DataFrame:
    """The share that goes on past each period in which somebody stopped or was last seen."""
    moments = np.unique(time)
    at_risk = (time[:, None] >= moments).sum(axis=0)
    n_stopped = ((time[:, None] == moments) & event[:, None]).sum(axis=0)
    estimate = np.cumprod(1 - n_stopped / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(n_stopped / (at_risk * (at_risk - n_stopped)))
        std_error = np.where(estimate > 0, estimate * np.sqrt(greenwood), np.nan)
        reach = scipy.stats.norm.ppf(0.5 + conf_level / 2) * np.sqrt(greenwood) / np.abs(np.log(estimate))
        low, high = estimate ** np.exp(reach), estimate ** np.exp(-reach)
    known = (estimate > 0) & (estimate < 1)
    return pd.DataFrame(
        {
            "period": moments,
            "n_at_risk": at_risk,
            "n_stopped": n_stopped,
            "n_censored": ((time[:, None] == moments) & ~event[:, None]).sum(axis=0),
            "estimate": estimate,
            "std_error": np.where(known, std_error, np.nan),
            "conf_low": np.where(known, low, np.nan),
            "conf_high": np.where(known, high, np.nan),
        }
    )
