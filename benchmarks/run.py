"""Compares speed and results with every other program that is installed, on the same data in one run.

    python benchmarks/run.py                       all comparisons; table, figure and page in benchmark-results/
    python benchmarks/run.py --only mixed_models   some of them
    python benchmarks/run.py --limit 60            at most so many seconds for a file (600 unless given)
    python benchmarks/run.py --list                what there is
    python benchmarks/run.py --speed --long        also benchmarks without another program, and simulations of hours

Every file of this folder says in ``KIND`` what it is: a ``comparison`` gives rows; ``speed`` measures this package
alone and a ``simulation`` counts how often intervals and verdicts hold, both print what they find, which is kept as
text; a ``part`` is used by others. Each runs on its own as well: ``python benchmarks/NAME.py``. A file runs in a
process of its own with one thread, and what it found before its time was up is kept. What is not installed is named.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # these take a second, which a list of names can do without
    from comparison import Compared

KIND = "part"
HERE = Path(__file__).parent
KINDS = ("comparison", "speed", "simulation", "part")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Benchmark:
    """A file of this folder, known without running it."""

    name: str
    kind: str
    title: str


def discover(folder: Path = HERE) -> list[Benchmark]:
    """All benchmarks of a folder, with the first line of what they say of themselves."""
    found = []
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        kinds = [
            ast.literal_eval(each.value)
            for each in tree.body
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name) and each.targets[0].id == "KIND"
        ]
        if len(kinds) != 1 or kinds[0] not in KINDS:
            raise SystemExit(f"{path.name}: KIND must be one of {', '.join(KINDS)}")
        found.append(Benchmark(path.stem, kinds[0], (ast.get_docstring(tree) or "").split("\n")[0]))
    return found


def chosen(all_of_them: list[Benchmark], given: argparse.Namespace) -> list[Benchmark]:
    """Those asked for: by name, or by kind."""
    if given.only:
        unknown = set(given.only) - {each.name for each in all_of_them}
        if unknown:
            raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; see --list")
        return [each for each in all_of_them if each.name in given.only]
    kinds = {"comparison"} | ({"speed"} if given.speed else set()) | ({"simulation"} if given.long else set())
    return [each for each in all_of_them if each.kind in kinds]


def rows_of(one: Benchmark, folder: Path, limit: float, long: bool) -> tuple[list[Compared], str]:
    """The rows that a comparison gives before its time is up, and what went wrong."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "rows.jsonl"
        command = [sys.executable, str(HERE / "run.py"), "--worker", one.name, str(folder), str(file), str(int(long))]
        surroundings = os.environ | ONE_THREAD | {"BENCHMARK_SECONDS": str(limit)}
        try:
            done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=limit, check=False)
            problem = "" if done.returncode == 0 else "stopped: " + (done.stderr.strip().splitlines() or ["?"])[-1]
        except subprocess.TimeoutExpired:
            problem = f"stopped after {limit:.0f} s"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [_row(json.loads(line)) for line in lines], problem


def _row(kept: dict[str, object]) -> Compared:
    from comparison import Clock, Compared

    for name in ("ours", "theirs"):
        if kept[name] is not None:
            kept[name] = Clock(**kept[name])  # type: ignore[arg-type]
    return Compared(**kept)  # type: ignore[arg-type]


def work(name: str, folder: str, file: str, long: str) -> None:
    """In the process of one comparison: write each row as soon as it is there."""
    sys.path.insert(0, folder)
    rows: Iterator[Compared] = importlib.import_module(name).comparisons(bool(int(long)))
    with Path(file).open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(asdict(row)) + "\n")
            out.flush()


def text_of(one: Benchmark, folder: Path, limit: float) -> str:
    """What a benchmark without rows prints."""
    try:
        done = subprocess.run(
            [sys.executable, str(folder / f"{one.name}.py")],
            env=os.environ | ONE_THREAD,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as stopped:
        printed = stopped.stdout or b""
        return (printed.decode() if isinstance(printed, bytes) else printed) + f"\nstopped after {limit:.0f} s\n"
    return done.stdout + (done.stderr if done.returncode else "")


def run(given: argparse.Namespace) -> None:
    """Run what was asked for and write what was found."""
    from benchmark_page import write
    from comparison import versions

    given.output.mkdir(parents=True, exist_ok=True)
    found: list[tuple[str, Compared]] = []
    problems: dict[str, str] = {}
    for one in chosen(discover(given.folder), given):
        print(f"{one.name}: {one.title}", flush=True)
        if one.kind == "comparison":
            rows, problem = rows_of(one, given.folder, given.limit, given.long)
            for row in rows:
                ratio = f"{row.ratio:.1f} times as long" if row.ratio else row.note
                print(f"  {row.case}; {row.program}: {ratio}", flush=True)
            found += [(one.name, row) for row in rows]
            if problem:
                problems[one.name] = problem
                print(f"  {problem}", flush=True)
        elif one.kind != "part":
            (given.output / f"{one.name}.txt").write_text(text_of(one, given.folder, given.limit), encoding="utf-8")
    write(given.output, found, versions(), problems, beside=given.beside)
    missing = [name for name, version in versions().items() if version is None]
    print(f"written to {given.output}; not installed: {', '.join(missing) or 'nothing'}")


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["--worker"]:
        work(*words[1:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these benchmarks only")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for a file (default 600)")
    parser.add_argument("--speed", action="store_true", help="also those without another program")
    parser.add_argument("--long", action="store_true", help="also simulations, and the large cases of comparisons")
    parser.add_argument("--list", action="store_true", help="name all benchmarks and stop")
    parser.add_argument("--beside", default="", help="what else ran on the machine meanwhile, for the page")
    parser.add_argument("-o", "--output", type=Path, default=Path("benchmark-results"))
    parser.add_argument("--folder", type=Path, default=HERE, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if given.list:
        for one in discover(given.folder):
            print(f"{one.kind:10} {one.name}: {one.title}")
        return
    run(given)


if __name__ == "__main__":
    main()
