"""The simulation against closed forms and against a second program that does one draw at a time."""

import math
import random
import statistics

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lcresearch.errors import IntegrationError
from lcresearch.integration import community_value
from lcresearch.integration.value import example_value
from lcresearch.integration.value.simulation import median_error, payback_years, row_of


def of(value, party="total", measure="net"):
    return row_of(value.results, party=party, measure=measure)


def test_a_sum_of_normals_is_normal(made):
    costs = {"a": {"quantity": {"mean": 100, "sd": 10}}, "b": {"quantity": {"mean": 50, "sd": 5}}}
    value = community_value(made(costs, {"c": {"quantity": {"mean": 180, "sd": 20}}}), n_draws=100_000, seed=3)
    net, exact = of(value), stats.norm(30, math.sqrt(10**2 + 5**2 + 20**2))
    assert net["mean"] == pytest.approx(30, abs=4 * net["mean_error"])
    assert net["median"] == pytest.approx(30, abs=4 * net["median_error"])
    for name, p in (("low_80", 0.1), ("high_80", 0.9), ("low_95", 0.025), ("high_95", 0.975)):
        error = math.sqrt(p * (1 - p) / 100_000) / exact.pdf(exact.ppf(p))
        assert net[name] == pytest.approx(exact.ppf(p), abs=4 * error)
    covered = row_of(value.break_even, party="total")
    assert covered["probability"] == pytest.approx(exact.sf(0), abs=4 * covered["probability_error"])


def test_a_fixed_amount_a_year_is_an_annuity(made):
    value = community_value(made({"a": {"quantity": 1000}}, horizon=7, discount_rate=0.04), n_draws=100, seed=1)
    assert of(value, measure="cost")["median"] == pytest.approx(1000 * (1 - 1.04**-7) / 0.04)
    assert of(value, measure="cost")["mean_error"] == pytest.approx(0, abs=1e-9)


def test_drop_off_is_a_geometric_sum(made):
    benefit = {"b": {"quantity": 100, "price": 3, "attribution": 0.5, "deadweight": 0.2, "drop_off": 0.3}}
    value = community_value(made({"a": {"quantity": 1}}, benefit, horizon=5, discount_rate=0.05), n_draws=100, seed=1)
    first, ratio = 100 * 3 * 0.5 * 0.8 / 1.05, 0.7 / 1.05
    assert of(value, measure="benefit")["median"] == pytest.approx(first * (1 - ratio**5) / (1 - ratio))


def one_draw(draw):
    """The invented community that comes with the package, by hand: a draw of net results by party."""

    def pert(low, mode, high):
        return low + (high - low) * draw.betavariate(
            1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
        )

    rate = draw.uniform(0.015, 0.035)

    def present(amount, years, lost=0.0):
        return sum(amount * (1 - lost) ** n / (1 + rate) ** year for n, year in enumerate(years))

    firms = -present(pert(500, 620, 800) * pert(38, 45, 60), (1, 2)) - present(draw.uniform(4000, 7000), (1, 2))
    errors = draw.gauss(1500, 260) * pert(40, 48, 65) * pert(0.2, 0.4, 0.7) * (1 - draw.uniform(0, 0.25))
    firms += present(errors, (1, 2, 3, 4), pert(0.1, 0.2, 0.4))
    firms += present(pert(8, 16, 30) * draw.uniform(700, 1100) * pert(0.3, 0.5, 0.8), (2, 3, 4))
    school = -present(pert(300, 360, 480) * 62, (1, 2)) - 6500
    school += present(pert(4000, 9000, 16000) * pert(0.5, 0.8, 1.0), (2, 3, 4))
    subsidy = present(20000, (1, 2))
    return {"firms": firms, "school": school + subsidy, "funder": -subsidy, "total": firms + school}


def test_a_second_program_finds_the_same():
    draw = random.Random(20250101)
    others = pd.DataFrame([one_draw(draw) for _ in range(20_000)])
    independent = example_value().model_copy(update={"correlations": ()})
    value = community_value(independent, n_draws=40_000, seed=11)
    for party in value.parties:
        ours, theirs = value.flows.net(party), others[party].to_numpy()
        error = math.hypot(ours.std() / math.sqrt(len(ours)), theirs.std() / math.sqrt(len(theirs)))
        assert ours.mean() == pytest.approx(theirs.mean(), abs=4 * error)
        assert stats.ks_2samp(ours, theirs).pvalue > 0.001
    assert value.results["mean"].notna().all()


def test_the_total_is_the_sum_of_the_parties_and_transfers_cancel():
    value = community_value(example_value(), n_draws=500, seed=2)
    parts = sum(value.flows.net(party) for party in value.ledger.parties)
    assert value.flows.net() == pytest.approx(parts)
    without = example_value()
    benefits = {name: one for name, one in without.benefits.items() if name != "subsidy"}
    other = community_value(without.model_copy(update={"benefits": benefits}), n_draws=500, seed=2)
    assert other.flows.net() == pytest.approx(value.flows.net())


