"""Do intervals of indirect effects cover? Run by hand; figures stand in docs/multilevel.md.

    python benchmarks/mediation.py --replications 2000

Invented communities of 15 persons. Cause, mediator and outcome have a true mean a community, with variances of 0.3
(cause), 0.3 (what the mediator has beside the cause) and 0.3 (outcome), and persons vary about it with variance 1.
Paths within are 0.4 (a), 0.4 (b) and 0.2 (direct); between communities a is 0.5 and b is either as within or 0.8.
Slopes, where they differ, have standard deviations of 0.3 and a correlation of 0.5. Counted is how often a 95% interval
holds the true indirect effect. Latent means are slow, and tried on every fifth data set.
"""

import argparse
import dataclasses
import time
import warnings
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd

from lcresearch import multilevel
from lcresearch.errors import LcresearchError, LcresearchWarning

KIND = "simulation"

A, B, DIRECT, A_BETWEEN, SPREAD, CORRELATION = 0.4, 0.4, 0.2, 0.5, 0.3, 0.5
ASKED = {"outcome": "y", "mediator": "m", "cause": "x", "group": "community", "n_draws": 5000}
WAYS = {"observed": {}, "latent": {"group_means": "latent"}}
SLOPES = {"slopes left out": {}, "random slopes": {"random_slopes": ["a", "b"]}}
DESIGNS = {
    "1-1-1, b between as within": ("1-1-1", B, False, WAYS),
    "1-1-1, b between 0.8": ("1-1-1", 0.8, False, WAYS),
    "2-1-1, b between as within": ("2-1-1", B, False, WAYS),
    "2-1-1, b between 0.8": ("2-1-1", 0.8, False, WAYS),
    "1-1-1, slopes that go together": ("1-1-1", B, True, SLOPES),
}


def invented(design, b_between, slopes, n_groups, rng, size=15):
    group = np.repeat(np.arange(n_groups), size)
    mean_x, more_m, more_y = np.sqrt(0.3) * rng.normal(size=(3, n_groups))
    covariance = SPREAD**2 * np.array([[1, CORRELATION], [CORRELATION, 1]]) * slopes
    a, b = rng.multivariate_normal([A, B], covariance, size=n_groups).T
    x, e_m, e_y = rng.normal(size=(3, len(group)))
    x = x * (design == "1-1-1")
    own_m = a[group] * x + e_m
    mean_m = A_BETWEEN * mean_x + more_m
    m = mean_m[group] + own_m
    y = (b_between * mean_m + DIRECT * mean_x + more_y)[group] + b[group] * own_m + DIRECT * x + e_y
    return pd.DataFrame({"community": group, "x": x + mean_x[group], "m": m, "y": y})


def one_chunk(arguments):
    (design, b_between, slopes, ways), n_groups, n, seed = arguments
    rng = np.random.default_rng(seed)
    truth = {"indirect_within": A * B + slopes * CORRELATION * SPREAD**2, "indirect_between": A_BETWEEN * b_between}
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        for place in range(n):
            frame = invented(design, b_between, slopes, n_groups, rng)
            for way, how in ways.items():
                if way == "latent" and place % 5:
                    continue
                try:
                    found = multilevel.mediation(frame, **ASKED, **how, seed=int(rng.integers(2**31)))
                except LcresearchError:
                    rows.append({"way": way, "effect": "refused"})
                    continue
                rows += looked_at(found, way, truth)
                if way == "observed":
                    normal = found.coefficients.assign(df=np.inf)
                    rows += looked_at(dataclasses.replace(found, coefficients=normal), "normal draws", truth)
    return pd.DataFrame(rows)


def looked_at(found, way, truth):
    table = found.tidy()
    table = table[table["term"].isin(truth)]
    true = table["term"].map(truth)
    covers = (table["conf_low"] <= true) & (true <= table["conf_high"])
    own = {"way": way, "covers": covers, "truth": true, "width": table["conf_high"] - table["conf_low"]}
    return table.assign(effect=table["term"], **own).to_dict("records")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--groups", type=int, nargs="+", default=[40, 12])
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    for n_groups in given.groups:
        for number, (name, design) in enumerate(DESIGNS.items()):
            start, size = time.perf_counter(), 25
            jobs = [(design, n_groups, size, [number, n_groups, k]) for k in range(given.replications // size)]
            with ProcessPoolExecutor(given.jobs) as pool:
                found = pd.concat(pool.map(one_chunk, jobs))
            table = found.groupby(["way", "effect"], sort=False).agg(
                covers=("covers", lambda held: 100 * held.astype(float).mean()),
                estimate=("estimate", "mean"),
                truth=("truth", "mean"),
                width=("width", "median"),
                n=("effect", "size"),
            )
            print(
                f"{name}, {n_groups} communities ({time.perf_counter() - start:.0f} s)\n{table.round(3)}\n", flush=True
            )


if __name__ == "__main__":
    main()
