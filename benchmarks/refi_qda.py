"""How long a large coded project takes: ``python benchmarks/refi_qda.py [codings]``.

Invented words in 100 interviews of 35,000 characters, 200 codes in a tree, four coders; written with the check that
every quote reads back, and read. Measured on two cores that were busy with other work (Python 3.11, pandas 3), in
seconds of processor for 20,000 codings: writing a new project 5.6, reading 1.2, writing what was read 3.6; for 100,000:
22.2, 3.3 and 9.4.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from lcresearch.interviews import Code, Codebook, Corpus, Document, Project, read_project, write_project
from lcresearch.interviews.guids import guid_of
from lcresearch.interviews.project import CODING_COLUMNS
from lcresearch.interviews.refi_qda.notes import coder_frame

KIND = "speed"

WORDS = [
    "wij",
    "leren",
    "samen",
    "van",
    "fouten",
    "en",
    "tijd",
    "is",
    "er",
    "niet",
    "altijd",
    "maar",
    "elke",
    "week",
    "🙂",
]


def invented(n, rng):
    texts = [
        "\n".join(" ".join(rng.choice(WORDS, 12)) for _ in range(600)) for _ in range(100)
    ]  # some 35,000 characters each
    documents = tuple(Document(guid_of("text", number), f"R{number}", text) for number, text in enumerate(texts))
    codes = []
    for number in range(200):
        parent = codes[rng.integers(len(codes))].id if codes and rng.random() < 0.8 else ""
        codes.append(Code(guid_of("code", number), f"code {number}", parent))
    coders = {guid_of("coder", number): f"Coder {number}" for number in range(4)}
    of = rng.integers(len(texts), size=n)
    starts = [[0, *(place + 1 for place, character in enumerate(text) if character == " ")] for text in texts]
    start = np.array([starts[text][rng.integers(len(starts[text]) - 12)] for text in of])
    end = np.array([texts[text].index(" ", first + 20) for text, first in zip(of, start, strict=True)])
    columns = [
        [guid_of("coding", number) for number in range(n)],
        [""] * n,
        [documents[text].id for text in of],
        start,
        end,
        [codes[code].id for code in rng.integers(len(codes), size=n)],
        [list(coders)[coder] for coder in rng.integers(4, size=n)],
        pd.date_range("2026-01-01", periods=n, freq="s", tz="UTC"),
    ]
    frame = pd.DataFrame(dict(zip(CODING_COLUMNS, columns, strict=True)))
    return Project("invented", Corpus(documents), Codebook(tuple(codes)), frame, coder_frame(coders))


def timed(what, action):
    begin = time.process_time(), time.perf_counter()
    result = action()
    print(f"{what:28} {time.process_time() - begin[0]:6.1f} s of processor {time.perf_counter() - begin[1]:6.1f} s")
    return result


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    project = invented(n, np.random.default_rng(1))
    with TemporaryDirectory() as folder:
        for target in (None, "nvivo"):
            path = Path(folder) / f"{target}.qdpx"
            timed(f"write for {target}", lambda path=path, target=target: write_project(project, path, target=target))
            again = timed("read", lambda path=path: read_project(path))
            new = path.with_stem(f"{path.stem} again")
            timed("write what was read", lambda again=again, new=new: write_project(again, new))
            print(again, path.stat().st_size // 1024**2, "MB")


if __name__ == "__main__":
    main()
