"""Change in standard deviations with an exact interval, and the Bayes factor of a t statistic."""

from __future__ import annotations

import math

import numpy as np
import scipy.integrate
import scipy.optimize
import scipy.special
import scipy.stats

_WIDEST = 200.0


def standardised_change(
    estimate: float, std_error: float, df: float, unit: float, conf_level: float = 0.95
) -> tuple[float, float, float]:
    """Change divided by ``unit``, with Hedges' correction, and its interval.

    The interval is that of the noncentrality of t, times the standard error over the unit. With ``unit`` the root of
    the mean of both variances and the error that of a t test for pairs, it is that of Algina and Keselman (2003) for
    d_av; with the standard deviation of changes the exact one for d_z (Steiger & Fouladi 1997). The correction is
    that of Hedges (1981) with these degrees of freedom, on estimate and limits alike.

    Returns
    -------
    tuple of float
        Estimate and limits; NaN where there is no error or no unit.

    Examples
    --------
    >>> [round(value, 3) for value in standardised_change(0.5, 0.2, 7, 0.8)]
    [0.555, 0.021, 1.062]
    """
    if not (std_error > 0 and df > 0 and unit > 0):
        return math.nan, math.nan, math.nan
    low, high = noncentrality_interval(estimate / std_error, df, conf_level)
    correction = hedges_correction(df)
    return correction * estimate / unit, correction * low * std_error / unit, correction * high * std_error / unit


def hedges_correction(df: float) -> float:
    """J of Hedges (1981), exact."""
    if df <= 1:
        return math.nan
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def noncentrality_interval(statistic: float, df: float, conf_level: float = 0.95) -> tuple[float, float]:
    """Interval of the noncentrality of which a t statistic is one draw."""

    def limit(probability: float) -> float:
        def over(place: float) -> float:
            return float(scipy.special.nctdtr(df, place, statistic)) - probability

        ends = statistic - _WIDEST, statistic + _WIDEST
        with np.errstate(all="ignore"):
            return float(scipy.optimize.brentq(over, *_bracket(statistic, *ends, over)))

    return limit((1 + conf_level) / 2), limit((1 - conf_level) / 2)


def _bracket(statistic: float, low: float, high: float, over: object) -> tuple[float, float]:
    """Ends about the statistic where the function has opposite signs, as far out as needed and no further."""
    value = over
    assert callable(value)
    width = 4.0
    while width < high - statistic and not value(statistic - width) > 0 > value(statistic + width):
        width *= 1.5
    return max(low, statistic - width), min(high, statistic + width)


def jzs_bayes_factor(statistic: float, df: float, n: float, scale: float = math.sqrt(2) / 2) -> float:
    """Bayes factor for a change against none, with a Cauchy prior on the change in standard deviations.

    Rouder, Speckman, Sun, Morey & Iverson (2009), equation 1, with the prior scale of Morey and Rouder: how many times
    better the answers fit some change than no change.

    Parameters
    ----------
    statistic, df : float
        t and its degrees of freedom.
    n : float
        Effective number: persons of a test for pairs, n1 n2 / (n1 + n2) of two groups.

    Examples
    --------
    >>> round(jzs_bayes_factor(2.03, 79, 80), 3)
    0.861
    """
    if not (math.isfinite(statistic) and df > 0 and n > 0):
        return math.nan

    def density(log_g: float) -> float:
        g = math.exp(log_g)
        larger = 1 + n * g * scale**2
        power = -(df + 1) / 2 * (math.log1p(statistic**2 / (larger * df)) - math.log1p(statistic**2 / df))
        return math.exp(power - 0.5 * math.log(larger) - 0.5 / g - 0.5 * log_g - 0.5 * math.log(2 * math.pi))

    found, _ = scipy.integrate.quad(density, -12, 40, limit=200, epsabs=0, epsrel=1e-10)
    return float(found)
