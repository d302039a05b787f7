"""How well steps of invariance hold for ordered answers: size of difference tests and rules, power, intervals of means.

Two invented groups, one factor with five items, equal but for factor mean (0.3) and standard deviation (1.2); then with
one intercept that is off by 0.4 in the second group. Run: python benchmarks/ordinal_invariance.py [repetitions]
"""

import sys

import numpy as np
import pandas as pd

from lcresearch.measurement import invariance

KIND = "simulation"

LOADINGS = np.array([0.8, 0.7, 0.75, 0.65, 0.7])
CUTS = {
    5: [[-1.4, -0.5, 0.4, 1.3]] * 5,
    3: [[-0.8, 0.8]] * 5,
    2: [[-0.9], [0.1], [0.7], [-0.4], [0.9]],
}
MODEL = "f =~ a1 + a2 + a3 + a4 + a5"


def answers(rng: np.random.Generator, n: int, n_categories: int, shift: float) -> pd.DataFrame:
    """Answers of n persons in each of two groups."""
    parts = []
    for group in range(2):
        factor = rng.normal(0.3 * group, 1 + 0.2 * group, (n, 1))
        response = factor * LOADINGS + rng.normal(size=(n, 5)) * np.sqrt(1 - LOADINGS**2)
        response[:, 4] += shift * group
        codes = {f"a{k + 1}": np.searchsorted(CUTS[n_categories][k], response[:, k]) for k in range(5)}
        parts.append(pd.DataFrame(codes).assign(group="AB"[group]))
    return pd.concat(parts, ignore_index=True)


def row(seed: int, n: int, n_categories: int, shift: float, repetitions: int) -> dict[str, float]:
    """Shares over repetitions: tests that reject at 5%, steps that fail by the rule, intervals that cover."""
    rng = np.random.default_rng(seed)
    tests: dict[str, list[float]] = {}
    for _ in range(repetitions):
        found = invariance(MODEL, answers(rng, n, n_categories, shift), "group", ordered=True, partial=False)
        table = found.steps[found.steps["df_difference"] > 0]
        for step, p_value, verdict in zip(table["step"], table["p_difference"], table["verdict"], strict=True):
            tests.setdefault(step, []).append(p_value < 0.05)
            tests.setdefault(f"{step} fails", []).append(verdict == "fails")
        mean = found.factor_means.iloc[1]
        tests.setdefault("mean covered", []).append(abs(mean["mean"] - 0.3) < 1.96 * mean["std_error"])
    return {name: float(np.mean(values)) for name, values in tests.items()}


def main() -> None:
    """Print a row a condition."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    rows = []
    for seed, (shift, n, n_categories) in enumerate(
        (shift, n, k) for shift in (0.0, 0.4) for n in (500, 250) for k in (5, 3, 2)
    ):
        condition = {"shift": shift, "persons a group": n, "answers": n_categories}
        rows.append(condition | row(seed, n, n_categories, shift, repetitions))
        print(pd.DataFrame(rows[-1:]).round(3).to_string(index=False), flush=True)


if __name__ == "__main__":
    main()
