"""How often verdicts on working elements are right and wrong, in simulated programmes, through the whole chain.

Run by hand: ``python benchmarks/programme_verdicts.py --programmes 1000 --workers 2``. Each programme is made by
``simulate_programme``: persons answer a questionnaire at two waves, in communities of 4 to 60 persons. Communities of
which fewer than ten answered twice stay out, as the disclosure rules ask. ``synthesize`` puts the packages together,
and the verdict on each element is held against what went in:

- ``shared_purpose`` works everywhere (0.3 sd): generic;
- ``time_to_learn`` works in one sector only (0.4 sd): sector-specific;
- ``virtual_meeting_place`` does nothing: no worthwhile effect;
- ``facilitation`` and ``leadership`` work only together, and are declared as moderators of each other: conditional.

A verdict is wrong when it is not this one and not 'not enough evidence'. Printed are shares with their Monte Carlo
standard errors, and the share of communities that could be shared. ``--save`` keeps every verdict. ``--files`` takes
the whole chain: each consortium packs, and its file is opened and checked; the verdicts are the same.
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

KIND = "simulation"

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


def verdicts(size: tuple[int, int, int, int, bool]) -> pd.DataFrame:
    """Verdicts on one programme: ``n_consortia, n_sectors, n_communities, seed``, and whether through files."""
    warnings.simplefilter("ignore")
    from lcresearch import instruments, studies
    from lcresearch.synthesis import synthesize

    n_consortia, n_sectors, n_communities, seed, files = size
    made = studies.simulate_programme(n_consortia, n_sectors, n_communities, seed=seed, instruments=(INSTRUMENT,))
    frame = made.frame.assign(**{SCALE: instruments.load(INSTRUMENT).score(made.frame)[SCALE]})
    plan = programme(n_sectors)
    found = synthesize(through_files(frame, plan) if files else in_memory(frame, plan), plan)
    columns = ["element", "estimate", "std_error", "tau", "p_worthwhile_new", "sector_p", "verdict"]
    shared = int(found.packages["n_communities"].sum()) / (n_consortia * n_communities)
    return found.elements[columns].assign(seed=seed, shared=shared)


def through_files(frame: pd.DataFrame, plan: Any) -> list[Any]:
    """Packages as consortia make and send them."""
    from lcresearch.synthesis import ConsortiumEvidence, open_package, pack

    evidence = [
        ConsortiumEvidence(study=name, consortium=name, sector=str(rows["sector"].iloc[0]), frame=rows, simulated=True)
        for name, rows in frame.groupby("consortium")
    ]
    with tempfile.TemporaryDirectory() as folder:
        packed = pack(evidence, folder, plan)
        return [open_package(one.path) for one in packed if one.path is not None]


def in_memory(frame: pd.DataFrame, plan: Any) -> list[Any]:
    """The same packages in a third of the time: sums of all consortia in one pass, of which each gets its own.

    Of the disclosure rules one counts in these models, which have no column of persons but the outcome: at least ten
    persons a community.
    """
    from lcresearch.measurement import Moments, moments
    from lcresearch.multilevel import crossproducts
    from lcresearch.synthesis.packages.contents import EvidencePackage
    from lcresearch.synthesis.packages.manifest import Manifest, Sizes
    from lcresearch.synthesis.programme import digest_of, plan_of, rows_of

    model = plan_of(plan, "growth")
    rows = rows_of(model, plan, frame).dropna()
    rows = rows[rows.groupby("community")["respondent"].transform("size") >= plan.disclosure.minimum_cell]
    sums = crossproducts(model.formula, rows, shift=model.shift)
    wide = frame.pivot(index="respondent", columns="wave", values=SCALE).loc[rows["respondent"]]
    scores = moments(wide.assign(consortium=rows["consortium"].to_numpy()), list(model.waves), group="consortium")
    communities = frame[frame["community"].isin(rows["community"])].drop_duplicates("community")
    n_persons = rows["community"].value_counts()
    packages = []
    for name, own in communities.groupby("consortium"):
        here = scores.groups.index(str(name))
        table = {"community": own["community"], "status": "active", "n_persons": own["community"].map(n_persons)}
        table |= {element: own[f"element_{element}"] for element in TRUTH}
        manifest = Manifest(
            study=str(name), programme=plan.id, programme_digest=digest_of(plan), consortium=str(name),
            sector=str(own["sector"].iloc[0]), created="2026-06-01", simulated=True, waves=model.waves,
            n=Sizes(respondents=int(table["n_persons"].sum()), communities=len(own)), software={"lcresearch": "0"},
            minimum_cell=10, minimum_category=3, members={},
        )  # fmt: skip
        alone = Moments(scores.items, ("",), scores.n[[here]], scores.mean[[here]], scores.covariance[[here]])
        packages.append(
            EvidencePackage(
                manifest=manifest,
                crossproducts={"growth": sums.only("consortium", [name])},
                scores={"growth": alone},
                moments={},
                effects={},
                communities=pd.DataFrame(table).reset_index(drop=True),
            )
        )
    return packages


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
    parser.add_argument("--files", action="store_true", help="packages are zipped, opened and checked: slower")
    asked = parser.parse_args()
    for size in asked.sizes:
        n_consortia, n_sectors = map(int, size.split("x"))
        seeds = range(asked.first, asked.first + asked.programmes)
        jobs = [(n_consortia, n_sectors, asked.communities, seed, asked.files) for seed in seeds]
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
