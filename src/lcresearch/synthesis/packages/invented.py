"""Invented evidence of one consortium, for examples: nothing here is about real people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lcresearch import instruments
from lcresearch.synthesis.packages.contents import ConsortiumEvidence
from lcresearch.synthesis.packages.manifest import InstrumentVersion

_ITEMS = ("lc_1", "lc_2", "lc_3", "lc_4")


def invented_evidence(
    consortium: str = "Invented",
    sector: str = "energy",
    *,
    n_communities: int = 8,
    n_persons: int = 20,
    seed: int = 1,
) -> ConsortiumEvidence:
    """Evidence for the example programme: everybody answers four questions at two waves.

    Examples
    --------
    >>> evidence = invented_evidence()
    >>> len(evidence.frame), evidence.simulated
    (320, True)
    """
    used = instruments.load("learning-culture")
    rng = np.random.default_rng(seed)
    community = np.repeat(np.arange(n_communities), n_persons)
    purpose, time = (rng.integers(1, 6, n_communities) for _ in range(2))
    small = np.arange(n_communities) % 2 == 0
    person = rng.normal(3.2, 0.6, len(community)) + rng.normal(0, 0.3, n_communities)[community]
    gain = (0.15 * purpose + rng.normal(0, 0.1, n_communities))[community]
    parts = []
    for wave, moment in enumerate(("t0", "t1")):
        level = person + wave * gain
        answers = np.clip(np.round(level[:, None] + rng.normal(0, 0.8, (len(level), len(_ITEMS)))), 1, 5)
        part = pd.DataFrame(answers, columns=list(_ITEMS))
        part["respondent"] = [f"{consortium}-{number:04d}" for number in range(len(level))]
        part["wave"], part["consortium"] = moment, consortium
        part["community"] = [f"{consortium} community {number + 1}" for number in community]
        part["learning_culture"] = answers.mean(axis=1)
        part["element_shared_purpose"], part["element_time_to_learn"] = purpose[community], time[community]
        part["firm_size"] = np.where(small[community], "small", "large")
        parts.append(part)
    return ConsortiumEvidence(
        study=f"study-{consortium.lower()}",
        consortium=consortium,
        sector=sector,
        frame=pd.concat(parts, ignore_index=True),
        instruments=(InstrumentVersion(id=used.id, version=used.version, hash=used.hash),),
        items={"learning_culture": _ITEMS},
        simulated=True,
    )
