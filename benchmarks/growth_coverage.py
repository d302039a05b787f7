"""Do intervals of growth hold what they say, with slopes of groups kept or chosen by a test? Run by hand.

    python benchmarks/growth_coverage.py --replications 200 --alpha-slopes 0.20

Three waves of 12 communities of 10 persons; slopes differ between communities with a standard deviation of 0.15 and
between persons with 0.25. Printed are percentages: intervals of growth by community that hold the truth, intervals of
mean growth that do, and data sets in which slopes of communities were kept; then the same where they were not.
"""

import argparse
import warnings

import numpy as np
import pandas as pd

from lcresearch.errors import LcresearchWarning
from lcresearch.multilevel import growth

KIND = "simulation"


def one(rng, alpha_slopes):
    community = np.arange(120) // 10
    slopes = 0.3 + rng.normal(0, 0.15, 12)
    own = slopes[community] + rng.normal(0, 0.25, 120)
    level = rng.normal(0, 0.4, 12)[community] + rng.normal(0, 0.6, 120)
    frame = pd.DataFrame({"person": np.repeat(np.arange(120), 3), "wave": np.tile([0, 1, 2], 120)})
    frame["community"] = community[frame["person"]]
    frame["y"] = level[frame["person"]] + own[frame["person"]] * frame["wave"] + rng.normal(0, 0.4, 360)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LcresearchWarning)
        result = growth(frame, "y", "wave", "person", "community", alpha_slopes=alpha_slopes)
        table = result.growth_by_group()
    held = ((table["conf_low"] <= slopes) & (slopes <= table["conf_high"])).mean()
    mean = result.growth.iloc[0]
    return [held, mean["conf_low"] <= 0.3 <= mean["conf_high"], "(1 + time | community)" in result.fit.formula]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--alpha-slopes", type=float, default=1.0)
    given = parser.parse_args()
    rng = np.random.default_rng(12)
    found = 100 * np.array([one(rng, given.alpha_slopes) for _ in range(given.replications)], dtype=float)
    print("all      ", found.mean(axis=0).round(1))
    if (found[:, 2] == 0).any():
        print("not kept ", found[found[:, 2] == 0].mean(axis=0).round(1))


if __name__ == "__main__":
    main()
