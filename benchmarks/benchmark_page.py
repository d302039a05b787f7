"""Table, page and figure of what ``run.py`` found: ``benchmarks.csv``, and from it ``benchmarks.md`` and ``.svg``.

python benchmarks/benchmark_page.py docs       write page and figure of the table in docs/ again
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from comparison import Compared
from machine import machine

KIND = "part"
COLUMNS = (
    "benchmark", "case", "program", "version", "ours_processor_s", "theirs_processor_s", "ratio",
    "ours_wall_s", "theirs_wall_s", "apart", "of", "note",
)  # fmt: skip
HEAD = """# Benchmarks

How long this package and other programs take for the same work on the same data, and how far their results are apart.
The page and its figure are made of `benchmarks.csv`, which one command writes:

```
python benchmarks/run.py -o docs
```

Times are **seconds of the processor** for the fit alone, on data that each program has read already: with standard
errors and tests where the other program gives them too, the shortest of several runs, one thread each. A ratio of 10
says that the other program takes ten times as long; below 1 it is quicker than ours. *Apart* is the largest
difference between both, relative to the largest of their numbers; where it is above 1e-4 the note or the [accuracy
page](accuracy.md) says why. Speed is of this machine and these cases: look at the order of size, and run the command
on your own.
"""
TAIL = """## Run them

`python benchmarks/run.py` writes to `benchmark-results/`. `--only NAME` takes some, `--list` names all, `--limit
SECONDS` stops a file that takes longer and keeps what it found. `--speed` runs those that measure this package alone,
`--long` also large cases and the simulations that check intervals, tests and verdicts: these take hours; their
figures stand on the pages of their methods. Each file of `benchmarks/` runs on its own too. Programs of R are found
as `Rscript` with the package, those of Python by their name: what is installed is compared.
"""


def write(
    folder: Path,
    found: list[tuple[str, Compared]],
    versions: Mapping[str, str | None],
    problems: Mapping[str, str],
    *,
    beside: str = "",
) -> None:
    """Write table, page and figure."""
    rows = [_row(name, row, versions[row.program] or "") for name, row in found]
    surroundings = machine() | ({"ran meanwhile": beside} if beside else {})
    rows += [_fact("machine", case=name, note=value) for name, value in surroundings.items()]
    rows += [_fact("not installed", program=name) for name, version in versions.items() if version is None]
    rows += [_fact("stopped", case=name, note=problem) for name, problem in problems.items()]
    with (folder / "benchmarks.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_page(folder)


def _fact(kind: str, **known: str) -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "") | {"benchmark": kind} | known


def _row(name: str, row: Compared, version: str) -> dict[str, str]:
    theirs = row.theirs
    return {
        "benchmark": name,
        "case": row.case,
        "program": row.program,
        "version": version,
        "ours_processor_s": f"{row.ours.processor:.3g}",
        "theirs_processor_s": f"{theirs.processor:.3g}" if theirs else "",
        "ratio": f"{row.ratio:.3g}" if row.ratio is not None else "",
        "ours_wall_s": f"{row.ours.wall:.3g}",
        "theirs_wall_s": f"{theirs.wall:.3g}" if theirs else "",
        "apart": f"{row.apart:.1e}" if row.apart is not None else "",
        "of": row.of,
        "note": row.note,
    }


def write_page(folder: Path) -> None:
    """Page and figure of the table in a folder."""
    with (folder / "benchmarks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (folder / "benchmarks.md").write_text(page(rows), encoding="utf-8")
    figure(rows, folder / "benchmarks.svg")


def page(rows: list[dict[str, str]]) -> str:
    """The page as Markdown."""
    facts = {
        kind: [row for row in rows if row["benchmark"] == kind] for kind in ("machine", "not installed", "stopped")
    }
    compared = [row for row in rows if row["benchmark"] not in facts]
    lines = [HEAD, "![How many times as long other programs take](benchmarks.svg)\n"]
    lines += ["| Case | Program | Ours, s | Theirs, s | Ratio | Apart | Of |", "|---|---|---:|---:|---:|---:|---|"]
    for row in compared:
        of = row["of"] + (f"; {row['note']}" if row["note"] else "")
        cells = [row["case"], f"{row['program']} {row['version']}", row["ours_processor_s"]]
        cells += [row[name] or "–" for name in ("theirs_processor_s", "ratio", "apart")]
        lines.append(f"| {' | '.join([*cells, of])} |")
    missing = [row["program"] for row in facts["not installed"]]
    lines += ["", "**Not installed, so not compared:** " + (", ".join(missing) if missing else "nothing") + ".", ""]
    lines += [f"**Stopped:** {row['case']}: {row['note']}.\n" for row in facts["stopped"]]
    lines += ["## The machine", ""]
    lines += [f"- {row['case']}: {row['note']}" for row in facts["machine"]]
    return "\n".join([*lines, "", TAIL])


def figure(rows: list[dict[str, str]], path: Path) -> None:
    """Bars of the ratios, on a scale of powers of ten, the largest on top."""
    mpl.use("agg")
    from matplotlib import pyplot as plt

    known = sorted((row for row in rows if row["ratio"]), key=lambda row: float(row["ratio"]))
    with mpl.rc_context({"svg.hashsalt": "benchmarks", "font.size": 9}):
        drawn, axes = plt.subplots(figsize=(12, 0.8 + 0.27 * max(len(known), 1)), layout="constrained")
        ratios = [float(row["ratio"]) for row in known]
        colours = ["#0b6e6e" if ratio >= 1 else "#b5541c" for ratio in ratios]
        axes.barh(range(len(known)), [ratio - 1 for ratio in ratios], left=1, color=colours)
        for place, ratio in enumerate(ratios):
            label = f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}"
            shift, side = (3, "left") if ratio >= 1 else (-3, "right")
            axes.annotate(
                label, (ratio, place), (shift, 0), textcoords="offset points", va="center", ha=side, fontsize=8
            )
        axes.set_yticks(range(len(known)), [f"{row['case']}; {row['program']}" for row in known])
        axes.set_xscale("log")
        if known:
            axes.set_xlim(min(*ratios, 1) / 6, max(*ratios, 1) * 6)
        axes.axvline(1, color="black", linewidth=0.8)
        axes.set_xlabel("times as long as lcresearch, processor time")
        axes.spines[["top", "right"]].set_visible(False)
        drawn.savefig(path, metadata={"Date": None})
        plt.close(drawn)


if __name__ == "__main__":
    write_page(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
