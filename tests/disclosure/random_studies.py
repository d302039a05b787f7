"""Random short studies with everything that goes on in them: people who leave, join, move, and answer late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

WAVES = ("t0", "t1", "t2")


@dataclass(frozen=True)
class Course:
    """The answers that are there at each run of a study, and its comparison firms."""

    runs: list[pd.DataFrame]
    comparison: tuple[str, ...]


def random_course(seed: int, n_firms: int, n_waves: int, *, small: bool = True) -> Course:
    """A study of invented people: a run after each wave, and runs after late answers, withdrawals or corrections."""
    rng = np.random.default_rng(seed)
    answers = []
    sizes = rng.integers(3, 10 if small else 25, n_firms)
    stays, moves = rng.choice([0.98, 0.9, 0.75]), rng.choice([0.0, 0.0, 0.05])
    person = 0
    for firm, size in enumerate(sizes):
        for _ in range(size + rng.integers(0, 3)):
            own, there = f"firm{firm}", rng.random() < 0.9
            level = int(rng.integers(1, 6))
            for at in range(n_waves):
                there = rng.random() < (stays if there else 1 - stays)
                if rng.random() < moves:
                    own = f"firm{rng.integers(n_firms)}"
                if there:
                    late = rng.random() < 0.08
                    score = int(np.clip(level + rng.integers(-1, 3), 1, 5))
                    answers.append((f"p{person}", WAVES[at], own, score, at + (0.5 if late else 0.0)))
            person += 1
    table = pd.DataFrame(answers, columns=["respondent", "wave", "organisation", "score", "came"])
    comparison = ("firm0",) if n_firms > 2 and rng.random() < 0.4 else ()
    runs = []
    for at in range(1 if rng.random() < 0.7 else 0, n_waves):
        moments = [float(at), at + 0.5] if rng.random() < 0.6 else [float(at)]
        for moment in moments:
            here = table[table["came"] <= moment].drop(columns="came").reset_index(drop=True)
            if rng.random() < 0.3 and len(here):
                here = here[here["respondent"] != here["respondent"].iloc[int(rng.integers(len(here)))]]
            if rng.random() < 0.2 and len(here):
                here = here.copy()
                here.loc[here.index[int(rng.integers(len(here)))], "score"] = int(rng.integers(1, 6))
            runs.append(here.reset_index(drop=True))
    return Course(runs, comparison)
