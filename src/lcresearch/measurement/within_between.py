"""Within-and-between analysis: does a relation live between groups, or between people within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lcresearch.errors import Problem
from lcresearch.measurement.columns import Array, Codes, groups, item_names, values
from lcresearch.measurement.correlation import fisher_interval, t_test
from lcresearch.results import Result

_CORRELATIONS = ("correlation", "correlation_between", "correlation_within")


@dataclass(frozen=True, repr=False, eq=False)
class WithinBetween(Result):
    """A correlation taken apart: ``correlation = eta_between_x * eta_between_y * correlation_between + eta_within_x *
    eta_within_y * correlation_within``.

    Attributes
    ----------
    x, y, group : str
        The columns.
    n, n_groups, n_dropped : int
        Persons and groups used; rows left out since x, y or the group was missing.
    correlation, correlation_between, correlation_within : float
        Over persons, of the group means (each person counts once) and of the deviations from them.
    eta_between_x, eta_between_y, eta_within_x, eta_within_y : float
        Correlation of a variable with its group means and with its deviations from them.
    problems : tuple of Problem
        What could not be computed.
    """

    title: ClassVar[str] = "Within-and-between analysis"

    x: str
    y: str
    group: str
    n: int
    n_groups: int
    n_dropped: int
    correlation: float
    correlation_between: float
    correlation_within: float
    eta_between_x: float
    eta_between_y: float
    eta_within_x: float
    eta_within_y: float
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row a term; degrees of freedom are N - 2, k - 2 and N - k - 1 (Dansereau et al., 1984)."""
        r = np.array([getattr(self, name) for name in _CORRELATIONS])
        df = np.array([self.n - 2, self.n_groups - 2, self.n - self.n_groups - 1], dtype=float)
        statistic, p_value = t_test(r, df)
        low, high = fisher_interval(r, df, conf_level)
        tests = pd.DataFrame({"term": _CORRELATIONS, "estimate": r, "statistic": statistic, "df": df})
        tests = tests.assign(p_value=p_value, conf_low=low, conf_high=high)
        etas = ("eta_between_x", "eta_between_y", "eta_within_x", "eta_within_y")
        sizes = pd.DataFrame({"term": etas, "estimate": [getattr(self, name) for name in etas]})
        return pd.concat([tests, sizes], ignore_index=True)

    def glance(self) -> pd.DataFrame:
        """One row: sizes, and the two parts that add up to the correlation."""
        between = self.eta_between_x * self.eta_between_y * self.correlation_between
        within = self.eta_within_x * self.eta_within_y * self.correlation_within
        row: dict[str, Any] = {"n": self.n, "n_groups": self.n_groups, "n_dropped": self.n_dropped}
        row |= {"correlation": self.correlation, "between_part": between, "within_part": within}
        return pd.DataFrame([row])


def within_between_analysis(frame: pd.DataFrame, x: str, y: str, group: str) -> WithinBetween:
    """Split the correlation of two variables into a part between and a part within groups (Dansereau et al., 1984).

    Parameters
    ----------
    frame : DataFrame
        A row a person; rows in which x, y or the group is missing are left out and counted.
    x, y : str
        Numeric columns.
    group : str
        Column that names the group.

    Returns
    -------
    WithinBetween

    Raises
    ------
    MeasurementError
        M001, M002 or M008 columns; M003 x and y are the same.

    Examples
    --------
    >>> frame = pd.DataFrame({"team": list("AABB"), "x": [1, 2, 5, 6], "y": [2, 1, 6, 5]})
    >>> result = within_between_analysis(frame, "x", "y", "team")
    >>> round(result.correlation_between, 3), round(result.correlation_within, 3)
    (1.0, -1.0)
    """
    item_names(frame, [x, y])
    belongs = groups(frame, group)
    first, second = values(frame, x), values(frame, y)
    used = (belongs.codes >= 0) & ~np.isnan(first) & ~np.isnan(second)
    codes = belongs.codes[used]
    n_groups = len(np.unique(codes))
    mean_x, apart_x = _split(first[used], codes, belongs.n)
    mean_y, apart_y = _split(second[used], codes, belongs.n)
    all_x, all_y = mean_x + apart_x, mean_y + apart_y
    return WithinBetween(
        x=x,
        y=y,
        group=group,
        n=int(used.sum()),
        n_groups=n_groups,
        n_dropped=int((~used).sum()),
        correlation=_correlation(all_x, all_y),
        correlation_between=_correlation(mean_x, mean_y),
        correlation_within=_correlation(apart_x, apart_y),
        eta_between_x=_share(mean_x, all_x),
        eta_between_y=_share(mean_y, all_y),
        eta_within_x=_share(apart_x, all_x),
        eta_within_y=_share(apart_y, all_y),
        problems=(Problem("M015"),) if n_groups < 2 else (),
    )


def _split(column: Array, codes: Codes, n_groups: int) -> tuple[Array, Array]:
    """Group means and deviations from them, both about the overall mean, a value a person."""
    centred = column - column.mean() if len(column) else column
    count = np.maximum(np.bincount(codes, minlength=n_groups), 1)
    means = (np.bincount(codes, weights=centred, minlength=n_groups) / count)[codes]
    return means, centred - means


def _correlation(a: Array, b: Array) -> float:
    below = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / below if below > 0 else float("nan")


def _share(part: Array, whole: Array) -> float:
    total = float(whole @ whole)
    return float(np.sqrt((part @ part) / total)) if total > 0 else float("nan")
