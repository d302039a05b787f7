"""Tables and tests of coefficients whose degrees of freedom differ."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.errors import SynthesisError
from lcresearch.synthesis.effect_sizes.figures import Array


def coefficient_table(
    terms: Sequence[str], estimate: Array, covariance: Array, df: Array, conf_level: float
) -> pd.DataFrame:
    """A coefficient a row; infinite degrees of freedom stand for the normal distribution.

    Without a standard error (0: effects that are all the same) there is no test and no interval.
    """
    error = np.sqrt(np.diag(covariance))
    known = np.where(error > 0, error, np.nan)
    half = known * critical(df, conf_level)
    finite = np.isfinite(df)
    statistic = estimate / known
    size = np.abs(statistic)
    p_value = 2 * np.where(finite, stats.t.sf(size, np.where(finite, df, 1.0)), stats.norm.sf(size))
    return pd.DataFrame(
        {
            "term": terms,
            "estimate": estimate,
            "std_error": error,
            "statistic": statistic,
            "df": np.where(finite, df, np.nan),
            "p_value": p_value,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )


def checked_level(conf_level: Any) -> float:
    """A level of intervals between 0 and 1, or Y045: 95 is most likely .95."""
    if not isinstance(conf_level, Real) or not 0 < float(conf_level) < 1:
        raise SynthesisError("Y045", found=str(conf_level))
    return float(conf_level)


def critical(df: Array, conf_level: float) -> Array:
    """Quantiles that intervals take."""
    tail, finite = (1 - checked_level(conf_level)) / 2, np.isfinite(df)
    return np.asarray(np.where(finite, stats.t.isf(tail, np.where(finite, df, 1.0)), stats.norm.isf(tail)))


def tested_places(terms: Sequence[str], chosen: Sequence[str] | None) -> list[int]:
    """Places of the coefficients to test: all but the intercept, or those chosen.

    Raises
    ------
    SynthesisError
        Y021: there are no moderators; Y005: a term that is not in the model.
    """
    wanted = [term for term in terms if term != "intercept"] if chosen is None else list(chosen)
    if not wanted:
        raise SynthesisError("Y021")
    absent = [term for term in wanted if term not in terms]
    if absent:
        raise SynthesisError("Y005", column=absent[0], known=list(terms))
    return [list(terms).index(term) for term in wanted]


def omnibus_test(coefficients: Array, covariance: Array, places: Sequence[int], df: float) -> pd.DataFrame:
    """Wald test that coefficients are 0: F with ``df`` degrees of freedom, or chi-square where they are infinite."""
    wald, n = wald_statistic(coefficients, covariance, places), len(places)
    if np.isfinite(df):
        row = {"statistic": wald / n, "df": n, "df_residual": df, "p_value": float(stats.f.sf(wald / n, n, df))}
    else:
        row = {"statistic": wald, "df": n, "df_residual": np.nan, "p_value": float(stats.chi2.sf(wald, n))}
    return pd.DataFrame([row])


def wald_statistic(coefficients: Array, covariance: Array, places: Sequence[int]) -> float:
    """Wald statistic that coefficients are 0; NaN where their covariance has no inverse (effects all the same)."""
    chosen = coefficients[list(places)]
    try:
        return float(chosen @ np.linalg.solve(covariance[np.ix_(places, places)], chosen))
    except np.linalg.LinAlgError:
        return float("nan")


def exponentiated(table: pd.DataFrame) -> pd.DataFrame:
    """Estimates and the ends of their intervals as ratios: effects were logarithms."""
    shown = [name for name in ("estimate", "conf_low", "conf_high", "pred_low", "pred_high") if name in table]
    return table.assign(**{name: np.exp(table[name]) for name in shown})
