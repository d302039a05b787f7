"""A linear model of few cases by least squares, with t tests; columns that add nothing are left out and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.integration.configurations.terms import Array


@dataclass(frozen=True)
class LinearFit:
    """Least squares.

    Attributes
    ----------
    table : DataFrame
        ``term, estimate, std_error, statistic, df, p_value, conf_low, conf_high``; NaN for a term that is left out.
    fitted : array, shape (n,)
    residual_squares : float
    df : int
        Cases minus coefficients.
    r_squared : float
    """

    table: pd.DataFrame
    fitted: Array
    residual_squares: float
    df: int
    r_squared: float


def linear_fit(design: Array, terms: Sequence[str], outcome: Array, conf_level: float = 0.95) -> LinearFit:
    """Fit by least squares; ``design`` is cases x terms and holds the constant.

    A column that earlier ones determine has no coefficient of its own and is left out.
    """
    used = _independent(design)
    x = design[:, used]
    q, r = np.linalg.qr(x)
    coefficients = np.linalg.solve(r, q.T @ outcome)
    fitted = x @ coefficients
    squares = float(((outcome - fitted) ** 2).sum())
    df = len(outcome) - x.shape[1]
    inverse = np.linalg.inv(r)
    errors = np.sqrt((inverse**2).sum(axis=1) * squares / df) if df > 0 else np.full(x.shape[1], np.nan)
    statistic = np.divide(coefficients, errors, out=np.full(len(errors), np.nan), where=errors > 0)
    half = stats.t.ppf((1 + conf_level) / 2, df) * errors if df > 0 else errors
    columns = {
        "estimate": coefficients,
        "std_error": errors,
        "statistic": statistic,
        "df": np.full(len(errors), float(df)),
        "p_value": 2 * stats.t.sf(np.abs(statistic), max(df, 1)),
        "conf_low": coefficients - half,
        "conf_high": coefficients + half,
    }
    table = pd.DataFrame(columns, index=pd.Index(used)).reindex(range(design.shape[1])).reset_index(drop=True)
    table.insert(0, "term", list(terms))
    spread = float(((outcome - outcome.mean()) ** 2).sum())
    return LinearFit(table, fitted, squares, df, 1 - squares / spread if spread > 0 else float("nan"))


def added_by(small: LinearFit, large: LinearFit) -> dict[str, float]:
    """The F test of what the larger model has beyond the smaller one."""
    more = small.df - large.df
    if more <= 0 or large.df <= 0 or large.residual_squares <= 0:
        return {
            "statistic": float("nan"),
            "df_1": float(max(more, 0)),
            "df_2": float(large.df),
            "p_value": float("nan"),
        }
    f = (small.residual_squares - large.residual_squares) / more / (large.residual_squares / large.df)
    p_value = float(stats.f.sf(f, more, large.df))
    return {"statistic": float(f), "df_1": float(more), "df_2": float(large.df), "p_value": p_value}


def _independent(design: Array) -> list[int]:
    """Columns that those before them do not determine."""
    used: list[int] = []
    basis = np.empty((len(design), 0))
    for place in range(design.shape[1]):
        column = design[:, place]
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > 1e-8 * max(1.0, float(np.linalg.norm(column))):
            basis = np.column_stack([basis, rest / size])
            used.append(place)
    return used
