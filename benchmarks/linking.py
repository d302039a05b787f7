"""How many persons are found again at another wave by a self-made code, by simulation.

Run by hand: ``python benchmarks/linking.py`` prints the tables of docs/linking.md, ``--large`` the time for 200,000
persons. 40 communities of 25 persons; after each wave 20% of the persons leave and as many join. At each wave 5% of
the codes are written with one wrong or one missing character. Each line gives shares over all pairs of waves, with the
Monte Carlo standard error behind them.

Codes:

random 6     six letters and digits, each as likely as any other
realistic 6  two letters of the mother's first name, two of the place of birth, day of birth
realistic 8  the same and two letters of the father's first name

The tables of names and places are invented; they are as uneven as such tables are, and half of the members of a
community come from three places in its own region.
"""

from __future__ import annotations

import argparse
import time
import warnings
from unittest import mock

import numpy as np
import pandas as pd
from rapidfuzz.distance import Levenshtein

from lcresearch.responses.waves import codes
from lcresearch.responses.waves.linking import Linked, link_waves

KIND = "simulation"

LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
SIGNS = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"))
MOTHERS = np.array("ma an jo el he co wi ja in mo sa li pe ka an re ri to il fa ha lu ni su th di ge tr yv za".split())  # noqa: SIM905
FATHERS = np.array("jo he wi pe ha ja ge ko ad ma an ro fr th be al ru to mo ca pi le kl ed ar di mu eg ti wo".split())  # noqa: SIM905
PLACES = np.array("am ro ut de ei gr ti al br ni en ap ha ar zw le ma do ve he zo ha be sc wa ho go ne al vl".split())  # noqa: SIM905
KINDS = ("random 6", "realistic 6", "realistic 8")


