"""How strong a cause that nobody measured would have to be to explain an effect away."""

from __future__ import annotations

import math

from scipy import stats

LOG_RISK_RATIO = 0.91
"""Log risk ratio of a standardised difference of 1 (Chinn, 2000; VanderWeele & Ding, 2017)."""
_LARGEST = 300.0


def e_value(difference: float) -> float:
    """E-value of a standardised mean difference.

    A cause that was not measured would have to make both the presence of the element and a high outcome this many
    times as likely, beyond what was adjusted for, to bring the difference to zero. 1 says that none is needed.

    Parameters
    ----------
    difference : float
        In standard deviations of the outcome. Of the limit of an interval nearest to zero: what brings the interval
        to zero (:func:`e_value_of_interval`).

    Notes
    -----
    RR = exp(0.91 |d|); E = RR + sqrt(RR (RR - 1)) (VanderWeele & Ding, 2017, Annals of Internal Medicine 167, 268-274).
    The step from d to RR supposes an outcome that is cut in two near its middle.

    Examples
    --------
    >>> round(e_value(0.5), 2)
    2.53
    """
    log_ratio = LOG_RISK_RATIO * abs(difference)
    if log_ratio > _LARGEST:
        return math.inf
    ratio = math.exp(log_ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def e_value_of_interval(low: float, high: float) -> float:
    """E-value of the limit nearest to zero; 1 when the interval holds zero, NaN when it is not known.

    Examples
    --------
    >>> round(e_value_of_interval(0.1, 0.9), 2), e_value_of_interval(-0.1, 0.9)
    (1.42, 1.0)
    """
    if math.isnan(low) or math.isnan(high):
        return math.nan
    return 1.0 if low <= 0 <= high else e_value(min(abs(low), abs(high)))


def robustness_value(statistic: float, df: float, alpha: float | None = None) -> float:
    """Robustness value of a coefficient (Cinelli & Hazlett, 2020).

    A cause that was not measured would have to explain this share of what is left of the variance of both the element
    and the outcome to bring the coefficient to zero; with ``alpha``, to bring its 1 - alpha interval to zero.

    Parameters
    ----------
    statistic : float
        t of the coefficient.
    df : float
        Its residual degrees of freedom.
    alpha : float, optional

    Returns
    -------
    float
        Between 0 and 1; NaN where ``df`` is missing or infinite, or with ``alpha`` not above 1.

    Notes
    -----
    With f = |t| / sqrt(df), less f* = t(alpha/2, df - 1) / sqrt(df - 1) for an interval:
    RV = (sqrt(f^4 + 4 f^2) - f^2) / 2 (Cinelli & Hazlett, 2020, JRSS B 82, 39-67). Where the cause need not explain as
    much of the outcome (f > 1/f* before the subtraction) the value is (f^2 - f*^2) / (1 + f^2), as in sensemakr. It is
    derived for least squares; for a mixed model, with the degrees of freedom of its t test, it is an approximation.

    Examples
    --------
    >>> round(robustness_value(4.18445, 783), 3)
    0.139
    """
    smallest = 1 if alpha is not None else 0
    if not (math.isfinite(statistic) and math.isfinite(df) and df > smallest):
        return math.nan
    f = abs(statistic) / math.sqrt(df)
    critical = float(stats.t.isf(alpha / 2, df - 1)) / math.sqrt(df - 1) if alpha is not None else 0.0
    left = f - critical
    if left <= 0:
        return 0.0
    if critical > 0 and f > 1 / critical:
        return (f**2 - critical**2) / (1 + f**2)
    return 2 / (1 + math.sqrt(1 + 4 / left**2))
