"""Read an export of 500 MB and report time and peak memory: ``python benchmarks/read_large.py [--megabytes 500]``.

Two shapes: a plain one with answers only (the most cells a file of that size can have), and one as platforms write
it, with dates, free text and label texts. The file is made in a temporary folder and removed afterwards; reading runs
in a process of its own so that its peak is that of reading alone.

Measured on two cores that were busy with other work (Python 3.11, pandas 3.1, pyarrow 26): answers, 5,320,000 rows x 40
items: 73 to 227 s, peak 3.0 GiB, of which 1.6 GiB is the frame itself; platform, 600,000 rows x 40 items: 25 to 71 s,
peak 0.6 GiB.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from pathlib import Path

import numpy as np
from peak_memory import peak_mebibytes

KIND = "speed"

N_ITEMS = 40
LABELS = ["helemaal mee oneens", "oneens", "niet mee eens, niet mee oneens", "eens", "helemaal mee eens"]


def rows_of(shape: str, rng: np.random.Generator, first: int, n: int) -> list[str]:
    """Rows of text; ``answers`` has codes only, ``platform`` texts around them."""
    codes = rng.integers(1, 6, size=(n, N_ITEMS))
    groups = rng.integers(0, 20_000, size=n)
    if shape == "answers":
        return [f"{first + i},g{groups[i]}," + ",".join(map(str, codes[i])) for i in range(n)]
    texts = [",".join(f'"{LABELS[code - 1]}"' for code in row) for row in codes]
    remark = '"Ik vond dit, eerlijk gezegd, best lastig om in te vullen;\nmaar het is gelukt."'
    return [f"{first + i},g{groups[i]},2026-03-0{i % 9 + 1} 10:00:00,{remark}," + texts[i] for i in range(n)]


def write(path: Path, shape: str, megabytes: int) -> None:
    """Write a file of this size."""
    rng = np.random.default_rng(1)
    extra = ["begonnen", "opmerking"] if shape == "platform" else []
    header = ["respondent", "team", *extra, *(f"q_{k:02d}" for k in range(N_ITEMS))]
    first = 1
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(header) + "\n")
        while stream.tell() < megabytes * 10**6:
            stream.write("\n".join(rows_of(shape, rng, first, 20_000)) + "\n")
            first += 20_000


def read(path: str, answer: multiprocessing.Queue) -> None:
    """Read the file and put rows, seconds and peak memory in MiB on the queue."""
    from lcresearch import responses
    from lcresearch.instruments import Instrument

    texts = {"nl": "voorbeeld"}
    items = [{"id": f"q_{k:02d}", "text": {"nl": f"Vraag {k}"}, "response_scale": "five"} for k in range(N_ITEMS)]
    labels = {code: {"nl": label} for code, label in enumerate(LABELS, start=1)}
    content = {"id": "example", "version": "1.0.0", "languages": ["nl"], "title": texts, "text": texts}
    content |= {"construct": texts, "level": "team", "composition": "referent_shift", "licence": "CC-BY-4.0"}
    content |= {"source": {"items": "new", "literature": ["-"], "relation": texts}}
    content |= {"response_scales": {"five": {"labels": labels}}, "items": items}
    start = time.perf_counter()
    data = responses.read(path, Instrument.model_validate(content), levels=["team"])
    answer.put((len(data.frame), time.perf_counter() - start, peak_mebibytes()))


def main() -> None:
    """Make, read and report both shapes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=500)
    megabytes = parser.parse_args().megabytes
    context = multiprocessing.get_context("spawn")
    for shape in ("answers", "platform"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{shape}.csv"
            write(path, shape, megabytes)
            answer = context.Queue()
            process = context.Process(target=read, args=(str(path), answer))
            process.start()
            n_rows, seconds, peak = answer.get()
            process.join()
            print(f"{shape}: {megabytes} MB, {n_rows:,} rows x {N_ITEMS} items: {seconds:.1f} s, peak {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
