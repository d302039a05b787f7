"""Speed of factor models beside lavaan, and how well tests and intervals of ordered items hold.

Run: python benchmarks/factor_models.py [samples]
Prints seconds of one WLSMV fit with all its fit measures (20 items of 5 answers, 4 factors, 5,000 persons) here and in
R's lavaan where Rscript and lavaan are there, then the size of the test of fit and of difference and score tests, and
coverage of 95% intervals. All data are simulated.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch.measurement import cfa

FACTORS = "\n".join(f"f{j + 1} =~ " + " + ".join(f"x{5 * j + k}" for k in range(1, 6)) for j in range(4))
TWO = "f1 =~ x1 + x2 + x3 + x4\nf2 =~ x5 + x6 + x7 + x8"
R_CODE = """
suppressMessages(library(lavaan))
d <- read.csv("{path}")
model <- "{model}"
s <- system.time({{ f <- cfa(model, data = d, ordered = TRUE); m <- fitMeasures(f) }})[["elapsed"]]
cat(s, m[["chisq.scaled"]], m[["cfi.robust"]])
"""


def answers(rng: np.random.Generator, n: int, n_factors: int, items: int, cuts: list[float]) -> pd.DataFrame:
    """Loadings .7, factors that correlate .5."""
    factors = rng.multivariate_normal(np.zeros(n_factors), np.eye(n_factors) / 2 + 0.5, n)
    p = n_factors * items
    responses = 0.7 * np.repeat(factors, items, axis=1) + np.sqrt(0.51) * rng.normal(size=(n, p))
    return pd.DataFrame(1 + np.digitize(responses, cuts), columns=[f"x{k}" for k in range(1, p + 1)])


def speed() -> None:
    """Seconds here and in lavaan, at the same chi-square."""
    frame = answers(np.random.default_rng(1), 5000, 4, 5, [-1.2, -0.4, 0.4, 1.2])
    times = []
    for _ in range(5):
        began = time.perf_counter()
        fit = cfa(FACTORS, frame, ordered=True)
        measures, _ = fit.fit_measures, fit.tidy()
        times.append(time.perf_counter() - began)
    ours = float(np.median(times))
    print(f"lcresearch {ours:.3f} s, chi-square {measures['chi_square']:.6f}, robust CFI {measures['cfi_robust']:.8f}")
    if shutil.which("Rscript") is None:
        print("Rscript is not there: no comparison")
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        frame.to_csv(path, index=False)
        code = R_CODE.format(path=path.as_posix(), model=FACTORS.replace("\n", "\\n"))
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"lavaan did not run: {done.stderr.strip()[-200:]}")
        return
    theirs, chi_square, cfi = map(float, done.stdout.split())
    print(f"lavaan     {theirs:.3f} s, chi-square {chi_square:.6f}, robust CFI {cfi:.8f}: {theirs / ours:.0f} times")


def calibration(samples: int, n: int, cuts: list[float]) -> dict[str, float]:
    """Shares of rejections at 5%, and of intervals that hold the truth."""
    rng = np.random.default_rng(2)
    fit_test, difference, score, covered, close_fit = [], [], [], [], []
    for _ in range(samples):
        frame = answers(rng, n, 2, 4, cuts)
        fit = cfa(TWO, frame, ordered=True, std_lv=True)
        wider = cfa(f"{TWO}\nx1 ~~ x2\nx1 ~~ x5", frame, ordered=True, std_lv=True)
        table = fit.tidy().set_index("term")
        loadings = table[table["kind"] == "loadings"]
        covered.append(((loadings["conf_low"] < 0.7) & (loadings["conf_high"] > 0.7)).mean())
        fit_test.append(fit.fit_measures["p_value"] < 0.05)
        close_fit.append(fit.fit_measures["rmsea_robust"])
        difference.append(fit.compare(wider)["p_value"].iloc[0] < 0.05)
        score.append((fit.modification_indices()["p_value"] < 0.05).mean())
    return {
        "n": n, "answers": len(cuts) + 1, "test of fit": np.mean(fit_test), "difference test": np.mean(difference),
        "score tests": np.mean(score), "coverage of loadings": np.mean(covered),
        "mean robust RMSEA": np.mean(close_fit),
    }  # fmt: skip


def main(samples: int) -> None:
    speed()
    conditions = [(n, cuts) for n in (200, 500) for cuts in ([-1.2, -0.4, 0.4, 1.2], [0.0, 1.2])]
    print(pd.DataFrame([calibration(samples, n, cuts) for n, cuts in conditions]).round(3).to_string(index=False))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
