"""Mantel-Haenszel and Peto: pooling 2 x 2 tables without a variance a study, for rare outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import SynthesisError
from lcresearch.results import Result
from lcresearch.synthesis.effect_sizes.effect_size import chosen_measure, with_counts_added
from lcresearch.synthesis.effect_sizes.figures import Array, Figures, check_figures, read_figures
from lcresearch.synthesis.effect_sizes.two_by_two import CELLS

_MEASURES = ("OR", "RR", "RD")


@dataclass(frozen=True, repr=False, eq=False)
class PooledTables(Result):
    """One effect of all tables, on the log scale for ratios.

    Attributes
    ----------
    measure : str
        ``OR``, ``RR``, ``RD`` or ``PETO``.
    k : int
        Number of tables.
    estimate, std_error : float
        Pooled effect and its standard error.
    q, q_df : float, int
        Heterogeneity and its degrees of freedom.
    association, association_p_value : float
        Cochran-Mantel-Haenszel test with continuity correction; of odds ratios only.
    """

    title: ClassVar[str] = "Pooled 2 x 2 tables"

    measure: str
    k: int
    estimate: float
    std_error: float
    q: float
    q_df: int
    association: float = float("nan")
    association_p_value: float = float("nan")

    def tidy(self, conf_level: float = 0.95) -> pd.DataFrame:
        """The pooled effect with a normal interval."""
        half = float(stats.norm.isf((1 - conf_level) / 2)) * self.std_error
        z = self.estimate / self.std_error
        return pd.DataFrame(
            [
                {
                    "term": self.measure,
                    "estimate": self.estimate,
                    "std_error": self.std_error,
                    "statistic": z,
                    "p_value": 2 * float(stats.norm.sf(abs(z))),
                    "conf_low": self.estimate - half,
                    "conf_high": self.estimate + half,
                }
            ]
        )

    def glance(self) -> pd.DataFrame:
        """Heterogeneity, and the test of association."""
        row = {"n": self.k, "q": self.q, "q_df": self.q_df, "q_p_value": float(stats.chi2.sf(self.q, self.q_df))}
        row["i2"] = max(0.0, 100 * (self.q - self.q_df) / self.q) if self.q > 0 else 0.0
        if np.isfinite(self.association):
            row |= {"association": self.association, "association_p_value": self.association_p_value}
        return pd.DataFrame([row])


def mantel_haenszel(measure: str, /, *, data: pd.DataFrame | None = None, **figures: Any) -> PooledTables:
    """Pool odds ratios, risk ratios or risk differences by Mantel and Haenszel (1959).

    Nothing is added to empty cells; errors are those of Robins, Breslow and Greenland (1986), Greenland and Robins
    (1985) and Sato (1989).

    Parameters
    ----------
    measure : {"OR", "RR", "RD"}
    data : DataFrame, optional
        A study a row; figures may be names of columns.
    **figures
        ``a, b, c, d`` or ``a, n1, c, n2`` as in :func:`effect_size`.

    Returns
    -------
    PooledTables

    Raises
    ------
    SynthesisError
        Y007: another measure; Y015: fewer than two tables; Y026: the outcome never or always occurred in a group; and
        those of :func:`effect_size`.

    Examples
    --------
    >>> found = mantel_haenszel("OR", a=[10, 6], n1=[50, 40], c=[16, 9], n2=[52, 38])
    >>> found.tidy()[["term", "estimate", "std_error"]].round(3)
      term  estimate  std_error
    0   OR    -0.571      0.363
    """
    if measure not in _MEASURES:
        raise SynthesisError("Y007", name="measure", value=measure, known=_MEASURES)
    a, b, c, d = _tables(measure, data, figures)
    estimate, error = {"OR": _odds_ratio, "RR": _risk_ratio, "RD": _risk_difference}[measure](a, b, c, d)
    if not (np.isfinite(estimate) and np.isfinite(error)):
        raise SynthesisError("Y026")
    kind = chosen_measure(measure)
    values = with_counts_added(kind, dict(zip(CELLS, (a, b, c, d), strict=True)), kind.add, "only0")
    yi, vi = kind.compute(Figures(values))
    q = float(np.nansum((yi - estimate) ** 2 / vi))
    association = _association(a, b, c, d) if measure == "OR" else float("nan")
    p_value = float(stats.chi2.sf(association, 1))
    return PooledTables(measure, len(a), estimate, error, q, len(a) - 1, association, p_value)


def peto(*, data: pd.DataFrame | None = None, **figures: Any) -> PooledTables:
    """Pool odds ratios by Peto's method (Yusuf et al., 1985), for rare outcomes and groups of about equal size.

    Parameters
    ----------
    data : DataFrame, optional
        A study a row; figures may be names of columns.
    **figures
        ``a, b, c, d`` or ``a, n1, c, n2`` as in :func:`effect_size`.

    Returns
    -------
    PooledTables

    Raises
    ------
    SynthesisError
        Y015: fewer than two tables; Y026: the outcome never or always occurred; and those of :func:`effect_size`.

    Examples
    --------
    >>> peto(a=[10, 6], n1=[50, 40], c=[16, 9], n2=[52, 38]).tidy()[["term", "estimate", "std_error"]].round(3)
       term  estimate  std_error
    0  PETO    -0.558      0.355
    """
    a, b, c, d = _tables("PETO", data, figures)
    n1, n2, n = a + b, c + d, a + b + c + d
    difference = a - (a + c) * n1 / n
    variance = (a + c) * (b + d) * n1 * n2 / (n**2 * (n - 1))
    total = float(np.sum(variance))
    if total <= 0:
        raise SynthesisError("Y026")
    there = variance > 0
    q = float(np.sum(difference[there] ** 2 / variance[there]) - np.sum(difference) ** 2 / total)
    k = int(there.sum())
    return PooledTables(
        "PETO", len(a), float(np.sum(difference)) / total, float(1 / np.sqrt(total)), max(q, 0.0), k - 1
    )


def _tables(measure: str, data: pd.DataFrame | None, figures: dict[str, Any]) -> tuple[Array, ...]:
    kind = chosen_measure(measure)
    values, index = read_figures(kind, data, figures)
    check_figures(kind, values, index)
    cells = tuple(values[name] for name in CELLS)
    missing = ~np.isfinite(np.sum(cells, axis=0))
    if missing.any():
        raise SynthesisError("Y013", studies=[str(name) for name in np.asarray(index)[missing]])
    if len(cells[0]) < 2:
        raise SynthesisError("Y015", n=len(cells[0]))
    return cells


def _odds_ratio(a: Array, b: Array, c: Array, d: Array) -> tuple[float, float]:
    n = a + b + c + d
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    up, down = np.sum(r), np.sum(s)
    with np.errstate(all="ignore"):
        middle = np.sum(p * s + q * r) / (up * down)
        variance = (np.sum(p * r) / up**2 + middle + np.sum(q * s) / down**2) / 2
        return float(np.log(up / down)), float(np.sqrt(variance))


def _risk_ratio(a: Array, b: Array, c: Array, d: Array) -> tuple[float, float]:
    n1, n2, n = a + b, c + d, a + b + c + d
    up, down = np.sum(a * n2 / n), np.sum(c * n1 / n)
    with np.errstate(all="ignore"):
        variance = np.sum(n1 * n2 * (a + c) / n**2 - a * c / n) / (up * down)
        return float(np.log(up / down)), float(np.sqrt(variance))


def _risk_difference(a: Array, b: Array, c: Array, d: Array) -> tuple[float, float]:
    n1, n2, n = a + b, c + d, a + b + c + d
    total = np.sum(n1 * n2 / n)
    difference = np.sum(a * n2 / n - c * n1 / n) / total
    first = np.sum(c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2)
    second = np.sum(a * (n2 - c) / n + c * (n1 - a) / n) / 2
    return float(difference), float(np.sqrt((difference * first + second) / total**2))


def _association(a: Array, b: Array, c: Array, d: Array) -> float:
    n1, n2, n = a + b, c + d, a + b + c + d
    variance = np.sum(n1 * n2 * (a + c) * (b + d) / (n**2 * (n - 1)))
    return float((abs(np.sum(a - n1 * (a + c) / n)) - 0.5) ** 2 / variance)
