"""Codes as predictors: bias and coverage of naive and corrected effects, where the error of coding is known.

    python benchmarks/codes_as_predictors.py [--replications 200] [--draws 60]

Invented communities of eight persons; the effect of the code without error is 0.5 (degree) or 0.8 (presence).
"""

import argparse
import sys
import time
import warnings

import numpy as np
import pandas as pd

from lcresearch.integration.cases.code_effects import code_effects
from lcresearch.integration.cases.simulated import invented_codes

KIND = "simulation"

SETTINGS = (
    {"n_cases": 20, "reliability": 0.8, "effect": 0.5},
    {"n_cases": 40, "reliability": 0.6, "effect": 0.5},
    {"n_cases": 40, "reliability": 0.6, "effect": 0.5, "n_double": 15},
    {"n_cases": 40, "reliability": 0.6, "effect": 0.0, "n_double": 15},
    {"n_cases": 80, "chances": (0.9, 0.9), "effect": 0.8},
    {"n_cases": 80, "chances": (0.9, 0.9), "effect": 0.8, "n_double": 30},
)


def run(setting: dict[str, object], replications: int, draws: int) -> list[dict[str, object]]:
    """Both analyses over all replications of one setting."""
    tables = []
    for seed in range(replications):
        frame, codes = invented_codes(n_persons=8, seed=seed, **setting)
        found = code_effects("learning ~ code_help + (1 | community)", frame, codes, n_draws=draws, seed=seed)
        tables.append(found.effects.assign(n=seed))
    table = pd.concat(tables)
    effect = float(setting["effect"])
    rows = []
    for analysis, part in table.groupby("analysis", sort=False):
        known = part.dropna(subset="estimate")
        inside = (known["conf_low"] <= effect) & (effect <= known["conf_high"])
        rows.append(
            {
                "setting": ", ".join(f"{name}={value}" for name, value in setting.items()),
                "analysis": analysis,
                "median": known["estimate"].median(),
                "mean": known["estimate"].mean(),
                "coverage": inside.mean(),
                "open": np.isinf(known[["conf_low", "conf_high"]]).any(axis=1).mean(),
                "width": (known["conf_high"] - known["conf_low"]).median(),
                "not_corrected": 1 - len(known) / replications,
            }
        )
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--draws", type=int, default=60)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    start, rows = time.perf_counter(), []
    for setting in SETTINGS:
        rows += run(dict(setting), given.replications, given.draws)
        print(pd.DataFrame(rows[-2:]).round(3).to_string(index=False), flush=True)
    print(f"{time.perf_counter() - start:.0f} s, {given.replications} replications", file=sys.stderr)


if __name__ == "__main__":
    main()
