"""How often intervals of scores drawn to their peers hold the true mean of the firm, and how much narrower they are.

Beside them: intervals of the firm's own answers (spread within taken as alike), and of a mixed model whose variance of
firms is estimated and then taken as known (best linear unbiased prediction, as multilevel gives it). Figures stand in
``docs/change.md``. Run: python benchmarks/partial_pooling_coverage.py [--sims 2000]
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch.change.firms_fixed import firm_sums
from lcresearch.change.pooled_groups import pooled_means
from lcresearch.errors import LcresearchWarning
from lcresearch.multilevel import fit_lmm
from lcresearch.multilevel.group_effects import group_effects

KIND = "simulation"

MODELS = 150


def one(k: int, tau: float, rng: np.random.Generator, likert: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answers, the firm of each, and true means of k firms of 3 to 12 people, with a standard deviation of 1 within."""
    sizes = rng.integers(3, 13, k)
    firm = np.repeat(np.arange(k), sizes)
    truth = tau * rng.normal(size=k)
    if not likert:
        return truth[firm] + rng.normal(size=len(firm)), firm, truth

    def made(of_firm: np.ndarray) -> np.ndarray:
        latent = (
            of_firm[..., None] + 0.9 * rng.normal(size=(*of_firm.shape, 1)) + 0.9 * rng.normal(size=(*of_firm.shape, 4))
        )
        return (1 + np.searchsorted([-2.6, -1.9, -1.0, 0.3], latent)).mean(axis=-1)

    return made(truth[firm]), firm, made(np.repeat(truth[:, None], 4000, axis=1)).mean(axis=1)


def coverage(k: int, tau: float, sims: int, *, likert: bool = False) -> str:
    rng = np.random.default_rng(1000 * k + int(100 * tau))
    hits = {"pooled": [], "own": [], "mixed model": []}
    widths = {"pooled": [], "own": []}
    errors = {"pooled": [], "own": []}
    for sim in range(sims):
        y, firm, truth = one(k, tau, rng, likert)
        sums = firm_sums(y[None], firm, k)
        n, mean, within, df = sums.n[0], sums.mean[0], float(sums.within[0]), float(sums.df[0])
        found = pooled_means(mean, n, within, df, np.ones((k, 1)))
        low, high = found.quantiles(0.025), found.quantiles(0.975)
        half = scipy.stats.t.ppf(0.975, df) * np.sqrt(within / df / n)
        hits["pooled"] += ((low < truth) & (truth < high)).tolist()
        hits["own"] += (np.abs(mean - truth) < half).tolist()
        widths["pooled"] += (high - low).tolist()
        widths["own"] += (2 * half).tolist()
        errors["pooled"] += ((found.mean - truth) ** 2).tolist()
        errors["own"] += ((mean - truth) ** 2).tolist()
        if sim < MODELS:
            hits["mixed model"] += mixed(y, firm, truth)
    shares = ", ".join(f"{name} {100 * np.mean(values):.1f}%" for name, values in hits.items())
    narrower = np.mean(widths["pooled"]) / np.mean(widths["own"])
    better = np.mean(errors["pooled"]) / np.mean(errors["own"])
    return f"{shares}; width of pooled/own {narrower:.2f}, squared error {better:.2f}"


def mixed(y: np.ndarray, firm: np.ndarray, truth: np.ndarray) -> list[bool]:
    rows = pd.DataFrame({"y": y, "firm": [f"{name:02d}" for name in firm]})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        found = group_effects(fit_lmm("y ~ 1 + (1 | firm)", rows), "firm", "Intercept", {"Intercept": 1.0})
    apart = np.abs(found.sort_index()["estimate"].to_numpy() - truth)
    return (apart < 1.96 * found.sort_index()["std_error"].to_numpy()).tolist()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sims", type=int, default=2000)
    asked = parser.parse_args()
    for k in (3, 6, 12):
        for tau in (0.0, 0.2, 0.4, 0.8):
            began = time.time()
            print(
                f"{k:2d} firms, sd between {tau:.1f}: {coverage(k, tau, asked.sims)}; {time.time() - began:.0f} s",
                flush=True,
            )
    for k in (3, 6, 12):
        print(
            f"{k:2d} firms, skewed scores with a ceiling: {coverage(k, 0.3, asked.sims // 2, likert=True)}", flush=True
        )
