"""How well factors reproduce the correlations. Definitions are those of R's psych."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from lcresearch.measurement.columns import Array

RMSEA_LEVEL = 0.90


@dataclass(frozen=True)
class FactorFit:
    """Fit of an exploratory factor model.

    Attributes
    ----------
    df : int
        Degrees of freedom; 0 or below leaves nothing to test, and the other numbers are NaN.
    objective : float
        The likelihood's discrepancy between correlations and model, whatever the method of extraction.
    chi_square, p_value : float
        With Bartlett's (1951) correction, n - 1 - (2p + 5) / 6 - 2m / 3 times the discrepancy.
    rmsea, rmsea_low, rmsea_high : float
        Root mean square error of approximation with its 90% interval.
    tli, cfi : float
        Tucker-Lewis index (Tucker & Lewis, 1973) and comparative fit index, against unrelated items.
    rmsr, rmsr_corrected : float
        Root mean square residual correlation, and the same over degrees of freedom.
    bic : float
        chi_square - df log(n).
    """

    df: int
    objective: float
    chi_square: float
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    tli: float
    cfi: float
    rmsr: float
    rmsr_corrected: float
    bic: float


def degrees_of_freedom(p: int, n_factors: int) -> int:
    """Correlations less free parameters, ((p - m)^2 - (p + m)) / 2."""
    return ((p - n_factors) ** 2 - (p + n_factors)) // 2


def factor_fit(correlation: Array, pattern: Array, phi: Array, n: int, pairs: Array) -> FactorFit:
    """Fit of loadings ``pattern`` (p, m) and factor correlations ``phi``; ``pairs`` (p, p) counts persons."""
    p, m = pattern.shape
    df = degrees_of_freedom(p, m)
    implied = pattern @ phi @ pattern.T
    residual = correlation - implied
    np.fill_diagonal(residual, 0.0)
    np.fill_diagonal(implied, 1.0)
    off = ~np.eye(p, dtype=bool)
    harmonic = pairs.size / (1 / pairs).sum()
    squares = float((residual**2 * pairs)[off].sum() / harmonic)
    rmsr = float(np.sqrt(squares / (p * (p - 1))))
    objective = discrepancy(correlation, implied)
    if df <= 0:
        nan = float("nan")
        return FactorFit(df, objective, nan, nan, nan, nan, nan, nan, nan, rmsr, nan, nan)
    chi_square = max(objective * (n - 1 - (2 * p + 5) / 6 - 2 * m / 3), 0.0)
    null, null_df = -float(np.linalg.slogdet(correlation)[1]), p * (p - 1) / 2
    null_chi_square = null * (n - 1 - (2 * p + 5) / 6)
    low, high = _noncentrality_interval(chi_square, df)
    scale = n - 1 - (2 * p + 5) / 6 - 2 * m / 3
    excess = max(null_chi_square - null_df, 0.0)
    return FactorFit(
        df=df,
        objective=objective,
        chi_square=chi_square,
        p_value=float(stats.chi2.sf(chi_square, df)),
        rmsea=float(np.sqrt(max(chi_square / (df * n) - 1 / (n - 1), 0.0))),
        rmsea_low=float(np.sqrt(low / ((n - 1) * df))),
        rmsea_high=float(np.sqrt(high / ((n - 1) * df))),
        tli=(null / null_df - objective / df) / (null / null_df - 1 / scale),
        cfi=(excess - max(chi_square - df, 0.0)) / excess if excess > 0 else float("nan"),
        rmsr=rmsr,
        rmsr_corrected=float(np.sqrt(squares / (2 * df))),
        bic=chi_square - df * float(np.log(n)),
    )


def discrepancy(correlation: Array, implied: Array) -> float:
    """The likelihood's log |Sigma| - log |R| + tr(R Sigma^-1) - p; NaN when the model is not positive definite."""
    sign, log_implied = np.linalg.slogdet(implied)
    if sign <= 0:
        return float("nan")
    log_observed = float(np.linalg.slogdet(correlation)[1])
    return float(np.trace(np.linalg.solve(implied, correlation)) + log_implied - log_observed - len(implied))


def _noncentrality_interval(chi_square: float, df: int) -> tuple[float, float]:
    """Noncentrality at which the statistic is the upper and lower 5% point (Steiger, 1990)."""
    tail = (1 - RMSEA_LEVEL) / 2

    def bound(probability: float) -> float:
        if not stats.chi2.cdf(chi_square, df) > probability:
            return 0.0

        def beyond(noncentrality: float) -> float:
            return float(stats.ncx2.cdf(chi_square, df, noncentrality)) - probability

        top = max(chi_square, float(df))
        while beyond(top) > 0:
            top *= 2
        return float(optimize.brentq(beyond, 1e-9, top))

    return bound(1 - tail), bound(tail)
