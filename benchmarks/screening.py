"""How often screening flags honest respondents, and how often careless ones: ``python benchmarks/screening.py``.

Honest respondents answer by a graded response model (Samejima, 1969): five answers, discriminations of 1 to 2.5, one
instrument a scale of about eight items, scales correlated .5, and a tendency of persons to agree with anything
(standard deviation 0.3 on the logit). ``spread``: thresholds about the middle. ``agreeing``: most people agree with
most items, as is usual in surveys of employees. Every third item is reversed, or none is. Careless respondents give

- straight: one answer to everything, drawn from 1 to 5 with chances .10, .10, .30, .35 and .15;
- nearly straight: the same, but 12% of the answers one step off;
- random: every answer as likely;
- half: honest up to the middle, then one answer to everything.

Copies: in samples of 100 honest respondents one row is copied, whole or with one answer changed. ``--size`` measures
time and memory on 200,000 rows x 120 items. The tables that this prints stand in ``docs/screening.md``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch import responses
from lcresearch.instruments import Instrument
from lcresearch.responses import Responses
from lcresearch.responses.screening import RULES

KIND = "simulation"

LENGTHS = (5, 8, 10, 16, 25, 60)
PATTERN_RULES = [rule.name for rule in RULES[:5]]
THRESHOLDS = {"spread": (-2.0, -0.8, 0.8, 2.0), "agreeing": (-3.2, -2.2, -1.2, 1.2)}
Array = np.ndarray


def instruments_of(k: int, *, mixed: bool) -> list[Instrument]:
    """Instruments of about eight items, k in all; ``mixed``: every third item reversed."""
    parts = np.array_split(np.arange(k), max(1, round(k / 8)))
    return [
        _instrument(f"part-{n}", [(f"q_{i:03d}", mixed and m % 3 == 2) for m, i in enumerate(p)])
        for n, p in enumerate(parts)
    ]


def _instrument(name: str, items: list[tuple[str, bool]]) -> Instrument:
    texts = {"nl": name}
    labels = {code: {"nl": str(code)} for code in range(1, 6)}
    content = {"id": name, "version": "1.0.0", "languages": ["nl"], "title": texts, "text": texts, "construct": texts}
    content |= {"level": "team", "composition": "referent_shift", "licence": "CC-BY-4.0"}
    content |= {"source": {"items": "new", "literature": ["-"], "relation": texts}}
    content |= {"response_scales": {"five": {"labels": labels}}}
    content["items"] = [{"id": i, "text": {"nl": i}, "response_scale": "five", "reversed": r} for i, r in items]
    content["scales"] = {name.replace("-", "_"): {"title": texts, "items": [i for i, _ in items]}}
    return Instrument.model_validate(content)


def honest(n: int, instruments: list[Instrument], population: str, rng: np.random.Generator) -> Array:
    """Answers by the graded response model, shape (n, k)."""
    common, style = rng.normal(size=n), 0.3 * rng.normal(size=n)
    columns = []
    for instrument in instruments:
        level = np.sqrt(0.5) * (common + rng.normal(size=n))
        for item in instrument.items:
            threshold = np.array(THRESHOLDS[population]) + 0.5 * rng.normal()
            toward = -style if item.reversed else style
            logit = rng.uniform(1, 2.5) * (level[:, None] - threshold) + toward[:, None]
            answer = 1 + (rng.uniform(size=(n, 1)) < 1 / (1 + np.exp(-logit))).sum(axis=1)
            columns.append(6 - answer if item.reversed else answer)
    return np.stack(columns, axis=1).astype(float)


def straight(n: int, k: int, rng: np.random.Generator) -> Array:
    return np.repeat(rng.choice([1.0, 2, 3, 4, 5], p=[0.1, 0.1, 0.3, 0.35, 0.15], size=(n, 1)), k, axis=1)


def nearly_straight(n: int, k: int, rng: np.random.Generator) -> Array:
    step = np.where(rng.uniform(size=(n, k)) < 0.12, rng.choice([-1, 1], size=(n, k)), 0)
    return np.clip(straight(n, k, rng) + step, 1, 5)


def at_random(n: int, k: int, rng: np.random.Generator) -> Array:
    return rng.integers(1, 6, size=(n, k)).astype(float)


CARELESS: dict[str, Callable[[int, int, np.random.Generator], Array]] = {
    "straight": straight,
    "nearly straight": nearly_straight,
    "random": at_random,
}


def responses_of(instruments: list[Instrument], rows: Array, bare: Responses) -> Responses:
    """Answers as if they had been read."""
    columns = [item.id for instrument in instruments for item in instrument.items]
    frame = pd.DataFrame(np.asfortranarray(rows), columns=columns, copy=False)
    frame.insert(0, "respondent", pd.Series(np.arange(len(rows)), dtype="str"))
    frame.insert(1, "wave", pd.Series("t0", index=frame.index, dtype="str"))
    paradata = pd.DataFrame({"seconds": np.full(len(rows), np.nan)})
    paradata["completed"] = pd.array([pd.NA] * len(rows), dtype="boolean")
    origin = pd.DataFrame({"file": pd.Series("answers.csv", index=frame.index, dtype="str"), "row": frame.index + 2})
    return replace(bare, frame=frame, instruments=tuple(instruments), paradata=paradata, origin=origin)


def bare_responses() -> Responses:
    """Responses of one row, to be filled in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        path.write_text("q_000,q_001\n1,2\n", encoding="utf-8")
        return responses.read(path, instruments_of(2, mixed=False))


