"""Time of meta-analyses; with R and metafor installed, lay ``Rscript benchmarks/meta_analysis.R FOLDER`` beside it.

Run: ``python benchmarks/meta_analysis.py FOLDER``. It writes the invented data there.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch import synthesis


def median_time(run, times=7):
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[times // 2]


def main(folder):
    rng = np.random.default_rng(1)
    synthesis.meta_analysis([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    for k in (40, 1000, 10_000):
        v = rng.uniform(0.01, 0.1, k)
        data = pd.DataFrame({"y": rng.normal(0.3, np.sqrt(0.05 + v)), "v": v})
        data.to_csv(folder / f"k{k}.csv", index=False)
        taken = median_time(lambda data=data: synthesis.meta_analysis("y", "v", data=data).tidy())
        print(f"REML, Knapp-Hartung, k = {k}: {taken * 1000:.1f} ms")
    group = np.repeat(np.arange(200), 5)
    v = rng.uniform(0.01, 0.1, 1000)
    y = 0.3 + rng.normal(0, 0.2, 200)[group] + rng.normal(0, np.sqrt(0.03 + v))
    data = pd.DataFrame({"y": y, "v": v, "g": group, "e": np.arange(1000)})
    data.to_csv(folder / "three.csv", index=False)
    taken = median_time(lambda: synthesis.multilevel_meta_analysis("y", "v", ["g", "e"], data=data).tidy())
    print(f"three levels, k = 1000 in 200 groups: {taken * 1000:.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
