"""In which order files go to workers: those that take longest first, so that no worker is left with one at the end.

``pytest -n auto --dist loadfile`` gives a worker a file at a time, since tests of a file share what is dear to make. It
begins with the files that hold most tests, and those are not the ones that take longest. ``longest_files.csv`` beside
this file has seconds by file of a whole run; renew it with ``pytest ... --junitxml=run.xml`` and
``python tests/longest_first.py run.xml``.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TIMES = Path(__file__).with_name("longest_files.csv")
SHORTEST = 5.0
"""Seconds below which the order of a file does not matter."""
ONE_BY_ONE = ("tests/analyses/test_recipes.py", "tests/docs/test_page_code.py")
"""Files whose tests share nothing: each test goes to a worker by itself."""


def seconds_by_file() -> dict[str, float]:
    """Seconds of the files that take longest."""
    with TIMES.open(encoding="utf-8", newline="") as file:
        return {row["file"]: float(row["seconds"]) for row in csv.DictReader(file)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The order of collection, with the longest files first, when workers share the tests."""
    if hasattr(config, "workerinput"):
        known = seconds_by_file()
        items.sort(key=lambda item: -known.get(item.nodeid.partition("::")[0], 0.0))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: tests of the page wait for a browser, a server or a task at times; two more gain nothing."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files in the order of collection, and tests that share nothing one by one."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LongestFirst(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return nodeid if file in ONE_BY_ONE else file

    config.option.loadscopereorder = False
    return LongestFirst(config, log)


def main(run: str) -> None:
    """Write seconds by file of a run that was kept as JUnit XML."""
    from defusedxml.ElementTree import parse

    seconds: dict[str, float] = defaultdict(float)
    for test in parse(run).iter("testcase"):
        seconds[str(test.get("classname")).replace(".", "/") + ".py"] += float(test.get("time") or 0)
    known = ((name, took) for name, took in seconds.items() if took >= SHORTEST and (ROOT / name).is_file())
    rows = sorted(known, key=lambda row: -row[1])
    with TIMES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "seconds"))
        writer.writerows((name, round(took)) for name, took in rows)


if __name__ == "__main__":
    main(sys.argv[1])
