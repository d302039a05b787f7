"""Crossed models beside lme4 on the same data: pupils who move between many schools, sparse and dense. Run by hand.

    python benchmarks/crossed_models.py            500 to 5,000 schools, beside lme4 where R has it
    python benchmarks/crossed_models.py --large    20,000 schools too
    python benchmarks/crossed_models.py --choice   dense against sparse for one evaluation, and what was estimated

Invented pupils (20 a school) answer four times; a share of them moves, to a school nearby or to any. Each line: seconds
of this package with the pass over the rows and of lme4 alone, times faster, criterion minus that of lme4.
"""

import argparse
import time

import numpy as np
import pandas as pd
from comparison import beside_r, installed, timed
from mixed_models import best_of, factors, lme4

from lcresearch import multilevel
from lcresearch.multilevel import sparse_layout
from lcresearch.multilevel.crossed_sums import Factor, crossed_sums
from lcresearch.multilevel.memberships_alone import crossed_elimination

KIND = "comparison"

FORMULA = "y ~ x + (1 | pupil) + (1 | school)"


def movers(n_schools, share, reach, seed=1):
    """Invented answers; ``reach``: how many schools away a pupil moves at most, 0 for any school."""
    rng = np.random.default_rng(seed)
    n_pupils = 20 * n_schools
    pupil, wave = np.repeat(np.arange(n_pupils), 4), np.tile(np.arange(4), n_pupils)
    home = rng.integers(0, n_schools, n_pupils)
    away = rng.integers(1, reach or n_schools, n_pupils)
    moved = (rng.random(n_pupils) < share)[pupil] & (wave >= rng.integers(1, 4, n_pupils)[pupil])
    school = (home[pupil] + moved * away[pupil]) % n_schools
    x = rng.normal(size=len(pupil))
    y = 0.3 * x + rng.normal(0, 0.7, n_pupils)[pupil] + rng.normal(0, 0.4, n_schools)[school]
    return pd.DataFrame({"y": y + rng.normal(size=len(pupil)), "x": x, "pupil": pupil, "school": school})


def beside(n_schools, share, reach):
    frame = movers(n_schools, share, reach)
    seconds, fit = best_of(2, lambda: multilevel.fit_lmm(FORMULA, frame))
    tests, _ = best_of(1, lambda: fit.tidy())
    line = f"{n_schools:>6,} schools, {share:.0%} move {'nearby' if reach else 'anywhere'}: {len(frame):>9,} rows "
    line += f"{seconds:7.2f} s, tests {tests:5.2f} s"
    other = lme4(frame, FORMULA)
    if other is not None:
        line += f"  lme4 {other[0]:7.2f} s  {other[0] / seconds:5.0f} x  criterion {fit.deviance - other[1]:+.1e}"
    print(line, flush=True)


def comparisons(long=False):
    """Rows for ``run.py``."""
    for n_schools in [500, 2000] if long else [500]:
        if installed("lme4"):
            frame = movers(n_schools, 0.1, 20)
            ours = timed(lambda frame=frame: multilevel.fit_lmm(FORMULA, frame).deviance, 2)
            name = f"{len(frame):,} rows, pupils who move between {n_schools:,} schools"
            code, made = f"m <- lmer({FORMULA}, d)", factors("pupil", "school")
            yield beside_r(name, "lme4", frame, ours, code, "REMLcrit(m)", "REML criterion", prepare=made)


def choice(n_schools, share, reach):
    """Seconds of one evaluation with its gradient, both ways, and the estimated ratio of work."""
    frame = movers(n_schools, share, reach)
    pupil, school = frame["pupil"].to_numpy(), frame["school"].to_numpy()
    keys, cell = np.unique(pupil * n_schools + school, return_inverse=True)
    matrix = np.column_stack([np.ones(len(frame)), frame["x"], frame["y"]])
    sums = np.array([[np.bincount(cell, one * other) for other in matrix.T] for one in matrix.T])
    factors = [
        Factor(np.array([0]), np.unique(group, return_inverse=True)[1], len(np.unique(group)))
        for group in (keys // n_schools, keys % n_schools)
    ]
    crossed, found = crossed_sums(sums, factors), []
    layout = sparse_layout.sparse_layout(crossed)
    for way in (sparse_layout.Choice(layout, n_schools, 0.0), None):
        elimination = crossed_elimination(sums, factors, way)

        def evaluate(elimination=elimination, seen=found):
            seen.append(None)
            steps = elimination.evaluate([np.array([[0.5 + 0.001 * len(seen)]]), np.array([[0.2]])])[2]
            elimination.gradient(steps, np.eye(3))

        found.append(best_of(3, evaluate)[0])
    sparse, dense = [each for each in found if each is not None]
    estimated = layout.fronts.work * 3 / (crossed.between.shape[1] ** 3 / 2)
    print(
        f"{n_schools:>6,} schools, {share:.1%} move {'nearby' if reach else 'anywhere'}: sparse {sparse:7.3f} s, "
        f"dense {dense:7.3f} s, ratio {sparse / dense:5.2f}, estimated {estimated:5.2f}; "
        f"{len(layout.fronts.width)} fronts, the largest of {layout.fronts.largest}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--choice", action="store_true")
    given = parser.parse_args()
    if given.choice:
        for case in [(600, 0.2, 0), (1000, 0.1, 20), (1000, 0.2, 0), (1000, 0.4, 0), (2000, 0.02, 0), (2000, 0.3, 0)]:
            choice(*case)
        return
    for case in [(500, 0.1, 20), (2000, 0.1, 20), (5000, 0.1, 20), (5000, 0.02, 0)]:
        beside(*case)
    if given.large:
        start = time.perf_counter()
        beside(20_000, 0.1, 20)
        print(f"in all {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