def uneven(options: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    weights = 1 / (np.arange(len(options)) + 3)
    return rng.choice(options, n, p=weights / weights.sum())


def true_codes(kind: str, community: np.ndarray, local: np.ndarray, rng: np.random.Generator) -> list[str]:
    """A code for each person; ``local`` holds three places a community."""
    n = len(community)
    if kind == "random 6":
        return ["".join(row) for row in SIGNS[rng.integers(0, len(SIGNS), (n, 6))]]
    place = np.where(rng.random(n) < 0.5, local[community, rng.integers(0, 3, n)], uneven(PLACES, n, rng))
    day = [f"{day:02d}" for day in rng.integers(1, 32, n)]
    father = uneven(FATHERS, n, rng) if kind == "realistic 8" else [""] * n
    parts = zip(uneven(MOTHERS, n, rng), place, father, day, strict=True)
    return ["".join(part) for part in parts]


def places(n_communities: int, rng: np.random.Generator) -> np.ndarray:
    return PLACES[rng.integers(0, len(PLACES), (n_communities, 3))]


def written(code: str, swaps: float, rng: np.random.Generator) -> str:
    """The code with one error: a wrong character of the same kind, one left out, or two that changed places."""
    at = int(rng.integers(len(code)))
    if rng.random() < swaps:
        at = min(at, len(code) - 2)
        return code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if rng.random() < 0.5:
        return code[:at] + code[at + 1 :]
    signs = SIGNS[26:] if code[at].isdigit() else LETTERS
    return code[:at] + str(rng.choice(signs[signs != code[at]])) + code[at + 1 :]


def simulate(
    kind: str, n_waves: int, seed: int, *, errors: float = 0.05, leave: float = 0.2, swaps: float = 0.0
) -> pd.DataFrame:
    """A row a person x wave: ``person, wave, community, code``."""
    rng = np.random.default_rng(seed)
    n_communities, size, n = 40, 25, 1000
    community = np.repeat(np.arange(n_communities), size)
    local = places(n_communities, rng)
    present, parts, made = np.arange(n), [], dict(enumerate(true_codes(kind, community, local, rng)))
    for wave in range(n_waves):
        if wave:
            gone = np.flatnonzero(rng.random(n) < leave)
            present = present.copy()
            present[gone] = len(made) + np.arange(len(gone))
            fresh = np.array(true_codes(kind, community, local, rng), dtype=object)[gone]
            made |= dict(zip(present[gone].tolist(), fresh.tolist(), strict=True))
        code = [made[person] for person in present.tolist()]
        wrong = rng.random(n) < errors
        code = [written(c, swaps, rng) if w else c for c, w in zip(code, wrong, strict=True)]
        parts.append(pd.DataFrame({"person": present, "wave": f"t{wave}", "community": community, "code": code}))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(community="c" + frame["community"].astype(str))


def judge(true: pd.Series, found: pd.Series, wave: pd.Series) -> dict[str, float]:
    """Share of pairs of rows of one person that were linked, and of linked pairs that are not one person."""
    rows = pd.DataFrame({"true": true.to_numpy(), "found": found.to_numpy(), "wave": wave.to_numpy()})

    def pairs(by: list[str]) -> int:
        sizes = rows.groupby(by).size()
        return int((sizes * (sizes - 1) // 2).sum())

    right = pairs(["true", "found"])
    linked, real = pairs(["found"]), pairs(["true"])
    return {"linked": right / real, "wrong": (linked - right) / max(linked, 1)}


def nearest_wins(frame: pd.DataFrame) -> pd.Series:
    """The rule to compare with: each row gets the nearest code that is left in its community, whatever else is near."""
    rows = frame.assign(found=np.arange(len(frame)))
    waves = sorted(rows["wave"].unique())
    for first, second in [(a, b) for i, a in enumerate(waves) for b in waves[i + 1 :]]:
        left = rows[(rows["wave"] == first)].reset_index(names="row_1")
        right = rows[(rows["wave"] == second)].reset_index(names="row_2")
        pairs = left[["row_1", "community", "code"]].merge(right[["row_2", "community", "code"]], on="community")
        distance = codes.edit_distance(pairs["code_x"].to_numpy(object), pairs["code_y"].to_numpy(object), 1)
        pairs = pairs.assign(distance=distance)[distance <= 1].sort_values("distance", kind="stable")
        found, taken_1, taken_2 = rows["found"].to_numpy().copy(), set(), set()
        for a, b in zip(pairs["row_1"], pairs["row_2"], strict=True):
            if a not in taken_1 and b not in taken_2:
                taken_1.add(a)
                taken_2.add(b)
                found[b] = found[a]
        rows["found"] = found
    return rows["found"]


def linked(frame: pd.DataFrame, tolerance: int = 1) -> Linked:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return link_waves(frame, "code", within="community", tolerance=tolerance)


def replicate(kind: str, n_waves: int, rule: str, seed: int, **options: float) -> dict[str, float]:
    frame = simulate(kind, n_waves, seed, **options)
    if rule == "nearest wins":
        return judge(frame["person"], nearest_wins(frame), frame["wave"])
    result = linked(frame, 0 if rule == "equal codes only" else 1)
    sums = result.pairs[["n_exact", "n_approximate", "expected_false"]].sum()
    share = sums["expected_false"] / (sums["n_exact"] + sums["n_approximate"])
    more = {"ambiguous": result.ambiguous["row"].nunique() / len(frame), "expected": share}
    return judge(frame["person"], result.frame["respondent"], frame["wave"]) | more


def line(label: str, rows: list[dict[str, float]]) -> None:
    table = pd.DataFrame(rows).reindex(columns=["linked", "wrong", "ambiguous", "expected"])
    error = table.std() / np.sqrt(len(table))
    cells = [
        f"{table[name].mean():7.2%} ({error[name]:.2%})" if table[name].notna().all() else "–" for name in table.columns
    ]
    print(f"| {label} | " + " | ".join(cells) + " |", flush=True)


def tables(replications: int) -> None:
    print("| codes, waves, rule | true pairs linked | links wrong | rows ambiguous | wrong links expected |")
    print("|---|---|---|---|---|")
    for kind in KINDS:
        for n_waves in (2, 3):
            for rule in ("link_waves", "equal codes only", "nearest wins"):
                rows = [replicate(kind, n_waves, rule, seed) for seed in range(replications)]
                line(f"{kind}, {n_waves} waves, {rule}", rows)
    print(
        "\nA quarter of the errors are two neighbours that changed places; with such a swap as one error, and as two:"
    )
    for kind in KINDS:
        rows = [replicate(kind, 2, "link_waves", seed, swaps=0.25) for seed in range(replications)]
        line(f"{kind}, swap is one error", rows)
        with mock.patch.object(codes, "OSA", Levenshtein):
            rows = [replicate(kind, 2, "link_waves", seed, swaps=0.25) for seed in range(replications)]
        line(f"{kind}, swap is two errors", rows)
    print("\nHalf of the persons leave after a wave, or one code in ten has an error:")
    for kind in KINDS:
        line(f"{kind}, half leave", [replicate(kind, 2, "link_waves", seed, leave=0.5) for seed in range(replications)])
        rows = [replicate(kind, 2, "link_waves", seed, errors=0.1) for seed in range(replications)]
        line(f"{kind}, 10% errors", rows)


def large(n: int) -> None:
    rng = np.random.default_rng(1)
    community = np.repeat(np.arange(n // 25), 25)
    true = np.array(true_codes("realistic 8", community, places(n // 25, rng), rng), dtype=object)
    parts = []
    for wave in ("t0", "t1"):
        wrong = rng.random(n) < 0.05
        code = [written(c, 0.0, rng) if w else c for c, w in zip(true, wrong, strict=True)]
        parts.append(pd.DataFrame({"wave": wave, "community": community, "code": code}))
    frame = pd.concat(parts, ignore_index=True)
    for within in ("community", None):
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = link_waves(frame, "code", within=within)
        seconds = time.perf_counter() - start
        print(f"{n:,} persons at two waves, within {within}: {seconds:.1f} s, {len(result.links):,} links")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--large", action="store_true", help="time 200,000 persons")
    arguments = parser.parse_args()
    if arguments.large:
        large(200_000)
    else:
        tables(arguments.replications)
