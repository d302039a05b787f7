"""What matters most, where costs are just covered, and how much hangs on attribution."""

import math

import pandas as pd
import pytest
from scipy import stats

from lcresearch.integration import community_value
from lcresearch.integration.value import example_value
from lcresearch.integration.value.simulation import row_of


@pytest.fixture(scope="module")
def example():
    return community_value(example_value(), seed=4, n_draws=4000)


def test_a_bar_runs_from_the_tenth_to_the_ninetieth_percentile(made):
    model = made(
        {"a": {"quantity": {"mean": 100, "sd": 10}}, "fixed": {"quantity": 7}},
        {"b": {"quantity": {"min": 0, "max": 50}, "price": 4}},
    )
    tornado = community_value(model, n_draws=200, seed=1).tornado
    assert tornado["input"].tolist() == ["b.quantity", "a.quantity"]
    wide, narrow = tornado.to_dict("records")
    assert (wide["net_low"], wide["net_high"]) == pytest.approx((4 * 5 - 107, 4 * 45 - 107))
    reach = 10 * stats.norm.ppf(0.9)
    assert (narrow["net_low"], narrow["net_high"]) == pytest.approx((-7 + reach, -7 - reach))
    assert narrow["net_middle"] == pytest.approx(100 - 107)


def test_the_widest_bar_stands_first(example):
    assert example.tornado["swing"].is_monotonic_decreasing
    assert set(example.tornado["input"]) == set(example.ledger.varying)


def test_shares_of_importance_are_squared_rank_correlations_that_sum_to_one(example):
    table = example.importance
    assert table["share"].sum() == pytest.approx(1)
    net = pd.Series(example.flows.net())
    for row in table.to_dict("records"):
        expected = stats.spearmanr(example.draws[row["input"]], net).statistic
        assert row["rank_correlation"] == pytest.approx(expected, abs=1e-10)


def test_at_its_break_even_value_the_net_result_is_zero(example):
    for row in example.break_even_values.to_dict("records"):
        content = example.content.model_copy(deep=True)
        held = {name: one.distribution.at(0.5) for name, one in example.ledger.inputs.items()}
        held[row["input"]] = row["break_even"]
        lines = {"costs": content.costs, "benefits": content.benefits}
        for name, number in held.items():
            owner, _, key = name.rpartition(".")
            where = next((kind for kind in lines if owner in lines[kind]), None)
            quantity = type(content.discount_rate)(value=number)
            if where:
                lines[where][owner] = lines[where][owner].model_copy(update={key: quantity})
            else:
                content = content.model_copy(update={key: quantity})
        fixed = content.model_copy(update={**lines, "correlations": ()})
        assert community_value(fixed, n_draws=100, seed=1).flows.net()[0] == pytest.approx(0, abs=1e-3)


def test_the_good_side_of_a_break_even_value(made):
    model = made({"a": {"quantity": {"min": 80, "max": 120}}}, {"b": {"quantity": 90}})
    table = community_value(model, n_draws=20_000, seed=1).break_even_values
    (row,) = table.to_dict("records")
    assert (row["break_even"], row["better"]) == (pytest.approx(90), "below")
    assert row["share_better"] == pytest.approx(0.25, abs=0.02)


def test_no_share_can_make_up_for_too_small_an_outcome(made):
    model = made({"a": {"quantity": 1000}}, {"b": {"quantity": 10, "attribution": {"min": 0.2, "max": 0.4}}})
    (row,) = community_value(model, n_draws=100).break_even_values.to_dict("records")
    assert math.isnan(row["break_even"])


def test_break_even_by_drop_off_is_found_too(made):
    benefit = {"b": {"quantity": 100, "drop_off": {"min": 0.1, "max": 0.9}}}
    model = made({"a": {"quantity": 150, "years": 1}}, benefit, horizon=2)
    (row,) = community_value(model, n_draws=100).break_even_values.to_dict("records")
    assert row["break_even"] == pytest.approx(0.5)


def test_the_net_result_is_stated_for_low_and_high_attribution(example):
    table = example.attribution.set_index("attribution")
    assert table["median"].is_monotonic_increasing
    assert table.loc["low", "break_even"] < table.loc["high", "break_even"]
    assert any("low end" in text and "high end" in text for text in example.cautions())


def test_a_fixed_attribution_is_cautioned(made):
    value = community_value(made({"a": {"quantity": 1}}, {"b": {"quantity": 3, "attribution": 0.5}}), n_draws=100)
    assert value.attribution.empty
    assert any("as if it were certain" in text for text in value.cautions())


def test_a_timeline_ends_at_the_net_result(example):
    last = example.timeline("school").iloc[-1]
    assert last["median"] == pytest.approx(row_of(example.results, party="school", measure="net")["median"])
