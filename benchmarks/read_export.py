"""Read and score an export of 200,000 rows x 120 columns: ``python benchmarks/read_export.py [--rows 200000]``.

Three files as LimeSurvey writes them: csv with codes, csv with the words of the answers, and a workbook with a fiftieth
of the rows, since Excel's format is so much slower and has no limit here. Each is read and scored in a process of its
own, so that its peak memory is that of this work alone; making the file does not count.

Measured on two cores that were busy with other work (Python 3.11, pandas 3), 200,000 rows x 120 columns: codes (118 MB)
3.5 to 10.5 s, words (420 MB) 8.0 to 10.1 s, reading and scoring together; peak 0.6 GiB. The workbook of 4,000 rows took
25 s: nearly all of it is openpyxl on texts that stand in the cells themselves, as the writer used here makes them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from peak_memory import peak_mebibytes

KIND = "speed"

N_SCALES, ITEMS_A_SCALE = 10, 10
OWN = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "token"]
LABELS = ["helemaal niet mee eens", "niet mee eens", "niet eens, niet oneens", "mee eens", "helemaal mee eens"]
REMARKS = [f"remark{n}" for n in range(10)]
KINDS = ("codes", "labels", "workbook")
WORKBOOK_SHARE = 50
LIMIT_SECONDS, LIMIT_MEBIBYTES = 15.0, 3 * 1024


def item_ids() -> list[str]:
    """Ids of the 100 items."""
    return [f"s{scale}i{item}" for scale in range(N_SCALES) for item in range(ITEMS_A_SCALE)]


def header() -> list[str]:
    """The 120 columns: eight of LimeSurvey, two levels, a hundred items, ten remarks."""
    return [*OWN, "community", "organisation", *(f"S{name[1]}[{name}]" for name in item_ids()), *REMARKS]


def rows_of(kind: str, first: int, n: int, rng: np.random.Generator) -> list[list[str]]:
    """Rows of text; one answer in fifty is empty."""
    texts = np.array(["", *(LABELS if kind == "labels" else "12345")], dtype=object)
    answers = texts[rng.integers(1, 6, size=(n, 100)) * (rng.random((n, 100)) > 0.02)]
    rows = []
    for place in range(n):
        number = first + place
        started, finished = (f"2026-03-{number % 28 + 1:02d} 10:{minute:02d}:{number % 60:02d}" for minute in (0, 9))
        own = [str(number), finished, "12", "nl", str(number * 7919), started, finished, f"t{number}"]
        said = [f"Dit vond ik er, eerlijk gezegd, van: {number}" if number % 7 == k else "" for k in range(10)]
        rows.append([*own, f"c{number % 400}", f"o{number % 4000}", *answers[place], *said])
    return rows


def write(path: Path, kind: str, n_rows: int) -> None:
    """Write one file."""
    rng = np.random.default_rng(1)
    if kind == "workbook":
        import openpyxl

        workbook = openpyxl.Workbook()
        sheet = workbook.active
        for row in (header(), *rows_of(kind, 1, n_rows, rng)):
            sheet.append([cell or None for cell in row])
        workbook.save(path)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.write(",".join(f'"{name}"' for name in header()) + "\r\n")
        for first in range(1, n_rows + 1, 10_000):
            rows = rows_of(kind, first, min(10_000, n_rows + 1 - first), rng)
            stream.write("".join('"' + '","'.join(row) + '"\r\n' for row in rows))


def instrument() -> object:
    """Ten scales of ten items."""
    from lcresearch.instruments import Instrument

    texts = {"nl": "voorbeeld"}
    items = [{"id": name, "text": {"nl": f"Vraag {name}"}, "response_scale": "five"} for name in item_ids()]
    scales = {
        f"scale_{n}": {"title": texts, "items": item_ids()[n * ITEMS_A_SCALE : (n + 1) * ITEMS_A_SCALE]}
        for n in range(N_SCALES)
    }
    labels = {code: {"nl": label} for code, label in enumerate(LABELS, start=1)}
    content = {"id": "example", "version": "1.0.0", "languages": ["nl"], "title": texts, "text": texts}
    content |= {"construct": texts, "level": "team", "composition": "referent_shift", "licence": "CC-BY-4.0"}
    content |= {"source": {"items": "new", "literature": ["-"], "relation": texts}}
    content |= {"response_scales": {"five": {"labels": labels}}, "items": items, "scales": scales}
    return Instrument.model_validate(content)


def read_and_score(path: str, answer: multiprocessing.Queue) -> None:
    """Put rows, seconds for reading and for scoring, and peak memory in MiB on the queue."""
    from lcresearch import responses

    used = instrument()
    start = time.perf_counter()
    data = responses.read(path, used, levels=["community", "organisation"])
    read = time.perf_counter()
    scores = used.score(data.frame)
    answer.put((len(scores), read - start, time.perf_counter() - read, peak_mebibytes()))


def main() -> None:
    """Make, read, score and report each kind of file; a limit that is not met ends with an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    given = parser.parse_args()
    context, late = multiprocessing.get_context("spawn"), []
    for kind in given.kinds:
        n_rows = given.rows // WORKBOOK_SHARE if kind == "workbook" else given.rows
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ("answers.xlsx" if kind == "workbook" else "answers.csv")
            write(path, kind, n_rows)
            answer = context.Queue()
            process = context.Process(target=read_and_score, args=(str(path), answer))
            process.start()
            n, read, scored, peak = answer.get()
            process.join()
            size = path.stat().st_size / 10**6
        print(f"{kind}: {n:,} rows x {len(header())} columns, {size:,.0f} MB:", end=" ")
        print(f"read {read:.1f} s, scored {scored:.1f} s, peak {peak:,.0f} MiB")
        late += [kind] if kind != "workbook" and (read + scored > LIMIT_SECONDS or peak > LIMIT_MEBIBYTES) else []
    if late:
        sys.exit(f"above {LIMIT_SECONDS:.0f} s or {LIMIT_MEBIBYTES:,} MiB: {', '.join(late)}")


if __name__ == "__main__":
    main()
