"""What a worker tells of a test: once when it passed, and all that failed before or after it."""

import os
import subprocess
import sys
from pathlib import Path

from defusedxml.ElementTree import parse

ROOT = Path(__file__).parents[1]
CONFTEST = """
from tests.told_once import ToldOnce

def pytest_configure(config):
    config.pluginmanager.register(ToldOnce())

def pytest_runtest_logreport(report):
    print("\\ntold", report.nodeid.partition("::")[2], report.when)
"""
TESTS = """
import time
import pytest

@pytest.fixture
def slow():
    time.sleep(0.2)

@pytest.fixture
def breaks():
    raise ValueError

@pytest.fixture
def cannot_clear_away():
    yield
    raise ValueError

def test_passes(slow): pass
def test_fails(cannot_clear_away): assert 0
def test_is_not_reached(breaks): pass
def test_leaves_something(cannot_clear_away): pass
def test_is_skipped(): pytest.skip("no")
"""


TOLD = """
test_passes call
test_fails call
test_fails teardown
test_is_not_reached setup
test_leaves_something call
test_leaves_something teardown
test_is_skipped call
"""


def test_each_kind_of_end_is_told_and_how_long_preparing_took(tmp_path):
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_ends.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-qs", "-p", "no:cacheprovider", "--junitxml=run.xml", "test_ends.py"]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)
    told = [line.removeprefix("told ") for line in done.stdout.splitlines() if line.startswith("told ")]
    assert told == TOLD.split("\n")[1:-1]
    assert "1 failed, 2 passed, 1 skipped, 3 errors" in done.stdout
    first = next(parse(tmp_path / "run.xml").iter("testcase"))
    assert (first.get("name"), float(first.get("time", 0)) > 0.2) == ("test_passes", True)
