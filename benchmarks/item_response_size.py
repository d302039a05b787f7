"""Size of the tests of differential item functioning, C2 and S-X2, and spread of graded response estimates.

Invented answers: items with five answers that work alike in two groups, which lie 0 or 0.8 standard deviations apart.
Run by hand: ``python benchmarks/item_response_size.py 200``; prints shares of p values below .05.
"""

import sys

import numpy as np
import pandas as pd

from lcresearch import measurement
from lcresearch.measurement.item_response.graded_response import graded_response

KIND = "simulation"


def answers(rng, n, n_items, theta):
    slopes = np.linspace(1.0, 2.2, n_items)
    eta = slopes * theta[:, None] + rng.logistic(size=(n, n_items))
    ends = slopes[:, None] * np.array([-1.5, -0.5, 0.5, 1.5])
    codes = (eta[:, :, None] > ends).sum(axis=2) + 1.0
    return pd.DataFrame(codes, columns=[f"i{j}" for j in range(n_items)])


def dif_size(n_sims, n, n_items, apart):
    rng = np.random.default_rng(1)
    below = {match: [] for match in ("theta", "total", "rest")}
    flagged = dict.fromkeys(below, 0)
    for _ in range(n_sims):
        group = np.arange(n) % 2
        frame = answers(rng, n, n_items, rng.normal(size=n) + apart * group)
        items = list(frame.columns)
        for match, found in below.items():
            result = measurement.differential_item_functioning(
                frame.assign(group=group), items, "group", match=match, purify=False
            )
            table = result.tidy()
            found.append([(table.loc[table["term"] == t, "p_value"] < 0.05).mean() for t in ("uniform", "non_uniform")])
            flagged[match] += bool(result.flagged)
    return {m: (*np.mean(found, axis=0).round(3), round(flagged[m] / n_sims, 3)) for m, found in below.items()}


def graded_size(n_sims, n, n_items):
    rng = np.random.default_rng(2)
    fit, item, slopes, errors = [], [], [], []
    for _ in range(n_sims):
        frame = answers(rng, n, n_items, rng.normal(size=n))
        model = graded_response(frame, list(frame.columns))
        fit.append(model.model_fit["p_value"] < 0.05)
        item.append((model.item_fit["p_value"] < 0.05).mean())
        slopes.append(model.discriminations)
        tidy = model.tidy()
        errors.append(tidy.loc[tidy["term"] == "discrimination", "std_error"])
    ratio = np.mean(errors, axis=0) / np.std(slopes, axis=0)
    bias = np.mean(slopes, axis=0) - np.linspace(1.0, 2.2, n_items)
    return {"c2": np.mean(fit), "s_x2": np.mean(item), "error over spread": ratio.mean(), "bias": np.abs(bias).max()}


if __name__ == "__main__":
    n_sims = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print("graded response, 500 persons, 8 items:", graded_size(n_sims, 500, 8), flush=True)
    for n_items in (5, 10):
        for apart in (0.0, 0.8):
            print(f"{n_items} items, groups {apart} apart (uniform, non-uniform, any flag after Holm):", flush=True)
            print(dif_size(n_sims, 800, n_items, apart), flush=True)
