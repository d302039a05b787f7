"""Factor models beside lavaan and semopy, on the same data in one go: the table of docs/measurement-calibration.md.

    python benchmarks/factor_models.py                  all cases; lavaan needs minutes for 40 groups
    python benchmarks/factor_models.py --only hs wlsmv  some of them

Cases: ``hs`` Holzinger & Swineford (1939), three factors, also that estimates agree to 1e-4; ``groups`` 40 groups of
100 persons, 12 items, 3 factors: configural, metric and scalar, also that chi-squares agree to 1e-4; ``alignment`` of
the same groups, beside the time of lavaan's configural fit only (sirt, which aligns, is not in Debian; our values are
held to those of sirt in tests/measurement/comparability/test_alignment.py); ``wlsmv`` 20 ordered items of 5,000
persons.

Each program reads the data first, and then fits with standard errors and fit measures; that is what is timed. Times of
this package are medians of several runs. Processor seconds are those of the process; where wall seconds are much
longer, the machine was busy. lavaan: ``Rscript`` with the package. semopy runs in an environment of its own (uv); it
has no equality across groups and no estimator like WLSMV, so that it can do the first case only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from comparison import Clock, Compared, installed, relative
from replication import markdown
from simulated_answers import answers, frame_of, syntax

from lcresearch.measurement import alignment, cfa

KIND = "comparison"

DATA = Path(__file__).parents[1] / "tests" / "reference" / "data"
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
ORDERED = "\n".join(f"f{j + 1} =~ " + " + ".join(f"x{5 * j + k}" for k in range(1, 6)) for j in range(4))
EQUAL = {"configural": (), "metric": ("loadings",), "scalar": ("loadings", "intercepts")}
R_CODE = """
suppressMessages(library(lavaan))
d <- read.csv("{path}")
for (k in 1:{times}) {{
  s <- system.time({{ f <- cfa("{model}", data = d{options}); m <- fitMeasures(f); e <- parameterEstimates(f) }})
  cat("TIME", s[["elapsed"]], s[["user.self"]] + s[["sys.self"]], "\\n")
}}
cat("CHI", format(m[["chisq"]], digits = 17), "\\n")
e$term <- paste0(e$lhs, ifelse(e$op == "~1", "", e$op), ifelse(e$op == "~1", "~1", e$rhs))
cat("TERM", paste(e$term, format(e$est, digits = 17), e$group), sep = "\\nTERM ")
"""
SEMOPY_CODE = """
import json, sys, time
import pandas as pd, semopy
frame, model = pd.read_csv(sys.argv[1]), sys.argv[2]
times = []
for _ in range(3):
    wall, processor = time.perf_counter(), time.process_time()
    fit = semopy.Model(model)
    fit.fit(frame)
    chi, table = float(semopy.calc_stats(fit)["chi2"].iloc[0]), fit.inspect()
    times.append((time.perf_counter() - wall, time.process_time() - processor))
