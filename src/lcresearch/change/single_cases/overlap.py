"""How little the measurements of two phases overlap, on arrays in which higher is better."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import scipy.optimize

from lcresearch.change.arrays import Floats

_EDGE = 1e-9
"""Without any overlap the end itself is a root as well, which is not the one that is sought."""


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error and interval; NaN where there is none."""

    value: float
    std_error: float = math.nan
    low: float = math.nan
    high: float = math.nan


def pairs_won(baseline: Floats, treated: Floats) -> Floats:
    """1 where the treated measurement is higher, one half where equal, else 0; shape (n_baseline, n_treated)."""
    difference = treated[None, :] - baseline[:, None]
    won: Floats = (np.sign(difference) + 1) / 2
    return won


def nonoverlap_of_all_pairs(baseline: Floats, treated: Floats, conf_level: float) -> Estimate:
    """NAP: the share of pairs of a baseline and a treated measurement in which the treated one is higher.

    The standard error is the root of the unbiased variance of a two-sample U statistic; NaN when that is not positive,
    as without any overlap. The interval is method 5 of Newcombe (2006), which stays between 0 and 1. Both take the
    measurements of a phase as independent.

    Examples
    --------
    The first example of Parker, Vannest & Davis (2011):

    >>> baseline, treated = np.array([20.0, 20, 26, 25, 22, 23]), np.array([28.0, 25, 24, 27, 30, 30, 29])
    >>> round(nonoverlap_of_all_pairs(baseline, treated, 0.95).value, 3)
    0.917
    """
    won = pairs_won(baseline, treated)
    m, n = won.shape
    value = float(won.mean())
    variance = _unbiased_variance(won)
    error = math.sqrt(variance) if variance > 1e-15 else math.nan
    low, high = _newcombe(value, m, n, conf_level)
    return Estimate(value, error, low, high)


def _unbiased_variance(won: Floats) -> float:
    m, n = won.shape
    if m < 2 or n < 2:
        return math.nan
    squares, total = float((won**2).sum()), float(won.sum())
    rows, columns = float((won.sum(axis=1) ** 2).sum()), float((won.sum(axis=0) ** 2).sum())
    same_row = (rows - squares) / (m * n * (n - 1))
    same_column = (columns - squares) / (m * n * (m - 1))
    apart = (total**2 - rows - columns + squares) / (m * n * (m - 1) * (n - 1))
    single = squares / (m * n)
    variance = (single + (n - 1) * same_row + (m - 1) * same_column - (m + n - 1) * apart) / (m * n)
    return float(variance)


def _newcombe(value: float, m: int, n: int, conf_level: float) -> tuple[float, float]:
    z, half = NormalDist().inv_cdf(0.5 + conf_level / 2), (m + n) / 2 - 1

    def distance(share: float) -> float:
        spread = 1 + half * (1 - share) / (2 - share) + half * share / (1 + share)
        return (value - share) ** 2 - z**2 * share * (1 - share) * spread / (m * n)

    low = 0.0 if value <= 0 else float(scipy.optimize.brentq(distance, 0.0, min(value, 1 - _EDGE), xtol=1e-12))
    high = 1.0 if value >= 1 else float(scipy.optimize.brentq(distance, max(value, _EDGE), 1.0, xtol=1e-12))
    return low, high


def nonoverlapping_data(baseline: Floats, treated: Floats) -> float:
    """PND: share of treated measurements above the highest of the baseline (Scruggs, Mastropieri & Casto, 1987)."""
    return float((treated > baseline.max()).mean())


def exceeding_median(baseline: Floats, treated: Floats) -> float:
    """PEM: share of treated measurements above the median of the baseline, equal ones for half (Ma, 2006)."""
    middle = float(np.median(baseline))
    return float(((np.sign(treated - middle) + 1) / 2).mean())


