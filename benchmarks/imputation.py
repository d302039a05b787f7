"""Coverage of intervals after multiple imputation, where those with low scores before stay away after.

Three firms of twelve (inference to these firms), twelve of ten and twenty of twenty (inference to firms like these),
with about 30% of the scores after missing at random given the score before. Compared: complete cases, imputation that
ignores firms, and imputation that respects them, with matching and with normal draws.
Run: python benchmarks/imputation.py [studies] [seed]
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
import scipy.stats

from lcresearch import change
from lcresearch.change.imputation.result import pooled_analysis

KIND = "simulation"

SHIFT = 0.3


def study(n_firms, n_persons, rng, firm_effects):
    """Before and after with sd 1 within firms, correlated .7; those with low scores before stay away more often."""
    firm = np.repeat(np.arange(n_firms), n_persons)
    effect_before, effect_after = firm_effects
    person = rng.normal(size=len(firm))
    before = effect_before[firm] + np.sqrt(0.7) * person + np.sqrt(0.3) * rng.normal(size=len(firm))
    after = SHIFT + effect_after[firm] + np.sqrt(0.7) * person + np.sqrt(0.3) * rng.normal(size=len(firm))
    stays = rng.random(len(firm)) < 1 / (1 + np.exp(-1.15 - 1.6 * (before - effect_before[firm])))
    return pd.DataFrame({"firm": firm, "before": before, "after": np.where(stays, after, np.nan)})


def these_firms(frame):
    """Mean over firms of the mean after, firms fixed."""
    groups = frame.dropna().groupby("firm")["after"]
    n, mean, variance = groups.size(), groups.mean(), groups.var()
    df = float((n - 1).sum())
    within = float(((n - 1) * variance).sum()) / df
    error = np.sqrt(within * (1 / n).sum()) / len(n)
    return pd.DataFrame({"term": ["mean"], "estimate": [mean.mean()], "std_error": [error], "df": [df]})


def firms_like_these(frame):
    """Mean over firms of the mean after, firms drawn."""
    mean = frame.dropna().groupby("firm")["after"].mean()
    error = mean.std() / np.sqrt(len(mean))
    return pd.DataFrame({"term": ["mean"], "estimate": [mean.mean()], "std_error": [error], "df": [len(mean) - 1.0]})


WAYS = {
    "ignoring firms": {"group": None, "matching": False},
    "matched": {"group": "firm", "matching": True},
    "drawn": {"group": "firm", "matching": False},
}


def covers(table, truth):
    row = table.iloc[0]
    half = scipy.stats.t.ppf(0.975, row["df"]) * row["std_error"]
    return float(row["estimate"]) - truth, abs(float(row["estimate"]) - truth) <= half, 2 * half


def run(n_studies, seed, n_firms, n_persons, estimator, spread):
    rng = np.random.default_rng(seed)
    found = {name: [] for name in ("nobody missing", "complete cases", *WAYS)}
    missing, started = [], time.perf_counter()
    for number in range(n_studies):
        effects = spread * rng.normal(size=(2, n_firms))
        effects[1] = 0.8 * effects[0] + 0.6 * effects[1]
        truth = SHIFT + (effects[1].mean() if estimator is these_firms else 0.0)
        frame = study(n_firms, n_persons, rng, effects)
        if frame.groupby("firm")["after"].count().min() < 2:
            continue
        missing.append(frame["after"].isna().mean())
        found["complete cases"].append(covers(estimator(frame), truth))
        for name, options in WAYS.items():
            copies = change.impute(frame, ["before", "after"], seed=number, n_iterations=5, **options).frames()
            found[name].append(covers(pooled_analysis(estimator, copies).table, truth))
    seconds = time.perf_counter() - started
    print(f"{n_firms} firms of {n_persons}, {len(missing)} studies, {np.mean(missing):.0%} missing, {seconds:.0f} s")
    for name, results in found.items():
        if results:
            bias, covered, width = np.mean(np.array(results, dtype=float), axis=0)
            error = np.std([r[0] for r in results]) / np.sqrt(len(results))
            print(f"  {name:16s} bias {bias:+.3f} ({error:.3f})  coverage {covered:.3f}  width {width:.2f}")


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    run(n, seed, 3, 12, these_firms, 0.4)
    run(n, seed, 12, 10, firms_like_these, 0.4)
    run(n // 4, seed, 20, 20, firms_like_these, 0.4)
