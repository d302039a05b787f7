"""Speed of a coding file of some 300 pages, as shares of what a coder may notice.

Run by hand, with nothing else running: ``python benchmarks/coding_file.py``. 40 invented texts of together 150,000
words, 120 codes and 5,000 codings of 3 coders. Each line gives the median and the slowest of several calls, and the
median as a share of its goal; a share above 1 is too slow. A writing call returns when the change is on disk, so that
disks differ: above the lines stands the time that this disk takes to write a page for good, and a writing call takes
about five of these.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd

from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, coding_file
from lcresearch.interviews.refi_qda.notes import coder_frame

KIND = "speed"

WORDS = ["leren", "samen", "tijd", "machine", "overleg", "wij", "de", "een", "fouten", "geld"]
TEXTS, LINES, WORDS_A_LINE, CODES, CODINGS = 40, 100, 37, 120, 5_000


def invented(seed: int = 1) -> Project:
    """The corpus with its codings."""
    rng = np.random.default_rng(seed)
    documents = tuple(
        Document(
            f"d{text}", f"R{text}", "\n".join(f"Bo: {' '.join(rng.choice(WORDS, WORDS_A_LINE))}." for _ in range(LINES))
        )
        for text in range(TEXTS)
    )
    codes = tuple(Code(f"c{n}", f"code {n}", parent=f"c{n - n % 10}" if n % 10 else "") for n in range(CODES))
    start = rng.integers(0, min(len(each.text) for each in documents) - 300, CODINGS)
    number = np.arange(CODINGS)
    codings = pd.DataFrame(
        {
            "coding": [f"k{n}" for n in number],
            "selection": [f"s{n}" for n in number],
            "document": [f"d{n % TEXTS}" for n in number],
            "start": start,
            "end": start + rng.integers(5, 200, CODINGS),
            "code": [f"c{n}" for n in rng.integers(0, CODES, CODINGS)],
            "coder": [f"p{n % 3}" for n in number],
            "created": pd.Timestamp("2026-01-01", tz="UTC"),
        }
    )
    coders = coder_frame({f"p{n}": f"Coder {n}" for n in range(3)})
    return Project("invented", Corpus(documents), Codebook(codes), codings, coders)


def timed(call: Callable[[], object], times: int) -> list[float]:
    """Seconds of each call."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return found


def page_on_disk(path: Path) -> None:
    """Write one page for good."""
    with path.open("wb") as stream:
        stream.write(b"\x00" * 4096)
        stream.flush()
        os.fsync(stream.fileno())


def main() -> None:
    """Print a line a call."""
    folder = Path(tempfile.mkdtemp())
    file = coding_file.create(folder / "invented.lccoding", invented())
    place = count()

    def add() -> None:
        start = next(place)
        file.code("d3", start, start + 5, "c11", coder="p1")

    calls: list[tuple[str, Callable[[], object], int, float]] = [
        ("open", lambda: coding_file.open_file(file.path), 30, 0.010),
        ("add a coding", add, 60, 0.010),
        ("undo", lambda: file.undo("p1"), 30, 0.010),
        ("codings of a text", lambda: file.codings("d3"), 30, 0.020),
        ("a text", lambda: file.document("d3"), 30, 0.020),
        ("codebook", file.codebook, 10, 0.020),
        ("history", file.history, 5, 0.100),
        ("project", file.project, 5, 2.0),
        ("hash", file.content_hash, 5, 1.0),
        ("erase a text", lambda: file.erase(["d3"]), 1, 5.0),
    ]
    disk = statistics.median(timed(lambda: page_on_disk(folder / "page"), 30))
    print(f"a page for good: {disk * 1e3:.2f} ms; load {os.getloadavg()[0]:.1f}; {file.path.stat().st_size:,} bytes")
    for name, call, times, goal in calls:
        seconds = timed(call, times)
        middle = statistics.median(seconds)
        print(
            f"{name:20} {middle * 1e3:8.1f} ms  slowest {max(seconds) * 1e3:8.1f} ms  share of goal {middle / goal:.2f}"
        )


if __name__ == "__main__":
    main()