def rates(bare: Responses, n: int, n_forms: int, rng: np.random.Generator) -> pd.DataFrame:
    """Share flagged by each rule: a row a length, kind of form and kind of respondent; NaN where none was judged."""
    lines: list[dict[str, object]] = []
    for k in LENGTHS:
        for mixed in (False, True):
            instruments = instruments_of(k, mixed=mixed)
            kinds = {f"honest, {p}": [honest(n, instruments, p, rng) for _ in range(n_forms)] for p in THRESHOLDS}
            kinds |= {kind: [make(n, k, rng)] for kind, make in CARELESS.items()}
            half = honest(n, instruments, "agreeing", rng)
            half[:, k // 2 :] = straight(n, k - k // 2, rng)
            for kind, rows in (kinds | {"half": [half]}).items():
                found = responses.screen(responses_of(instruments, np.vstack(rows), bare))
                flags = found.rows[PATTERN_RULES]
                shares = {rule: flags[rule].astype("float64").mean() for rule in PATTERN_RULES}
                shares["all identical"] = float((found.rows["identical_share"] == 1).mean())
                shares["any of these"] = float(found.flagged(PATTERN_RULES).mean())
                lines.append({"items": k, "reversed": mixed, "respondents": kind} | shares)
    return pd.DataFrame(lines)


def copying(bare: Responses, n_samples: int, rng: np.random.Generator) -> pd.DataFrame:
    """Copies found, and rows wrongly called copies, by length and population, in samples of 100."""
    lines = []
    for k in (10, 15, 25, 60):
        for population in THRESHOLDS:
            counts = np.zeros(4)
            for _ in range(n_samples):
                instruments = instruments_of(k, mixed=True)
                rows = honest(100, instruments, population, rng)
                changed = rows[1].copy()
                changed[3] = changed[3] % 5 + 1
                found = responses.screen(responses_of(instruments, np.vstack([rows, rows[0], changed]), bare)).rows
                same, near = (
                    found[name].fillna(False).astype(bool).to_numpy()
                    for name in ("same_answers", "nearly_same_answers")
                )
                counts += [same[100], near[101], same[2:100].sum(), near[2:100].sum()]
            each = counts / n_samples / [1, 1, 98, 98]
            names = ("same found", "nearly same found", "same, wrongly", "nearly same, wrongly")
            lines.append({"items": k, "respondents": population} | dict(zip(names, each, strict=True)))
    return pd.DataFrame(lines)


def size(bare: Responses, rng: np.random.Generator) -> str:
    """Time and peak memory on 200,000 rows x 120 items."""
    instruments = instruments_of(120, mixed=True)
    rows = np.concatenate([honest(20_000, instruments, "agreeing", rng) for _ in range(10)])
    data = responses_of(instruments, rows, bare)
    del rows
    before, start, work = peak_mebibytes(), time.perf_counter(), time.process_time()
    responses.screen(data)
    seconds, work = time.perf_counter() - start, time.process_time() - work
    peak = f"peak {peak_mebibytes():,.0f} MiB, of which {before:,.0f} before"
    return f"200,000 rows x 120 items: {seconds:.1f} s, {work:.1f} s of processor time, {peak}"


def peak_mebibytes() -> float:
    """Peak memory of this process, where the system tells it."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--size", action="store_true")
    arguments = parser.parse_args()
    rng = np.random.default_rng(20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bare = bare_responses()
    if arguments.size:
        print(size(bare, rng))
        return
    pd.set_option("display.width", 250, "display.max_columns", 20, "display.max_rows", 200)
    print(rates(bare, arguments.rows, 5, rng).round(4).to_string(index=False))
    print(copying(bare, arguments.samples, rng).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
