"""Calibration and speed of polychoric correlations and factor analysis.

Run: python benchmarks/measurement_exploratory.py [samples]
Prints coverage of 95% intervals, size of 5% tests, and seconds. All data are simulated.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd

from lcresearch import measurement
from lcresearch.measurement.polychoric import polychoric

KIND = "simulation"

ITEMS = list("abcdefgh")
PATTERN = np.array([[0.8, 0.75, 0.7, 0.6, 0.1, 0.0, 0.2, 0.0], [0.0, 0.1, 0.0, 0.2, 0.7, 0.7, 0.6, 0.5]]).T
PHI = np.array([[1, 0.4], [0.4, 1]])
CUTS = [-0.6, 0.4, 1.2]


def drawn(rng: np.random.Generator, n: int, heavy: bool = False) -> np.ndarray:
    unique = np.sqrt(1 - np.diag(PATTERN @ PHI @ PATTERN.T))
    latent = rng.multivariate_normal([0, 0], PHI, size=n) @ PATTERN.T + rng.normal(size=(n, 8)) * unique
    return latent * np.sqrt(4 / rng.chisquare(6, size=(n, 1))) if heavy else latent


def truth() -> np.ndarray:
    """Loadings of the population after oblimin."""
    implied = PATTERN @ PHI @ PATTERN.T
    np.fill_diagonal(implied, 1.0)
    table = pd.DataFrame(implied, index=ITEMS, columns=ITEMS)
    return measurement.factor_analysis(table, ITEMS, 2, n_persons=1000).pattern.to_numpy()


def factors(samples: int, n: int, kind: str) -> dict[str, float]:
    rng, population = np.random.default_rng(1), truth()
    covered, robust, ordinary = [], [], []
    for _ in range(samples):
        answers = drawn(rng, n, heavy=kind == "heavy tails")
        options = {"correlation": "polychoric"} if kind == "ordinal" else {}
        if kind == "ordinal":
            answers = np.searchsorted(CUTS, answers)
        result = measurement.factor_analysis(pd.DataFrame(answers, columns=ITEMS), ITEMS, 2, n_starts=3, **options)
        loadings, errors = result.pattern.to_numpy(), result.std_errors.to_numpy()
        order = np.abs(loadings.T @ population).argmax(axis=0)
        loadings, errors = loadings[:, order], errors[:, order]
        loadings = loadings * np.sign((loadings * population).sum(axis=0))
        covered.append(np.abs(loadings - population) < 1.96 * errors)
        robust.append(result.fit["robust_p_value"] < 0.05)
        ordinary.append(result.fit["p_value"] < 0.05)
    return {"coverage": np.mean(covered), "size": np.mean(robust), "size of the ordinary test": np.mean(ordinary)}


def correlations(samples: int, n: int) -> float:
    rng, covered = np.random.default_rng(2), []
    population = (PATTERN @ PHI @ PATTERN.T)[np.triu_indices(8, 1)]
    for _ in range(samples):
        answers = pd.DataFrame(np.searchsorted(CUTS, drawn(rng, n)), columns=ITEMS)
        table = measurement.polychoric_correlations(answers, ITEMS).tidy()
        covered.append((table["conf_low"] < population) & (table["conf_high"] > population))
    return float(np.mean(covered))


def seconds() -> None:
    rng = np.random.default_rng(3)
    factors = rng.multivariate_normal(np.zeros(3), 0.4 + 0.6 * np.eye(3), size=5000)
    latent = 0.7 * factors[:, np.arange(20) % 3] + rng.normal(size=(5000, 20)) * np.sqrt(0.51)
    codes = np.searchsorted([-1.2, -0.4, 0.3, 1.1], latent)
    start = time.perf_counter()
    polychoric(codes)
    print(f"polychoric with gamma, 20 items x 5,000 persons: {time.perf_counter() - start:.2f} s")
    frame = pd.DataFrame(codes, columns=[f"i{k}" for k in range(20)])
    start = time.perf_counter()
    measurement.factor_analysis(frame, list(frame), 3, correlation="polychoric")
    print(f"factor analysis of these, 3 factors, 30 starts, standard errors: {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    measurement.parallel_analysis(frame, list(frame), seed=1)
    print(f"parallel analysis, 1,000 random sets: {time.perf_counter() - start:.2f} s")


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for n in (200, 500):
        print(f"n {n}: polychoric intervals cover {correlations(samples, n):.3f}")
        for kind in ("normal", "heavy tails", "ordinal"):
            found = factors(samples, n, kind)
            print(f"n {n}, {kind}: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    seconds()


if __name__ == "__main__":
    main()
