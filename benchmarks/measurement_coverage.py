"""Coverage of the 95% intervals of measurement, by simulation.

Run by hand: ``python benchmarks/measurement_coverage.py``. Each line gives the share of samples whose interval holds
the true value (in brackets: how often it lies below and above the interval). With 2,000 samples the simulation error
of .95 is about .005.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from lcresearch.measurement import reliability
from lcresearch.measurement.intraclass import group_moments, intervals, one_way

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


def report(label: str, low: np.ndarray, high: np.ndarray, truth: float) -> None:
    inside = float(np.mean((low <= truth) & (truth <= high)))
    width = float(np.median(high - low))
    below, above = float(np.mean(truth < low)), float(np.mean(truth > high))
    print(f"  {label:55s} {inside:.3f}  [{below:.3f}, {above:.3f}]  median width {width:.3f}")


def icc_coverage(samples: int, rng: np.random.Generator) -> None:
    print("ICC(1) and ICC(2), interval of Wald (1940), normal scores")
    for label, sizes in SIZES.items():
        codes = np.repeat(np.arange(len(sizes)), sizes)
        n, k = len(codes), len(sizes)
        n0 = (n - (sizes**2).sum() / n) / (k - 1)
        for icc in (0.0, 0.05, 0.2):
            found = []
            for _ in range(samples):
                scores = np.sqrt(icc) * rng.standard_normal(k)[codes] + np.sqrt(1 - icc) * rng.standard_normal(n)
                interval = intervals(one_way(group_moments(scores, codes, k)))
                found.append((*interval.icc_1, *interval.icc_2))
            low_1, high_1, low_2, high_2 = np.array(found).T
            report(f"{label}, ICC(1) = {icc}", low_1, high_1, icc)
            report(f"{label}, ICC(2)", low_2, high_2, n0 * icc / (1 + (n0 - 1) * icc))


def answers(n: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    latent = rng.standard_normal((n, 1)) * LOADINGS
    latent = latent + rng.standard_normal((n, len(LOADINGS))) * np.sqrt(1 - LOADINGS**2)
    cuts = CUTS[kind]
    return latent if cuts is None else np.searchsorted(cuts, latent).astype(float)


def reliability_coverage(samples: int, rng: np.random.Generator) -> None:
    print("alpha (F interval), standardised alpha and omega (delta method), six items of one factor")
    names = [f"i{number}" for number in range(len(LOADINGS))]
    for kind in CUTS:
        large = reliability(pd.DataFrame(answers(1_000_000, kind, rng), columns=names), names).tidy()
        truth = large.set_index("term")["estimate"]
        for n in (30, 100, 300):
            tables = [
                reliability(pd.DataFrame(answers(n, kind, rng), columns=names), names).tidy().set_index("term")
                for _ in range(samples)
            ]
            for term in ("cronbach_alpha", "standardized_alpha", "omega_total"):
                low, high = (
                    np.array([table.loc[term, side] for table in tables]) for side in ("conf_low", "conf_high")
                )
                known = ~np.isnan(low)
                label = f"{kind}, n = {n}, {term} = {truth[term]:.3f} ({int((~known).sum())} none)"
                report(label, low[known], high[known], truth[term])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2000)
    arguments = parser.parse_args()
    rng = np.random.default_rng(2)
    icc_coverage(arguments.samples, rng)
    reliability_coverage(max(arguments.samples // 4, 1), rng)


if __name__ == "__main__":
    main()
