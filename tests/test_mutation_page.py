"""The page of mutation tests is that of its table, and counts as a reader would."""

import csv
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

import mutation_page  # noqa: E402

ROW = {
    "area": "agreement", "module": "agreement.alpha", "mutants": "50", "function": "alpha", "before": "a | b",
    "after": "a & b", "state": "killed", "at_first": "", "killed_by": "", "tests": "3", "date": "2026-11-26",
    "verdict": "", "reason": "",
}  # fmt: skip


def table():
    with (ROOT / "docs" / "mutation.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_of_the_documentation_is_that_of_its_table():
    assert (ROOT / "docs" / "mutation.md").read_text(encoding="utf-8") == mutation_page.page(table())


def test_every_verdict_is_known_and_has_a_reason_and_only_survivors_have_one():
    for row in table():
        assert row["state"] in mutation_page.STATES
        assert row["verdict"] in mutation_page.VERDICTS
        assert bool(row["verdict"]) == bool(row["reason"]), row
        assert not row["verdict"] or row["state"] in ("survived", "not reached"), row


@pytest.mark.parametrize(("states", "score"), [
    (["killed"] * 3 + ["survived"], "75.0"),
    (["killed", "timed out"], "100"),
    (["killed"] * 2999 + ["survived"], "99.9"),  # never rounded to a whole that it is not
    (["not reached"], "0.0"),
])  # fmt: skip
def test_the_score_counts_those_that_were_noticed(states, score):
    page = mutation_page.page([ROW | {"state": state} for state in states])
    assert page.splitlines()[-1].endswith(f"| {score} |")


def test_a_mutant_without_difference_does_not_count_and_its_reason_is_told():
    idle = ROW | {"state": "survived", "verdict": "equivalent", "reason": "Both are of truth values."}
    page = mutation_page.page([ROW, idle])
    assert page.splitlines()[-1].endswith("| 100 |")
    assert "| agreement.alpha, `alpha` | `a \\| b` | `a & b` | Both are of truth values. |" in page


def test_what_was_mended_since_does_not_make_the_first_score_better():
    page = mutation_page.page([ROW, ROW | {"at_first": "survived"}])
    assert "100 % are noticed" in page
    assert "kill 1 of them, it was 50.0 %" in page
