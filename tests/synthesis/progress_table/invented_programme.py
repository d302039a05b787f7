"""An invented programme on disk, small enough to count by hand: results of studies, and packages."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd

from lcresearch import studies, synthesis
from lcresearch.synthesis.packages.invented import invented_evidence
from lcresearch.synthesis.programme import example_programme

PARTIES = ("firm", "school", "research", "government")


def results_of(folder, study, *, sector="energy", consortium=None, parties=(), sizes=(), invited=None, communities=3,
               stopped=0, persons=None):  # fmt: skip
    """The shared part of the results of a study, as ``lcresearch run`` writes it; t0 has twice as many persons."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    n = sum(parties) if persons is None else persons
    record = {
        "study": study,
        "consortium": consortium or study,
        "sector": sector,
        "simulated": True,
        "instruments": {"learning-culture": {}},
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    waves = pd.DataFrame({"wave": ["t0", "t1"], "n_persons": [2 * n, n], "n_complete": [n, n]})
    waves.to_csv(tables / "response_by_wave.csv", index=False)
    by = [("party", name, k) for name, k in zip(PARTIES, parties, strict=False)]
    by += [("firm_size", name, k) for name, k in zip(("large", "small"), sizes, strict=False)]
    rows = [(one, value, wave, None if invited is None else 2 * k * times, k * times)
            for one, value, k in by if k for wave, times in (("t0", 2), ("t1", 1))]  # fmt: skip
    columns = ["characteristic", "value", "wave", "n_invited", "n_persons"]
    pd.DataFrame(rows, columns=columns).to_csv(tables / "response_by_characteristic.csv", index=False)
    if invited is not None:
        row = {"level": "everybody", "parent": "", "group": "", "wave": "t1", "n_invited": invited, "n_persons": n}
        pd.DataFrame([row]).to_csv(tables / "response_of_invited.csv", index=False)
    groups = {"wave": ["t0", "t1"], "n_followed": [communities, communities - stopped], "n_stopped": [0, stopped]}
    pd.DataFrame(groups).to_csv(tables / "monitoring_groups.csv", index=False)
    return folder


def programme_folder(folder):
    """A programme.yaml with its records: two publications in 2026 and one later."""
    studies.new("programme", folder)
    lines = ["criterion,date,number,sector,title", "publications,2026-05-01,,energy,Invented one",
             "publications,2026-11-01,2,water,Invented two", "publications,2027-06-01,,,Invented three"]  # fmt: skip
    (folder / "progress-records.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def packages_in(folder, *consortia, stopped=0):
    """A package of 8 communities and 160 persons for each (name, sector)."""
    for place, (name, sector) in enumerate(consortia):
        evidence = invented_evidence(name, sector, seed=place)
        if stopped:
            gone = [f"{name} that stopped {n}" for n in range(stopped)]
            evidence = replace(evidence, stopped=pd.DataFrame({"community": gone, "reason": "invented"}))
        synthesis.pack(evidence, folder, example_programme())
    return folder
