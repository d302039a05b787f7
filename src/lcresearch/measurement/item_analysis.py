"""How each item of a scale behaves: its distribution, and what it does for the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import Place, Problem
from lcresearch.measurement.columns import Array, checked_range, item_names, matrix
from lcresearch.measurement.correlation import fisher_interval
from lcresearch.measurement.item_moments import (
    alpha,
    item_moments,
    item_rest_correlations,
    squared_multiple_correlations,
)
from lcresearch.measurement.reliability import usable_items
from lcresearch.results import Result


@dataclass(frozen=True, repr=False, eq=False)
class ItemAnalysis(Result):
    """Item statistics of one scale.

    Attributes
    ----------
    items : DataFrame
        A row an item: ``item, n, n_missing, mean, sd, skewness, kurtosis, floor, ceiling, item_rest_correlation,
        item_total_correlation_corrected, alpha_if_dropped``.
    n_rows : int
        Rows of the frame.
    cronbach_alpha, mean_correlation : float
        Of the items that vary; NaN when there are fewer than two.
    score_mean, score_sd : float
        Of the persons' means over the items that they answered.
    response_range : tuple of two floats or None
        Lowest and highest answer code.
    problems : tuple of Problem
        Items that need a look.
    """

    title: ClassVar[str] = "Item analysis"

    items: pd.DataFrame
    n_rows: int
    cronbach_alpha: float
    mean_correlation: float
    score_mean: float
    score_sd: float
    response_range: tuple[float, float] | None
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an item; ``conf_low`` and ``conf_high`` are the interval of its item-rest correlation (Fisher's z)."""
        table = self.items.copy()
        r, n = table["item_rest_correlation"].to_numpy(dtype=float), table["n"].to_numpy(dtype=float)
        low, high = fisher_interval(r, n - 2, conf_level)
        at = list(table.columns).index("item_rest_correlation") + 1
        table.insert(at, "conf_low", low)
        table.insert(at + 1, "conf_high", high)
        return table

    def glance(self) -> pd.DataFrame:
        """One row: persons, items, alpha, mean correlation of the items, mean and spread of the scores."""
        row: dict[str, Any] = {"n": self.n_rows, "n_items": len(self.items), "cronbach_alpha": self.cronbach_alpha}
        row |= {"mean_correlation": self.mean_correlation, "score_mean": self.score_mean, "score_sd": self.score_sd}
        return pd.DataFrame([row])

    def cautions(self) -> list[str]:
        """Items that need a look, in the language of the terminal."""
        return [f"{problem.where.text()}: {problem.message()}" for problem in self.problems]


