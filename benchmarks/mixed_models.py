"""Linear mixed models beside lme4 and statsmodels, on the same data in one go. Run by hand.

    python benchmarks/mixed_models.py             cases a, c and e; lme4 and statsmodels where they are installed
    python benchmarks/mixed_models.py --large     case b too: lme4 needs minutes for it

Cases: (a) 100,000 rows, 1,000 communities in 40 consortia, two random slopes; (b) 1,000,000 rows and 10,000
communities; (c) lme4's InstEval, 73,421 rows, crossed; (e) 1,000 refits of a model of 2,400 rows in three levels.
Times of this package include the formula and the pass over the rows; R's are those of the call alone, without reading.
R is found as ``Rscript`` with package lme4. Each line: seconds, times faster than lme4, criterion minus that of lme4.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from comparison import Compared, beside_r, installed, relative, timed

from lcresearch import multilevel

KIND = "comparison"

SLOPES = "y ~ x + elem + (1 + elem | consortium) + (1 + x | community)"
CROSSED = "y ~ service + (1 | s) + (1 | d) + (1 | dept)"
_R = """
suppressMessages(library(lme4))
d <- read.csv("{data}")
{prepare}
t <- system.time(m <- lmer({formula}, d))
cat("SECONDS", t[["elapsed"]], "\\nCRITERION", format(REMLcrit(m), digits = 15), "\\n")
"""


def nested(n_rows, n_communities, n_consortia=40, seed=1):
    """Invented answers: a slope of x in communities and of elem in consortia."""
    rng = np.random.default_rng(seed)
    community = np.sort(rng.integers(0, n_communities, n_rows))
    consortium = np.sort(np.arange(n_communities) % n_consortia)[community]
    x, elem = rng.normal(size=n_rows), rng.normal(size=n_communities)[community]
    lower = rng.multivariate_normal([0, 0], [[0.2, 0.03], [0.03, 0.05]], n_communities)[community]
    upper = rng.multivariate_normal([0, 0], [[0.1, 0.02], [0.02, 0.04]], n_consortia)[consortium]
    y = 1 + 0.3 * x + 0.2 * elem + lower[:, 0] + lower[:, 1] * x + upper[:, 0] + upper[:, 1] * elem
    y = y + rng.normal(size=n_rows)
    return pd.DataFrame({"y": y, "x": x, "elem": elem, "community": community, "consortium": consortium})


def insteval():
    """The data of lme4, through R; None without it."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "insteval.csv"
        code = f'library(lme4); data(InstEval); write.csv(InstEval, "{path.as_posix()}", row.names = FALSE)'
        if subprocess.run(["Rscript", "-e", code], capture_output=True, check=False).returncode:
            return None
        frame = pd.read_csv(path)
    return frame.assign(**{name: frame[name].astype(str) for name in ("s", "d", "dept", "service")})


def lme4(frame, formula):
    """Seconds and criterion of lme4, or None."""
    if shutil.which("Rscript") is None:
        return None
    known = ("community", "consortium", "s", "d", "dept", "service", "pupil", "school")
    groups = [name for name in known if name in frame]
    prepare = "\n".join(f"d${name} <- factor(d${name})" for name in groups)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.csv"
        frame.to_csv(data, index=False)
        code = _R.format(data=data.as_posix(), prepare=prepare, formula=formula)
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    numbers = [re.search(rf"{word} +([-\d.e+]+)", done.stdout) for word in ("SECONDS", "CRITERION")]
    return tuple(float(number[1]) for number in numbers) if all(numbers) else None


def statsmodels_seconds(frame):
    """MixedLM with the random slopes of one level only: the other cannot be fitted in reasonable time."""
    import statsmodels.formula.api as smf

    start = time.perf_counter()
    smf.mixedlm("y ~ x + elem", frame, groups="community", re_formula="~x").fit()
    return time.perf_counter() - start


def factors(*names):
    """R code: these columns are groups, though they are numbers."""
    return "; ".join(f"d${name} <- factor(d${name})" for name in names)


def comparisons(long=False):
    """Rows for ``run.py``: lme4, statsmodels with the slopes of one level; the largest only where it may take long."""
    cases = [("100,000 rows, slopes in 1,000 communities and 40 consortia", nested(100_000, 1_000), 3)]
    if long:
        cases.append(("1,000,000 rows, slopes in 10,000 communities and 40 consortia", nested(1_000_000, 10_000), 1))
    if installed("lme4"):
        for name, frame, times in cases:
            ours = timed(lambda frame=frame: multilevel.fit_lmm(SLOPES, frame).deviance, times)
            made = factors("community", "consortium")
            yield beside_r(
                name, "lme4", frame, ours, f"m <- lmer({SLOPES}, d)", "REMLcrit(m)", "REML criterion", prepare=made
            )
        crossed = insteval() if long else None
        if crossed is not None:
            ours = timed(lambda: multilevel.fit_lmm(CROSSED, crossed).deviance)
            made = factors("s", "d", "dept", "service")
            name = "73,421 rows, crossed students, lecturers and departments (InstEval)"
            yield beside_r(
                name, "lme4", crossed, ours, f"m <- lmer({CROSSED}, d)", "REMLcrit(m)", "REML criterion", prepare=made
            )
    if installed("statsmodels"):
        yield beside_statsmodels(nested(20_000, 400))


def beside_statsmodels(frame):
    """One level of groups, as statsmodels has no nested slopes."""
    import statsmodels.formula.api as smf

    formula = "y ~ x + elem + (1 + x | community)"
    ours, fit = timed(lambda: multilevel.fit_lmm(formula, frame))
    theirs, other = timed(
        lambda: smf.mixedlm("y ~ x + elem", frame, groups="community", re_formula="~x").fit(method="lbfgs"), 1
    )
    apart = relative(fit.log_likelihood, other.llf)
    return Compared("20,000 rows, slopes in 400 communities", "statsmodels", ours, theirs, apart, "log-likelihood")


def best_of(repeats, work):
    """The shortest time of several, and the last result."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def beside(case, frame, formula, repeats):
    seconds, fit = best_of(repeats, lambda: multilevel.fit_lmm(formula, frame))
    line = f"({case}) {len(frame):>9,} rows  {seconds:8.3f} s"
    other = lme4(frame, formula)
    if other is not None:
        line += f"  lme4 {other[0]:8.2f} s  {other[0] / seconds:7.0f} x  criterion {fit.deviance - other[1]:+.1e}"
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--without-statsmodels", action="store_true")
    given = parser.parse_args()
    beside("a", nested(100_000, 1_000), SLOPES, 5)
    if not given.without_statsmodels:
        print(f"    statsmodels, the slopes of communities only: {statsmodels_seconds(nested(100_000, 1_000)):.1f} s")
    if given.large:
        beside("b", nested(1_000_000, 10_000), SLOPES, 3)
    crossed = insteval()
    if crossed is not None:
        beside("c", crossed, CROSSED, 3)
    small = nested(2_400, 96, 12)
    design = small.drop(columns="y")
    seconds, _ = best_of(
        1,
        lambda: multilevel.power(
            "y ~ x + elem + (1 | consortium/community)",
            design,
            fixed_effects={"x": 0.3, "elem": 0.2},
            variance_components={"consortium": 0.05, "consortium:community": 0.1, "residual": 0.85},
            term="elem",
            seed=1,
        ),
    )
    print(f"(e) 1,000 refits of 2,400 rows with tests  {seconds:8.1f} s on one core")


if __name__ == "__main__":
    main()
