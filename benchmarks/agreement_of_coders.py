"""Seconds for a million codings, and how often intervals of alpha hold the true value with few segments.

Run by hand: ``python benchmarks/agreement_of_coders.py``. Goal: a million codings in under ten seconds; 95% intervals
that hold the true alpha in 90 to 97% of samples from 40 segments on, where the code is not rare.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import krippendorff as other
import numpy as np
from scipy import stats

from lcresearch import agreement as ag
from lcresearch.agreement import bootstrap
from lcresearch.agreement.alpha import krippendorff, krippendorff_alpha
from lcresearch.agreement.coefficients import Estimate, standard_error

KIND = "simulation"


def timed(label: str, call: Callable[[], object]) -> None:
    start, processor = time.perf_counter(), time.process_time()
    call()
    done = time.perf_counter() - start
    print(f"{label:58} {done:6.1f} s, processor {time.process_time() - processor:5.1f} s")


def speed(n: int) -> None:
    """A million ratings, codings of segments and spans."""
    rng = np.random.default_rng(1)
    ratings = rng.integers(1, 6, size=(n // 4, 4)).astype(float)
    ratings[rng.random(ratings.shape) < 0.1] = np.nan
    timed(f"{ratings.size} ratings, all coefficients", lambda: ag.rater_agreement(ratings, metric="ordinal").tidy())
    timed(
        "  the same with 2,000 bootstrap draws",
        lambda: ag.rater_agreement(ratings, interval="bootstrap", seed=1).tidy(),
    )
    timed("  alpha alone", lambda: krippendorff(ag.from_units(ratings)))
    timed("  alpha by the package krippendorff", lambda: other.alpha(ratings.T, level_of_measurement="nominal"))
    n_units = n // 5
    code, unit, rater = rng.integers(0, 100, n), rng.integers(0, n_units, n), rng.integers(0, 3, n)
    documents = np.arange(n_units) // 100
    timed(f"{n} codings, 100 codes, 3 coders", lambda: ag.code_agreement(code, unit, rater, units=n_units).tidy())
    timed(
        f"  the same, errors over {documents.max() + 1} documents",
        lambda: ag.code_agreement(code, unit, rater, units=n_units, documents=documents).tidy(),
    )
    document = rng.integers(0, 1000, n)
    start = rng.integers(0, 60_000, n)
    end = start + rng.integers(20, 400, n)
    sizes = dict.fromkeys(range(1000), 60_400)
    timed(
        f"{n} spans read and joined", lambda: ag.from_spans(rater, code, start, end, document=document, lengths=sizes)
    )
    spans = ag.from_spans(rater, code, start, end, document=document, lengths=sizes)
    timed("  by character, 60 million characters", lambda: ag.character_agreement(spans).tidy())
    timed("  u-alpha of each code", lambda: ag.unitised_agreement(spans, overlap="separate").tidy())


def coverage(n_samples: int) -> None:
    """How often 95% intervals hold the true alpha: two coders, a 0/1 code, each right with a given probability."""
    rng = np.random.default_rng(2)
    print("\nshare of intervals that hold alpha")
    print("segments  share  alpha       fisher   linearised    bootstrap  Krippendorff")
    for n in (40, 100, 400):
        for share, right in ((0.5, 0.95), (0.3, 0.9), (0.1, 0.95), (0.05, 0.95)):
            cells = np.array(
                [
                    share * right**2 + (1 - share) * (1 - right) ** 2,
                    right * (1 - right),
                    right * (1 - right),
                    share * (1 - right) ** 2 + (1 - share) * right**2,
                ]
            )
            used = cells[0] + cells[1]
            alpha = 1 - 2 * cells[1] / (2 * used * (1 - used))
            held, known = np.zeros(4), 0
            for _ in range(n_samples):
                table = rng.multinomial(n, cells).reshape(2, 2)
                data = ag.from_table(table, categories=[1, 0])
                found = krippendorff_alpha(data)
                if found.reason is not None:
                    continue
                known += 1
                held += [low <= alpha <= high for low, high in _intervals(data, found, rng)]
            print(
                f"{n:8}  {share:5}  {alpha:5.2f}   " + "   ".join(f"{h / known:10.3f}" for h in held),
                f"  ({known} samples)",
            )


def _intervals(data: ag.Ratings, found: Estimate, rng: np.random.Generator) -> list[tuple[float, float]]:
    error = standard_error(found, data)
    half = stats.t.ppf(0.975, data.n_pairable - 1) * error
    linearised = (found.estimate - half, min(found.estimate + half, 1.0))
    if error < 1e-12:
        row = ag.rater_agreement(data).tidy().set_index("term").loc["krippendorff_alpha"]
        linearised = (row["conf_low"], row["conf_high"])
    bent = half / (1 - found.estimate**2) if error >= 1e-12 and abs(found.estimate) < 1 else np.nan
    z = np.arctanh(found.estimate) if bent == bent else np.nan
    fisher = (np.tanh(z - bent), np.tanh(z + bent)) if bent == bent else linearised
    draws = bootstrap.resampled_alpha(data, "nominal", 500, rng)
    theirs = bootstrap.krippendorff_draws(krippendorff(data), 2, 500, rng)
    percentiles = [tuple(np.nanquantile(d, [0.025, 0.975])) for d in (draws, theirs)]
    return [fisher, linearised, *percentiles]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codings", type=int, default=1_000_000)
    parser.add_argument("--samples", type=int, default=500)
    arguments = parser.parse_args()
    speed(arguments.codings)
    coverage(arguments.samples)


if __name__ == "__main__":
    main()
