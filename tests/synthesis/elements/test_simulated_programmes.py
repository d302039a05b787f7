"""In simulated programmes a wrong verdict is rare (a small run of benchmarks/working_elements.py)."""

import runpy
from pathlib import Path

import pytest

BENCHMARK = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "working_elements.py"))


@pytest.mark.parametrize("k", [12, 40])
def test_verdicts_are_seldom_wrong(k):
    # 60 programmes of 3 elements by an oracle, with no search for tau; truly below 5%, so 9 of 60 would be a rare event
    table = BENCHMARK["shares"](k, 60, "oracle", seed=3)
    assert (BENCHMARK["wrong"](table) < 0.13).all()
    assert table.loc["generic", "generic"] > 0.9


def test_estimated_variances_decide_at_forty_consortia():
    table = BENCHMARK["shares"](40, 20, "estimated", seed=4)
    assert BENCHMARK["wrong"](table).mean() < 0.1
    assert table.loc["generic", "generic"] >= 0.8
    assert table.loc["sector-specific", "sector-specific"] >= 0.8
