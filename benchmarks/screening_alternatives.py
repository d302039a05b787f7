"""Other indices of answers at random beside ours, at their usual limits: run ``benchmarks/screening_alternatives.py``.

Samples of 30, 100 and 300 with 5% random answers among honest ones (simulated as in ``screening.py``). For each index
the share of the honest and of the random rows that it flags:

- inconsistency: the rule of ``responses.screen`` (0.9 or above);
- mahalanobis: squared distance from the means above the 99.9% point of chi-square (Meade & Craig, 2012);
- even_odd: correlation over scales of the means of even and odd items, corrected for length, below .30 (Johnson, 2005);
- person_total: correlation of a person's answers with the means of the items below 0 (Curran, 2016).

With ``--bfi FILE`` (``write.csv(psych::bfi[, 1:25], "bfi.csv", row.names = FALSE)`` in R; Revelle et al., 2010) the
honest rows are real ones, on five scales of five items, some of them weak; careless rows among them are unknown.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from screening import Array, bare_responses, honest, instruments_of, responses_of

from lcresearch import responses
from lcresearch.instruments import Instrument
from lcresearch.responses import Responses

KIND = "simulation"

SIZES = (30, 100, 300)
BFI_REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}


def flagged(rows: Array, instruments: list[Instrument], bare: Responses) -> dict[str, Array]:
    """Which rows each index flags."""
    found = responses.screen(responses_of(instruments, rows, bare))
    center = rows - rows.mean(axis=0)
    distance = np.einsum("ni,ij,nj->n", center, np.linalg.pinv(np.cov(rows.T)), center)
    return {
        "inconsistency": found.rows["inconsistent"].fillna(False).to_numpy(dtype=bool),
        "mahalanobis": distance > stats.chi2.ppf(0.999, rows.shape[1]),
        "even_odd": even_odd(rows, instruments) < 0.30,
        "person_total": correlations(rows, np.broadcast_to(rows.mean(axis=0), rows.shape)) < 0,
    }


def even_odd(rows: Array, instruments: list[Instrument]) -> Array:
    """Even-odd consistency, corrected for length by Spearman-Brown; NaN where it cannot be had."""
    halves: list[list[Array]] = [[], []]
    columns = [item.id for one in instruments for item in one.items]
    for one in instruments:
        middle = sum(one.response_scales["five"].codes[i] for i in (0, -1)) / 2
        for scale in one.scales.values():
            turned = [
                2 * middle - rows[:, columns.index(i)] if one.item(i).reversed else rows[:, columns.index(i)]
                for i in scale.items
            ]
            for parity in (0, 1):
                halves[parity].append(np.mean(turned[parity::2], axis=0))
    r = correlations(*(np.stack(half, axis=1) for half in halves))
    return 2 * r / (1 + r)


def correlations(first: Array, second: Array) -> Array:
    """Correlation of each row of one with the same row of the other."""
    a, b = first - first.mean(axis=1, keepdims=True), second - second.mean(axis=1, keepdims=True)
    return (a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))


def bfi_instrument() -> Instrument:
    """The 25 items of psych::bfi, without their wording."""
    scales = {letter: [f"{letter}{n}" for n in range(1, 6)] for letter in "ACENO"}
    one = instruments_of(25, mixed=False)[0].model_dump(by_alias=True)
    items = [i for members in scales.values() for i in members]
    one["items"] = [
        {"id": i, "text": {"nl": i}, "response_scale": "five", "reversed": i in BFI_REVERSED} for i in items
    ]
    one["response_scales"] = {"five": {"labels": {code: {"nl": str(code)} for code in range(1, 7)}}}
    one["scales"] = {name: {"title": {"nl": name}, "items": members} for name, members in scales.items()}
    return Instrument.model_validate(one)


def compare(pool: Array, instruments: list[Instrument], bare: Responses, rng: np.random.Generator) -> pd.DataFrame:
    """Shares flagged by sample size and index, over 6,000 rows of each size."""
    highest = instruments[0].response_scales["five"].maximum
    lines = []
    for n in SIZES:
        n_random = max(2, round(0.05 * n))
        shares = []
        for _ in range(6000 // n):
            sample = pool[rng.choice(len(pool), n - n_random, replace=False)]
            careless = rng.integers(1, highest + 1, size=(n_random, pool.shape[1])).astype(float)
            flags = flagged(np.vstack([sample, careless]), instruments, bare)
            shares.append({name: (flag[:-n_random].mean(), flag[-n_random:].mean()) for name, flag in flags.items()})
        for name in shares[0]:
            honest_rows, random_rows = np.mean([share[name] for share in shares], axis=0)
            lines.append({"n": n, "index": name, "honest": honest_rows, "random": random_rows})
    return pd.DataFrame(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bfi", type=Path)
    path = parser.parse_args().bfi
    rng = np.random.default_rng(21)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bare = bare_responses()
    np.seterr(invalid="ignore", divide="ignore")
    if path is not None:
        one = [bfi_instrument()]
        rows = pd.read_csv(path)[[item.id for item in one[0].items]]
        everybody = responses.screen(responses_of(one, rows.to_numpy(dtype=float), bare))
        print(everybody.tidy()[["rule", "n_judged", "n_flagged", "share"]].round(4).to_string(index=False))
        print(compare(rows.dropna().to_numpy(dtype=float), one, bare, rng).round(3).to_string(index=False))
        return
    for k in (25, 60):
        instruments = instruments_of(k, mixed=True)
        pool = honest(4000, instruments, "agreeing", rng)
        print(f"{k} items\n{compare(pool, instruments, bare, rng).round(3).to_string(index=False)}")


if __name__ == "__main__":
    main()
