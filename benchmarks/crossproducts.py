"""Sums of products of a Parquet file inside DuckDB: ``python benchmarks/crossproducts.py [--rows 10000000]``.

Four questions. (1) Seconds and peak memory of the pass over a file and of the fit after it, for ``y ~ x + elem +
(1 + elem | consortium) + (1 + x | community)``; 100,000,000 rows must stay below 4 GiB. (2) The same from pandas for
the first rows, as a ratio a row. (3) What a shift is worth: the criterion of years as large numbers at a million
rows, from sums about zero and about the means. (4) The pass that keeps no sum a person, with four rows each.

The file is made in chunks in a temporary folder and removed afterwards. Each measurement runs in a process of its own.

Measured on two cores that others used too (Python 3.11, DuckDB 2.0, ibis 12). 10,000,000 rows: pass 0.9 to 2.3 s,
peak 0.5 GiB; with 2,500,000 persons who are summed 2 s, 1.2 GiB. 100,000,000 rows (2 GiB of Parquet): 5.3 to 10.2 s,
0.55 GiB; with 25,000,000 persons 36 s, 2.2 GiB. Fit 0.1 to 0.2 s. DuckDB takes 0.1 to 0.4 times as long a row as
pandas. Years: the criterion is off by 1e-1 from sums about zero, by 1e-9 about means, a given shift, or added parts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from peak_memory import peak_mebibytes

from lcresearch import multilevel
from lcresearch.multilevel import crossproducts

KIND = "speed"

FORMULA = "y ~ x + elem + (1 + elem | consortium) + (1 + x | community)"
PERSONS = "y ~ x + elem + (1 | consortium) + (1 | community/person)"
GROWTH = "y ~ year + (1 + year | community)"
BYTES_A_ROW = 40
CHUNK = 2_000_000
MOST_MEBIBYTES = 4096


def effects(rng: np.random.Generator, n_consortia: int, n_communities: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(0, 0.4, (2, n_consortia)), rng.normal(0, 0.3, (2, n_communities))


WAVES = 4


def rows(
    rng: np.random.Generator, start: int, n: int, consortium_effects: np.ndarray, community_effects: np.ndarray
) -> pa.Table:
    """Invented answers of persons, four each, in communities within consortia."""
    n_consortia, n_communities = consortium_effects.shape[1], community_effects.shape[1]
    community = np.repeat(rng.integers(0, n_communities, n // WAVES + 1), WAVES)[:n]
    consortium = community * n_consortia // n_communities
    x, elem = rng.normal(size=n), rng.integers(0, 2, n)
    y = 3 + 0.4 * x + 0.2 * elem + rng.normal(size=n)
    y += consortium_effects[0, consortium] + consortium_effects[1, consortium] * elem
    y += np.repeat(rng.normal(0, 0.7, n // WAVES + 1), WAVES)[:n]
    y += community_effects[0, community] + community_effects[1, community] * x
    columns = {"y": y, "x": x, "elem": elem, "consortium": consortium.astype(np.int32)}
    columns |= {"community": community.astype(np.int32), "person": ((start + np.arange(n)) // WAVES).astype(np.int32)}
    return pa.table(columns)


def write(path: Path, n_rows: int) -> dict[str, float]:
    rng = np.random.default_rng(1)
    both = effects(rng, 40, max(1000, min(10_000, n_rows // 100)))
    writer = None
    for start in range(0, n_rows, CHUNK):
        chunk = rows(rng, start, min(CHUNK, n_rows - start), *both)
        writer = writer or pq.ParquetWriter(path, chunk.schema)
        writer.write_table(chunk)
    if writer is not None:
        writer.close()
    return {}


def from_duckdb(path: Path, memory: str, formula: str, persons: str | None) -> dict[str, float]:
    connection = ibis.duckdb.connect(memory_limit=memory, temp_directory=str(path.parent))
    before = peak_mebibytes()
    start = time.perf_counter()
    cross = crossproducts(formula, connection.read_parquet(path), persons=persons)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    fit = multilevel.fit_lmm(formula, cross)
    found = {
        "rows": cross.n,
        "cells": cross.sums.shape[2],
        "pass": seconds,
        "fit": time.perf_counter() - start,
        "criterion": fit.deviance,
    }
    return found | {"mebibytes": peak_mebibytes(), "before": before}


def from_pandas(path: Path, n_rows: int) -> dict[str, float]:
    batch = next(pq.ParquetFile(path).iter_batches(batch_size=n_rows))
    frame = batch.to_pandas()
    start = time.perf_counter()
    cross = crossproducts(FORMULA, frame)
    seconds = time.perf_counter() - start
    fit = multilevel.fit_lmm(FORMULA, cross)
    return {"rows": cross.n, "pass": seconds, "criterion": fit.deviance, "mebibytes": peak_mebibytes()}


def years(n_rows: int) -> dict[str, float]:
    """The criterion of growth over years, each way; years about zero are the reference."""
    rng = np.random.default_rng(2)
    community = rng.integers(0, 1000, n_rows)
    wave = rng.integers(0, 4, n_rows)
    y = 50_000 + rng.normal(size=1000)[community] + 0.3 * rng.normal(size=1000)[community] * wave
    frame = pd.DataFrame({"y": y + rng.normal(size=n_rows), "year": 2021 + wave, "community": community})
    found = {}
    small = frame.assign(y=frame["y"] - 50_000, year=wave)
    reference = multilevel.fit_lmm(GROWTH, small)
    parts = [frame[: n_rows // 3], frame[n_rows // 3 :]]
    ways: dict[str, Callable[[], multilevel.Crossproducts]] = {
        "about zero": lambda: crossproducts(GROWTH, frame, shift={}),
        "about means": lambda: crossproducts(GROWTH, frame),
        "about 2022 and 50000": lambda: crossproducts(GROWTH, frame, shift={"year": 2022, "y": 50_000}),
        "two parts, means": lambda: crossproducts(GROWTH, parts[0]) + crossproducts(GROWTH, parts[1]),
        "DuckDB, means": lambda: crossproducts(GROWTH, ibis.memtable(pa.Table.from_pandas(frame))),
    }
    for name, way in ways.items():
        fit = multilevel.fit_lmm(GROWTH, way())
        slope, own = (each.tidy(ddf="none").iloc[1] for each in (reference, fit))
        found[name] = fit.deviance - reference.deviance
        found[f"{name}, slope"] = (own["estimate"] - slope["estimate"]) / slope["std_error"]
    return found


def apart(work: Callable[..., dict[str, float]], *arguments: object) -> dict[str, float]:
    """A measurement in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--pandas-rows", type=int, default=2_000_000)
    parser.add_argument("--memory", default="2GB", help="what DuckDB may use")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        free = shutil.disk_usage(folder).free
        if free < 2 * BYTES_A_ROW * asked.rows:
            raise SystemExit(f"{asked.rows:,} rows need about {BYTES_A_ROW * asked.rows / 2**30:.0f} GiB of disk")
        path = folder / "rows.parquet"
        apart(write, path, asked.rows)
        print(f"{asked.rows:,} rows, {path.stat().st_size / 2**30:.2f} GiB of Parquet")
        found = {}
        for formula, persons in ((PERSONS, "person"), (FORMULA, None)):
            found = apart(from_duckdb, path, asked.memory, formula, persons)
            print(f"{formula}, {found['rows']:,.0f} rows in DuckDB: {found['cells']:,.0f} cells, "
                  f"pass {found['pass']:.1f} s, fit {found['fit']:.2f} s, peak {found['mebibytes']:.0f} MiB "
                  f"(of which {found['before']:.0f} MiB was there before)")  # fmt: skip
            print("below 4 GiB" if found["mebibytes"] < MOST_MEBIBYTES else "ABOVE 4 GiB")
        rows_of_pandas = min(asked.pandas_rows, asked.rows, CHUNK)
        other = apart(from_pandas, path, rows_of_pandas)
        ratio = (other["pass"] / other["rows"]) / (found["pass"] / found["rows"])
        print(f"pandas, {other['rows']:,.0f} rows: pass {other['pass']:.2f} s, peak {other['mebibytes']:.0f} MiB; "
              f"DuckDB takes {1 / ratio:.2f} times as long a row")  # fmt: skip
    finally:
        shutil.rmtree(folder)
    print("Years at 1,000,000 rows: criterion minus that of years about zero; slope in standard errors")
    shifted = apart(years, 1_000_000)
    for name in (key for key in shifted if not key.endswith("slope")):
        print(f"  {name:22} {shifted[name]:+.1e}   {shifted[f'{name}, slope']:+.1e}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