def test_a_rank_correlation_is_the_one_that_was_given(made):
    costs = {"a": {"quantity": {"min": 1, "mode": 2, "max": 9}}, "b": {"quantity": {"mean": 9, "sd": 1}}}
    costs["c"] = {"quantity": {"min": 0, "max": 1}}
    pairs = [
        {"inputs": ["a.quantity", "b.quantity"], "rank": 0.6},
        {"inputs": ["b.quantity", "c.quantity"], "rank": -0.4},
    ]
    value = community_value(made(costs, correlations=pairs), n_draws=50_000, seed=5)
    frame = pd.DataFrame(value.draws)[["a.quantity", "b.quantity", "c.quantity"]]
    found = frame.corr(method="spearman").to_numpy()
    assert found[0, 1] == pytest.approx(0.6, abs=0.015)
    assert found[1, 2] == pytest.approx(-0.4, abs=0.015)
    assert found[0, 2] == pytest.approx(0.0, abs=0.02)
    assert frame["b.quantity"].std() == pytest.approx(1, abs=0.02)  # what goes together keeps its own spread


def test_correlations_that_cannot_hold_together_are_refused(made):
    costs = {name: {"quantity": {"min": 0, "max": 1}} for name in "abc"}
    names = [f"{name}.quantity" for name in "abc"]
    pairs = [
        {"inputs": [names[0], names[1]], "rank": 0.9},
        {"inputs": [names[1], names[2]], "rank": 0.9},
        {"inputs": [names[0], names[2]], "rank": -0.9},
    ]
    with pytest.raises(IntegrationError) as refused:
        community_value(made(costs, correlations=pairs))
    assert [problem.code for problem in refused.value.problems] == ["Q209"]


def test_the_same_seed_gives_the_same_and_the_seed_is_kept():
    first = community_value(example_value(), n_draws=200)
    again = community_value(example_value(), n_draws=200, seed=first.seed)
    pd.testing.assert_frame_equal(first.results, again.results)


def test_monte_carlo_errors_are_what_the_estimates_vary_by(made):
    model = made(
        {"a": {"quantity": {"mean": 100, "sd": 10}}}, {"b": {"quantity": {"min": 60, "mode": 100, "max": 150}}}
    )
    n = 150
    runs = [community_value(model, n_draws=400, seed=seed) for seed in range(n)]
    noise = 3.5 / math.sqrt(2 * (n - 1))  # relative, of a standard deviation that n runs give: 3.5 of its own errors
    medians = [of(run)["median"] for run in runs]
    said = [of(run)["median_error"] for run in runs]
    assert statistics.stdev(medians) == pytest.approx(statistics.mean(said), rel=noise)
    chances = [row_of(run.break_even, party="total") for run in runs]
    spread = statistics.stdev(one["probability"] for one in chances)
    assert spread == pytest.approx(statistics.mean(one["probability_error"] for one in chances), rel=noise)


def test_the_error_of_a_median_of_normal_draws_is_the_closed_form():
    """It is sqrt(pi / 2) times that of a mean: a factor of 1.25 that repeated runs alone would hardly tell."""
    n, rng = 10_000, np.random.default_rng(1)
    said = [median_error(draws) for draws in rng.normal(0, 3, (200, n))]
    # one is known to 10% (the spread of order statistics), so the mean of 200 to 0.7%; 1.5% too low at this n
    assert statistics.mean(said) == pytest.approx(3 * math.sqrt(math.pi / 2) / math.sqrt(n), rel=0.04)


def test_the_error_of_a_median_of_equal_draws_is_zero():
    assert median_error(np.ones(1000)) == 0


def test_payback_is_the_year_from_which_costs_stay_back():
    cumulative = np.array([[-10.0, 1.0, -2.0, 3.0], [0.0, 0.0, 1.0, 2.0], [-5.0, -5.0, -4.0, -1.0]])
    assert payback_years(cumulative).tolist() == [3.0, 0.0, math.inf]


def test_payback_of_a_simple_case(made):
    model = made({"a": {"quantity": 250, "years": 0}}, {"b": {"quantity": 100}}, horizon=5)
    found = row_of(community_value(model, n_draws=100).break_even, party="total")
    assert (found["payback_median"], found["paid_back"]) == (3.0, 1.0)


def test_a_party_without_costs_has_no_ratio_and_no_payback(made):
    gives = {"b": {"quantity": 10, "party": "school"}}
    value = community_value(made({"a": {"quantity": 5}}, gives, parties=("firms", "school")), n_draws=100)
    assert math.isnan(of(value, "school", "ratio")["median"])
    assert math.isnan(row_of(value.break_even, party="school")["payback_median"])
    assert row_of(value.break_even, party="school")["probability"] == 1


@pytest.mark.parametrize("n_draws", [0, 99, 100_001])
def test_too_few_or_many_draws_are_refused(n_draws):
    with pytest.raises(IntegrationError) as refused:
        community_value(example_value(), n_draws=n_draws)
    assert refused.value.problems[0].code == "Q208"


def test_harm_counts_as_harm(made):
    value = community_value(made({"a": {"quantity": 5}}, {"b": {"quantity": {"min": -20, "max": -10}}}), n_draws=200)
    assert of(value)["high_95"] < -15