names = [f"{r.rval}=~{r.lval}" if r.op == "~" else f"{r.lval}{r.op}{r.rval}" for r in table.itertuples()]
terms = dict(zip(names, map(float, table["Estimate"])))
print(json.dumps({"times": sorted(times)[1], "chi_square": chi, "estimates": terms}))
"""


@dataclass(frozen=True)
class Run:
    """What a program needed and found; NaN where it cannot, with the reason."""

    wall: float = np.nan
    processor: float = np.nan
    chi_square: float = np.nan
    estimates: dict[str, float] = field(default_factory=dict)
    reason: str = ""


def timed(fit: Callable[[], tuple[float, dict[str, float]]], times: int = 7) -> Run:
    """Medians of several runs, after one that does not count."""
    chi_square, estimates = fit()
    took = []
    for _ in range(times):
        wall, processor = time.perf_counter(), time.process_time()
        fit()
        took.append((time.perf_counter() - wall, time.process_time() - processor))
    wall, processor = np.median(took, axis=0)
    return Run(float(wall), float(processor), chi_square, estimates)


def ours(model: str, frame: pd.DataFrame, **options: object) -> Run:
    """With standard errors and fit measures."""

    def fit() -> tuple[float, dict[str, float]]:
        found = cfa(model, frame, **options)  # type: ignore[arg-type]
        table = found.tidy()
        found.fit_measures  # noqa: B018
        return found.estimated.test.statistic, dict(zip(table["term"], table["estimate"], strict=True))

    return timed(fit)


def lavaan(model: str, frame: pd.DataFrame, options: str = "", times: int = 3) -> Run:
    """The same by lavaan; the last of several runs."""
    if shutil.which("Rscript") is None:
        return Run(reason="Rscript is not there")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        frame.to_csv(path, index=False)
        code = R_CODE.format(path=path.as_posix(), model=model.replace("\n", "\\n"), options=options, times=times)
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
    if done.returncode:
        return Run(reason=f"lavaan did not run: {done.stderr.strip()[-200:]}")
    lines = [line.split() for line in done.stdout.splitlines() if line]
    took = np.median([[float(value) for value in line[1:]] for line in lines if line[0] == "TIME"], axis=0)
    chi_square = next(float(line[1]) for line in lines if line[0] == "CHI")
    terms = {line[1]: float(line[2]) for line in lines if line[0] == "TERM" and len(line) > 2}
    return Run(float(took[0]), float(took[1]), chi_square, terms)


def semopy(model: str, frame: pd.DataFrame) -> Run:
    """The same by semopy, where it is installed or else in an environment of its own."""
    uv = [shutil.which("uv") or ""] if shutil.which("uv") else [sys.executable, "-m", "uv"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        frame.to_csv(path, index=False)
        own = [sys.executable] if installed("semopy") else [*uv, "run", "--no-project", "--with", "semopy", "python"]
        command = [*own, "-W", "ignore", "-c", SEMOPY_CODE, str(path), model]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return Run(reason=f"semopy did not run: {done.stderr.strip()[-200:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Run(*found["times"], found["chi_square"], found["estimates"])


def row(own: Run, r: Run, python: Run) -> dict[str, object]:
    """One row of the table; chi-squares are compared with lavaan's."""
    found: dict[str, object] = {}
    for name, run in (("lcresearch", own), ("lavaan", r), ("semopy", python)):
        found[f"{name}, s"] = run.reason or f"{run.processor:.3g} ({run.wall:.3g})"
        if run is not own:
            known = np.isfinite(run.processor)
            ratio = run.processor / own.processor
            found[f"{name} / ours"] = f"{ratio:.{0 if ratio > 10 else 1}f}" if known else "–"
    found["chi-square"] = f"{own.chi_square:.6f}" if np.isfinite(own.chi_square) else "–"
    for name, run in (("lavaan", r), ("semopy", python)):
        away = run.chi_square - own.chi_square
        found[f"{name} - ours"] = f"{away:.1e}" if np.isfinite(away) else "–"
    return found


def largest_difference(own: Run, other: Run) -> tuple[float, int]:
    """Between the estimates that both have."""
    turned = {"~~".join(reversed(name.split("~~"))): value for name, value in other.estimates.items() if "~~" in name}
    theirs = turned | other.estimates
    both = [name for name in own.estimates if name in theirs]
    return max((abs(own.estimates[name] - theirs[name]) for name in both), default=np.nan), len(both)


def holzinger_swineford() -> dict[str, dict[str, object]]:
    frame = pd.read_csv(DATA / "holzinger_swineford1939.csv")[[f"x{k}" for k in range(1, 10)]]
    own, r, python = ours(HS, frame), lavaan(HS, frame), semopy(HS, frame)
    for name, other in (("lavaan", r), ("semopy", python)):
        away, n = largest_difference(own, other)
        print(f"Holzinger & Swineford: largest difference of {n} estimates with {name}: {away:.1e}", flush=True)
    return {"Holzinger & Swineford, 3 factors": row(own, r, python)}


def forty_groups() -> pd.DataFrame:
    rng = np.random.default_rng(40)
    return frame_of(answers(4000, 12, rng)).assign(group=np.repeat([f"g{k:02d}" for k in range(1, 41)], 100))


