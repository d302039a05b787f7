"""Benchmarks are found, say what they do, and do nothing when imported; one command writes what it found."""

import ast
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks"
FILES = sorted(FOLDER.glob("*.py"))
FAKE = '''"""An invented comparison."""

from comparison import Clock, Compared

KIND = "comparison"


def comparisons(long):
    yield Compared("case of three", "krippendorff", Clock(0.5, 0.6), Clock(2.0, 2.1), 1e-9, "alpha")
    yield Compared("case that it cannot", "pingouin", Clock(0.5, 0.6), None, None, "alpha", "not ready in 3 s")
    {end}
'''


def run(*words, path=None):
    # without R, so that the test says the same everywhere; PATH names a folder that is there and empty
    surroundings = os.environ | ({"PATH": str(path)} if path else {})
    command = [sys.executable, str(FOLDER / "run.py"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=surroundings, check=False)


@pytest.fixture
def fake(tmp_path):
    """A folder with one benchmark that ends as asked, and where it writes."""

    def make(end, *words):
        (tmp_path / "empty").mkdir()
        (tmp_path / "given").mkdir()
        (tmp_path / "given" / "three.py").write_text(FAKE.format(end=end), encoding="utf-8")
        done = run("--folder", tmp_path / "given", "-o", tmp_path / "out", *words, path=tmp_path / "empty")
        assert done.returncode == 0, done.stderr
        return done.stdout, tmp_path / "out"

    return make


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_benchmark_says_what_it_does_and_does_nothing_when_imported(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert len(ast.get_docstring(tree).split("\n")[0]) > 20
    names = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
    kind = next(each.value.value for each in tree.body if isinstance(each, ast.Assign) and each.targets[0].id == "KIND")
    assert (kind == "comparison") == ("comparisons" in names)
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.AugAssign)
    harmless = (ast.Import, ast.ImportFrom, *defined)
    for each in tree.body[1:]:
        at_the_end = isinstance(each, ast.If) and ast.unparse(each.test) in ("__name__ == '__main__'", "TYPE_CHECKING")
        described = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
        finds_a_test = ast.unparse(each).startswith("sys.path.insert(")
        assert isinstance(each, harmless) or at_the_end or described or finds_a_test, ast.unparse(each)[:80]


def test_every_benchmark_is_named():
    listed = run("--list").stdout
    assert {line.split()[1].removesuffix(":") for line in listed.splitlines()} == {path.stem for path in FILES}


def test_an_unknown_benchmark_is_refused():
    done = run("--only", "nothing_like_it")
    assert done.returncode == 1
    assert "nothing_like_it" in done.stderr


def test_table_page_and_figure_name_what_is_compared_and_what_is_missing(fake):
    said, out = fake('raise ValueError("no more")')
    assert "case of three; krippendorff: 4.0 times as long" in said
    page = (out / "benchmarks.md").read_text(encoding="utf-8")
    assert "| case of three | krippendorff " in page  # a row before the error is kept
    assert "**Stopped:** three: stopped: ValueError: no more" in page
    assert "not ready in 3 s" in page
    missing = next(line for line in page.splitlines() if line.startswith("**Not installed"))
    assert all(name in missing for name in ("lme4", "metafor", "lavaan", "QCA"))
    assert "krippendorff" not in missing
    assert "case of three" in (out / "benchmarks.svg").read_text(encoding="utf-8")
    with (out / "benchmarks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["ratio"] for row in rows if row["benchmark"] == "three"] == ["4", ""]
    assert {"cores", "memory", "Python"} <= {row["case"] for row in rows if row["benchmark"] == "machine"}


def test_a_comparison_that_takes_too_long_is_stopped(fake):
    _, out = fake("import time; time.sleep(3600)", "--limit", 4)
    assert "stopped after 4 s" in (out / "benchmarks.md").read_text(encoding="utf-8")


def test_the_page_of_the_documentation_is_that_of_its_table(tmp_path):
    shutil.copy(ROOT / "docs" / "benchmarks.csv", tmp_path)
    subprocess.run([sys.executable, str(FOLDER / "benchmark_page.py"), str(tmp_path)], check=True)
    for name in ("benchmarks.md", "benchmarks.csv"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (ROOT / "docs" / name).read_text(encoding="utf-8")
