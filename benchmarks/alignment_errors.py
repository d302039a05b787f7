"""How well the standard errors of alignment hold: spread of estimates beside mean standard errors, invented groups.

Run: python benchmarks/alignment_errors.py [repetitions]
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from lcresearch.measurement import alignment

KIND = "simulation"

LOADINGS = np.array([0.9, 0.8, 0.7, 0.85, 0.75])
MODEL = "f =~ a1 + a2 + a3 + a4 + a5"


def simulated(rng: np.random.Generator, n_groups: int, n: int, shift: float) -> pd.DataFrame:
    """Answers of groups of n; in each group but the first one intercept is shifted."""
    group = np.repeat(np.arange(n_groups), n)
    factor = rng.normal(0.2 * group, np.sqrt(1 + 0.1 * group))
    intercepts = np.full((n_groups, 5), 3.0)
    places = np.arange(1, n_groups)
    intercepts[places, places % 5] += shift
    answers = intercepts[group] + factor[:, None] * LOADINGS + rng.normal(0, 0.6, (len(group), 5))
    return pd.DataFrame(answers, columns=[f"a{k}" for k in range(1, 6)]).assign(g=group)


def ordered(rng: np.random.Generator, n_groups: int, n: int, shift: float) -> pd.DataFrame:
    """The same with four answers to each item; residuals of the responses have variance 1 in each group."""
    group = np.repeat(np.arange(n_groups), n)
    factor = rng.normal(0.2 * group, np.sqrt(1 + 0.1 * group))
    intercepts = np.tile([0.3, -0.1, -0.4, 0.2, 0.0], (n_groups, 1))
    places = np.arange(1, n_groups)
    intercepts[places, places % 5] += shift
    response = intercepts[group] + factor[:, None] * (LOADINGS + 0.2) + rng.normal(0, 1, (len(group), 5))
    return pd.DataFrame(np.digitize(response, [-1.1, 0.2, 1.4]), columns=[f"a{k}" for k in range(1, 6)]).assign(g=group)


def main(repetitions: int) -> None:
    for of_ordered, shift in ((False, 0.0), (False, 0.5), (True, 0.0), (True, 0.5)):
        n_groups, n, epsilon = 5, 500, 0.01 if of_ordered else 0.001
        rng = np.random.default_rng(20931)
        parts = []
        for _ in range(repetitions):
            data = (ordered if of_ordered else simulated)(rng, n_groups, n, shift)
            found = alignment(MODEL, data, "g", ordered=of_ordered, epsilon=epsilon, n_starts=2).factors
            parts.append(found.to_numpy()[1:, 2:].astype(float))
        table = np.stack(parts)
        truth = 0.2 * np.arange(1, n_groups)
        for name, at in (("mean", 0), ("variance", 2)):
            ratio = table[:, :, at + 1].mean(axis=0) / table[:, :, at].std(axis=0, ddof=1)
            bias = table[:, :, at].mean(axis=0) - (truth if at == 0 else 1 + 0.5 * truth)
            covered = np.abs(table[:, :, at] - (truth if at == 0 else 1 + 0.5 * truth)) < 1.96 * table[:, :, at + 1]
            kind = "ordered, " if of_ordered else ""
            print(f"{kind}{n_groups} x {n}, shift {shift}, epsilon {epsilon}, {name}: standard error / spread "
                  f"{ratio.mean():.3f} ({ratio.min():.3f} to {ratio.max():.3f}), bias {np.abs(bias).max():.3f}, "
                  f"coverage {covered.mean():.3f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
