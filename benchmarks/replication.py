"""The loop of every simulation: data sets in chunks, each with its own seed, and shares with their Monte Carlo error.

A simulation gives a function ``chunk(condition, n, rng)`` that returns a list of dictionaries, one a data set, with the
same names. The figures of a condition depend on its number and the chunk, not on how many processes run. With ``--keep
FOLDER`` each finished chunk is a file there, and what is there is not simulated again: a run that breaks off loses one
chunk a process, and more replications add to those that are there.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchWarning

KIND = "part"

Row = Mapping[str, Any]
Chunk = Callable[[Any, int, np.random.Generator], Sequence[Row]]
One = Callable[[Any, np.random.Generator], Row]


def arguments(description: str | None, replications: int, jobs: int = 2) -> argparse.ArgumentParser:
    """A parser that knows ``--replications``, ``--jobs``, ``--keep`` and ``--only``."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=replications, help="data sets a condition")
    parser.add_argument("--jobs", type=int, default=jobs, help="processes")
    parser.add_argument("--keep", type=Path, help="folder in which finished chunks stay")
    return parser


def each(one: One) -> Chunk:
    """A chunk of data sets that are made and looked at one by one."""
    return partial(_one_by_one, one)


def _one_by_one(one: One, condition: Any, n: int, rng: np.random.Generator) -> list[Row]:
    return [one(condition, rng) for _ in range(n)]


@dataclass(frozen=True)
class _Job:
    chunk: Chunk
    condition: Any
    n: int
    seed: tuple[int, int]
    path: Path | None


def _run(job: _Job) -> pd.DataFrame:
    """One chunk, or what is kept of it."""
    if job.path is not None and job.path.exists():
        return pd.read_csv(job.path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        found = pd.DataFrame(job.chunk(job.condition, job.n, np.random.default_rng(job.seed)))
    if job.path is not None:
        unfinished = job.path.with_suffix(".part")
        found.to_csv(unfinished, index=False)
        unfinished.replace(job.path)
    return found


def replicate(
    chunk: Chunk,
    conditions: Mapping[str, Any],
    given: argparse.Namespace,
    *,
    size: int = 50,
    replications: int | None = None,
    name: str = "",
) -> dict[str, pd.DataFrame]:
    """Condition -> a row a data set.

    Parameters
    ----------
    chunk : callable
        At the top of a module, so that other processes find it; see :func:`each`.
    conditions : mapping of str -> anything
        The order gives the seeds.
    given : Namespace
        Of :func:`arguments`.
    size : int
        Data sets a chunk.
    replications : int, optional
        In place of those of ``given``.
    name : str
        Of the simulation, where a benchmark has several: before the names of kept files.
    """
    n = given.replications if replications is None else replications
    found = {}
    for number, (label, condition) in enumerate(conditions.items()):
        start = time.perf_counter()
        sizes = [size] * (n // size) + [n % size] * (n % size > 0)
        jobs = [
            _Job(chunk, condition, own, (number, k), _path(given.keep, f"{name}{number}-{k}-{own}"))
            for k, own in enumerate(sizes)
        ]
        found[label] = pd.concat(_all(jobs, given.jobs), ignore_index=True)
        print(f"{label}: {len(found[label])} data sets in {time.perf_counter() - start:.0f} s", flush=True)
    return found


def _all(jobs: list[_Job], processes: int) -> list[pd.DataFrame]:
    if processes == 1:
        return [_run(job) for job in jobs]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(_run, jobs))


def _path(folder: Path | None, name: str) -> Path | None:
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.csv"


def monte_carlo_error(values: pd.DataFrame | pd.Series) -> Any:
    """Standard error of means over data sets; of a share p it is the root of p (1 - p) / n."""
    return values.astype(float).std(ddof=0) / np.sqrt(values.notna().sum())


def shares(found: Mapping[str, pd.DataFrame], *, percent: bool = True, errors: bool = False) -> pd.DataFrame:
    """Mean of each column, a row a condition, in percent by default; with ``errors`` their Monte Carlo errors too."""
    times = 100 if percent else 1
    rows = {}
    for label, table in found.items():
        mean, error = table.astype(float).mean() * times, monte_carlo_error(table) * times
        rows[label] = {"n": len(table)} | mean.to_dict()
        if errors:
            rows[label] |= {f"{name} (mc error)": value for name, value in error.items()}
    return pd.DataFrame(rows).T


def markdown(table: pd.DataFrame, digits: int = 3, corner: str = "") -> str:
    """A table for a documentation page."""
    lines = [[corner, *map(str, table.columns)], ["---"] * (len(table.columns) + 1)]
    cells = [[_cell(value, digits) for value in row] for row in table.to_numpy()]
    lines += [[str(label), *own] for label, own in zip(table.index, cells, strict=True)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any, digits: int) -> str:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return "–"
    return f"{value:.{digits}f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.{digits}f}"
