"""How well a model fits: chi-square, CFI, TLI, RMSEA, SRMR, information criteria, plain and scaled.

Definitions are those of lavaan: with several groups RMSEA carries the square root of their number (Steiger 1998), SRMR
counts means where they are in the model (Bentler 1995), and robust CFI, TLI and RMSEA are those of Brosseau-Liard,
Savalei & Li (2012; 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy import optimize, stats

from lcresearch.measurement.factor_models.arrays import Array

RMSEA_LEVEL = 0.90
CLOSE = 0.05


@dataclass(frozen=True)
class Test:
    """A test of fit.

    Attributes
    ----------
    statistic : float
        Not scaled.
    df : float
    scaling : float
        By which the statistic is divided; 1 for none.
    shift : float
        What is added to the scaled statistic.
    """

    statistic: float
    df: float
    scaling: float = 1.0
    shift: float = 0.0

    @classmethod
    def adjusted(cls, statistic: float, df: float, first: float, second: float) -> Test:
        """A test with the mean and variance of chi-square (Asparouhov & Muthen 2010).

        ``first`` and ``second`` are the sums of the weights, and of their squares, of the chi-squares with one degree
        of freedom whose sum the statistic is.
        """
        if df <= 0 or second <= 0:
            return cls(statistic, df)
        times = sqrt(df / second)
        return cls(statistic, df, 1 / times, df - times * first)

    @property
    def scaled(self) -> float:
        """The statistic that is compared with chi-square."""
        return self.statistic / self.scaling + self.shift

    @property
    def p_value(self) -> float:
        """Of the scaled statistic; NaN without degrees of freedom."""
        return float(stats.chi2.sf(self.scaled, self.df)) if self.df > 0 else nan


def incremental(model: Test, baseline: Test, *, robust: bool) -> tuple[float, float]:
    """CFI and TLI; ``robust`` corrects both for what scaling does to them in the population, else scaled ones."""
    if robust:
        over, over_base = (
            model.statistic - model.scaling * model.df,
            baseline.statistic - baseline.scaling * baseline.df,
        )
    else:
        over, over_base = model.scaled - model.df, baseline.scaled - baseline.df
    largest = max(over, over_base, 0.0)
    cfi = 1 - max(over, 0.0) / largest if largest > 0 else 1.0
    if model.df <= 0:
        return cfi, 1.0
    tli = 1 - over / over_base * baseline.df / model.df if over_base != 0 else nan
    return cfi, tli


def rmsea(test: Test, n: float, n_groups: int, *, robust: bool) -> dict[str, float]:
    """``rmsea, rmsea_low, rmsea_high, rmsea_p_close``: with its 90% interval and the test of RMSEA <= .05."""
    if test.df <= 0:
        return {"rmsea": 0.0, "rmsea_low": 0.0, "rmsea_high": 0.0, "rmsea_p_close": nan}
    times = test.scaling if robust else 1.0
    unit = times * n_groups / (n * test.df)
    point = sqrt(max((test.scaled - test.df) * unit, 0.0))
    low, high = (sqrt(noncentrality(test.scaled, test.df, p) * unit) for p in (1 - _TAIL, _TAIL))
    close = CLOSE**2 / unit
    p_close = float(stats.ncx2.sf(test.scaled, test.df, close)) if test.scaled > 0 else 1.0
    return {"rmsea": point, "rmsea_low": low, "rmsea_high": high, "rmsea_p_close": p_close}


def rmsea_of_difference(test: Test, n: float, n_groups: int) -> float:
    """RMSEA of the equalities alone, from a difference test; NaN where that does not exist (Savalei et al. 2023).

    The difference of two RMSEA says little: it falls where equalities are cheap beside what did not fit before.
    """
    if test.df <= 0 or not np.isfinite(test.scaled):
        return nan
    return sqrt(max(test.scaled - test.df, 0.0) * n_groups / (n * test.df))


_TAIL = (1 - RMSEA_LEVEL) / 2
_ROBUST = ("cfi_robust", "tli_robust", "rmsea_robust", "rmsea_robust_low", "rmsea_robust_high", "rmsea_robust_p_close")


def robust_by_name(tests: tuple[Test, Test] | None, n: float, n_groups: int) -> dict[str, float]:
    """``cfi_robust, tli_robust, rmsea_robust, rmsea_robust_low, rmsea_robust_high, rmsea_robust_p_close``.

    From the tests of the model and of independence; NaN where these do not exist.
    """
    if tests is None:
        return dict.fromkeys(_ROBUST, nan)
    model, baseline = tests
    found = (*incremental(model, baseline, robust=True), *rmsea(model, n, n_groups, robust=True).values())
    return dict(zip(_ROBUST, found, strict=True))


def noncentrality(statistic: float, df: float, p: float) -> float:
    """The noncentrality for which a statistic is the p quantile of chi-square; 0 where even chi-square is beyond."""
    if stats.chi2.cdf(statistic, df) <= p:
        return 0.0
    upper = max(statistic, df)
    while stats.ncx2.cdf(statistic, df, upper) > p:
        upper *= 2
    found = optimize.brentq(lambda c: _cdf(statistic, df, c) - p, 0.0, upper, xtol=1e-10, rtol=1e-12)
    return float(found)


def _cdf(statistic: float, df: float, noncentral: float) -> float:
    return float(stats.chi2.cdf(statistic, df) if noncentral == 0 else stats.ncx2.cdf(statistic, df, noncentral))


def srmr(sample: Array, sample_mean: Array | None, implied: Array, implied_mean: Array, weight: Array) -> float:
    """Standardised root mean square residual, a weighted mean over groups.

    Parameters
    ----------
    sample, implied : array, shape (n_groups, p, p)
    sample_mean : array or None, shape (n_groups, p)
        None where means are no part of the model.
    implied_mean : array, shape (n_groups, p)
    weight : array, shape (n_groups,)
        Sums to 1.
    """
    p = sample.shape[1]
    unit = np.sqrt(np.diagonal(sample, axis1=1, axis2=2))
    rows, columns = np.tril_indices(p)
    residual = ((sample - implied) / (unit[:, :, None] * unit[:, None, :]))[:, rows, columns]
    squares, count = (residual**2).sum(axis=1), len(rows)
    if sample_mean is not None:
        squares = squares + (((sample_mean - implied_mean) / unit) ** 2).sum(axis=1)
        count += p
    return float((weight * np.sqrt(squares / count)).sum())


def difference_test(restricted: Test, free: Test) -> Test:
    """The chi-square difference, scaled where the tests are (Satorra & Bentler 2001).

    The scaling of the difference can come out negative in small samples; its test then does not exist (NaN).
    """
    df = restricted.df - free.df
    statistic = restricted.statistic - free.statistic
    if df <= 0:
        return Test(statistic, df, nan)
    if restricted.scaling == 1.0 and free.scaling == 1.0:
        return Test(statistic, df)
    scaling = (restricted.df * restricted.scaling - free.df * free.scaling) / df
    return Test(statistic, df, scaling if scaling > 0 else nan)


def information_criteria(log_likelihood: float, n_parameters: int, n: float) -> dict[str, float]:
    """``aic, bic, bic_adjusted``: the last with (N + 2) / 24 in place of N (Sclove 1987), NaN where that is below 1."""
    if not np.isfinite(log_likelihood):
        return dict.fromkeys(("aic", "bic", "bic_adjusted"), nan)
    deviance = -2 * log_likelihood
    return {
        "aic": deviance + 2 * n_parameters,
        "bic": deviance + np.log(n) * n_parameters,
        "bic_adjusted": deviance + np.log((n + 2) / 24) * n_parameters if n > 22 else nan,
    }
