"""Time of meta-analyses beside metafor, in one run on the same invented data.

Run: ``python benchmarks/meta_analysis.py [FOLDER [SECONDS]]``. It writes the data there; where R with metafor is
installed, each model is fitted by both, and metafor is stopped after SECONDS (600 unless given).
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from comparison import beside_r, installed, timed

from lcresearch import synthesis

KIND = "comparison"

IN_R = Path(__file__).with_suffix(".R")


def median_time(run, times=7):
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2]


def invented(folder):
    rng = np.random.default_rng(1)
    for k in (40, 1000, 10_000):
        v = rng.uniform(0.01, 0.1, k)
        data = pd.DataFrame({"y": rng.normal(0.3, np.sqrt(0.05 + v)), "v": v})
        data.to_csv(folder / f"k{k}.csv", index=False)
        yield f"k{k}", f"REML, Knapp-Hartung, k = {k}", data, one_level
    group = np.repeat(np.arange(200), 5)
    v = rng.uniform(0.01, 0.1, 1000)
    y = 0.3 + rng.normal(0, 0.2, 200)[group] + rng.normal(0, np.sqrt(0.03 + v))
    data = pd.DataFrame({"y": y, "v": v, "g": group, "e": np.arange(1000)})
    data.to_csv(folder / "three.csv", index=False)
    yield "three", "three levels, k = 1000 in 200 groups", data, three_levels


def one_level(data):
    fit = synthesis.meta_analysis("y", "v", data=data)
    row = fit.tidy().iloc[0]
    return [row["estimate"], row["std_error"], fit.tau2]


def three_levels(data):
    fit = synthesis.multilevel_meta_analysis("y", "v", ["g", "e"], data=data)
    row = fit.tidy().iloc[0]
    return [row["estimate"], row["std_error"], *fit.variance_components["variance"]]


def in_metafor(folder, name, seconds):
    """Seconds and result; nothing where it is not installed or takes longer."""
    if shutil.which("Rscript") is None:
        return None
    try:
        done = subprocess.run(
            ["Rscript", IN_R, folder, name], capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return [float(number) for number in done.stdout.split()] or None


def comparisons(long=False):
    """Rows for ``run.py``; ten thousand studies only where it may take long, as metafor needs minutes for them."""
    if not installed("metafor"):
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, title, data, run in invented(Path(folder)):
            if name == "k10000" and not long:
                continue
            if name == "three" and not long:
                title, data = "three levels, k = 300 in 60 groups", data[data["g"] < 60]
            ours = timed(lambda data=data, run=run: run(data), 5)
            call, tau2 = "rma(y, v, data = d, test = 'knha')", "m$tau2"
            if name == "three":
                call, tau2 = "rma.mv(y, v, random = ~ 1 | g / e, data = d)", "m$sigma2"
            numbers, times = f"c(m$beta[1], m$se[1], {tau2})", 5 if name == "k40" else 1
            of = "estimate, error and tau2"
            yield beside_r(title, "metafor", data, ours, f"m <- {call}", numbers, of, times=times)


def main(folder, seconds):
    synthesis.meta_analysis([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    for name, title, data, run in invented(folder):
        taken = median_time(lambda data=data, run=run: run(data))
        print(f"{title}: {taken * 1000:.1f} ms", end="")
        theirs = in_metafor(folder, name, seconds)
        if theirs is None:
            print(f"; metafor is not there, or was not ready in {seconds:.0f} s")
            continue
        apart = np.max(np.abs(np.array(run(data)) / theirs[1:] - 1))
        print(f"; metafor {theirs[0]:.3f} s, {theirs[0] / taken:.0f} times as long; results differ by {apart:.0e}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else scratch), float(sys.argv[2]) if len(sys.argv) > 2 else 600.0)
