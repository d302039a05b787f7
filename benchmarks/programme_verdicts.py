"""How often verdicts on working elements are right and wrong, in simulated programmes, through the whole chain.

Run by hand: ``python benchmarks/programme_verdicts.py --programmes 1000 --workers 2``. Each programme is made by
``simulate_programme``: persons answer a questionnaire at two waves, in communities of 4 to 60 persons. Each consortium
packs its evidence with all disclosure rules, the packages are opened, checked and put together by ``synthesize``, and
the verdict on each element is held against what went in:

- ``shared_purpose`` works everywhere (0.3 sd): generic;
- ``time_to_learn`` works in one sector only (0.4 sd): sector-specific;
- ``virtual_meeting_place`` does nothing: no worthwhile effect;
- ``facilitation`` and ``leadership`` work only together, and are declared as moderators of each other: conditional.

A verdict is wrong when it is not this one and not 'not enough evidence'. Printed are shares with their Monte Carlo
standard errors, and the share of communities that the disclosure rules held back. ``--save`` keeps every verdict.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

TRUTH = {
    "shared_purpose": "generic",
    "time_to_learn": "sector-specific",
    "virtual_meeting_place": "no worthwhile effect",
    "facilitation": "conditional",
    "leadership": "conditional",
}
UNDECIDED = "not enough evidence"
INSTRUMENT, SCALE = "team-learning", "team_learning"


@cache
def programme(n_sectors: int) -> Any:
    """The plan of a simulated programme; effects are for one point of implementation, about 1 sd of it."""
    from lcresearch.synthesis.programme import ProgrammeFile

    def words(text: str) -> dict[str, str]:
        return {"nl": text, "en": text}

    partner = {"facilitation": ["leadership"], "leadership": ["facilitation"]}
    elements = {
        name: {
            "title": words(name),
            "column": f"element_{name}",
            "minimum": 1,
            "maximum": 5,
            "measured": "observation",
            "moderators": partner.get(name, []),
        }
        for name in TRUTH
    }
    content = {
        "schema": 1,
        "id": "verdicts",
        "title": words("Verdicts"),
        "description": words("Simulated."),
        "declared": "2026-03-01",
        "simulated": True,
        "sectors": {f"sector {number + 1}": words(f"sector {number + 1}") for number in range(n_sectors)},
        "outcomes": {"capacity": {"title": words("Capacity"), "score": SCALE}},
        "elements": elements,
        "models": {"growth": {"outcome": "capacity", "shift": dict.fromkeys(TRUTH, 3.0)}},
        "estimands": [{"model": "growth", "smallest_worthwhile": 0.10}],
    }
    return ProgrammeFile.model_validate(content)


def verdicts(size: tuple[int, int, int, int]) -> pd.DataFrame:
    """Verdicts on one programme: ``n_consortia, n_sectors, n_communities, seed``."""
    warnings.simplefilter("ignore")
    from lcresearch import instruments, studies
    from lcresearch.synthesis import ConsortiumEvidence, open_package, pack, synthesize

    n_consortia, n_sectors, n_communities, seed = size
    made = studies.simulate_programme(n_consortia, n_sectors, n_communities, seed=seed, instruments=(INSTRUMENT,))
    frame = made.frame.assign(**{SCALE: instruments.load(INSTRUMENT).score(made.frame)[SCALE]})
    plan = programme(n_sectors)
    evidence = [
        ConsortiumEvidence(study=name, consortium=name, sector=str(rows["sector"].iloc[0]), frame=rows, simulated=True)
        for name, rows in frame.groupby("consortium")
    ]
    with tempfile.TemporaryDirectory() as folder:
        packed = pack(evidence, folder, plan)
        found = synthesize([open_package(one.path) for one in packed if one.path is not None], plan)
    columns = ["element", "estimate", "std_error", "tau", "p_worthwhile_new", "sector_p", "verdict"]
    shared = int(found.packages["n_communities"].sum()) / (n_consortia * n_communities)
    return found.elements[columns].assign(seed=seed, shared=shared)


def shares(found: pd.DataFrame) -> pd.DataFrame:
    """Shares of right, wrong and undecided verdicts by element, with Monte Carlo errors."""
    truth = found["element"].map(TRUTH)
    kinds = {
        "right": found["verdict"] == truth,
        "wrong": (found["verdict"] != truth) & (found["verdict"] != UNDECIDED),
        "undecided": found["verdict"] == UNDECIDED,
    }
    table = pd.DataFrame({"element": found["element"], "truth": truth, **kinds})
    means = table.groupby(["element", "truth"], sort=False)[list(kinds)].mean()
    n = found["seed"].nunique()
    errors = (means * (1 - means) / n) ** 0.5
    return means.join(errors[["right", "wrong"]].add_suffix("_mc_error")).reset_index()


def main() -> None:
    """Both sizes of programme, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programmes", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="seed of the first programme")
    parser.add_argument("--sizes", nargs="+", default=["12x3", "40x4"], help="consortia x sectors")
    parser.add_argument("--communities", type=int, default=8)
    parser.add_argument("--save", type=Path)
    asked = parser.parse_args()
    for size in asked.sizes:
        n_consortia, n_sectors = map(int, size.split("x"))
        seeds = range(asked.first, asked.first + asked.programmes)
        jobs = [(n_consortia, n_sectors, asked.communities, seed) for seed in seeds]
        start = time.perf_counter()
        with multiprocessing.Pool(asked.workers) as pool:
            found = pd.concat(pool.imap_unordered(verdicts, jobs, chunksize=4), ignore_index=True)
        seconds = time.perf_counter() - start
        print(f"{n_consortia} consortia x {asked.communities} communities in {n_sectors} sectors,", end=" ")
        print(f"{asked.programmes} programmes; {found['shared'].mean():.0%} of communities shared; {seconds:.0f} s")
        print(shares(found).round(3).to_string(index=False))
        print(pd.crosstab(found["element"], found["verdict"], normalize="index").round(3).to_string())
        if asked.save is not None:
            found.to_csv(asked.save.with_name(f"{asked.save.stem}-{size}.csv"), index=False)


if __name__ == "__main__":
    main()
