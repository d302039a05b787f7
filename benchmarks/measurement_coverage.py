"""Coverage of the 95% intervals of measurement, by simulation.

Run by hand: ``python benchmarks/measurement_coverage.py --replications 2000``. Each row gives the share of samples
whose interval holds the true value, how often that lies below and above it, and the mean width. ``none``: there is no
interval.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from replication import arguments, each, replicate, shares

from lcresearch.measurement import reliability
from lcresearch.measurement.intraclass import group_moments, intervals, one_way

KIND = "simulation"

LOADINGS = np.array([0.8, 0.7, 0.7, 0.6, 0.5, 0.5])
CUTS = {
    "continuous": None,
    "five options": np.array([-1.5, -0.5, 0.5, 1.5]),
    "five options, skewed": np.array([-2.0, -1.3, -0.6, 0.5]),
}
SIZES = {
    "12 groups of 8": np.full(12, 8),
    "12 groups of 2 to 30": np.array([2, 2, 3, 3, 4, 5, 6, 8, 10, 15, 22, 30]),
    "49 companies (lq2002)": np.array([*range(10, 100, 2), 12, 13, 13, 18]),
}
TERMS = ("cronbach_alpha", "standardized_alpha", "omega_total")
ITEMS = [f"i{number}" for number in range(len(LOADINGS))]
ICC = {f"{label}, ICC(1) = {icc}": (sizes, icc) for label, sizes in SIZES.items() for icc in (0.0, 0.05, 0.2)}
RELIABILITY = {f"{kind}, n = {n}": (kind, n) for kind in CUTS for n in (30, 100, 300)}


def counted(name: str, low: float, high: float, truth: float) -> dict[str, float]:
    """Whether an interval holds the truth; NaN where there is no interval."""
    if np.isnan(low):
        return dict.fromkeys((f"{name} held", f"{name} below", f"{name} above", f"{name} width"), np.nan) | {
            f"{name} none": 1.0
        }
    found = {"held": low <= truth <= high, "below": truth < low, "above": truth > high, "width": high - low, "none": 0}
    return {f"{name} {key}": float(value) for key, value in found.items()}


def one_icc(condition: tuple[np.ndarray, float], rng: np.random.Generator) -> dict[str, float]:
    """ICC(1) and ICC(2) of normal scores, interval of Wald (1940)."""
    sizes, icc = condition
    codes = np.repeat(np.arange(len(sizes)), sizes)
    n, k = len(codes), len(sizes)
    n0 = (n - (sizes**2).sum() / n) / (k - 1)
    scores = np.sqrt(icc) * rng.standard_normal(k)[codes] + np.sqrt(1 - icc) * rng.standard_normal(n)
    interval = intervals(one_way(group_moments(scores, codes, k)))
    of_means = n0 * icc / (1 + (n0 - 1) * icc)
    return counted("ICC(1)", *interval.icc_1, icc) | counted("ICC(2)", *interval.icc_2, of_means)


def answers(n: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    latent = rng.standard_normal((n, 1)) * LOADINGS
    latent = latent + rng.standard_normal((n, len(LOADINGS))) * np.sqrt(1 - LOADINGS**2)
    cuts = CUTS[kind]
    return latent if cuts is None else np.searchsorted(cuts, latent).astype(float)


@cache
def truth(kind: str) -> pd.Series:
    """What reliability is in the population, from a million persons."""
    large = pd.DataFrame(answers(1_000_000, kind, np.random.default_rng(2)), columns=ITEMS)
    return reliability(large, ITEMS).tidy().set_index("term")["estimate"]


def one_reliability(condition: tuple[str, int], rng: np.random.Generator) -> dict[str, float]:
    """Alpha (F interval), standardised alpha and omega (delta method) of six items of one factor."""
    kind, n = condition
    table = reliability(pd.DataFrame(answers(n, kind, rng), columns=ITEMS), ITEMS).tidy().set_index("term")
    found: dict[str, float] = {}
    for term in TERMS:
        found |= counted(term, *table.loc[term, ["conf_low", "conf_high"]], truth(kind)[term])
    return found


def main() -> None:
    given = arguments(__doc__, 2000).parse_args()
    found = replicate(each(one_icc), ICC, given, size=500, name="icc-")
    print(shares(found, percent=False).round(3).to_string())
    n = max(given.replications // 4, 1)
    found = replicate(each(one_reliability), RELIABILITY, given, replications=n, name="reliability-")
    print(shares(found, percent=False).round(3).T.to_string())


if __name__ == "__main__":
    main()
