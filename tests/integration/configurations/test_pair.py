"""A pair of elements that works only together: seeded programmes of benchmarks/qca_pair.py, which has the rates."""

import runpy
from pathlib import Path

import pytest

PAIR = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "qca_pair.py"))


@pytest.fixture(scope="module")
def found():
    return {setting: PAIR["rates"](setting, 8) for setting in ("nothing alone", "costs alone")}


def test_where_one_alone_costs_main_effects_miss_what_recipes_and_the_product_find(found):
    rates = found["costs alone"]
    assert rates["facilitation found"] <= 0.25
    assert rates["leadership found"] <= 0.25
    assert rates["product found"] == 1
    assert rates["pair in a recipe"] >= 0.75
    assert rates["one without the other"] == 0


def test_where_one_alone_does_nothing_main_effects_promise_what_is_not_there(found):
    rates = found["nothing alone"]
    assert rates["expected of facilitation alone"] > 0.15
    assert rates["pair in a recipe"] >= 0.75
    assert rates["one without the other"] == 0


def test_one_programme_as_simulated_goes_the_whole_way():
    frame = PAIR["as_simulated"](0)
    assert len(frame) == 96
    row = PAIR["judged"](frame)
    assert row["expected of facilitation alone"] > 0
