"""Effects regressed on their standard errors with weights 1/vi and a free residual variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.special

from lcresearch.synthesis.random_effects.coefficients import checked_level

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Line:
    """Intercept and slope with their covariance, shapes (2,) and (2, 2), and degrees of freedom (infinite: normal)."""

    coefficients: Array
    covariance: Array
    df: float


def weighted_line(yi: Array, vi: Array, predictor: Array) -> Line:
    """Least squares with weights 1/vi; the residual variance is estimated and multiplies the variances.

    Examples
    --------
    >>> x = np.array([0.1, 0.2, 0.3])
    >>> weighted_line(1 + 2 * x, x**2, x).coefficients.round(9).tolist()
    [1.0, 2.0]
    """
    design, weight = np.column_stack([np.ones(len(yi)), predictor]), 1 / vi
    inverse = np.linalg.inv(design.T @ (design * weight[:, None]))
    coefficients = inverse @ (design.T @ (weight * yi))
    df = len(yi) - 2
    sigma2 = float(weight @ (yi - design @ coefficients) ** 2) / df
    return Line(coefficients, sigma2 * inverse, float(df))


def line_table(line: Line, terms: list[str], conf_level: float) -> pd.DataFrame:
    """The usual columns of tests for each coefficient: t, or normal where there are no degrees of freedom."""
    error = np.sqrt(np.diag(line.covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = line.coefficients / error
    half = error * float(-quantile((1 - checked_level(conf_level)) / 2, line.df))
    columns = {"term": terms, "estimate": line.coefficients, "std_error": error, "statistic": statistic}
    columns |= {"df": np.full(len(terms), line.df), "p_value": 2 * below(-np.abs(statistic), line.df)}
    return pd.DataFrame(columns | {"conf_low": line.coefficients - half, "conf_high": line.coefficients + half})


def below(statistic: Array, df: float) -> Array:
    """Probability below a t statistic; normal where df is infinite."""
    found = scipy.special.ndtr(statistic) if np.isinf(df) else scipy.special.stdtr(df, statistic)
    return np.asarray(found)


def quantile(probability: float, df: float) -> float:
    """Of t; of the normal distribution where df is infinite."""
    return float(scipy.special.ndtri(probability) if np.isinf(df) else scipy.special.stdtrit(df, probability))
