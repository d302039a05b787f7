"""The page of coverage is that of its table, and names what is there."""

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import coverage_page  # noqa: E402


def table():
    with (ROOT / "docs" / "coverage.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_of_the_documentation_is_that_of_its_table():
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == coverage_page.page(table())


def test_counts_of_a_report_are_summed_by_room():
    def file(*counts):
        names = ("num_statements", "missing_lines", "num_branches", "missing_branches")
        return {"summary": dict(zip(names, counts, strict=True))}

    files = {
        "src/lcresearch/agreement/alpha.py": file(10, 1, 4, 1),
        "src\\lcresearch\\agreement\\units\\spans.py": file(30, 5, 0, 0),
        "src/lcresearch/errors.py": file(8, 0, 2, 0),
    }
    rows = coverage_page.rows_of({"meta": {"timestamp": "2026-11-26T10:00:00"}, "files": files})
    assert {row["module"] for row in rows} == {"agreement.alpha", "agreement.units.spans", "errors"}
    made = coverage_page.page(rows)
    assert "| agreement | 40 | 6 | 85.0 | 4 | 1 | 75.0 |" in made
    assert "| **All** | 48 | 6 | 87.5 | 6 | 1 | 83.3 |" in made
    named = made.partition("## Modules that miss")[2]
    assert "| agreement.units.spans | 30 | 5 | 83.3 | 0 | 0 | - |" in named
    assert "agreement.alpha" not in named
