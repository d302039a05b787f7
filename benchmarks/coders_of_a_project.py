"""Seconds for agreement, disagreements and settling of 100,000 codings in a project.

Run by hand: ``python benchmarks/coders_of_a_project.py``. Goal: 100,000 codings of three coders in seconds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from lcresearch.interviews import (
    Code,
    Codebook,
    Corpus,
    Document,
    Project,
    Turn,
    coder_agreement,
    find_disagreements,
    recognisability,
    settle,
)
from lcresearch.interviews.project import CODING_COLUMNS, no_codings

KIND = "speed"


def invented(n: int, n_documents: int = 400, n_codes: int = 60, n_turns: int = 100) -> Project:
    """Coders who give most codes alike: two of three of each coding by chance, boundaries off by up to 10."""
    rng = np.random.default_rng(1)
    sentence = "Wij leren hier van elkaar, en daar is soms te weinig tijd voor. "
    turn = sentence * 3
    text = "\n".join([turn] * n_turns)
    length = len(turn) + 1
    turns = tuple(Turn(i * length, i * length + len(turn), "R") for i in range(n_turns))
    sizes = rng.integers(2, 300, n_documents)
    kinds = [
        {"role": f"role {k % 4}", "firm_size": int(sizes[k]), "community": f"c{k % 40}"} for k in range(n_documents)
    ]
    documents = [Document(f"d{k}", f"Gesprek {k}", text, turns, kinds[k]) for k in range(n_documents)]
    codes = [Code("top", "thema")] + [Code(f"k{i}", f"code {i}", parent="top" if i % 2 else "") for i in range(n_codes)]
    shared = n // 2
    document, place = rng.integers(0, n_documents, shared), rng.integers(0, n_turns, shared)
    code, start = rng.integers(0, n_codes, shared), place * length + rng.integers(0, 60, shared)
    end = start + rng.integers(40, 120, shared)
    frames = []
    for coder in ("An", "Bo", "Cor"):
        mine = np.flatnonzero(rng.random(shared) < 2 / 3)
        off = rng.integers(0, 10, len(mine)) * (rng.random(len(mine)) < 0.3)
        frames.append(pd.DataFrame({"document": document[mine], "start": start[mine], "end": end[mine] + off,
                                    "code": code[mine], "coder": coder}))  # fmt: skip
    codings = pd.concat(frames, ignore_index=True)
    codings = codings.assign(
        document="d" + codings["document"].astype(str),
        code="k" + codings["code"].astype(str),
        coding=[f"c{i}" for i in range(len(codings))],
        selection="",
        created=pd.Timestamp("2026-11-25", tz="UTC"),
    )[[*CODING_COLUMNS]].astype(no_codings().dtypes.to_dict())
    coders = pd.DataFrame({"name": ["An", "Bo", "Cor"]}, index=["An", "Bo", "Cor"])
    return Project("invented", Corpus(tuple(documents)), Codebook(tuple(codes)), codings, coders)


def timed(label: str, call: Callable[[], object]) -> None:
    start, processor = time.perf_counter(), time.process_time()
    call()
    done = time.perf_counter() - start
    print(f"{label:52} {done:6.1f} s, processor {time.process_time() - processor:5.1f} s", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    project = invented(parser.parse_args().n)
    print(f"{len(project.codings)} codings of 60 codes by 3 coders in {len(project.corpus)} documents")
    timed("by turn", lambda: coder_agreement(project).tidy())
    timed("by turn, with codes above", lambda: coder_agreement(project, with_parents=True).tidy())
    timed("by turn, 1,000 bootstrap draws", lambda: coder_agreement(project, interval="bootstrap", n_draws=1000).tidy())
    timed("by character", lambda: coder_agreement(project, unit="character").tidy())
    timed("with own boundaries (u-alpha)", lambda: coder_agreement(project, unit="span").tidy())
    found = find_disagreements(project)
    timed(f"{len(found.table)} disagreements listed", lambda: find_disagreements(project))
    timed("settled by a second project", lambda: settle(project, found, project))
    timed(
        "who can be recognised, three attributes", lambda: recognisability(project, ["role", "firm_size", "community"])
    )
