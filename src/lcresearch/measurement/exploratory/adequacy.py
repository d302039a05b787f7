"""Whether items share enough to look for factors: sampling adequacy (KMO) and Bartlett's test of sphericity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import Place, Problem
from lcresearch.measurement.columns import Array
from lcresearch.measurement.exploratory.correlations import Correlation, Missing, cautions_of, item_correlations
from lcresearch.results import Result

LOWEST_ADEQUACY = 0.5
"""Below this a matrix or an item is unfit for factor analysis (Kaiser & Rice, 1974: 'unacceptable')."""


@dataclass(frozen=True, repr=False, eq=False)
class Factorability(Result):
    """Sampling adequacy and Bartlett's test.

    Attributes
    ----------
    items : DataFrame
        ``item, sampling_adequacy, squared_multiple_correlation``: a row an item.
    n : int
        Persons.
    kmo : float
        Overall measure of sampling adequacy, 0 to 1.
    bartlett_chi_square, bartlett_p_value : float
        Test that no two items correlate.
    bartlett_df : int
        p (p - 1) / 2.
    determinant : float
        Of the correlation matrix; near 0 when items repeat each other.
    problems : tuple of Problem
        Missing answers, smoothing, low adequacy.
    """

    title: ClassVar[str] = "Factorability of the items"

    items: pd.DataFrame
    n: int
    kmo: float
    bartlett_chi_square: float
    bartlett_df: int
    bartlett_p_value: float
    determinant: float
    problems: tuple[Problem, ...]

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """A row an item: ``item, sampling_adequacy, squared_multiple_correlation``."""
        return self.items.copy()

    def glance(self) -> pd.DataFrame:
        """One row: ``n, n_items, kmo, statistic, df, p_value, determinant``; the test is Bartlett's."""
        row: dict[str, Any] = {"n": self.n, "n_items": len(self.items), "kmo": self.kmo}
        row |= {"statistic": self.bartlett_chi_square, "df": self.bartlett_df, "p_value": self.bartlett_p_value}
        return pd.DataFrame([row | {"determinant": self.determinant}])

    def cautions(self) -> list[str]:
        """Missing answers, smoothing and low adequacy, in the language of the terminal."""
        return cautions_of(self.problems)


def factorability(
    frame: pd.DataFrame,
    items: Sequence[str],
    *,
    correlation: Correlation = "pearson",
    missing: Missing = "pairwise",
    n_persons: int | None = None,
) -> Factorability:
    """Tell whether items share enough for factor analysis.

    The measure of sampling adequacy compares correlations with partial correlations (Kaiser & Rice, 1974); Bartlett's
    (1950) test asks whether all correlations are 0, which with some hundred persons they never are.

    Parameters
    ----------
    frame : DataFrame
        A row a person; with ``n_persons`` a matrix of correlations of that many persons.
    items : sequence of str
        Columns.
    correlation : {"pearson", "polychoric"}
        Polychoric correlations suit items of few ordered answers.
    missing : {"pairwise", "complete"}
        Whether a person counts for the pairs that he or she answered, or only with all answers.
    n_persons : int, optional
        Of how many persons ``frame`` holds the correlations; without it ``frame`` holds rows.

    Returns
    -------
    Factorability
        Sampling adequacy of each item and of all, and Bartlett's test.

    Raises
    ------
    MeasurementError
        M001 to M004 and M008 columns and options; M301 to M303, M308 and M309 what cannot be correlated.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1, 2, 3, 4, 5, 3], "b": [2, 1, 3, 5, 4, 3], "c": [1, 3, 2, 4, 5, 2]})
    >>> round(factorability(frame, ["a", "b", "c"]).kmo, 2)
    0.56
    """
    given = item_correlations(frame, items, correlation=correlation, missing=missing, n_persons=n_persons)
    inverse = np.asarray(np.linalg.inv(given.matrix), dtype=np.float64)
    each, overall = sampling_adequacy(given.matrix, inverse)
    p = len(given.items)
    sign, log_determinant = np.linalg.slogdet(given.matrix)
    chi_square, df = float(-(given.n - 1 - (2 * p + 5) / 6) * log_determinant), p * (p - 1) // 2
    table = pd.DataFrame(
        {"item": given.items, "sampling_adequacy": each, "squared_multiple_correlation": 1 - 1 / np.diag(inverse)}
    )
    low = [
        Problem("M320", Place(item=name), {"value": float(value), "limit": LOWEST_ADEQUACY})
        for name, value in zip(given.items, each, strict=True)
        if value < LOWEST_ADEQUACY
    ]
    if given.n <= p:
        low.append(Problem("M321", values={"n": given.n, "n_items": p}))
    return Factorability(
        items=table,
        n=given.n,
        kmo=overall,
        bartlett_chi_square=chi_square,
        bartlett_df=df,
        bartlett_p_value=float(stats.chi2.sf(chi_square, df)),
        determinant=float(sign * np.exp(log_determinant)),
        problems=given.problems + tuple(low),
    )


def sampling_adequacy(correlation: Array, inverse: Array) -> tuple[Array, float]:
    """Kaiser-Meyer-Olkin measure of each item, shape (p,), and of all together."""
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    r2, q2 = correlation**2, partial**2
    np.fill_diagonal(r2, 0.0)
    np.fill_diagonal(q2, 0.0)
    shared = r2.sum(axis=0) + q2.sum(axis=0)
    each = np.divide(r2.sum(axis=0), shared, out=np.full(len(r2), np.nan), where=shared > 0)
    return each, float(r2.sum() / (r2.sum() + q2.sum()))
