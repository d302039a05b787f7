"""Where an effect lies: with t intervals, on average, in a sector, and in a consortium that is new."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.synthesis.elements.estimate import ElementEstimate


def interval(estimate: float, std_error: float, df: float, level: float) -> tuple[float, float]:
    """Interval of an estimate by Student's t; NaN where it cannot be told, normal for infinite ``df``.

    Examples
    --------
    >>> low, high = interval(0.3, 0.05, float("inf"), 0.95)
    >>> round(low, 3), round(high, 3)
    (0.202, 0.398)
    """
    half = _critical(df, level) * std_error
    return estimate - half, estimate + half


def _critical(df: float, level: float) -> float:
    tail = (1 - level) / 2
    if math.isinf(df):
        return float(stats.norm.isf(tail))
    return float(stats.t.isf(tail, df)) if df > 0 else math.nan


def with_intervals(frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """The rows that have an estimate, with ``conf_low`` and ``conf_high``.

    Computed from ``std_error`` and ``df``; where those are missing an interval that was given stays.
    """
    columns = [name for name in ("estimate", "std_error", "df", "conf_low", "conf_high") if name in frame]
    numbers = frame.assign(**{name: frame[name].astype(float) for name in columns})
    known = numbers[np.isfinite(numbers["estimate"])]
    df = known["df"].to_numpy(dtype=np.float64)
    tail = (1 - level) / 2
    critical = np.where(np.isinf(df), stats.norm.isf(tail), stats.t.isf(tail, np.where(df > 0, df, np.nan)))
    half = critical * known["std_error"].to_numpy(dtype=np.float64)
    estimate = known["estimate"].to_numpy(dtype=np.float64)
    given = {
        name: known[name] if name in known else pd.Series(np.nan, known.index) for name in ("conf_low", "conf_high")
    }
    low, high = pd.Series(estimate - half, known.index), pd.Series(estimate + half, known.index)
    found: pd.DataFrame = known.assign(
        conf_low=low.fillna(given["conf_low"]), conf_high=high.fillna(given["conf_high"])
    )
    return found


@dataclass(frozen=True)
class NewConsortium:
    """The effect of an element in a consortium that was not among the data: a shifted and scaled t distribution.

    Its location is the pooled estimate, its scale sqrt(SE^2 + tau^2): what is not known of the mean, and how much
    consortia differ (Higgins, Thompson & Spiegelhalter, 2009, JRSS A 172, 137-159).

    The degrees of freedom are the smaller of those of the estimate and of tau. For tau they are the number of
    consortia less one unless the model gives them: with equally precise consortia and negligible sampling error,
    SE^2 + tau^2 is S^2 (1 + 1/k), where S^2 has k - 1 degrees of freedom, and the t distribution is exact. (metafor
    takes k - 1 too beside its t tests; Higgins et al. took k - 2.) It is the smaller of the two since SE^2 itself holds
    tau^2 / k: both parts go up and down together, and their sum is known no better than the worse.

    Attributes
    ----------
    estimate, scale, df : float
        NaN where they cannot be told: without tau, or with one consortium.
    """

    estimate: float
    scale: float
    df: float

    def interval(self, level: float) -> tuple[float, float]:
        """Prediction interval."""
        return interval(self.estimate, self.scale, self.df, level)

    def probability_above(self, bound: float) -> float:
        """Probability that the effect in a new consortium is above ``bound``."""
        if not (self.scale > 0 and self.df > 0):
            return math.nan
        standardised = (bound - self.estimate) / self.scale
        return float(stats.norm.sf(standardised) if math.isinf(self.df) else stats.t.sf(standardised, self.df))

    def probability_beyond(self, bound: float, sign: int) -> float:
        """Probability that it is above ``bound`` (sign 1), or below ``-bound`` (sign -1)."""
        above = self.probability_above(sign * bound)
        return above if sign > 0 else 1 - above


def new_consortium(evidence: ElementEstimate, *, sector_spread: bool = False) -> NewConsortium:
    """Distribution of the effect in a new consortium.

    ``sector_spread``: take the standard deviation of the effects of the sectors where it is larger than tau, since a
    new consortium is of one of these sectors and a tau from a few consortia is often zero. Their sampling errors are in
    it too, so that the distribution is rather too wide than too narrow.

    Examples
    --------
    >>> evidence = ElementEstimate(
    ...     element="coaching", outcome="learning", model="one stage", estimate=0.3, std_error=0.03, df=11, tau=0.04,
    ...     n_consortia=12, n_communities=96, smallest_worthwhile=0.1, planned=True,
    ... )
    >>> new_consortium(evidence)
    NewConsortium(estimate=0.3, scale=0.05, df=11.0)
    >>> round(new_consortium(evidence).probability_above(0.1), 4)
    0.999
    """
    tau_df = evidence.n_consortia - 1 if evidence.tau_df is None else evidence.tau_df
    spread = float(evidence.sectors["estimate"].astype(float).std(ddof=0)) if sector_spread else 0.0
    tau = max(evidence.tau, spread) if spread > 0 else evidence.tau
    scale = math.hypot(evidence.std_error, tau)
    return NewConsortium(evidence.estimate, scale, float(min(evidence.df, tau_df)))
