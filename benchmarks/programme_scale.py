"""Seconds and memory for putting together 400 packages of 40 communities: 16,000 communities, 4,000,000 persons.

Run by hand: ``python benchmarks/programme_scale.py``. Makes up answers at two waves (seeded), packs them a consortium
at a time (so that never more than one is in memory), and puts the packages together in a process of its own: opening,
adding, one model for all with sectors, effects by sector and by consortium, the two-stage analysis, and the table with
verdicts. ``--folder`` keeps the packages, or uses those that are there. Goal: under a minute and 2 GiB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

KIND = "speed"

ELEMENTS = {"purpose": 0.10, "time": 0.05, "space": 0.0, "guidance": 0.08, "leadership": 0.02}
SECTORS = ("care", "energy", "water", "building")


def programme() -> Any:
    """Five elements, one covariate, four sectors."""
    from lcresearch.synthesis.programme import ProgrammeFile

    def words(text: str) -> dict[str, str]:
        return {"nl": text, "en": text}

    elements = {
        name: {"title": words(name), "column": f"element_{name}", "minimum": 1, "maximum": 5, "confounders": ["size"]}
        for name in ELEMENTS
    }
    size = {"title": words("size"), "column": "size", "level": "community"}
    content = {
        "schema": 1,
        "id": "benchmark",
        "title": words("Benchmark"),
        "description": words("Made up."),
        "declared": "2026-03-01",
        "simulated": True,
        "sectors": {name: words(name) for name in SECTORS},
        "outcomes": {"culture": {"title": words("Culture"), "score": "culture"}},
        "elements": elements,
        "covariates": {"size": size},
        "models": {"growth": {"outcome": "culture", "covariates": ["size"], "shift": dict.fromkeys(ELEMENTS, 3.0)}},
        "estimands": [{"model": "growth", "smallest_worthwhile": 0.05}],
    }
    return ProgrammeFile.model_validate(content)


def evidence(number: int, n_communities: int, n_persons: int) -> Any:
    """Made-up answers of one consortium: effects differ between consortia by 0.02 sd, one by sector as well."""
    from lcresearch.synthesis import ConsortiumEvidence

    rng = np.random.default_rng(number)
    sector = SECTORS[number % len(SECTORS)]
    degree = {name: rng.integers(1, 6, n_communities) for name in ELEMENTS}
    size = rng.normal(0, 1, n_communities)
    gain = rng.normal(0.1, 0.05) + rng.normal(0, 0.12, n_communities)
    for name, effect in ELEMENTS.items():
        works = effect if name != "time" or sector == "care" else 0.0
        gain = gain + (works + rng.normal(0, 0.02)) * (degree[name] - 3)
    community = np.repeat(np.arange(n_communities), n_persons)
    first = rng.normal(0, 0.4, n_communities)[community] + rng.normal(0, 0.9, len(community))
    last = first + gain[community] + rng.normal(0, 0.7, len(community))
    base = {f"element_{name}": values[community] for name, values in degree.items()} | {"size": size[community]}
    base |= {"respondent": np.arange(len(community)), "community": community, "consortium": f"consortium {number:03d}"}
    waves = [pd.DataFrame(base | {"wave": wave, "culture": score}) for wave, score in (("t0", first), ("t1", last))]
    return ConsortiumEvidence(
        study=f"study {number:03d}",
        consortium=f"consortium {number:03d}",
        sector=sector,
        frame=pd.concat(waves, ignore_index=True),
        simulated=True,
    )


def make(folder: Path, n: int, n_communities: int, n_persons: int) -> float:
    """Pack one consortium after the other; seconds spent in packing."""
    from lcresearch.synthesis import pack

    plan, seconds = programme(), 0.0
    for number in range(n):
        own = evidence(number, n_communities, n_persons)
        start = time.perf_counter()
        pack(own, folder / f"{number:03d}.zip", plan)
        seconds += time.perf_counter() - start
    return seconds


def put_together(folder: Path) -> None:
    """The part that is timed."""
    from agreement import peak_memory
    from lcresearch.synthesis import open_package, synthesize

    start = time.perf_counter()
    packages = [open_package(path) for path in sorted(folder.glob("*.zip"))]
    opened = time.perf_counter()
    found = synthesize(packages, programme())
    print(found.shown().round(3).to_string(index=False))
    print(found.two_stage[["element", "estimate", "tau", "difference", "n_estimable"]].round(4).to_string(index=False))
    done = time.perf_counter()
    size = f"{len(packages)} packages, {found.pooled['growth'].n_communities} communities"
    print(f"{size}, {found.pooled['growth'].n_persons} persons")
    print(f"opening {opened - start:.1f} s, synthesis {done - opened:.1f} s, together {done - start:.1f} s")
    print(f"peak memory {peak_memory()}")


def main() -> None:
    """Make the packages where they are not there, and put them together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--consortia", type=int, default=400)
    parser.add_argument("--communities", type=int, default=40)
    parser.add_argument("--persons", type=int, default=250, help="of each community")
    parser.add_argument("--folder", type=Path, help="keeps the packages")
    parser.add_argument("--run", action="store_true", help="put together the packages of the folder in this process")
    asked = parser.parse_args()
    if asked.run:
        put_together(asked.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.glob("*.zip")):
            seconds = make(folder, asked.consortia, asked.communities, asked.persons)
            print(f"packing {seconds:.0f} s, {seconds / asked.consortia:.2f} s a consortium")
        subprocess.run([sys.executable, __file__, "--run", "--folder", str(folder)], check=True)


if __name__ == "__main__":
    main()
