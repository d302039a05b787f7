"""Seconds and memory for scores and agreement of a million people in twenty thousand groups.

Run by hand: ``python benchmarks/agreement.py``. Makes 5-point answers to 50 items (seeded), as five scales of ten items
and once more as one scale of fifty, scores them and computes agreement with its verdict. Goal: under 10 seconds and
4 GiB, for scoring and agreement together.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
import pandas as pd

from lcresearch.instruments import Instrument
from lcresearch.measurement import agreement

KIND = "speed"

GROUPS_PER_PERSON = 1 / 50


def make_data(n: int, n_items: int, seed: int) -> pd.DataFrame:
    """Answers 1 to 5 with an ICC(1) of about .15; 0.5% missing at random."""
    rng = np.random.default_rng(seed)
    n_groups = max(int(n * GROUPS_PER_PERSON), 2)
    team = rng.integers(0, n_groups, n)
    level = 0.45 * rng.standard_normal(n_groups)[team] + 0.6 * rng.standard_normal(n)
    columns: dict[str, np.ndarray] = {"team": team}
    for item in range(n_items):
        answers = np.clip(np.rint(3.4 + level + 0.8 * rng.standard_normal(n)), 1, 5)
        answers[rng.random(n) < 0.005] = np.nan
        columns[f"i{item:02}"] = answers
    return pd.DataFrame(columns)


def peak_memory() -> str:
    """Largest memory of this process so far, where the system tells."""
    try:
        import resource
    except ImportError:
        return "not known on this system"
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return f"{used / (2**30 if sys.platform == 'darwin' else 2**20):.2f} GiB"


def made_up(scales: list[list[str]]) -> Instrument:
    """An instrument with these scales; every fourth item is reversed."""
    words = {"en": "made up"}
    items = [item for scale in scales for item in scale]
    return Instrument.model_validate(
        {
            "id": "benchmark",
            "version": "1.0.0",
            "languages": ["en"],
            "title": words,
            "text": words,
            "construct": words,
            "level": "team",
            "composition": "referent_shift",
            "source": {"items": "new", "literature": ["none"], "relation": words},
            "licence": "CC0-1.0",
            "response_scales": {"five": {"labels": dict.fromkeys(range(1, 6), words)}},
            "items": [
                {"id": item, "text": words, "response_scale": "five", "reversed": n % 4 == 3}
                for n, item in enumerate(items)
            ],
            "scales": {
                f"scale_{n}": {"title": words, "items": scale, "minimum_answered": len(scale) // 2}
                for n, scale in enumerate(scales)
            },
        }
    )


def timed(frame: pd.DataFrame, scales: list[list[str]]) -> tuple[float, float]:
    """Seconds for the scores and for the agreement of all scales."""
    instrument = made_up(scales)
    start, processor = time.perf_counter(), time.process_time()
    scores = instrument.score(frame)
    keyed = instrument.reversed(frame)
    data = pd.concat([frame[["team"]], keyed, scores], axis=1)
    scored = time.perf_counter()
    for number, items in enumerate(scales):
        result = agreement(data, items, "team", response_range=(1, 5), score=f"scale_{number}")
        verdict = result.verdict
    done = time.perf_counter()
    print(f"  processor time {time.process_time() - processor:.1f} s")
    whole = result.glance().iloc[0]
    print(f"  last scale: ICC(1) {whole['icc_1']:.3f}, r_wg(j) {whole['r_wg_median']:.3f}, {verdict.warranted}")
    return scored - start, done - scored


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=50)
    arguments = parser.parse_args()
    frame = make_data(arguments.people, arguments.items, seed=1)
    print(f"{len(frame)} people, {frame['team'].nunique()} groups, {arguments.items} items")
    print(f"data made; peak memory {peak_memory()}")
    items = [name for name in frame.columns if name != "team"]
    for label, size in (("scales of 10 items", 10), ("one scale", len(items))):
        scales = [items[first : first + size] for first in range(0, len(items), size)]
        print(f"{len(scales)} x {label}")
        scoring, agreeing = timed(frame, scales)
        print(f"  scores {scoring:.1f} s, agreement {agreeing:.1f} s, together {scoring + agreeing:.1f} s")
        print(f"  peak memory {peak_memory()}")


if __name__ == "__main__":
    main()