def item_analysis(
    frame: pd.DataFrame, items: Sequence[str], *, response_range: tuple[float, float] | None = None
) -> ItemAnalysis:
    """Describe each item and what it does for its scale.

    Correlations and alpha take, for each pair of items, the persons who answered both, as R's psych does.

    Parameters
    ----------
    frame : DataFrame
        A row a person.
    items : sequence of str
        Columns of one scale, all in the direction of the scale.
    response_range : tuple of two numbers, optional
        Lowest and highest answer code; gives the shares of answers at the floor and at the ceiling.

    Returns
    -------
    ItemAnalysis
        ``skewness`` and ``kurtosis`` divide the third and fourth central moment by powers of the n - 1 standard
        deviation (b1 and b2 - 3, type 3 of Joanes & Gill, 1998). ``item_rest_correlation`` is with the sum of the other
        items; ``item_total_correlation_corrected`` with all items, the item's own variance replaced by what it shares
        with the others (r.cor of psych). A negative item-rest correlation is a problem: the item looks reverse-keyed.

    Raises
    ------
    MeasurementError
        M001 to M003 and M008 columns; M007 the range.

    Examples
    --------
    >>> frame = pd.DataFrame({"i1": [1, 2, 3, 4, 5], "i2": [2, 2, 3, 5, 5], "i3": [5, 3, 3, 2, 1]})
    >>> result = item_analysis(frame, ["i1", "i2", "i3"])
    >>> [(problem.code, problem.where.item) for problem in result.problems]
    [('M030', 'i3')]
    """
    names = item_names(frame, items)
    limits = checked_range(response_range)
    answers = matrix(frame, names)
    table = _describe(answers, names, limits)
    usable, problems = usable_items(answers, names)
    whole = _in_scale(answers[:, usable])
    for name in ("item_rest_correlation", "item_total_correlation_corrected", "alpha_if_dropped"):
        table[name] = np.nan
        table.loc[usable, name] = whole.columns[name]
    negative = table.loc[table["item_rest_correlation"] < 0, ["item", "item_rest_correlation"]]
    problems += [
        Problem("M030", Place(item=str(item)), {"value": float(value)})
        for item, value in negative.itertuples(index=False)
    ]
    answered = ~np.isnan(answers).all(axis=1)
    scores = np.nanmean(answers[answered], axis=1) if answered.any() else np.array([np.nan])
    return ItemAnalysis(
        items=table,
        n_rows=len(frame),
        cronbach_alpha=whole.alpha,
        mean_correlation=whole.mean_correlation,
        score_mean=float(scores.mean()),
        score_sd=float(scores.std(ddof=1)) if len(scores) > 1 else float("nan"),
        response_range=limits,
        problems=tuple(problems),
    )


def _describe(answers: Array, names: list[str], limits: tuple[float, float] | None) -> pd.DataFrame:
    known = ~np.isnan(answers)
    n = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, answers, 0.0).sum(axis=0) / n
        deviations = np.where(known, answers - mean, 0.0)
        sd = np.sqrt((deviations**2).sum(axis=0) / np.where(n > 1, n - 1, np.nan))
        table = pd.DataFrame({"item": names, "n": n, "n_missing": len(answers) - n, "mean": mean, "sd": sd})
        varies = np.where(sd > 0, sd, np.nan)
        table["skewness"] = (deviations**3).sum(axis=0) / n / varies**3
        table["kurtosis"] = (deviations**4).sum(axis=0) / n / varies**4 - 3
        for column, limit in zip(("floor", "ceiling"), limits or (np.nan, np.nan), strict=True):
            table[column] = (answers == limit).sum(axis=0) / n if limits else np.nan
    return table


@dataclass(frozen=True)
class _Scale:
    alpha: float
    mean_correlation: float
    columns: dict[str, Array | float]


def _in_scale(answers: Array) -> _Scale:
    nan = float("nan")
    p = answers.shape[1]
    moments = item_moments(answers)
    covariance, correlation = moments.covariance, moments.correlation
    if p < 2 or np.isnan(covariance).any() or np.isnan(correlation).any() or covariance.sum() <= 0:
        return _Scale(
            nan, nan, {"item_rest_correlation": item_rest_correlations(covariance)} | dict.fromkeys(_NEEDS_SCALE, nan)
        )
    variance, total, with_all = np.diag(covariance), covariance.sum(), covariance.sum(axis=0)
    columns: dict[str, Array | float] = {"item_rest_correlation": item_rest_correlations(covariance)}
    shared = correlation.copy()
    np.fill_diagonal(shared, squared_multiple_correlations(correlation))
    whole = shared.sum() if shared.sum() > 0 else nan
    columns["item_total_correlation_corrected"] = shared.sum(axis=0) / np.sqrt(whole)
    without = total - 2 * with_all + variance
    dropped = np.full(p, nan) if p < 3 else (p - 1) / (p - 2) * (1 - (variance.sum() - variance) / without)
    columns["alpha_if_dropped"] = dropped
    mean_correlation = float((correlation.sum() - p) / (p * (p - 1)))
    return _Scale(alpha(covariance), mean_correlation, columns)


_NEEDS_SCALE = ("item_total_correlation_corrected", "alpha_if_dropped")
