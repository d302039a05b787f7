"""Which lines and branches the tests reach, by room: ``coverage.csv``, and from it ``coverage.md``.

python3 -m uv run pytest -n auto --dist loadfile --cov --cov-report=json:coverage.json
python benchmarks/coverage_page.py coverage.json -o docs     table and page of that run
python benchmarks/coverage_page.py -o docs                   the page again, of the table in docs/
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
from pathlib import Path
from typing import Any

KIND = "part"
COLUMNS = ("date", "module", "lines", "lines_missed", "branches", "branches_missed")
FEWEST = 5
"""Lines and branches that a module misses at least, to be named on the page."""
HEAD = """# Coverage

Which lines of the package the tests run, and of each choice which ways they take. Browsers, tasks of the page and
commands that tests start in a process of their own count as well. Coverage says what no test reaches; whether a test
would notice a fault in what it does reach is the subject of the [mutation tests](mutation.md).

The page is made of `coverage.csv`, where each module has a row:

```
python3 -m uv run pytest -n auto --dist loadfile --cov --cov-report=json:coverage.json
python benchmarks/coverage_page.py coverage.json -o docs
```

`.ci/run --coverage` runs all checks and prints the same figures with the lines that are missed.
"""


def rows_of(report: dict[str, Any]) -> list[dict[str, str]]:
    """A row for each module of coverage's report in JSON."""
    date = str(report["meta"]["timestamp"])[:10]
    rows = []
    for name, file in sorted(report["files"].items()):
        module = name.replace("\\", "/").partition("lcresearch/")[2].removesuffix(".py").replace("/", ".")
        found = file["summary"]
        counts = (
            found["num_statements"], found["missing_lines"], found["num_branches"], found["missing_branches"],
        )  # fmt: skip
        rows.append(dict(zip(COLUMNS, (date, module, *map(str, counts)), strict=True)))
    return rows


def page(rows: list[dict[str, str]]) -> str:
    """The page of a table."""
    date = datetime.date.fromisoformat(rows[0]["date"])
    rooms: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        room = row["module"].split(".")[0] if "." in row["module"] else "files of their own"
        rooms.setdefault(room, []).append(row)
    parts = [HEAD, f"Run on {date}: {_said(rows)}", "", "## By room", "", *_table("Room", {**rooms, "**All**": rows})]
    missed = {row["module"]: [row] for row in rows if _sum([row], 3) + _sum([row], 5) >= FEWEST}
    most = dict(sorted(missed.items(), key=lambda item: -(_sum(item[1], 3) + _sum(item[1], 5))))
    parts += ["", f"## Modules that miss {FEWEST} or more", "", *_table("Module", most)]
    return "\n".join(parts) + "\n"


def _sum(rows: list[dict[str, str]], column: int) -> int:
    return sum(int(row[COLUMNS[column]]) for row in rows)


def _share(total: int, missed: int) -> str:
    return f"{100 * (total - missed) / total:.1f}" if total else "-"


def _said(rows: list[dict[str, str]]) -> str:
    lines, branches = _share(_sum(rows, 2), _sum(rows, 3)), _share(_sum(rows, 4), _sum(rows, 5))
    return (
        f"{lines} % of {_sum(rows, 2):,} lines and {branches} % of {_sum(rows, 4):,} branches of {len(rows):,} modules."
    )


def _table(head: str, groups: dict[str, list[dict[str, str]]]) -> list[str]:
    lines = [
        f"| {head} | Lines | Missed | Reached, % | Branches | Missed | Reached, % |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, rows in groups.items():
        total, missed, ways, ways_missed = (_sum(rows, column) for column in (2, 3, 4, 5))
        cells = (f"{total:,}", f"{missed:,}", _share(total, missed), f"{ways:,}", f"{ways_missed:,}")
        lines.append(f"| {name} | {' | '.join(cells)} | {_share(ways, ways_missed)} |")
    return lines


def main() -> None:
    """Table and page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", nargs="?", type=Path, help="coverage.json of a run")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of coverage.csv and coverage.md")
    asked = parser.parse_args()
    table = asked.output / "coverage.csv"
    if asked.report:
        rows = rows_of(json.loads(asked.report.read_text(encoding="utf-8")))
        with table.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    with table.open(encoding="utf-8", newline="") as file:
        (asked.output / "coverage.md").write_text(page(list(csv.DictReader(file))), encoding="utf-8")


if __name__ == "__main__":
    main()