@cache
def lavaan_forty(step: str) -> Run:
    """lavaan's fit of a step, once: it takes minutes."""
    equal = ", ".join(f'"{each}"' for each in EQUAL[step])
    options = ', group = "group"' + (f", group.equal = c({equal})" if equal else "")
    return lavaan(syntax(12), forty_groups(), options, times=1)


def groups() -> dict[str, dict[str, object]]:
    frame, found = forty_groups(), {}
    for step, equal in EQUAL.items():
        own = ours(syntax(12), frame, group="group", group_equal=equal)
        found[f"40 groups of 100, {step}"] = row(own, lavaan_forty(step), Run(reason="cannot"))
        print(f"40 groups, {step}: {found[f'40 groups of 100, {step}']}", flush=True)
    return found


def aligned() -> dict[str, dict[str, object]]:
    frame = forty_groups()

    def fit() -> tuple[float, dict[str, float]]:
        alignment(syntax(12), frame, "group")
        return np.nan, {}

    own = timed(fit, times=3)
    name = "40 groups of 100, alignment of 3 factors (lavaan: configural fit only)"
    return {name: row(own, lavaan_forty("configural"), Run(reason="cannot"))}


def wlsmv() -> dict[str, dict[str, object]]:
    frame = ordered_answers()
    own, r = ours(ORDERED, frame, ordered=True), lavaan(ORDERED, frame, ", ordered = TRUE")
    return {"WLSMV, 20 items, 5,000 persons": row(own, r, Run(reason="cannot"))}


def ordered_answers() -> pd.DataFrame:
    """Twenty ordered items of four factors, 5,000 persons."""
    rng = np.random.default_rng(1)
    factors = rng.multivariate_normal(np.zeros(4), np.eye(4) / 2 + 0.5, 5000)
    responses = 0.7 * np.repeat(factors, 5, axis=1) + np.sqrt(0.51) * rng.normal(size=(5000, 20))
    return frame_of(1 + np.digitize(responses, [-1.2, -0.4, 0.4, 1.2]))


def comparisons(long: bool = False) -> Iterator[Compared]:
    """Rows for ``run.py``; 40 groups only where it may take long."""
    frame = pd.read_csv(DATA / "holzinger_swineford1939.csv")[[f"x{k}" for k in range(1, 10)]]
    name = "Factor model of 9 items, 301 persons (Holzinger and Swineford)"
    own = ours(HS, frame)
    if installed("lavaan"):
        yield compared(name, "lavaan", own, lavaan(HS, frame))
    if installed("semopy"):
        # semopy minimises with n - 1 where lavaan and this package take n
        yield compared(name, "semopy", own, semopy(HS, frame))
    if installed("lavaan"):
        frame = ordered_answers()
        own, r = ours(ORDERED, frame, ordered=True), lavaan(ORDERED, frame, ", ordered = TRUE")
        yield compared("Ordinal factor model (WLSMV) of 20 items, 5,000 persons", "lavaan", own, r)
    for step, equal in EQUAL.items() if long and installed("lavaan") else ():
        own = ours(syntax(12), forty_groups(), group="group", group_equal=equal)
        yield compared(f"Factor model in 40 groups of 100, {step}", "lavaan", own, lavaan_forty(step))


def compared(case: str, program: str, own: Run, other: Run) -> Compared:
    """A row of chi-squares."""
    theirs = None if other.reason else Clock(other.processor, other.wall)
    apart = None if other.reason else relative(own.chi_square, other.chi_square)
    return Compared(case, program, Clock(own.processor, own.wall), theirs, apart, "chi-square", other.reason)


CASES = {"hs": holzinger_swineford, "groups": groups, "alignment": aligned, "wlsmv": wlsmv}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=list(CASES), choices=list(CASES))
    given = parser.parse_args()
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    if not one_thread.items() <= os.environ.items():  # the library reads them when it is loaded
        raise SystemExit(subprocess.call([sys.executable, *sys.argv], env=os.environ | one_thread))
    found: dict[str, dict[str, object]] = {}
    for name in given.only:
        found |= CASES[name]()
    print("\nProcessor seconds (wall seconds); ratios are of processor seconds.\n")
    print(markdown(pd.DataFrame(found).T))


if __name__ == "__main__":
    main()
