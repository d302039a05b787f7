"""Processor time of factor models of continuous items beside lavaan, at the same chi-square.

Run: python benchmarks/continuous_factor_models.py
Invented answers of 5,000 persons to 20 items of five factors: ML, MLR, and full-information ML with 50 patterns of open
answers. Each fit with all its measures of fit and the table of standardised estimates. Processor time, so that what
else runs on the machine counts less.
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
from comparison import Compared, beside_r, installed, timed

from lcresearch.measurement import cfa

KIND = "comparison"

MODEL = "\n".join(f"f{j} =~ " + " + ".join(f"y{4 * j + k}" for k in range(1, 5)) for j in range(5))
CASES = (("ML", "listwise"), ("MLR", "listwise"), ("ML", "fiml"))
R_CODE = """
suppressMessages(library(lavaan))
d <- read.csv("{path}")
s <- system.time({{ f <- cfa("{model}", data = d, estimator = "{estimator}", missing = "{missing}")
  m <- fitMeasures(f); p <- parameterEstimates(f, standardized = TRUE) }})
cat(sum(s[1:2]), m[["chisq"]])
"""


def answers(seed: int = 1, n: int = 5000, n_patterns: int = 50) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Complete answers, and the same with open ones: 15% of the items in each pattern but the first."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal(np.zeros(5), 0.3 + 0.7 * np.eye(5), n)
    values = 0.7 * np.repeat(factors, 4, axis=1) + rng.normal(0, 0.7, (n, 20))
    frame = pd.DataFrame(values, columns=[f"y{k}" for k in range(1, 21)])
    patterns = rng.random((n_patterns, 20)) < 0.15
    patterns[0] = False
    return frame, frame.mask(patterns[rng.integers(0, n_patterns, n)])


def here(frame: pd.DataFrame, estimator: str, missing: str) -> tuple[float, float]:
    """Seconds, the best of three, and the chi-square without scaling."""
    best = np.inf
    for _ in range(3):
        began = time.process_time()
        fit = cfa(MODEL, frame, estimator=estimator, missing=missing)
        _ = fit.fit_measures, fit.tidy()
        best = min(best, time.process_time() - began)
    return best, fit.estimated.test.statistic


def lavaan(frame: pd.DataFrame, estimator: str, missing: str) -> str:
    """Seconds and chi-square of lavaan, or why there are none."""
    if shutil.which("Rscript") is None:
        return "Rscript is not there"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        frame.to_csv(path, index=False)
        model = MODEL.replace("\n", "\\n")
        code = R_CODE.format(path=path.as_posix(), model=model, estimator=estimator, missing=missing)
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else done.stderr.strip()[-200:]


def comparisons(long: bool = False) -> Iterator[Compared]:
    """Rows for ``run.py``."""
    complete, gaps = answers()
    for estimator, missing in CASES if installed("lavaan") else ():
        frame = gaps if missing == "fiml" else complete

        def fitted(frame: pd.DataFrame = frame, estimator: str = estimator, missing: str = missing) -> float:
            fit = cfa(MODEL, frame, estimator=estimator, missing=missing)  # type: ignore[arg-type]
            _ = fit.fit_measures, fit.tidy()
            return float(fit.estimated.test.statistic)

        code = (
            f'f <- cfa("{MODEL}", data = d, estimator = "{estimator}", missing = "{missing}"); '
            "m <- fitMeasures(f); p <- parameterEstimates(f, standardized = TRUE)"
        )
        name = f"Factor model of 20 items, 5,000 persons, {estimator}" + (", open answers" if missing == "fiml" else "")
        yield beside_r(name, "lavaan", frame, timed(fitted), code, 'm[["chisq"]]', "chi-square")


if __name__ == "__main__":
    complete, gaps = answers()
    for name, how in CASES:
        data = gaps if how == "fiml" else complete
        seconds, chi_square = here(data, name, how)
        print(f"{name} {how}: here {seconds:.3f} s, {chi_square:.4f}; lavaan {lavaan(data, name, how)}")