def improvement_rate_difference(baseline: Floats, treated: Floats) -> float:
    """Robust IRD: the improvement rates of the phases, after leaving out the fewest measurements until none overlap.

    With R the fewest measurements whose removal ends all overlap (ties count as overlap), it is
    ``1 - R (1 / n_baseline + 1 / n_treated) / 2``: the removed ones are shared equally by the phases (Parker, Vannest &
    Brown, 2009; Parker, Vannest & Davis, 2011).
    """
    cuts = np.unique(np.concatenate([baseline, treated]))
    bounds = np.concatenate([cuts, [np.inf]])
    kept = (baseline[None, :] < bounds[:, None]).sum(axis=1) + (treated[None, :] >= bounds[:, None]).sum(axis=1)
    removed = len(baseline) + len(treated) - int(kept.max())
    return 1 - removed * (1 / len(baseline) + 1 / len(treated)) / 2


def kendall_s(scores: Floats) -> int:
    """Pairs in which the later measurement is higher, less those in which it is lower."""
    signs = np.sign(scores[None, :] - scores[:, None])
    return int(np.triu(signs, 1).sum())


def tau_u(baseline: Floats, treated: Floats, *, all_pairs: bool = False) -> float:
    """Tau of baseline against treatment, less the trend in the baseline (Parker, Vannest, Davis & Sauber, 2011).

    Definitions in the literature differ in what the difference of pairs is divided by. Here, as in the examples of
    Parker and others and in SingleCaseES, by the pairs across the phases, so that it can pass 1 in size; with
    ``all_pairs`` by all pairs that were compared, those within the baseline too, as in scan, so that it cannot.

    Examples
    --------
    The second example of Parker, Vannest & Davis (2011), 11 of 20:

    >>> tau_u(np.array([3.0, 3, 4, 5]), np.array([4.0, 5, 6, 7, 7]))
    0.55
    """
    m, n = len(baseline), len(treated)
    across = 2 * float(pairs_won(baseline, treated).sum()) - m * n
    pairs = m * n + (m * (m - 1) / 2 if all_pairs else 0)
    return (across - kendall_s(baseline)) / pairs


def standardised_difference(baseline: Floats, treated: Floats, conf_level: float) -> Estimate:
    """Difference of means in standard deviations of the baseline, corrected for few measurements.

    Within one case: not to be compared with differences between persons. Variance after Gingerich (1984) and Busk &
    Serlin (1992), as SingleCaseES computes it. NaN with fewer than three baseline measurements or none that differ.
    """
    m, n = len(baseline), len(treated)
    spread = float(baseline.std(ddof=1)) if m > 1 else 0.0
    if m < 3 or n < 2 or spread <= 0:
        return Estimate(math.nan)
    difference = float(treated.mean() - baseline.mean()) / spread
    correction = 1 - 3 / (4 * (m - 1) - 1)
    ratio = float(treated.var(ddof=1)) / spread**2
    variance = 1 / m + ratio / n + difference**2 / (2 * (m - 1))
    return _normal(correction * difference, correction * math.sqrt(variance), conf_level)


def log_response_ratio(baseline: Floats, treated: Floats, conf_level: float) -> Estimate:
    """Logarithm of the ratio of means, corrected for few measurements (Pustejovsky, 2018).

    For measurements with a true zero only, such as counts and minutes; not for scales from 1 to 5.
    """
    if min(len(baseline), len(treated)) < 2 or min(baseline.mean(), treated.mean()) <= 0:
        return Estimate(math.nan)
    parts = [float(side.var(ddof=1)) / (len(side) * float(side.mean()) ** 2) for side in (baseline, treated)]
    value = math.log(treated.mean() / baseline.mean()) + (parts[1] - parts[0]) / 2
    return _normal(value, math.sqrt(sum(parts)), conf_level)


def _normal(value: float, error: float, conf_level: float) -> Estimate:
    half = NormalDist().inv_cdf(0.5 + conf_level / 2) * error
    return Estimate(value, error, value - half, value + half)
