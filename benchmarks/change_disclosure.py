"""The manager who keeps all reports, over many random studies: whether anything about few persons can be computed.

    python benchmarks/change_disclosure.py 400

Studies of 3 to 12 firms of 3 to 25 people, two or three waves, people who leave, join, move between firms and answer
late, withdrawals and corrections; a run after each wave and after late answers. The attack is that of
``tests/disclosure/manager.py``, which shares no code with the package. Prints how many studies tell of fewer than the
minimum cell, and, for comparison, how many would without the ledger and without looking at all sums together.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "disclosure"))

import test_changes as reports
from manager import told_of_few
from random_studies import random_course

import lcresearch.disclosure.changes as changes

KIND = "simulation"


def main(n: int, first: int = 0) -> None:
    """Attack ``n`` studies."""
    told = {"as shown": [], "without the ledger": [], "without looking at all sums together": []}
    start = time.perf_counter()
    looked = changes.rows_that_tell
    for seed in range(first, first + n):
        course = random_course(seed, 3 + seed % 10, 2 + seed % 2, small=seed % 3 > 0)
        ways = {"as shown": (True, looked)}
        if seed % 10 == 0:
            ways |= {"without the ledger": (False, looked)}
            ways |= {"without looking at all sums together": (True, lambda *args, **options: [])}
        for name, (with_ledger, look) in ways.items():
            changes.rows_that_tell = look
            sums = reports.all_reports(course, with_ledger=with_ledger, with_ids=seed % 4 > 0)
            found = told_of_few(sums, reports.POLICY.minimum_cell)
            changes.rows_that_tell = looked
            if found:
                told[name].append(seed)
    print(f"{n} studies in {time.perf_counter() - start:.0f} s")
    for name, seeds in told.items():
        asked = n if name == "as shown" else -(-n // 10)
        print(f"{name}: {len(seeds)} of {asked} tell of fewer than {reports.POLICY.minimum_cell} persons {seeds[:10]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
