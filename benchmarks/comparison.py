"""What a comparison with another program is made of: a row, a clock, and R.

A benchmark that compares has a function ``comparisons(long)`` that yields rows; ``run.py`` finds it. Times are
processor seconds of the fit alone, on data that each program has read already, the shortest of several runs, each
program with one thread: they tell more than seconds of the clock on a machine that does something else too. Both are
kept.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

KIND = "part"
IN_R = ("lme4", "glmmTMB", "ordinal", "metafor", "lavaan", "psych", "multilevel", "QCA")
IN_PYTHON = ("statsmodels", "pingouin", "krippendorff", "factor_analyzer", "semopy", "setqca")
R_CODE = """
suppressPackageStartupMessages({{ {libraries} }})
d <- read.csv("{data}", stringsAsFactors = TRUE)
{prepare}
for (k in 1:{times}) {{
  s <- system.time({{ {code} }})
  cat("TIME", s[["elapsed"]], sum(s[c(1, 2, 4, 5)], na.rm = TRUE), "\\n")
}}
cat("FOUND", format(as.numeric({found}), digits = 15), "\\n")
"""
Result = TypeVar("Result")
STARTED = time.monotonic()


@dataclass(frozen=True)
class Clock:
    """Shortest seconds of several runs: of the processor, and of the clock on the wall."""

    processor: float
    wall: float


@dataclass(frozen=True)
class Compared:
    """A case that this package and another program did on the same data."""

    case: str
    program: str
    ours: Clock
    theirs: Clock | None
    apart: float | None
    of: str
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times as long the other program takes."""
        return None if self.theirs is None else self.theirs.processor / max(self.ours.processor, 1e-9)


def timed(work: Callable[[], Result], times: int = 3) -> tuple[Clock, Result]:
    """The shortest of several runs after one that does not count, and what was found."""
    result, took = work(), []
    for _ in range(times):
        wall, processor = time.perf_counter(), time.process_time()
        result = work()
        took.append((time.process_time() - processor, time.perf_counter() - wall))
    return Clock(min(one for one, _ in took), min(one for _, one in took)), result


@cache
def versions() -> Mapping[str, str | None]:
    """The version of every program that can be compared with; None where it is not installed."""
    found: dict[str, str | None] = dict.fromkeys((*IN_R, *IN_PYTHON))
    for name in IN_PYTHON:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    if shutil.which("Rscript"):
        names = ", ".join(f'"{name}"' for name in IN_R)
        there = "nzchar(system.file(package = p))"
        code = f"for (p in c({names})) if ({there}) cat(p, format(packageVersion(p)), fill = TRUE)"
        done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False)
        found |= dict(line.split() for line in done.stdout.splitlines() if line)
    return found


def installed(program: str) -> bool:
    """Whether the other program is there."""
    return versions()[program] is not None


def in_r(
    package: str,
    frame: pd.DataFrame,
    code: str,
    found: str,
    *,
    prepare: str = "",
    times: int = 1,
    seconds: float | None = None,
) -> tuple[Clock | None, np.ndarray[Any, Any], str]:
    """Run R code on a frame (``d`` there): its times, the numbers of ``found``, and why there are none."""
    # ready before the time of the whole file is up, so that R ends with it
    left = float(os.environ.get("BENCHMARK_SECONDS", "600")) - (time.monotonic() - STARTED) - 30
    limit = seconds or max(left, 1.0)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.csv"
        frame.to_csv(data, index=False)
        whole = R_CODE.format(
            libraries=f"library({package})",
            data=data.as_posix(),
            prepare=prepare,
            code=code,
            found=found,
            times=times,
        )
        script = Path(folder) / "run.R"
        script.write_text(whole, encoding="utf-8")
        try:
            done = subprocess.run(["Rscript", str(script)], capture_output=True, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return None, np.array([]), f"not ready in {limit:.0f} s"
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith(("TIME", "FOUND"))]
    took = [(float(line[2]), float(line[1])) for line in lines if line[0] == "TIME"]
    numbers = [line[1:] for line in lines if line[0] == "FOUND"]
    if done.returncode or not numbers:
        return None, np.array([]), "stopped with an error: " + " ".join(done.stderr.split())[-160:]
    values = np.array([np.nan if word == "NA" else float(word) for word in numbers[0]])
    return Clock(min(one for one, _ in took), min(one for _, one in took)), values, ""


def relative(ours: Any, theirs: Any) -> float | None:
    """The largest deviation of ours from theirs, relative to the largest of theirs."""
    left, right = np.asarray(ours, dtype=float).ravel(), np.asarray(theirs, dtype=float).ravel()
    if left.size == 0 or left.shape != right.shape:
        return None
    return float(np.nanmax(np.abs(left - right)) / max(float(np.nanmax(np.abs(right))), 1e-300))


def beside_r(
    case: str,
    package: str,
    frame: pd.DataFrame,
    ours: tuple[Clock, Any],
    code: str,
    found: str,
    of: str,
    **more: Any,
) -> Compared:
    """A row with a package of R."""
    clock, values = ours
    theirs, numbers, note = in_r(package, frame, code, found, **more)
    return Compared(case, package, clock, theirs, relative(values, numbers) if theirs else None, of, note)
