"""Do effects go with their variances? Begg and Mazumdar's rank correlation test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from lcresearch.messages import Messages
from lcresearch.results import Result
from lcresearch.synthesis.effect_columns import Column, effects
from lcresearch.synthesis.selection.enough import few, needs

_EXACT_BELOW = 50


@dataclass(frozen=True, repr=False, eq=False)
class RankTest(Result):
    """A rank correlation by :func:`~lcresearch.synthesis.rank_test`.

    Attributes
    ----------
    kendall_tau, p_value : float
    method : str
        ``exact``, or ``normal`` where there are ties or 50 effects or more.
    n : int
    left_out : list of str
    """

    title: ClassVar[str] = "Rank correlation of effects and variances (Begg & Mazumdar)"

    kendall_tau: float
    p_value: float
    method: str
    n: int
    left_out: list[str]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """One row: ``term, estimate, p_value``."""
        return pd.DataFrame({"term": ["kendall_tau"], "estimate": [self.kendall_tau], "p_value": [self.p_value]})

    def glance(self) -> pd.DataFrame:
        """One row: ``n, method``."""
        return pd.DataFrame([{"n": self.n, "method": self.method}])

    def cautions(self) -> list[str]:
        """What the test cannot tell."""
        return [*few(self.n, self.left_out), Messages()("synthesis.selection.rank")]


def rank_test(yi: Column, vi: Column, *, data: pd.DataFrame | None = None, labels: Column | None = None) -> RankTest:
    """Kendall's correlation of standardised effects with their variances.

    Each effect is taken from the average with weights 1/vi and divided by the standard error of that difference. The p
    value is exact below 50 effects without ties, else normal, as in R.

    Parameters
    ----------
    yi, vi : array of shape (k,), or name of a column of ``data``
    data : DataFrame, optional
    labels : array or name of a column, optional

    Returns
    -------
    RankTest

    Raises
    ------
    SynthesisError
        Y048: fewer than three effects; Y049: all have the same variance; Y060 to Y065.

    References
    ----------
    Begg & Mazumdar (1994), Biometrics 50, 1088-1101.

    Examples
    --------
    >>> found = rank_test([0.2, 0.3, 0.5, 0.9, 0.6], [0.01, 0.02, 0.06, 0.12, 0.08])
    >>> round(found.kendall_tau, 2), round(found.p_value, 3), found.method
    (1.0, 0.017, 'exact')
    """
    import scipy.stats

    given = effects(yi, vi, data, labels)
    needs(3, given.yi, given.vi)
    weight = 1 / given.vi
    average = float(weight @ given.yi / weight.sum())
    standardised = (given.yi - average) / np.sqrt(given.vi - 1 / weight.sum())
    ties = any(len(np.unique(column)) < len(column) for column in (standardised, given.vi))
    method = "asymptotic" if ties or len(given.yi) >= _EXACT_BELOW else "exact"
    found = scipy.stats.kendalltau(standardised, given.vi, method=method)
    shown = "normal" if method == "asymptotic" else "exact"
    return RankTest(float(found.statistic), float(found.pvalue), shown, len(given.yi), given.left_out)
