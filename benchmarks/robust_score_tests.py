"""Size of score tests of single equalities with MLR and MLM, ordinary and generalised, by simulation.

Two invented sites that answer alike, five items, 800 persons, strict invariance; factor and residuals normal, or
chi-square with 2 degrees of freedom. Run: python benchmarks/robust_score_tests.py [repetitions]
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from scipy import stats

from lcresearch.measurement import cfa
from lcresearch.measurement.factor_models import modification

KIND = "simulation"

MODEL = "f =~ a1 + a2 + a3 + a4 + a5"
TERMS = ("f=~a2", "a2~1", "a2~~a2")
EQUAL = ("loadings", "intercepts", "residuals")


def answers(rng: np.random.Generator, *, normal: bool, n: int = 800) -> pd.DataFrame:
    """Invented answers."""
    draws = rng.normal(size=(n, 6)) if normal else (rng.chisquare(2, size=(n, 6)) - 2) / 2
    table = 0.8 * draws[:, :1] + 0.6 * draws[:, 1:]
    return pd.DataFrame(table, columns=[f"a{k}" for k in range(1, 6)]).assign(site=np.arange(n) % 2)


def sizes(estimator: str, repetitions: int, *, normal: bool) -> pd.DataFrame:
    """Shares of ordinary and generalised tests that reject at 5%, a row a term."""
    rng, rows = np.random.default_rng(1), []
    for _ in range(repetitions):
        frame = answers(rng, normal=normal)
        fit = cfa(MODEL, frame, group="site", group_equal=EQUAL, estimator=estimator, std_lv=True).estimated
        plain, _ = modification.score_tests(fit, fit.layout)
        scaling = fit.score_scaling(fit.layout, fit.implied)
        names = [each.name for each in fit.layout.table.parameters]
        at = [names.index(term) for term in TERMS]
        rows.append(np.stack([plain[1, at], (plain / scaling)[1, at]]))
    rejected = (np.stack(rows) > stats.chi2.isf(0.05, 1)).mean(axis=0)
    return pd.DataFrame({"term": TERMS, "ordinary": rejected[0], "generalised": rejected[1]})


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for is_normal in (True, False):
        for name in ("MLR", "MLM"):
            print("normal" if is_normal else "chi-square(2)", name)
            print(sizes(name, times, normal=is_normal).round(3).to_string(index=False))
