"""How long a two-level factor model takes: small beside lavaan (R, where installed), and 100,000 persons.

Run: ``python benchmarks/two_level.py``. Data are invented. lavaan runs in the same go, on the same file.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from comparison import Compared, beside_r, installed
from comparison import timed as clocked

from lcresearch import measurement

KIND = "comparison"

R_CODE = """
suppressPackageStartupMessages(library(lavaan))
d <- read.csv(commandArgs(TRUE)[1]); m <- paste(readLines(commandArgs(TRUE)[2]), collapse = "\\n")
t <- system.time(f <- cfa(m, data = d, cluster = "community"))[["elapsed"]]
cat(t, fitMeasures(f, "logl"), fitMeasures(f, "chisq"))
"""


def invented(n_clusters: int, mean_size: int, seed: int) -> pd.DataFrame:
    """Twelve items of three factors within, and one between."""
    rng = np.random.default_rng(seed)
    size = rng.integers(max(mean_size // 2, 2), 3 * mean_size // 2, n_clusters, endpoint=True)
    code = np.repeat(np.arange(n_clusters), size)
    factors = 0.6 * rng.normal(size=(len(code), 1)) + 0.7 * rng.normal(size=(len(code), 3))
    above = rng.normal(0, 0.5, n_clusters)
    answers = {
        f"a{k + 1}": 3
        + factors[:, k // 4]
        + rng.normal(0, 0.7, len(code))
        + (above + rng.normal(0, 0.3, n_clusters))[code]
        for k in range(12)
    }
    return pd.DataFrame(answers).assign(community=code)


MODEL = """level: 1
f1 =~ a1 + a2 + a3 + a4
f2 =~ a5 + a6 + a7 + a8
f3 =~ a9 + a10 + a11 + a12
level: 2
g =~ a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + a10 + a11 + a12
"""


def timed(frame: pd.DataFrame) -> tuple[float, float, float]:
    """Seconds for the fit with its standard errors and measures of fit, log-likelihood, chi-square."""
    start = time.perf_counter()
    fit = measurement.cfa(MODEL, frame, cluster="community")
    fit.tidy()
    row = fit.glance().iloc[0]
    return time.perf_counter() - start, float(row["log_likelihood"]), float(row["chi_square"])


def lavaan(frame: pd.DataFrame) -> str:
    """What lavaan says: seconds, log-likelihood, chi-square; empty without R."""
    if shutil.which("Rscript") is None:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        data, model, code = (Path(folder) / name for name in ("d.csv", "m.txt", "r.R"))
        frame.to_csv(data, index=False)
        model.write_text(MODEL, encoding="utf-8")
        code.write_text(R_CODE, encoding="utf-8")
        command = ["Rscript", str(code), str(data), str(model)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def comparisons(long: bool = False) -> Iterator[Compared]:
    """Rows for ``run.py``."""
    if installed("lavaan"):
        frame = invented(100, 20, seed=1)
        ours = clocked(lambda: timed(frame)[1:])
        code = f'f <- cfa("{MODEL}", data = d, cluster = "community"); m <- fitMeasures(f, c("logl", "chisq"))'
        name = f"Two-level factor model of 12 items, {len(frame):,} persons in 100 clusters"
        yield beside_r(name, "lavaan", frame, ours, code, "m", "log-likelihood and chi-square")


def show(name: str, frame: pd.DataFrame) -> None:
    """Print one row."""
    seconds, log_likelihood, chi_square = timed(frame)
    print(f"{name}, {len(frame)} persons: {seconds:.2f} s, logl {log_likelihood:.4f}, chi-square {chi_square:.4f}")


if __name__ == "__main__":
    small = invented(100, 20, seed=1)
    timed(small)
    show("100 clusters", small)
    print("lavaan: seconds, logl, chi-square:", lavaan(small))
    large = invented(2000, 50, seed=2)
    show("2000 clusters", large)
